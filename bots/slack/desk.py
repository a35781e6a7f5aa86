"""What Slack needs of the core to serve staff: cards to show, and who asked for them.

`who` is the person, as `who(…)` found them. The desk decides what they may see: it raises `NotAllowed` or `NotFound`,
and the person gets one sentence.
"""

from collections.abc import Mapping
from typing import Protocol

from core.model.forms import Form
from core.model.ids import AccountId
from core.model.messages import Card
from core.model.staff import Actor


class StaffDesk(Protocol):
    async def who(self, account: AccountId, staff: str, name: str, email: str) -> Actor:
        """Who a person is and what they may do. `staff`: their Slack member id; `email` "": Slack does not tell."""
        ...

    async def digest(self, account: AccountId, asked: str, who: Actor, language: str) -> Card:
        """The digest of the consultation that `asked` names (its id, or a word of its title); "" for the only one."""
        ...

    async def status(self, account: AccountId, language: str) -> Card:
        """How the service is doing."""
        ...

    async def help(self, language: str) -> Card:
        """What can be asked for, in words."""
        ...

    async def open_alert(self, account: AccountId, alert: str, who: Actor, language: str) -> Card:
        """The masked text of a flagged message. That `who` opened it is recorded."""
        ...

    async def pressed(self, account: AccountId, action: str, who: Actor, language: str) -> Card | Form | None:
        """Any other button; None when there is nothing to say."""
        ...

    async def sent(
        self, account: AccountId, action: str, fields: Mapping[str, str], who: Actor, language: str
    ) -> Card | Form:
        """A form that came back, with what was chosen and written: done, or the form again."""
        ...
