"""What comes in, what goes out, and what became of it: the words every channel speaks.

    platform ─▶ Inbound(event)        decoded from raw bytes, pure
    Message / Edit / Deletion ─▶ platform ─▶ Outcome

A channel never raises for what the platform says: it returns an `Outcome`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# ── what comes in ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Started:
    """The person opened the bot. `payload` is what the link carried (a source token), "" when there was none."""

    payload: str


@dataclass(frozen=True, slots=True)
class Said:
    """A text message. Commands ("/aide") come as text too: only the dialogue knows what they mean.

    `message_id` grows with time inside one chat; parts of one contribution are ordered by it.
    """

    text: str
    message_id: int
    forwarded: bool = False


@dataclass(frozen=True, slots=True)
class Edited:
    """The person changed the text of a message sent before."""

    text: str
    message_id: int


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button. `action` may be forged by anyone: the sender's own dialogue decides what it is worth."""

    action: str
    message_id: int


class Media(StrEnum):
    VOICE = "voice"
    STICKER = "sticker"
    PHOTO = "photo"
    LOCATION = "location"
    FILE = "file"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Attached:
    """Something that is not text. It is answered kindly, counted and not kept; a caption is read as text."""

    media: Media
    caption: str
    message_id: int


@dataclass(frozen=True, slots=True)
class Left:
    """The person blocked the bot: no further delivery."""


@dataclass(frozen=True, slots=True)
class Returned:
    """The person unblocked the bot."""


Event = Started | Said | Edited | Pressed | Attached | Left | Returned


@dataclass(frozen=True, slots=True)
class Inbound:
    """One decoded update of one private chat. `language` is the platform's hint ("fr"), or None."""

    chat: str
    event: Event
    language: str | None = None
    sent_at: datetime | None = None


# ── what goes out ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Button:
    """`action`: at most 64 bytes of UTF-8, no authority in it. `link`: an address to open, instead of an action."""

    label: str
    action: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a citizen: masked, and shown as they are (never as markup)."""

    text: str
    note: str = ""
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """Small print."""

    text: str


Block = Heading | Line | Quote | Note


@dataclass(frozen=True, slots=True)
class Card:
    """A rich message for staff (digest, alert, status), as data: each channel draws it its own way."""

    blocks: tuple[Block, ...]


def sentence(text: str, *buttons: Button) -> Card:
    """A card that says one thing."""
    return Card((Line(text, buttons),))


@dataclass(frozen=True, slots=True)
class Document:
    """A file that goes with a message. `path`: where the pages show the same file, for channels that send none."""

    name: str
    kind: str
    content: bytes
    path: str


@dataclass(frozen=True, slots=True)
class Message:
    """A new message. `text` is plain text (the channel escapes it) and always complete; `card` is the same, richer.

    `buttons` are rows. `reference` is the delivery's id: a channel that can attach it to the message does so.
    `language`: of the words, for channels that tell programs which read aloud. `paid`: it may cost, to leave faster
    than is free; only the outbox says so, once it is counted. `under`: the external id of the message in whose thread
    it stands, for channels that have threads.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    card: Card | None = None
    reference: str = ""
    language: str = ""
    paid: bool = False
    document: Document | None = None
    under: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """Replaces a message sent before; `external_id` is what `Sent` returned for it."""

    external_id: str
    message: Message


@dataclass(frozen=True, slots=True)
class Deletion:
    external_id: str


Outbound = Message | Edit | Deletion


# ── what became of it ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Sent:
    external_id: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """It certainly never left (no connection, refused, pool full): try again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Halted:
    """The platform asked us to wait. It may concern one chat or the whole token: the answer does not say."""

    wait: timedelta


@dataclass(frozen=True, slots=True)
class Rejected:
    """The platform will never take this message. Our fault: the operator must see it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The person blocked us or is gone. No further delivery to this address."""

    reason: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The chat has a new id (a group became a supergroup): the address changes, then the delivery goes again."""

    chat: str


@dataclass(frozen=True, slots=True)
class Uncertain:
    """It may have arrived: lost connection after the request, read time-out, 5xx."""

    reason: str


Outcome = Sent | NotSent | Halted | Rejected | Unreachable | Moved | Uncertain
