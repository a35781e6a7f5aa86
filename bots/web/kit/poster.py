"""The poster: one page that says who asks, what is open, how to answer, and what happens next. Typst makes the PDF."""

from pathlib import Path

from bots.web.kit.code import code_svg
from bots.web.kit.facts import Facts
from bots.web.press import as_set, pdf, png

TEMPLATE = Path(__file__).with_name("poster.typ")
PAPERS = ("a4", "a5")
PREVIEW_PPI = 72.0

_LONGEST_ADDRESS = 29
"""Signs: a longer address is set smaller, so that it stays on one line as long as it can."""


def poster_pdf(facts: Facts, paper: str) -> bytes:
    """One page, tagged for screen readers (PDF/UA-1). `paper`: "a4" or "a5".

    Words in letters that no font of this machine has cannot be read aloud: then the page is not called accessible.
    """
    return pdf(TEMPLATE, "poster", _shown(facts, paper))


def poster_png(facts: Facts, paper: str, *, ppi: float = PREVIEW_PPI) -> bytes:
    """The same page as a picture."""
    return png(TEMPLATE, "poster", _shown(facts, paper), ppi=ppi)


def _shown(facts: Facts, paper: str) -> dict[str, object]:
    return {
        "paper": paper,
        "language": facts.language,
        "partner": as_set(facts.partner),
        "title": as_set(facts.title),
        "why": as_set(facts.why),
        "decided": as_set(facts.decided),
        "open": as_set(facts.open),
        "counter": as_set(facts.counter),
        "code": code_svg(facts.link).decode(),
        "address": facts.short_link.replace("/", "/\u200b"),
        "address_size": max(0.8, min(1.5, 1.5 * _LONGEST_ADDRESS / len(facts.short_link))),
        "moments": [
            {
                "when": facts.say("poster.until", on=facts.closes_on),
                "what": facts.say("poster.you_answer"),
            },
            {"when": facts.say("poster.on", on=facts.decision_on), "what": as_set(facts.decides)},
            {
                "when": facts.say("poster.before", on=facts.reply_by),
                "what": facts.say("poster.reply", service=as_set(facts.replies)),
            },
        ],
        "small": as_set(facts.readers),
        "say": {
            "call": facts.say("poster.call"),
            "decided": facts.say("poster.decided"),
            "open": facts.say("poster.open"),
            "minute": facts.say("poster.minute", n=facts.questions),
            "steps": [facts.say(f"poster.step.{step}") for step in ("camera", "aim", "touch")],
            "type_it": facts.say("poster.type_it"),
            "no_phone": facts.say("poster.no_phone"),
            "after": facts.say("poster.after"),
            "code_alt": facts.say("poster.code_alt", link=facts.short_link),
        },
    }
