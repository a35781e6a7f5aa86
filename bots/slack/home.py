"""The app's Home tab: published whenever somebody opens it, for that person alone.

    app_home_opened ─▶ is the person of this workspace? ─▶ card ─▶ views.publish

A button there opens a window; the page itself stays. A home holds 100 blocks: https://docs.slack.dev/surfaces/app-home
"""

from dataclasses import dataclass
from typing import Protocol

from bots.slack.blocks import WINDOW, Json, to_blocks
from bots.slack.client import SlackClient
from bots.slack.decode import Payload
from core.model.ids import AccountId
from core.model.messages import Card
from core.model.staff import Actor

EVENT = "app_home_opened"
CALLBACK = "porte_voix_home"


class StaffHome(Protocol):
    async def home(self, account: AccountId, who: Actor, language: str) -> Card:
        """What one person of the partner sees first."""
        ...

    async def pressed(self, account: AccountId, action: str, who: Actor, language: str) -> Card | None:
        """What a button of the page leads to; None when the desk knows it."""
        ...


@dataclass(frozen=True, slots=True)
class HomeOpened:
    """Somebody opened the app's Home tab."""

    user: str
    team: str
    response_url: str = ""


def opened_of(body: Payload) -> HomeOpened | None:
    """None when it was the tab of messages."""
    event = body.get("event")
    if not isinstance(event, dict) or event.get("tab") != "home":
        return None
    user, team = event.get("user"), body.get("team_id")
    return HomeOpened(user, team) if isinstance(user, str) and isinstance(team, str) else None


def to_home(card: Card) -> Json:
    return {"type": "home", "callback_id": CALLBACK, "blocks": to_blocks(card, surface=WINDOW)}


async def publish(client: SlackClient, user: str, card: Card) -> None:
    await client.views_publish(user_id=user, view=to_home(card))


async def belongs(client: SlackClient, user: str, team: str) -> bool:
    """Whether somebody is of this workspace: in a shared channel, people of other organisations see the app too."""
    answer = await client.users_info(user=user)
    return (answer.get("user") or {}).get("team_id") == team
