"""The pictures of the README, drawn from what the program says today: `python -m tests.docs.pictures` draws them again.

    the dialogue, played ─▶ bubbles ─▶ two screens of a phone      citizen.<language>.svg
    a digest of example figures ─▶ card ─▶ a message in Slack      staff.<language>.svg

The words are the program's own and the sample's; the figures of the digest are made up. No fonts, no links inside.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import escape
from pathlib import Path

from core.model.consultations import Design, StepKind
from core.model.dialogues import Filed
from core.model.ids import AlertId, ConsultationId, ContributionId, PartnerId
from core.model.messages import Block, Button, Heading, Line, Message, Note, Quote
from core.rules.effect import Arm, Reading, Verdict
from core.rules.readout import (
    EffectFigure,
    Figures,
    Funnel,
    Missing,
    NudgeFigure,
    Response,
    Sectors,
    SourceFigure,
    TopicFigure,
)
from core.storage.staff import AlertRow
from core.work.cards.digest_layout import Quoted, layout
from tests.unit.rules.dialogue_player import Player, catalogue, example

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
LANGUAGES = ("fr", "en")

FONT = "-apple-system, 'Segoe UI', Roboto, Helvetica, Arial, 'DejaVu Sans', sans-serif"
SIZE = 14.0
LEADING = 19.0
TOO_FEW = EffectFigure(
    Design.WAVES, Reading(Verdict.TOO_FEW, Arm(34, 6), Arm(29, 3), needed=1_700), datetime(2026, 12, 6, 18, tzinfo=UTC)
)
_NARROW, _WIDE = frozenset("iljtfrI.,:;!'’|()[] ·1\u00a0\u202f"), frozenset("mwMWOQGCDNHU@%…→—")


# ── what stands in them ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Said:
    """One bubble. `rows` of buttons stand under it; `ours`: the program says it."""

    text: str
    ours: bool
    rows: tuple[tuple[str, ...], ...] = ()


_ANSWERS = {
    "fr": ("Parfois", ("ouvrir plus tard le soir", "et le dimanche aussi, mon fils travaille"), "Centre", "Oui"),
    "en": ("Sometimes", ("open later in the evening", "and on Sundays too, my son works"), "Centre", "Yes"),
}
_AGREE = {"fr": "J'ai 15 ans ou plus et j'accepte", "en": "I am 15 or over and I agree"}


def story(language: str) -> list[Said]:
    """A citizen answers the sample consultation, from the poster to the promise."""
    player = Player(language=language).settings(topics=("horaires",))
    said: list[Said] = []

    def hear() -> None:
        said.extend(_bubble(message) for message in player.shown)
        player.shown = []

    def press(label: str) -> None:
        said.append(Said(label, ours=False))
        player.presses(label)
        hear()

    often, words, where, results = _ANSWERS[language]
    player.begin()
    hear()
    press(_AGREE[language])
    press(often)
    for text in words:
        said.append(Said(text, ours=False))
        player.says(text)
    player.waits(10)
    hear()
    player.event(Filed())
    hear()
    press(where)
    press(results)
    return said


def _bubble(message: Message) -> Said:
    rows = tuple(tuple(button.label for button in row) for row in message.buttons)
    return Said(message.text, ours=True, rows=rows)


def digest(language: str) -> tuple[Block, ...]:
    """The digest of a Monday with example figures."""
    consultation = example("piscine")
    topics = {topic.id: topic.name for topic in consultation.taxonomy.topics}
    made_at = datetime(2026, 12, 7, 7, 45, tzinfo=UTC)
    names = list(topics)
    counted = [(names[0], 52, 19, False), (names[1], 31, 6, False), (names[2], 14, 14, True), (names[4], 9, 2, False)]
    sources = [("affiche-piscine", 88, 61), ("site", 41, 32), ("college", 19, 12), ("affiche-gare", 0, 0)]
    figures = Figures(
        consultation=consultation.id,
        title=consultation.title,
        zone=consultation.zone,
        made_at=made_at,
        since=made_at - timedelta(days=7),
        week=4,
        weeks=11,
        first_week=False,
        answered_this_week=43,
        funnel=Funnel(arrived=148, agreed=131, answered=120, finished=105),
        response=Response(answered=0, pushed=0, prompted=0),
        sources=tuple(SourceFigure(token, consultation.sources[token], *some) for token, *some in sources),
        elsewhere={"paper": 38},
        sectors=Sectors(104, (Missing("bellevue", {"fr": "Bellevue", "en": "Bellevue"}, 0.04, 0.18),)),
        contributions=118,
        topics=tuple(TopicFigure(each, topics[each], total, week, new) for each, total, week, new in counted),
        unsorted=21,
        quotes=(),
        to_review=64,
        nudges=(NudgeFigure("reminder", StepKind.REMINDER, 34, 9, 1, date(2026, 11, 17), date(2026, 12, 4), TOO_FEW),),
        not_read={"voice": 5},
        alerts=1,
        quarantined=0,
        uncertain=0,
        untaggable=0,
        reply_by=consultation.reply.by,
        reply_service=consultation.reply.service,
    )
    alert = AlertRow(
        id=AlertId("a"),
        partner=PartnerId(consultation.partner.id),
        consultation=ConsultationId(consultation.id),
        contribution=ContributionId("c"),
        kind="distress",
        serious=True,
        created_at=made_at - timedelta(days=2, hours=15),
        opened_at=None,
    )
    quote = "ouvrir plus tard le soir, et le dimanche aussi" if language == "fr" else "open later, and on Sundays too"
    quotes = [Quoted("c", quote, reviewed=True)]
    return layout(figures, [alert], quotes, {}, catalogue(), language, offers_review=True).blocks


# ── the phone ────────────────────────────────────────────────────────────────────────────────────────────────────────

PHONE, GAP, PAD = 400.0, 28.0, 12.0
BUBBLE = 336.0


def phones(language: str) -> str:
    """The story on two screens, cut where they are about as long."""
    said = story(language)
    partner = example("piscine").partner.name[language]
    columns = min(
        ([said[:place], said[place:]] for place in range(1, len(said))),
        key=lambda columns: max(map(_long, columns)),
    )
    height = max(map(_long, columns)) + PAD
    drawn = [
        part for place, column in enumerate(columns) for part in _screen(column, partner, place * (PHONE + GAP), height)
    ]
    return _svg(2 * PHONE + GAP, height, drawn)


def _screen(said: Sequence[Said], partner: str, x: float, height: float) -> Iterator[str]:
    yield f'<rect x="{x:g}" y="0" width="{PHONE:g}" height="{height:g}" rx="22" fill="#dbe6d5"/>'
    yield f'<path d="M{x:g} 52 V22 a22 22 0 0 1 22 -22 H{x + PHONE - 22:g} a22 22 0 0 1 22 22 V52 Z" fill="#3d6d94"/>'
    yield f'<circle cx="{x + 32:g}" cy="26" r="15" fill="#fff" opacity=".9"/>'
    yield _text(partner[:1], x + 32, 31, colour="#3d6d94", weight="700", middle=True)
    yield _text(partner, x + 58, 31, colour="#fff", weight="600")
    y = 64.0
    for each in said:
        yield from _drawn(each, x, y)
        y += _height(each)


def _drawn(said: Said, x: float, y: float) -> Iterator[str]:
    lines = wrapped(said.text, BUBBLE - 24)
    width = min(BUBBLE, max(width_of(line) for line in lines) + 24)
    if said.rows:
        width = BUBBLE
    left = x + PAD if said.ours else x + PHONE - PAD - width
    tall = len(lines) * LEADING + 14
    fill = "#ffffff" if said.ours else "#c9efb4"
    yield f'<rect x="{left:g}" y="{y:g}" width="{width:g}" height="{tall:g}" rx="12" fill="{fill}"/>'
    for place, line in enumerate(lines):
        yield _text(line, left + 12, y + 21 + place * LEADING)
    y += tall + 4
    for row in said.rows:
        each = (width - 4 * (len(row) - 1)) / len(row)
        for place, label in enumerate(row):
            at = left + place * (each + 4)
            yield f'<rect x="{at:g}" y="{y:g}" width="{each:g}" height="28" rx="7" fill="#6f947c"/>'
            yield _text(label, at + each / 2, y + 18, colour="#fff", size=12.5, middle=True)
        y += 32


def _long(said: Sequence[Said]) -> float:
    return 68 + sum(map(_height, said))


def _height(said: Said) -> float:
    return len(wrapped(said.text, BUBBLE - 24)) * LEADING + 14 + 32 * len(said.rows) + (4 if said.rows else 0) + 8


# ── the message in Slack ─────────────────────────────────────────────────────────────────────────────────────────────

CARD = 828.0


def card(language: str) -> str:
    """One message in the staff's channel."""
    drawn = [
        _text("# piscine", 20, 29, weight="700"),
        f'<path d="M0 44 H{CARD:g}" stroke="#ddd"/>',
        '<rect x="20" y="60" width="36" height="36" rx="8" fill="#1d3557"/>',
        _text("P", 38, 83, colour="#fff", weight="700", middle=True),
        _text("Porte-voix", 68, 74, weight="700"),
    ]
    y = 84.0
    for block in digest(language):
        match block:
            case Heading(text=text):
                drawn += _lines(text, 68, y + 18, weight="700", size=17)
                y += 32
            case Line(text=text, buttons=buttons):
                drawn += _lines(text.strip(), 68 + 12 * text.startswith("  "), y + 17)
                y += LEADING * len(wrapped(text.strip(), CARD - 110)) + 3
                if buttons:
                    drawn += _buttons(buttons, 80, y + 4)
                    y += 38
            case Quote(text=text, note=note, buttons=buttons):
                drawn.append(f'<rect x="80" y="{y + 3:g}" width="4" height="20" rx="2" fill="#bbb"/>')
                drawn.append(_text(f"{text}   · {note}", 92, y + 18, colour="#444"))
                y += 28
                if buttons:
                    drawn += _buttons(buttons, 80, y + 4)
                    y += 38
            case Note(text=text):
                drawn += _lines(text, 68, y + 16, colour="#777", size=12)
                y += LEADING * len(wrapped(text, CARD - 110)) + 4
    frame = f'<rect x=".5" y=".5" width="{CARD - 1:g}" height="{y + 14:g}" rx="10" fill="#fff" stroke="#ccc"/>'
    return _svg(CARD, y + 16, [frame, *drawn])


