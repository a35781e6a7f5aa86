"""Looking through what people wrote: what is found, what stays closed, and what may be taken along."""

import csv
import io
import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import httpx
import pytest

from core.model.audit import Act
from core.model.contributions import By, ContributionState
from core.model.follow_ups import Progress
from core.model.ids import ConsultationId, ContributionId
from core.model.staff import Role
from core.work import shelf
from core.work.follow_up import Answered, draft, publish
from tests.builders import NOW, alert, contribution, person
from tests.integration.path.people import NO_BREAK
from tests.integration.web_desk.office import Office, form_of

PAGE = "/desk/piscine/contributions"
HOSTILE = "<script>alert(1)</script>"


def found(page: httpx.Response) -> list[str]:
    """The texts on the page, in their order."""
    return [text.strip() for text in re.findall(r'<p class="text">(.*?)</p>', page.text, re.DOTALL)]


def count(page: httpx.Response) -> int:
    (said,) = re.findall(
        r"<strong>(\d+)\s*contributions?</strong>", page.text.replace("\u00a0", " ").replace("\u202f", " ")
    )
    return int(said)


async def wrote(office: Office, who: str, text: str | None, **more: Any) -> ContributionId:
    async with office.storage.unit() as unit:
        by = await person(unit, who, in_="piscine", of="valbrune", answers={"frequence": "parfois"})
        return await contribution(unit, text, by=by, in_="piscine", question="venir", **more)


@pytest.fixture
async def some(office: Office) -> Office:
    await wrote(office, "anna", "Ouvrir plus tard le soir", received_at=NOW - timedelta(days=3), topics=["horaires"])
    await wrote(
        office, "bob", "L'été, moins cher pour les élèves", received_at=NOW - timedelta(days=2), topics=["tarifs"]
    )
    await wrote(office, "chloe", f"{HOSTILE} le soir aussi", received_at=NOW - timedelta(days=1))
    return office


async def test_the_words_that_spoke_for_a_topic_stand_below_it_and_go_along(office: Office) -> None:
    anna = await wrote(office, "anna", "Ouvrir plus tard le soir", topics=["horaires"])
    hidden = await wrote(office, "bob", "jamais le matin", topics=["horaires"], state=ContributionState.HIDDEN)
    changed = await wrote(office, "chloe", None, topics=["horaires"], state=ContributionState.RECEIVED)
    async with office.storage.unit() as unit:
        for which, words in ((anna, ("Ouvrir", "<soir>")), (hidden, ("matin",)), (changed, ("midi",))):
            found = [("horaires", 0.9, True)]
            await unit.sorting.put_tags(which, found, By.TAGGER, NOW, {"horaires": words})
    browser = await office.comes(Role.ORGANISER)
    page = await browser.get(PAGE)
    assert "Horaires : à cause de « Ouvrir », « &lt;soir&gt; »" in page.text.replace("\u00a0", " ").replace(
        "\u202f", " "
    )
    assert "matin" not in page.text and "midi" not in page.text, "of what nobody may read yet, or any more, no word"
    table = (await browser.get(f"{PAGE}.csv")).content.decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(table))
    assert sorted(row["evidence"] for row in rows) == ["", "Horaires: Ouvrir, <soir>"]


async def test_the_newest_first_masked_and_escaped(some: Office) -> None:
    page = await (await some.comes()).get(PAGE)
    assert found(page) == [
        "&lt;script&gt;alert(1)&lt;/script&gt; le soir aussi",
        "L&#39;été, moins cher pour les élèves",
        "Ouvrir plus tard le soir",
    ]
    assert HOSTILE not in page.text
    assert count(page) == 3
    assert "Horaires · programme" in page.text
    assert "à classer" in page.text


@pytest.mark.parametrize(
    ("asked", "texts"),
    [
        ("words=SOIR", 2),
        ("words=ete+eleves", 1),
        ("words=été", 1),
        ("words=soi", 2),
        ("words=oir", 0),
        ("topic=horaires", 1),
        ("topic=-", 1),
        ("topic=~", 0),
        ("topic=tarifs&words=soir", 0),
        ("question=venir", 3),
        ("channel=telegram", 3),
        ("channel=paper", 0),
        ("language=fr", 3),
        ("status=read", 3),
        ("status=unread", 3),
        ("status=urgent", 0),
        ("until=2000-01-01", 0),
        ("since=nonsense&status=nonsense", 3),
        ("words=%3Cscript%3E", 1),
        ("after=nobody", 0),
        ("source=%00&question=%00&channel=%00", 3),
    ],
)
async def test_what_is_asked_for_is_found(some: Office, asked: str, texts: int) -> None:
    page = await (await some.comes()).get(f"{PAGE}?{asked}")
    assert page.status_code == 200
    assert len(found(page)) == texts


