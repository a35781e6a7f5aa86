"""May the bot write in this group or channel? Asked before a post is promised, and nothing is written by asking.

getChat ─▶ a person? ─▶ getChatMember (ourselves) ─▶ may it write there?
"""

from typing import Any

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bots.telegram.api import Api
from bots.telegram.ingress import token_refused
from core.model.errors import ChannelError
from core.model.people import Room, RoomTrouble

SECONDS = 8.0


async def room(token: str, base_url: str, name: str) -> Room:
    """The group or channel `name` ("@valbrune", "-1001234567890") as the platform knows it. Raises `ChannelError` when
    the token is refused or nobody answers."""
    api = Api(token, base_url, connect_seconds=SECONDS, read_seconds=SECONDS)
    await api.connect()
    try:
        return await _room(api, name)
    except InvalidToken:
        raise token_refused() from None
    except TelegramError as error:
        raise ChannelError(
            f"Telegram did not answer ({type(error).__name__}): try again in a minute", "error.telegram_later"
        ) from None
    finally:
        await api.disconnect()


async def _room(api: Api, name: str) -> Room:
    try:
        chat = await api.call("getChat", chat_id=name)
        if chat["type"] == "private":
            return Room("", "", RoomTrouble.A_PERSON)
        me = await api.call("getMe")
        member = await api.call("getChatMember", chat_id=chat["id"], user_id=me["id"])
    except ChatMigrated as error:
        return await _room(api, str(error.new_chat_id))
    except Forbidden:
        return Room("", "", RoomTrouble.NOT_A_MEMBER)
    except BadRequest:
        return Room("", "", RoomTrouble.NOT_FOUND)
    return Room(str(chat["id"]), str(chat.get("title", "")), _trouble(chat, member))


def _trouble(chat: dict[str, Any], member: dict[str, Any]) -> RoomTrouble | None:
    """Members of a channel only read; members of a group write, unless it is closed to them."""
    match member["status"]:
        case "creator":
            return None
        case "administrator":
            allowed = chat["type"] != "channel" or member.get("can_post_messages", False)
        case "member":
            allowed = chat["type"] != "channel" and chat.get("permissions", {}).get("can_send_messages", True)
        case "restricted":
            allowed = member.get("can_send_messages", False)
        case _:
            return RoomTrouble.NOT_A_MEMBER
    return None if allowed else RoomTrouble.MAY_NOT_WRITE