def _lines(
    text: str, x: float, y: float, *, colour: str = "#1d1c1d", weight: str = "400", size: float = SIZE
) -> list[str]:
    return [
        _text(line, x, y + place * LEADING, colour=colour, weight=weight, size=size)
        for place, line in enumerate(wrapped(text, CARD - 110))
    ]


def _buttons(buttons: Sequence[Button], x: float, y: float) -> Iterator[str]:
    for button in buttons:
        width = width_of(button.label) * 1.1 + 24
        yield f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="27" rx="5" fill="#fff" stroke="#bbb"/>'
        yield _text(button.label, x + width / 2, y + 18, weight="600", middle=True)
        x += width + 8


# ── drawing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def width_of(text: str) -> float:
    """About how wide a text is: readers have different fonts, so with some room to spare."""
    return sum(5.0 if each in _NARROW else 12.6 if each in _WIDE else 8.6 for each in text)


def wrapped(text: str, room: float) -> list[str]:
    """The text in lines that fit into `room`."""
    lines: list[str] = []
    for paragraph in text.replace("\u202f", "\u00a0").split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and width_of(longer) > room:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def _text(
    text: str,
    x: float,
    y: float,
    *,
    colour: str = "#1d1c1d",
    weight: str = "400",
    size: float = SIZE,
    middle: bool = False,
) -> str:
    anchor = ' text-anchor="middle"' if middle else ""
    bold = "" if weight == "400" else f' font-weight="{weight}"'
    return f'<text x="{x:g}" y="{y:g}" fill="{colour}" font-size="{size:g}"{bold}{anchor}>{escape(text)}</text>'


def _svg(width: float, height: float, drawn: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}"'
        f' height="{height:g}" font-family="{FONT}">'
    )
    return "\n".join([head, *drawn, "</svg>", ""])


def pictures() -> dict[str, str]:
    """By file name, what each should hold."""
    return {
        f"{name}.{language}.svg": draw(language)
        for language in LANGUAGES
        for name, draw in (("citizen", phones), ("staff", card))
    }


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in pictures().items():
        (FOLDER / name).write_text(content, encoding="utf-8")
        print(FOLDER / name)