async def test_days_are_those_of_the_town(office: Office) -> None:
    """Half past eleven in the evening in UTC is the next day in Paris."""
    late = NOW.replace(hour=23, minute=30) - timedelta(days=5)
    await wrote(office, "anna", "tard", received_at=late)
    browser, paris = await office.comes(), (late + timedelta(hours=1)).date()
    assert len(found(await browser.get(f"{PAGE}?since={paris}&until={paris}"))) == 1
    assert not found(await browser.get(f"{PAGE}?until={paris - timedelta(days=1)}"))


@pytest.mark.parametrize("asked", ["", "words=mot"])
async def test_page_by_page_everything_comes_once(office: Office, asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "PAGE", 3)
    monkeypatch.setattr(shelf, "CHUNK", 2)
    for number in range(8):
        await wrote(office, f"p{number}", f"mot {number}", received_at=NOW - timedelta(hours=number // 2))
    browser, texts, address = await office.comes(), list[str](), f"{PAGE}?{asked}"
    for _ in range(4):
        page = await browser.get(address)
        texts += found(page)
        assert count(page) == 8
        more = re.search(r'href="(/desk/piscine/contributions\?[^"]*after=[^"]+)"', page.text)
        if more is None:
            break
        address = more[1].replace("&amp;", "&")
    assert sorted(texts) == [f"mot {number}" for number in range(8)]


async def test_what_is_urgent_or_not_masked_stays_closed(office: Office) -> None:
    urgent = await wrote(office, "anna", "mots urgents", redirect="distress")
    await wrote(office, "bob", None, raw="mots bruts", state=ContributionState.RECEIVED)
    async with office.storage.unit() as unit:
        await alert(unit, urgent, "distress", in_="piscine", of="valbrune")
    browser = await office.comes(Role.OWNER)
    for address in (PAGE, f"{PAGE}?status=urgent", f"{PAGE}?words=mots", f"{PAGE}.csv", f"{PAGE}.jsonl"):
        page = await browser.get(address)
        assert page.status_code == 200
        assert "mots urgents" not in page.text
        assert "mots bruts" not in page.text
    assert "Message urgent" in (await browser.get(PAGE)).text


async def test_the_choice_is_taken_along_as_the_export_writes_it(some: Office) -> None:
    await wrote(some, "dan", "=cmd|' /C calc'!A0 le soir", received_at=NOW)
    browser = await some.comes(Role.ORGANISER)
    sheet = await browser.get(f"{PAGE}.csv?words=soir")
    assert sheet.headers["content-disposition"] == 'attachment; filename="piscine.csv"'
    rows = list(csv.DictReader(io.StringIO(sheet.text.removeprefix("\ufeff"))))
    assert [row["text"] for row in rows] == [
        "'=cmd|' /C calc'!A0 le soir",
        f"{HOSTILE} le soir aussi",
        "Ouvrir plus tard le soir",
    ]
    assert rows[2]["topics"].startswith("Horaires (")
    lines = [json.loads(line) for line in (await browser.get(f"{PAGE}.jsonl?words=soir")).text.splitlines()]
    assert lines[0]["text"] == "=cmd|' /C calc'!A0 le soir"
    assert {line["id"] for line in lines} == {row["id"] for row in rows}
    async with some.storage.reading() as unit:
        assert [each.act for each in await unit.audit.entries()] == [Act.EXPORTED, Act.EXPORTED]


async def test_readers_look_and_take_nothing_along(some: Office) -> None:
    browser = await some.comes(Role.READER)
    assert ".csv" not in (await browser.get(PAGE)).text
    for ending in ("csv", "jsonl"):
        assert (await browser.get(f"{PAGE}.{ending}")).status_code == 403


async def test_a_topic_that_a_person_corrected_is_found_as_such(some: Office) -> None:
    which = await wrote(some, "eva", "des tapis pour les chats", topics=["tarifs"])
    async with some.storage.unit() as unit:
        await unit.sorting.put_tags(which, [("horaires", 1.0, True)], By.CITIZEN, NOW)
    page = await (await some.comes()).get(f"{PAGE}?topic=~")
    assert found(page) == ["des tapis pour les chats"]
    assert "Horaires · son auteur" in page.text


# ── several answered together ────────────────────────────────────────────────────────────────────────────────────────


def ticks(page: httpx.Response) -> list[str]:
    return re.findall(r'type="checkbox" form="together" name="chosen" value="([^"]+)"', page.text)


def words_of(page: httpx.Response) -> str:
    return unescape(page.text).translate(NO_BREAK)


async def test_several_are_ticked_and_get_one_answer_together(some: Office) -> None:
    browser = await some.comes(Role.ORGANISER)
    page = await browser.get(PAGE, params={"words": "soir"})
    chloe, anna = ticks(page)
    asked = await browser.get(f"{PAGE}/answer", params=[("back", "words=soir"), ("chosen", chloe), ("chosen", anna)])
    said = words_of(asked)
    assert "2 personnes ont écrit cela" in said
    assert "Ouvrir plus tard le soir" in said
    assert "moins cher" not in said
    assert HOSTILE not in asked.text
    (action,) = re.findall(r'name="action" value="([^"]+)"', asked.text)
    filled = {"form": form_of(asked), "action": action, "active": "contributions", "when": "now"}
    again = await browser.post("/desk/piscine/send", data=filled | {"state": "not_kept"})
    assert 'role="alert"' not in asked.text
    assert re.search(r'role="alert"[^>]*>[^<]*il faut dire pourquoi', words_of(again))
    assert "Ouvrir plus tard le soir" in words_of(again)
    right = filled | {"state": "kept", "text_fr": "La piscine ferme à 21 h."}
    for _ in range(2):  # sent twice, it counts once
        done = await browser.post("/desk/piscine/send", data=right)
        assert "Publié pour ces 2 contributions : gardé." in words_of(done)
    assert f'href="{PAGE}"' in done.text.partition("<main")[2], "the way back leads to where it began"
    async with some.storage.reading() as unit:
        (written,) = await unit.follow_ups.of(ConsultationId("piscine"))
        named = await unit.follow_ups.named(ConsultationId("piscine"))
        acts = [each.act for each in await unit.audit.entries() if each.act.value.startswith("follow_up")]
    assert named == {written.id: {anna, chloe}}
    assert acts == [Act.FOLLOW_UP_WRITTEN, Act.FOLLOW_UP_PUBLISHED]


async def test_with_nothing_ticked_the_page_says_so_and_keeps_what_was_searched_for(some: Office) -> None:
    browser = await some.comes(Role.ORGANISER)
    page = await browser.get(f"{PAGE}/answer", params={"back": "words=soir"}, follow_redirects=True)
    assert "Cochez d'abord une contribution" in words_of(page)
    assert count(page) == 2
    many = [("chosen", str(number)) for number in range(shelf.PAGE + 1)]
    assert (await browser.get(f"{PAGE}/answer", params=many)).status_code == 404


def way_back(page: httpx.Response) -> str:
    (said,) = re.findall(r'<a class="button" href="(/desk/[^"]*/contributions[^"]*)"', page.text)
    return unescape(said)


def back_of(page: httpx.Response, action: str) -> str:
    """What the form of the button that does this brings along."""
    (form,) = [each for each in page.text.split("<form") if f'value="{action}"' in each]
    return unescape(re.findall(r'name="back" value="([^"]*)"', form)[0])


async def test_after_an_act_one_comes_back_to_the_same_search_the_same_page_and_the_same_place(office: Office) -> None:
    for number in range(shelf.PAGE + 3):
        own = await wrote(office, f"p{number}", f"le soir {number}", received_at=NOW - timedelta(minutes=60 - number))
    browser = await office.comes(Role.ORGANISER)
    first = await browser.get(PAGE, params={"words": "soir"})
    assert "pour cette page seulement" in words_of(first)
    older = unescape(re.findall(r'href="([^"]*after=[^"]*)"', first.text)[0])
    page = await browser.get(older)
    assert found(page) == ["le soir 2", "le soir 1", "le soir 0"]
    own = ticks(page)[1]

    back = back_of(page, f"hide:{own}")
    asked = await browser.post(
        "/desk/piscine/press",
        data={"form": form_of(page), "active": "contributions", "action": f"hide:{own}", "back": back},
    )
    assert way_back(asked) == f"{older}#c-{own}"
    (action,) = re.findall(r'name="action" value="(hide:[^"]+)"', asked.text)
    sent = {"form": form_of(asked), "active": "contributions", "action": action, "back": back_of(asked, action)}
    done = await browser.post("/desk/piscine/send", data=sent | {"reason": "insult"})
    assert way_back(done) == f"{older}#c-{own}"

    together = [("back", older.partition("?")[2]), ("chosen", ticks(page)[0]), ("chosen", ticks(page)[2])]
    asked = await browser.get(f"{PAGE}/answer", params=together)
    assert way_back(asked) == older
    (action,) = re.findall(r'name="action" value="([^"]+)"', asked.text)
    sent = {"form": form_of(asked), "active": "contributions", "action": action, "back": back_of(asked, action)}
    done = await browser.post("/desk/piscine/send", data=sent | {"state": "kept", "text_fr": "Oui.", "when": "now"})
    assert way_back(done) == older
    none = await browser.get(f"{PAGE}/answer", params=together[:1], follow_redirects=True)
    assert found(none) == ["le soir 2", "le soir 0"]
    sent = {"form": form_of(none), "back": f"{older.partition('?')[2]}&chosen=none"}
    again = await browser.post(f"{PAGE}/{ticks(none)[0]}", data=sent)
    assert again.headers["location"] == f"{older}#c-{ticks(none)[0]}", "what was missing then is not said again"


@pytest.mark.parametrize("hostile", ['"><script>', "//elsewhere.example", "?x=%0d%0aset-cookie:a", "#c-<b>", "\x00#x"])
async def test_the_way_back_leads_nowhere_else(some: Office, hostile: str) -> None:
    browser = await some.comes(Role.ORGANISER)
    (own, *_) = ticks(await browser.get(PAGE))
    asked = await browser.get(f"{PAGE}/answer", params=[("back", hostile), ("chosen", own)])
    assert asked.status_code == 200
    assert re.fullmatch(rf"{PAGE}(\?[A-Za-z0-9_.%+=&-]*)?", way_back(asked))
    assert "<script>" not in asked.text.partition("<main")[2]


async def test_what_stands_at_different_points_has_no_answer_in_common(some: Office) -> None:
    browser = await some.comes(Role.ORGANISER)
    chloe, _, anna = ticks(await browser.get(PAGE))
    for progress, now in ((Progress.KEPT, NOW), (Progress.DONE, NOW + timedelta(days=1))):
        async with some.storage.unit() as unit:
            answered = Answered(progress, {"fr": "Oui."}, contributions=(ContributionId(anna),))
            made = await draft(unit, ConsultationId("piscine"), answered, "terminal", some.chance, now=now)
            await publish(unit, made.id, None, now=now)
    page = await browser.get(f"{PAGE}/answer", params=[("chosen", chloe), ("chosen", anna)])
    assert "n'en sont pas au même point" in words_of(page)
    alone = await browser.get(f"{PAGE}/answer", params=[("chosen", anna)])
    assert "C'est fait pour cette personne" in words_of(alone)


async def test_who_may_not_answer_has_nothing_to_tick_and_paper_has_nobody_to_tell(some: Office) -> None:
    async with some.storage.unit() as unit:
        paper = await contribution(unit, "sur papier", in_="piscine", question="venir")
    organiser = await some.comes(Role.ORGANISER)
    page = await organiser.get(PAGE)
    assert "sur papier" in page.text
    assert len(ticks(page)) == 3 and paper not in ticks(page)
    refused = await organiser.get(f"{PAGE}/answer", params={"chosen": paper})
    assert "pas à vous" in words_of(refused)
    moderator = await some.comes(Role.MODERATOR, "Denis")
    assert ticks(await moderator.get(PAGE)) == []
    assert "la même réponse" not in words_of(await moderator.get(PAGE))


async def test_what_is_found_can_be_hidden_and_shown_again_where_it_is_read(office: Office) -> None:
    own = await wrote(office, "anna", "Le maire est un idiot", topics=["horaires"])
    reader, moderator = await office.comes(), await office.comes(Role.MODERATOR, "Marc")
    assert f'value="hide:{own}"' not in (await reader.get(PAGE)).text
    page = await moderator.get(PAGE)
    from_here = {"form": form_of(page), "active": "contributions"}
    assert f'value="hide:{own}"' in page.text
    said = await moderator.post("/desk/piscine/press", data=from_here | {"action": f"hide:{own}"})
    (asked,) = re.findall(r'name="action" value="(hide:[^"]+)"', said.text)
    done = await moderator.post("/desk/piscine/send", data=from_here | {"action": asked, "reason": "insult"})
    assert f'href="{PAGE}"' in done.text.partition("<main")[2], "the way back leads to where it began"

    page = await moderator.get(f"{PAGE}?status=hidden")
    assert count(page) == 1
    assert "idiot" not in page.text
    assert "Masqué par l'équipe : insulte ou menace." in words_of(page)
    await moderator.post("/desk/piscine/press", data=from_here | {"action": f"show:{own}"})
    assert count(await moderator.get(f"{PAGE}?status=hidden")) == 0
    assert found(await moderator.get(PAGE)) == ["Le maire est un idiot"]
