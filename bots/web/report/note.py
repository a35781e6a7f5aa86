"""The note for elected officials: one page, three figures, three quotes, what is to be decided and by when.

Officials hand it on: it keeps to what may be published. No number of fewer than `K` people stands in it
(`core/rules/disclosure.py`), and no quote before so many have answered.
"""

import unicodedata
from pathlib import Path

from bots.web.press import as_set, pdf
from bots.web.report.document import Teller
from core.model.consultations import Consultation, Text
from core.model.deliveries import Day
from core.rules import disclosure
from core.rules.calendar import on_wall
from core.rules.disclosure import K
from core.rules.plain_text import quoted
from core.rules.readout import percent
from core.work.evaluation.report import Report
from core.work.ports import Words

TEMPLATE = Path(__file__).with_name("note.typ")
NAME_ROOM, TITLE_ROOM, SENTENCE_ROOM, QUOTE_ROOM = 60, 110, 260, 180
MOST_TOPICS, MOST_MISSING = 5, 2


def make_note(report: Report, asked: Consultation, words: Words, language: str) -> bytes:
    """A PDF of one A4 page, whatever the texts. It takes a second: nothing for the service's own loop."""
    return pdf(TEMPLATE, "note", shown_note(report, asked, words, language))


def shown_note(report: Report, asked: Consultation, words: Words, language: str) -> dict[str, object]:
    """What the page holds, as the template reads it."""
    teller = Teller(report, asked, words, language)
    figures = report.figures
    enough = max(figures.funnel.answered, figures.contributions) >= K
    quotes = [_said(quoted(as_set(each), longest=QUOTE_ROOM)) for each in report.quotes] if enough else []
    made = Day(on_wall(figures.made_at, asked.zone).date(), year=True)
    several = "_several" if asked.decision.several else ""
    topics = _topics(teller)
    return {
        "language": language,
        "partner": _line(teller, asked.partner.name, NAME_ROOM),
        "title": _line(teller, asked.title, TITLE_ROOM),
        "kind": teller.say("note.kind"),
        "lead": teller.say(
            "note.lead", opens=Day(report.opens, year=True), closes=Day(report.closes, year=True), made=made
        ),
        "figures": _figures(teller, topics),
        "topics": [{"name": as_set(name), "count": count} for name, count in topics],
        "missing": [as_set(each) for each in _missing(teller)] if enough else [],
        "quotes": [each for each in quotes if each["text"]],
        "decided": _line(teller, asked.decided, SENTENCE_ROOM),
        "open": _line(teller, asked.open, SENTENCE_ROOM),
        "moments": [
            {
                "when": teller.day(report.decided_on, year=True),
                "what": as_set(teller.say(f"note.decides{several}", who=teller.text(asked.decision.who))),
            },
            {
                "when": teller.say("note.before", on=Day(asked.reply.by, year=True)),
                "what": as_set(teller.say("note.reply", service=teller.text(asked.reply.service))),
            },
        ],
        "say": {
            name: teller.say(f"note.{name}") for name in ("topics", "quotes", "no_quotes", "decide", "decided", "open")
        },
        "small": [teller.say("note.declared"), teller.say("note.small", k=K)],
    }


def _figures(teller: Teller, topics: list[tuple[str, int]]) -> list[dict[str, str]]:
    """Three, the same three whenever there is enough to say them."""
    figures = teller.report.figures
    answered, response = figures.funnel.answered, figures.response
    if answered < K:
        return [{"number": teller.say("note.few", k=K), "what": teller.say("note.few.what")}]
    shown = [{"number": str(answered), "what": teller.say("note.answered", n=answered)}]
    if response.prompted and response.rate is not None and response.answered >= K:
        rate = teller.say("note.rate", answered=response.answered, pushed=response.pushed)
        shown.append({"number": teller.say("percent", n=percent(response.rate)), "what": rate})
    else:
        part = percent(figures.funnel.finished / answered)
        shown.append({"number": teller.say("percent", n=part), "what": teller.say("note.finished")})
    if topics:
        name, count = topics[0]
        what = teller.say("note.first_topic", topic=as_set(name), n=figures.contributions)
        shown.append({"number": teller.say("percent", n=percent(count / figures.contributions)), "what": what})
    return shown


def _topics(teller: Teller) -> list[tuple[str, int]]:
    """The largest that may be published."""
    figures = teller.report.figures
    if figures.contributions < K or not figures.topics:
        return []
    counts = {each.topic: each.contributions for each in figures.topics}
    names = {each.topic: teller.text(each.name) or each.topic for each in figures.topics}
    published = disclosure.marks(counts, figures.contributions)
    return [(names[topic], count) for topic, count in published.items() if count][:MOST_TOPICS]


def _missing(teller: Teller) -> list[str]:
    found = []
    shares = [(compared.question, each) for compared in teller.report.comparisons for each in compared.shares]
    for question, each in shares:
        if each.apart == "fewer":
            name, people = teller.group(question, each), percent(each.of_people)
            if each.answers < K:
                found.append(teller.say("note.missing.few", name=name, k=K, people=people))
            else:
                found.append(teller.say("note.missing", name=name, n=percent(each.of_answers), people=people))
    return found[:MOST_MISSING]


def _line(teller: Teller, text: Text, room: int) -> dict[str, object]:
    return _said(teller.text(text, room))


def _said(text: str) -> dict[str, object]:
    """A text with the direction that its first letter has."""
    strong = next((way for letter in text if (way := unicodedata.bidirectional(letter)) in ("L", "R", "AL")), "L")
    return {"text": as_set(text), "rtl": strong != "L"}
