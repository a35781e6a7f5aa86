"""The page of topics, and staff's word on what a contribution is about."""

import json
from pathlib import Path

import pytest

from core.model.audit import Act
from core.model.contributions import By, Contribution
from core.model.ids import ConsultationId, ContributionId
from core.model.staff import Role
from nlp.learning.school import School
from tests.builders import contribution, person
from tests.integration.web_desk.office import Office, form_of
from tests.integration.web_results.town import piscine

PAGE = "/desk/piscine/topics"
SAID = "/desk/piscine/contributions"


async def wrote(office: Office, text: str, *topics: str) -> ContributionId:
    async with office.storage.unit() as unit:
        by = await person(unit, "anna", in_="piscine", of="valbrune")
        return await contribution(unit, text, by=by, question="venir", topics=topics)


async def read(office: Office, own: ContributionId) -> Contribution:
    async with office.storage.reading() as unit:
        return (await unit.contributions.get([own]))[0]


def has_learnt(office: Office, folder: Path, **facts: object) -> None:
    """A version as learning leaves it, without its numbers."""
    place = folder / "models" / "piscine" / "topics"
    ids = [topic.id for topic in piscine().taxonomy.topics]
    told = {"at": "2026-11-28T02:00:00+00:00", "count": 40, "sorted": 24, "unsorted": 16, **facts}
    (place / "versions" / "0001").mkdir(parents=True)
    (place / "versions" / "0001" / "about.json").write_text(json.dumps({"topics": ids, "facts": told}))
    (place / "current").write_text("0001\n")
    office.house.teaching.school = School(folder / "models")


async def test_a_moderator_says_what_it_is_about_and_that_counts_is_noted_and_shown(office: Office) -> None:
    own = await wrote(office, "plus de bus le dimanche", "horaires")
    browser = await office.comes(Role.MODERATOR)
    page = await browser.get(f"{SAID}?words=bus")
    assert 'name="topic:horaires" value="1" checked' in page.text
    form = {"form": form_of(page), "back": "words=bus", "topic:tarifs": "1", "topic:nowhere": "1"}
    answer = await browser.post(f"{SAID}/{own}", data=form, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{SAID}?words=bus#c-{own}")
    assert [tag.topic for tag in (await read(office, own)).tags if tag.by is By.STAFF] == ["tarifs"]
    async with office.storage.reading() as unit:
        said = await unit.audit.entries()
    assert (said[-1].act, said[-1].subject) == (Act.TOPIC_CORRECTED, "piscine")
    await browser.post(f"{SAID}/{own}", data={"form": form_of(page), "back": "//elsewhere.example"})
    assert [tag.topic for tag in (await read(office, own)).tags if tag.by is By.STAFF] == [""], "none of the list"
    assert "à classer" in (await browser.get(SAID)).text


async def test_nobody_sorts_what_is_not_theirs_or_not_to_be_read(office: Office) -> None:
    own = await wrote(office, "plus de bus")
    reader = await office.comes(Role.READER, "Rita")
    page = await reader.get(SAID)
    assert "Corriger" not in page.text
    assert (await reader.post(f"{SAID}/{own}", data={"form": form_of(page)})).status_code == 403
    browser = await office.comes(Role.MODERATOR)
    form = {"form": form_of(await browser.get(SAID)), "topic:tarifs": "1"}
    assert (await browser.post(f"{SAID}/contribution-000000", data=form)).status_code == 404
    async with office.storage.unit() as unit:
        await unit.contributions.whole([own], office.town.clock.now())
    assert (await browser.post(f"{SAID}/{own}", data=form)).status_code == 404
    assert (await read(office, own)).tags == ()


async def test_before_anything_was_learnt_the_list_sorts_alone(office: Office) -> None:
    page = await (await office.comes()).get(PAGE)
    assert "range avec les mots de votre liste" in page.text
    assert "<table" not in page.text and 'value="learn"' not in page.text


async def test_each_topic_is_shown_with_its_intervals_and_each_version_with_its_score(
    office: Office, tmp_path: Path
) -> None:
    tried = [["horaires", 20, 16, 12], ["tarifs", 4, 0, 0]]
    has_learnt(office, tmp_path, tried=tried, micro_f1=0.71, taxonomy_micro_f1=0.5)
    page = (await (await office.comes(Role.ORGANISER)).get(PAGE)).text.translate({0xA0: " ", 0x202F: " "})
    assert "75 % (51 – 90)" in page and "60 % (39 – 78)" in page
    assert "0001" in page and "28 novembre 2026" in page and "F1 71 %" in page
    await wrote(office, "plus de bus")
    overview = (await (await office.comes(name="Rita")).get("/desk/piscine")).text.translate({0xA0: " ", 0x202F: " "})
    assert "Thèmes justes : 75 % (51 à 90 %), d&#39;après 24 contributions corrigées" in overview
    async with office.storage.reading() as unit:
        consultation = await unit.consultations.current(ConsultationId("piscine"))
    assert consultation is not None
    sorting = office.house.teaching.sorting(consultation)
    assert sorting is not None and sorting.precision is not None
    assert (sorting.precision.value, sorting.texts) == (0.75, 24)


@pytest.mark.parametrize(("do", "said"), [("learn", "apprentissage commence"), ("back", "version d&#39;avant")])
async def test_an_organiser_asks_for_learning_or_goes_back(office: Office, tmp_path: Path, do: str, said: str) -> None:
    has_learnt(office, tmp_path)
    browser = await office.comes(Role.ORGANISER)
    page = await browser.post(PAGE, data={"form": form_of(await browser.get(PAGE)), "do": do}, follow_redirects=True)
    assert said in page.text
    if do == "learn":
        assert office.house.teaching.asked == {"piscine"}
        assert office.house.wakes["learn"].is_set()
    else:
        assert "range avec les mots de votre liste" in page.text
        page = await browser.post(PAGE, data={"form": form_of(page), "do": do}, follow_redirects=True)
        assert "Rien d&#39;appris" in page.text
    async with office.storage.reading() as unit:
        acts = [each.act for each in await unit.audit.entries() if each.act.value.startswith("topics.")]
    assert acts == [Act.TOPICS_LEARNT if do == "learn" else Act.TOPICS_BACK], "what was not done is not noted"
