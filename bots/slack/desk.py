"""What Slack needs of the core to serve staff: cards to show, and who asked for them.

`staff` is the Slack member id of the person. The desk decides what they may see: it raises `NotAllowed` or `NotFound`,
and the person gets one sentence.
"""

from typing import Protocol

from core.model.ids import AccountId
from core.model.messages import Card


class StaffDesk(Protocol):
    async def digest(self, account: AccountId, asked: str, language: str) -> Card:
        """The digest of the consultation that `asked` names (its id, or a word of its title); "" for the only one."""
        ...

    async def status(self, account: AccountId, language: str) -> Card:
        """How the service is doing."""
        ...

    async def help(self, language: str) -> Card:
        """What can be asked for, in words."""
        ...

    async def open_alert(self, account: AccountId, alert: str, staff: str, language: str) -> Card:
        """The masked text of a flagged message. That `staff` opened it is recorded."""
        ...

    async def pressed(self, account: AccountId, action: str, staff: str, language: str) -> Card | None:
        """Any other button; None when there is nothing to say."""
        ...
