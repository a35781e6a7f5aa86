"""Campaigns from Slack: what the program needs of the core to list, write, check, start, pause and stop them.

/porte-voix campagne ─▶ window ─▶ card ─▶ buttons ─▶ form ─▶ card …          a file ─▶ direct message
"""

from collections.abc import Mapping
from typing import Protocol

from bots.slack.lookups import File
from core.model.forms import Form
from core.model.ids import AccountId
from core.model.messages import Card
from core.model.staff import Actor

CAMPAIGN = "campaign:"
"""What the actions of every button and form of a campaign begin with."""


class StaffCampaigns(Protocol):
    async def campaigns(self, account: AccountId, who: Actor, language: str) -> Card:
        """The partner's campaigns, each with what can be done."""
        ...

    async def pressed(self, account: AccountId, action: str, who: Actor, language: str) -> Card | Form | File | None:
        """What a button leads to; None when it is no campaign's."""
        ...

    async def sent(
        self, account: AccountId, action: str, fields: Mapping[str, str], who: Actor, language: str
    ) -> Card | Form:
        """A form that came back: kept and checked, or the form again with its mistakes."""
        ...
