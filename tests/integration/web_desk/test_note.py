"""The note for elected officials: one page whatever people and organisers wrote, and no number of a few."""

import re
from dataclasses import replace
from typing import Any, cast

import pytest

from bots.web.press import png
from bots.web.report.note import TEMPLATE, make_note, shown_note
from core.model.consultations import Consultation
from core.rules.disclosure import K
from core.rules.readout import Share
from core.work.digests.compare import Comparison
from core.work.evaluation.report import Report, report_of
from tests.builders import NOW
from tests.integration.web_desk.office import Office
from tests.integration.web_results.town import piscine, words

WORD = "x" * 4000
RIGHT_TO_LEFT = "هل يمكن فتح المسبح في المساء؟ " * 40
EMOJI = "👩‍👩‍👧‍👦🎉" * 300


@pytest.fixture
async def month(office: Office) -> Report:
    await office.town.crowd()
    async with office.storage.reading() as unit:
        return await report_of(unit, piscine(), now=NOW)


def shown(report: Report, asked: Consultation, language: str = "fr") -> dict[str, Any]:
    return cast(dict[str, Any], shown_note(report, asked, words(), language))


def pages(made: bytes) -> int:
    (count,) = re.findall(rb"/Type\s*/Pages.*?/Count\s+(\d+)", made, re.DOTALL)
    return int(count)


async def test_three_figures_three_quotes_and_what_is_to_be_decided(month: Report) -> None:
    page = shown(month, piscine())
    assert [each["number"].replace("\u00a0", " ") for each in page["figures"]] == ["143", "100 %", "44 %"]
    assert len(page["quotes"]) == 3
    assert [each["when"].replace("\u00a0", " ") for each in page["moments"]] == [
        "12 mars 2027",
        "avant le 30 mars 2027",
    ]
    assert "conseil municipal" in page["moments"][0]["what"]


@pytest.mark.parametrize("text", [WORD, f"{WORD} " * 3, RIGHT_TO_LEFT, EMOJI, "mot " * 1000, ""])
def test_it_is_one_page_whatever_the_texts_say(month: Report, text: str) -> None:
    asked = piscine()
    said = {"fr": text}
    asked = replace(
        asked,
        title=said,
        open=said,
        decided=said,
        partner=replace(asked.partner, name=said),
        decision=replace(asked.decision, who=said),
        reply=replace(asked.reply, service=said),
    )
    topics = tuple(replace(each, name=said) for each in month.figures.topics)
    report = replace(month, quotes=(text, text, text), figures=replace(month.figures, topics=topics))
    assert pages(make_note(report, asked, words(), "fr")) == 1
    page = shown(report, asked)
    assert png(TEMPLATE, "note", page, ppi=20).startswith(b"\x89PNG"), "a picture is of one page, or fails"
    assert all(each["rtl"] == (text == RIGHT_TO_LEFT) for each in page["quotes"])


def test_no_number_of_a_few_people_is_on_it(month: Report) -> None:
    few = replace(month.figures, funnel=replace(month.figures.funnel, answered=K - 1, finished=K - 1), contributions=9)
    page = shown(replace(month, figures=few), piscine())
    assert [each["number"] for each in page["figures"]] == ["moins de 11"]
    assert not page["topics"] and not page["quotes"] and not page["missing"]
    assert all(count >= K for count in (each["count"] for each in shown(month, piscine())["topics"]))
    missing = Share("bellevue", {"fr": "Bellevue"}, 5, 0.04, 0.02, 0.09, 0.18)
    few_there = Comparison("quartier", 130, (missing,))
    (line,) = shown(replace(month, comparisons=(few_there,)), piscine())["missing"]
    assert "moins de 11 réponses" in line and "4" not in line


async def test_the_desk_hands_it_out(office: Office, month: Report) -> None:
    browser = await office.comes()
    assert 'href="/desk/piscine/note?lang=fr"' in (await browser.get("/desk/piscine")).text
    file = await browser.get("/desk/piscine/note?lang=en")
    assert file.content.startswith(b"%PDF")
    assert file.headers["content-disposition"] == 'attachment; filename="piscine-note.en.pdf"'
