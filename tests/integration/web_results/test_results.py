"""The results page: nothing before eleven, nothing that tells of a few, nothing nobody read, nothing foreign."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bots.web.desk.sign_in import ASKING
from bots.web.forms import form_token
from core.model.campaigns import CampaignState
from core.model.consultations import Event, Option, QuestionKind
from core.model.follow_ups import Progress
from core.model.ids import ConsultationId
from core.rules.disclosure import Basis, K
from core.storage.engine import Storage
from core.work import follow_up
from core.work.evaluation.results import Counts, Shape, Table, settled, table_of
from core.work.follow_up import Answered
from tests.builders import contribution
from tests.integration.web_results.town import Town, piscine, town_on

HOSTILE = "<script>alert(1)</script> {{ 7 * 7 }} \u202e=cmd|' /C calc'!A0 &amp; \"><img src=x onerror=alert(1)>"


async def page(town: Town, query: str = "lang=fr", *, status: int = 200) -> str:
    town.later()
    answer = await town.client.get(f"/r/piscine?{query}")
    assert answer.status_code == status
    return answer.text.replace("\u00a0", " ").replace("\u202f", " ")


async def figures(town: Town) -> dict[str, object]:
    town.later()
    found: dict[str, object] = json.loads((await town.client.get("/r/piscine/results.json?lang=fr")).text)
    return found


async def test_under_eleven_answers_it_says_so_and_shows_no_figure_and_no_quote(town: Town) -> None:
    await town.answers(
        K - 1, often="parfois", area="centre", topic="horaires", text="ouvrir plus tard le soir", review="reviewed"
    )
    shown = await page(town)
    assert "Moins de 11 personnes ont répondu" in shown
    assert "ouvrir plus tard" not in shown
    assert "<table" not in shown
    assert "<svg" not in shown
    assert "10" not in re.sub(r"2\d\d\d|/static/\S+", "", shown)
    for said in ("Les travaux sont décidés.", "Le conseil municipal décide", "12 mars 2027", "30 mars 2027"):
        assert said in shown
    assert (await figures(town))["tables"] == []


async def test_a_month_of_answers_is_shown_as_pictures_tables_and_words_that_somebody_read(town: Town) -> None:
    await town.crowd()
    shown = await page(town)
    assert "143 personnes ont répondu" in shown
    assert "119 réponses écrites" in shown
    assert "Déclaratif, non représentatif" in shown
    assert shown.count("<svg") == 3
    assert shown.count("<table>") == 3
    assert '<th scope="row" dir="auto">Horaires</th>' in shown
    assert '<td class="number">52</td>' in shown
    assert "ouvrir plus tard le soir, et le dimanche aussi</p>" in shown
    assert "(3)" not in shown, "nobody has read that one"


async def test_an_answer_of_a_few_is_not_published_anywhere(town: Town) -> None:
    await town.answers(30, often="parfois", area="centre")
    await town.answers(20, often="jamais", area="centre")
    await town.answers(3, often="chaque-semaine", area="centre")
    rows = list(csv.DictReader(io.StringIO((await town.client.get("/r/piscine/results.csv?lang=fr")).text)))
    often = {row["row"]: row["count"] for row in rows if row["table"].startswith("Vous venez")}
    assert often == {"Chaque semaine": "", "Parfois": "30", "Jamais": "", "Sans réponse": "0"}
    shown = await page(town)
    assert "non publié" in shown
    assert '<td class="number">3</td>' not in shown
    assert '<td class="number">20</td>' not in shown


async def test_two_pages_one_after_the_other_are_never_a_few_people_apart(town: Town) -> None:
    await town.answers(20, often="parfois")
    first = await figures(town)
    await town.answers(K - 1, often="jamais", area="gare")
    assert await figures(town) == first
    await town.answers(1, often="jamais", area="gare")
    assert (await figures(town))["answered"] == 20 + K


async def test_the_published_counts_outlive_a_restart(town: Town) -> None:
    await town.answers(20, often="parfois")
    assert (await figures(town))["answered"] == 20
    await town.answers(3, often="jamais")
    kept = json.loads((town.parts.results / "piscine.json").read_text("utf-8"))
    assert kept["answered"] == 20
    town.later(timedelta(days=90))
    assert (await figures(town))["answered"] == 23, "it is closed: everybody counts"


async def test_a_campaign_that_was_stopped_is_closed_since_that_day(town: Town) -> None:
    assert "31 janvier 2027" in await page(town)
    async with town.storage.unit() as unit:
        await unit.consultations.set_state(ConsultationId("piscine"), CampaignState.STOPPED, town.clock.now())
    closed = await page(town)
    assert "On ne peut plus répondre depuis le 30 novembre 2026." in closed
    assert "31 janvier" not in closed


async def test_the_same_results_are_the_same_bytes_and_are_not_sent_twice(town: Town) -> None:
    await town.answers(20, often="parfois")
    first = await town.client.get("/r/piscine?lang=fr")
    town.later()
    again = await town.client.get("/r/piscine?lang=fr")
    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    same = await town.client.get("/r/piscine?lang=fr", headers={"if-none-match": first.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")


async def test_a_quote_that_was_hidden_is_gone_from_the_next_page(town: Town) -> None:
    quoted = await town.answers(12, topic="tarifs", text="moins cher pour les familles", review="reviewed")
    assert "moins cher pour les familles" in await page(town)
    async with town.storage.unit() as unit:
        for each in quoted:
            await unit.staff.set_review(each, "moins cher pour les familles", quotable=False)
    assert "moins cher pour les familles" not in await page(town)


async def test_both_languages_and_the_easy_version_say_the_same(town: Town) -> None:
    await town.crowd()
    assert "143 people answered" in await page(town, "lang=en")
    easy = await page(town, "lang=fr&easy=1")
    assert "Horaires : 52 sur 119" in easy
    assert "<svg" not in easy
    assert 'href="?lang=en&amp;easy=1"' in easy


async def test_what_is_hostile_stays_text(town: Town) -> None:
    both = {"fr": HOSTILE, "en": HOSTILE}
    asked = piscine()
    nasty = replace(
        asked,
        title=both,
        why=both,
        questions=tuple(
            replace(each, text=both, options=tuple(replace(option, label=both) for option in each.options))
            for each in asked.questions
        ),
        taxonomy=replace(asked.taxonomy, topics=tuple(replace(each, name=both) for each in asked.taxonomy.topics)),
    )
    async with town.storage.unit() as unit:
        await unit.consultations.revise(nasty, 2, town.clock.now())
    await town.answers(12, often="parfois", topic="tarifs", text=f"{HOSTILE} {'x' * 4000}", review="reviewed")
    shown = await page(town)
    assert "<script" not in shown
    assert "<img" not in shown
    assert "49" not in re.sub(r"/static/\S+", "", shown)
    cells = csv.reader(io.StringIO((await town.client.get("/r/piscine/results.csv")).text.removeprefix("\ufeff")))
    assert not [cell for row in cells for cell in row if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("path", ["/r/lake", "/r/..%2f..%2fetc", "/r/" + "x" * 5000, "/r/piscine/results.xlsx"])
async def test_what_is_no_consultation_is_a_kind_page(town: Town, path: str) -> None:
    answer = await town.client.get(path)
    assert answer.status_code == 404
    assert "<h1>" in answer.text


async def test_letters_that_no_database_can_hold_trouble_none(storage: Storage, tmp_path: Path) -> None:
    async with town_on(storage, tmp_path) as town:
        await town.starts(piscine())
        for path in ("/r/%00", "/r/%00/results.csv", "/o/piscine%00/event.ics", "/desk/sign-in/%00"):
            assert (await town.client.get(path)).status_code == 404
        form = {"form": form_token(town.parts.key, ASKING), "email": "claire\0@town.example", "next": ""}
        assert (await town.client.post("/desk/sign-in", data=form)).status_code == 200


async def test_the_first_visitor_reads_a_language_of_the_consultation_as_the_others_do(town: Town) -> None:
    french = replace(piscine(), languages=("fr",))
    async with town.storage.unit() as unit:
        await unit.consultations.revise(french, 2, town.clock.now())
    for _ in range(2):
        shown = await town.client.get("/r/piscine", headers={"accept-language": "en"})
        assert '<html lang="fr"' in shown.text


async def test_another_partners_consultation_is_not_shown(town: Town) -> None:
    other = replace(piscine(), id="lake", partner=replace(piscine().partner, id="other"))
    mine = town.parts.partner
    await town.starts(other)
    town.parts.partner = mine
    assert (await town.client.get("/r/lake")).status_code == 404


async def test_answers_from_paper_count_as_answers_not_as_people(town: Town) -> None:
    async with town.storage.unit() as unit:
        for _ in range(14):
            await contribution(unit, "ouvrir le soir", in_="piscine", question="venir", topics=["horaires"])
    shown = await page(town)
    assert "Moins de 11 personnes ont répondu" in shown
    assert "14 réponses écrites" in shown
    assert shown.count("<table>") == 1


def test_several_choices_scales_and_numbers_have_their_tables() -> None:
    asked = piscine().questions[0]
    options = [each.id for each in asked.options]
    several = table_of(replace(asked, kind=QuestionKind.SEVERAL), {f"{options[0]},{options[1]}": 12, options[1]: 5}, 20)
    assert list(several.cells.values()) == [12, 17, None]
    number = table_of(
        replace(asked, kind=QuestionKind.NUMBER, options=(), low=0, high=99),
        {"7": 20, "25": 15, "98,5": 12, "many": 1},
        50,
    )
    assert number.cells == {"0:19": 20, "20:39": 15, "40:59": None, "60:79": None, "80:99": None, "": 3}
    options = tuple(Option(each, {}) for each in ("yes", "no", "here"))
    starts = piscine().opens_at
    event = replace(asked, kind=QuestionKind.EVENT, options=options, event=Event({}, starts, starts, {}))
    assert table_of(event, {"yes": 12, "here": 3, "no": 11}, 30).cells == {"yes": 15, "no": 11, "": 4}
    scale = table_of(
        replace(asked, kind=QuestionKind.SCALE, options=(), low=1, high=3), {"1": 11, "2": 12, "3": 13}, 36
    )
    assert scale.cells == {"1": 11, "2": 12, "3": 13, "": 0}


def test_kept_counts_give_way_when_the_file_asks_something_else() -> None:
    today = piscine().opens_at.date()
    kept = Counts(20, None, (Table("a", Shape.PARTS, {"x": 20}, 20),), Basis(20, closed=False), today)
    fresh = Counts(21, None, (Table("b", Shape.PARTS, {"y": 21}, 21),), Basis(21, closed=False), today)
    assert settled(kept, fresh) is fresh
    assert settled(kept, replace(fresh, tables=kept.tables)) is kept


async def test_what_was_decided_is_published_with_its_date_and_drafts_are_not(town: Town) -> None:
    async def answers(progress: Progress, topic: str, text: str, *, publishes: bool) -> None:
        given = Answered(progress, {"fr": text}, topic, on=date(2027, 3, 12))
        async with town.storage.unit() as unit:
            own, chance, now = ConsultationId("piscine"), town.parts.house.chance, town.clock.now()
            made = await follow_up.draft(unit, own, given, "terminal", chance, now=now)
            if publishes:
                await follow_up.publish(unit, made.id, None, now=now)

    await answers(Progress.KEPT, "Horaires", "Ouvert jusqu'à 21 h <b>dès septembre</b>.", publishes=True)
    await answers(Progress.NOT_KEPT, "Tarifs", "Le prix reste le même.", publishes=False)
    for query in ("lang=fr", "lang=fr&easy=1"):
        shown = await page(town, query)
        assert "Ce que c&#39;est devenu" in shown
        assert "Décision du 12 mars 2027 : gardé." in shown
        assert "Ouvert jusqu&#39;à 21 h &lt;b&gt;dès septembre&lt;/b&gt;." in shown
        assert "Le prix reste le même." not in shown
