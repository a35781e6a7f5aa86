"""The evaluation report: the digest's own figures, what only it counts, and files that need nothing else."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from bots.web.report.document import document_of
from bots.web.report.folder import FORMS, make_report
from bots.web.report.pictures import Shown, printed_days
from core.model.deliveries import Reason, State
from core.model.follow_ups import Progress
from core.model.ids import ConsultationId
from core.work.digests.digest import WEEK, figures_now, refresh_digests
from core.work.evaluation.report import Asked, Report, report_json, report_of
from core.work.follow_up import Answered, Telling, draft, publish
from tests.builders import NOW, START, contribution, person, push
from tests.integration.web.browser import CHROMIUM, DESKTOP, MISSING, PHONE, accessible, open_browser, window
from tests.integration.web_desk.office import Office
from tests.integration.web_results.town import piscine, words

HOSTILE = "<script>alert(1)</script> | **a** #let x"


@pytest.fixture
async def month(office: Office) -> Report:
    """143 who finished; one agreed and stopped after the first question, one only looked, one said STOP."""
    await office.town.crowd()
    async with office.storage.unit() as unit:
        left = await person(unit, "left", in_="piscine", of="valbrune", answers={"frequence": "parfois"})
        looked = await person(unit, "looked", in_="piscine", of="valbrune", agreed=False)
        gone = await person(unit, "gone", in_="piscine", of="valbrune", stopped_at=NOW)
        for who in (left, gone):
            await push(
                unit, who, "reminder", sent_at=START + timedelta(days=2), due_at=START + timedelta(days=2, hours=-3)
            )
        await push(unit, looked, "reminder", state=State.SKIPPED, reason=Reason.NO_CONSENT)
        await contribution(
            unit, HOSTILE, by=left, received_at=NOW, question="venir", review="reviewed", topics=["tarifs"]
        )
    async with office.storage.reading() as unit:
        return await report_of(unit, piscine(), now=NOW)


async def test_what_the_digest_says_too_is_the_digests(office: Office, month: Report) -> None:
    async with office.storage.reading() as unit:
        digest = await figures_now(unit, piscine(), now=NOW, since=NOW - WEEK)
        funnels = await unit.readouts.funnels(ConsultationId("piscine"))
    assert (month.figures.funnel, month.figures.response) == (digest.funnel, digest.response)
    assert sum(each.arrived for each in month.channels.values()) == digest.funnel.arrived == 146
    assert sum(each.funnel.answered for each in month.sources) == sum(each.answered for each in funnels.values()) == 144
    assert sum(each.first_answers for each in month.days) == digest.funnel.answered
    assert sum(month.sorted_by.values()) == digest.contributions - digest.unsorted


def test_what_only_the_report_counts(month: Report) -> None:
    assert (month.reached, month.stopped) == (2, 1)
    assert month.reached_by == {"channel": {"telegram": 2}, "source": {"poster": 2}}
    # 146 came, 145 agreed, 143 finished: 24 of those wrote nothing, one of the others did
    assert month.asked[:2] == (Asked("frequence", 144, 0, 1), Asked("venir", 120, 24, 1))
    assert [(each.step, each.sent, each.day) for each in month.marks] == [
        ("reminder", 2, (START + timedelta(days=2)).date())
    ]
    assert [(each.state, each.reason, each.messages) for each in month.not_sent] == [("skipped", "no_consent", 1)]
    assert month.delays is not None
    assert (month.delays.messages, month.delays.longest) == (2, 3 * 3600)
    (comparison,) = month.comparisons
    bellevue = next(each for each in comparison.shares if each.group == "bellevue")
    assert bellevue.low < bellevue.of_answers < bellevue.high
    assert bellevue.apart == ""


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_form_says_the_same_and_loads_nothing(month: Report, language: str) -> None:
    files = {form: make_report(month, piscine(), form, words(), language) for form in FORMS if form != "pdf"}
    page, marked = files["html"].decode(), files["md"].decode()
    assert not re.search(r'(src|href)="(?!data:)', page), "a report is one file, and asks nobody for anything"
    assert "<script" not in page
    assert "\\<script\\>" in marked
    document = document_of(month, piscine(), words(), language)
    for section in document.sections:
        assert section.heading.replace("'", "&#39;") in page
        for table in section.tables:
            for row in table.rows:
                assert all(f">{cell}<".replace("'", "&#39;") in page for cell in row)
    assert sum(1 for section in document.sections for table in section.tables if table.picture) == 4
    assert files["json"] == (json.dumps(report_json(month), ensure_ascii=False, indent=2) + "\n").encode()


def test_no_letter_above_the_curve_stands_on_another() -> None:
    days = [Shown(START.date() + timedelta(days=each), str(each), each % 7) for each in range(77)]
    marked = [(days[place].day, sign) for place, sign in ((0, "A"), (0, "B"), (1, "C"), (2, "D"), (40, "E"))]
    drawn = printed_days(days, marked, "answers")
    placed = re.findall(r"<text[^>]*translate\(([\d.-]+),([\d.-]+)\)[^>]*>([A-E ]+)</text>", drawn)
    assert [sign for _, _, sign in placed] == ["A B", "E", "C", "D"]
    heights = {sign: float(up) for _, up, sign in placed}
    assert heights["D"] < heights["C"] < heights["A B"] == heights["E"], "near ones one above the other"


@pytest.mark.skipif(not CHROMIUM, reason=MISSING)
async def test_the_page_can_be_read_by_everybody(month: Report, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_bytes(make_report(month, piscine(), "html", words(), "fr"))
    async with open_browser() as browser:
        for size, dark in ((PHONE, False), (DESKTOP, True)):
            async with window(browser, size=size, dark=dark) as context:
                page = await context.new_page()
                await page.goto(file.as_uri())
                await accessible(page)
                assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_nobody_came_yet(office: Office) -> None:
    async with office.storage.reading() as unit:
        empty = await report_of(unit, piscine(), now=NOW)
    assert "0 personne" in make_report(empty, piscine(), "md", words(), "fr").decode()
    assert make_report(empty, piscine(), "pdf", words(), "fr").startswith(b"%PDF")


async def test_the_desk_hands_it_out(office: Office, month: Report) -> None:
    browser = await office.comes()
    page = (await browser.get("/desk/piscine")).text
    for form, begins in (("html", b"<!doctype html>"), ("pdf", b"%PDF")):
        assert f'href="/desk/piscine/report/{form}?lang=fr"' in page
        file = await browser.get(f"/desk/piscine/report/{form}?lang=fr")
        assert file.content.startswith(begins)
        assert file.headers["content-disposition"] == f'attachment; filename="piscine-report.fr.{form}"'
    assert (await browser.get("/desk/piscine/report/exe")).status_code == 404


async def test_the_partners_own_figures_stand_beside_the_answers(office: Office, month: Report) -> None:
    reference = {"language": {"fr": 0.8, "en": 0.2}, "quartier": {"centre": 0.2, "gare": 0.2, "bellevue": 0.6}}
    async with office.storage.reading() as unit:
        report = await report_of(unit, piscine(), now=NOW, reference=reference)
    areas, languages = report.comparisons
    assert (areas.question, areas.answers, areas.shares[0].group) == ("quartier", 133, "bellevue")
    assert areas.shares[0].apart == "fewer"
    assert areas.shares[-1].apart == "more"
    assert [(each.group, each.answers, each.apart) for each in languages.shares] == [
        ("en", 0, "fewer"),
        ("fr", 144, "more"),
    ]
    written = make_report(report, piscine(), "md", words(), "fr").decode()
    assert re.search(r"Langue des réponses.*?\| English \| 0 \|.*?\| Français \| 144 \|", written, re.DOTALL)


async def test_what_became_of_it(office: Office, month: Report) -> None:
    async with office.storage.unit() as unit:
        answered = Answered(Progress.KEPT, {"fr": "Ouvert jusqu'à 21 h."}, topic="horaires")
        kept = await draft(unit, ConsultationId("piscine"), answered, "clerk", office.chance, now=NOW)
    async with office.storage.reading() as unit:
        assert (await report_of(unit, piscine(), now=NOW)).follow_ups == (), "a draft is nobody's answer yet"
    async with office.storage.unit() as unit:
        await publish(unit, kept.id, None, now=NOW)
    await Telling(office.storage, office.town.clock, office.chance, lambda: None, refresh_digests).tell_due()
    async with office.storage.reading() as unit:
        report = await report_of(unit, piscine(), now=NOW)
    (followed,) = report.follow_ups
    assert (followed.topic, followed.progress, followed.people) == ("horaires", Progress.KEPT, 52)
    assert "Ce qu'il en est advenu" in make_report(report, piscine(), "md", words(), "fr").decode()
