"""The poster: one page that says who asks, what is open, how to answer, and what happens next. Typst makes the PDF."""

import json
import re
import unicodedata
from functools import cache
from pathlib import Path

import typst

from bots.web.kit.code import code_svg
from bots.web.kit.facts import Facts, breakable

TEMPLATE = Path(__file__).with_name("poster.typ")
PAPERS = ("a4", "a5")
PREVIEW_PPI = 72.0

_PICTURES = frozenset({"So", "Sk", "Co", "Cs", "Cn"})
_JOINTS = frozenset("\u200d\ufe0e\ufe0f\u20e3")

_LONGEST_ADDRESS = 29
"""Signs: a longer address is set smaller, so that it stays on one line as long as it can."""


def poster_pdf(facts: Facts, paper: str) -> bytes:
    """One page, tagged for screen readers (PDF/UA-1). `paper`: "a4" or "a5".

    Words in letters that no font of this machine has cannot be read aloud: then the page is not called accessible.
    """
    inputs = {"poster": json.dumps(_shown(facts, paper))}
    try:
        return _one_page(_compiler().compile(format="pdf", sys_inputs=inputs, pdf_standards="ua-1"))
    except typst.TypstError:
        return _one_page(_compiler().compile(format="pdf", sys_inputs=inputs))


def poster_png(facts: Facts, paper: str, *, ppi: float = PREVIEW_PPI) -> bytes:
    """The same page as a picture."""
    inputs = {"poster": json.dumps(_shown(facts, paper))}
    return _one_page(_compiler().compile(format="png", ppi=ppi, sys_inputs=inputs))


def _one_page(made: bytes | list[bytes] | None) -> bytes:
    assert isinstance(made, bytes), "a poster has one page"
    return made


@cache
def _compiler() -> typst.Compiler:
    """Reading the fonts takes a moment: once is enough. It reads no other file."""
    return typst.Compiler(str(TEMPLATE), root=str(TEMPLATE.parent))


def _shown(facts: Facts, paper: str) -> dict[str, object]:
    return {
        "paper": paper,
        "language": facts.language,
        "partner": _set(facts.partner),
        "title": _set(facts.title),
        "why": _set(facts.why),
        "decided": _set(facts.decided),
        "open": _set(facts.open),
        "counter": _set(facts.counter),
        "code": code_svg(facts.link).decode(),
        "address": facts.short_link.replace("/", "/\u200b"),
        "address_size": max(0.8, min(1.5, 1.5 * _LONGEST_ADDRESS / len(facts.short_link))),
        "moments": [
            {
                "when": facts.say("poster.until", on=facts.closes_on),
                "what": facts.say("poster.you_answer"),
            },
            {"when": facts.say("poster.on", on=facts.decision_on), "what": _set(facts.decides)},
            {
                "when": facts.say("poster.before", on=facts.reply_by),
                "what": facts.say("poster.reply", service=_set(facts.replies)),
            },
        ],
        "small": _set(facts.readers),
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


def _set(text: str) -> str:
    """As a press sets it: without the little pictures that a printer's font does not have, long words breakable."""
    kept = "".join(letter for letter in text if not _picture(letter))
    return breakable(re.sub(r" {2,}", " ", kept).strip())


def _picture(letter: str) -> bool:
    """An emoji or a part of one. "n°" and "`" are older than those, and in every font."""
    return (letter >= "\u2190" and unicodedata.category(letter) in _PICTURES) or letter in _JOINTS
