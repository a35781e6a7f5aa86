"""A message as an e-mail: subject, plain text that is complete by itself, and HTML that says the same. Pure.

    Card ─┬─▶ subject      its heading, on one line
          ├─▶ text/plain   a line a block
          └─▶ text/html    headings, paragraphs, lists; no picture, no script, nothing fetched, no colour of its own

A button cannot be pressed in an e-mail, and a link must change nothing when a mail scanner opens it: all buttons
together become one link to the organisers' pages, where they stand again.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from markupsafe import Markup, escape

from core.model.messages import Block, Card, Heading, Line, Message, Note, Quote
from core.rules.plain_text import quoted
from core.work.ports import Words

SUBJECT_ROOM = 120
HEADING_ROOM = 80
"""A line up to so long, with lines set in below it, is their heading: who listens to a letter goes from one to the
next."""
ROOM = 4000
_HELD = ("\u00a0", "\u202f")
_SPACES = re.compile("([\u00a0\u202f])")
_LINK = re.compile(r"https?://[^\s<>\"]+")
_HTML = Markup(
    '<!doctype html>\n<html lang="{language}" style="color-scheme:light dark">\n<head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="color-scheme" content="light dark"><title>{subject}</title></head>\n'
    '<body style="margin:0 auto;max-width:40em;padding:1em;font-family:sans-serif;font-size:1em;line-height:1.5;'
    'overflow-wrap:anywhere">\n{body}</body>\n</html>\n'
)


@dataclass(frozen=True, slots=True)
class Letter:
    """`sender`: the bare address that the mail server is told. `content`: header and body, as they travel."""

    sender: str
    message_id: str
    content: bytes


def letter(message: Message, *, sender: str, to: str, desk: str, words: Words, now: datetime) -> Letter:
    """The same message makes the same Message-ID: when it must go twice, mail programs show it once."""
    blocks = _blocks(message)
    subject = next((each.text for each in blocks if isinstance(each, Heading | Line)), "Porte-voix")
    subject = quoted(subject, longest=SUBJECT_ROOM)
    if desk and message.language and _asks(message):
        blocks = _with_link(blocks, words.say("staff.letter.desk", message.language), desk)
    name, own = _apart(sender)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(quoted(name) or "Porte-voix", addr_spec=own)
    mail["To"] = Address(addr_spec=to)
    mail["Subject"] = subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message_id = _message_id(message, own)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n".join(_text(blocks)), cte="quoted-printable")
    html = _HTML.format(language=message.language, subject=subject, body=Markup("").join(_html(blocks)))
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    if message.language:  # last: setting the content takes such headers off
        mail["Content-Language"] = message.language
    return Letter(own, message_id, mail.as_bytes())


def _apart(sender: str) -> tuple[str, str]:
    """(name, address) of EMAIL_FROM. Cut at the bracket alone: to the library's parser a comma in a name ends it."""
    name, bracket, own = sender.rpartition("<")
    return (name.strip(), own.removesuffix(">")) if bracket else ("", sender)


def _message_id(message: Message, own: str) -> str:
    known = hashlib.sha256((message.reference or message.text).encode("utf-8", "replace")).hexdigest()
    return f"<{known[:32]}@{own.partition('@')[2]}>"


def _blocks(message: Message) -> tuple[Block, ...]:
    card = message.card or Card(tuple(Line(line) for line in message.text.splitlines() if line.strip()))
    return card.blocks


def _with_link(blocks: Sequence[Block], said: str, desk: str) -> tuple[Block, ...]:
    """The link stands before the small print."""
    end = len(blocks)
    while end and isinstance(blocks[end - 1], Note):
        end -= 1
    return (*blocks[:end], Line(said), Line(desk), *blocks[end:])


def _asks(message: Message) -> bool:
    """Whether something in it can be pressed elsewhere."""
    return bool(message.buttons) or any(
        not isinstance(each, Heading | Note) and each.buttons for each in _blocks(message)
    )


def _text(blocks: Sequence[Block]) -> Iterator[str]:
    """A blank line stands before what follows lines that are set in: something else begins."""
    after_points = False
    for block in blocks:
        if after_points and isinstance(block, Line) and not _set_in(block):
            yield ""
        after_points = _set_in(block)
        match block:
            case Heading(text=text):
                yield from (_line(text), "")
            case Line(text=text):
                yield f"{_indent(text)}{_line(text)}"
            case Quote(text=text, note=note):
                yield f"  « {_line(text)} »" + (f" · {_line(note)}" if note else "")
            case Note(text=text):
                yield from ("", _line(text))


def _html(blocks: Sequence[Block]) -> Iterator[Markup]:
    """Lines that are set in are the points of a list under what stands before them."""
    listing = False
    for block, after in zip(blocks, (*blocks[1:], None), strict=True):
        point = isinstance(block, Line) and _set_in(block)
        if point != listing:
            yield Markup('<ul style="margin:0 0 1em;padding-left:1.25em">\n') if point else Markup("</ul>\n")
            listing = point
        heads = isinstance(block, Line) and not point and len(block.text) <= HEADING_ROOM and _set_in(after)
        yield _element(block, point=point, heads=heads)
    if listing:
        yield Markup("</ul>\n")


def _element(block: Block, *, point: bool, heads: bool) -> Markup:
    match block:
        case Line(text=text) if heads:
            return Markup('<h2 dir="auto" style="margin:1em 0 .25em;font-size:1em">{}</h2>\n').format(_line(text))
        case Heading(text=text):
            return Markup('<h1 dir="auto" style="font-size:1.25em;line-height:1.3">{}</h1>\n').format(_line(text))
        case Line(text=text):
            said = _linked(_line(text))
            if point:
                numbered = Markup(";list-style:none") if said[:1].isdigit() else ""
                return Markup('<li dir="auto" style="margin:.25em 0{}">{}</li>\n').format(numbered, said)
            return Markup('<p dir="auto" style="margin:.75em 0 .25em">{}</p>\n').format(said)
        case Quote(text=text, note=note):
            after = f" · {_line(note)}" if note else ""
            return Markup('<blockquote dir="auto" style="margin:.5em 1em">« {} »{}</blockquote>\n').format(
                _line(text), after
            )
        case Note(text=text):
            return Markup('<p dir="auto" style="margin:1em 0;font-size:.875em">{}</p>\n').format(_line(text))


def _linked(line: str) -> Markup:
    """A line that is an address and nothing else can be followed."""
    if not _LINK.fullmatch(line):
        return escape(line)
    return Markup('<a href="{0}" style="display:inline-block;padding:.5em 0">{0}</a>').format(line)


def _set_in(block: Block | None) -> bool:
    return isinstance(block, Quote) or (isinstance(block, Line) and bool(_indent(block.text)))


def _indent(text: str) -> str:
    return "  " if text.startswith("  ") else ""


def _line(text: str) -> str:
    """No controls, nothing that turns the words around it right to left; the spaces that hold French signs stay."""
    return "".join(each if each in _HELD else quoted(each, longest=ROOM) for each in _SPACES.split(text)).strip()
