"""The page of events and votes: staff note how many came once it has begun, and see where the dots of a vote went."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from bots.web.report.document import document_of
from core.model.audit import Act
from core.model.consultations import Consultation, Option, Question, QuestionKind
from core.model.messages import Line
from core.model.staff import Role
from core.work.digests.digest import WEEK, figures_card, figures_now
from core.work.evaluation.report import report_of
from tests.builders import NOW, contribution, person
from tests.integration.web_desk.office import Office, form_of
from tests.integration.web_results.town import piscine, words
from tests.samples import sample

HERE = "/desk/atelier-2027/meetings"
NO_BREAK = str.maketrans({"\u00a0": " ", "\u202f": " "})


def workshop() -> Consultation:
    """The sample with a vote instead of its first question, asked by the partner of this office."""
    asked = sample("atelier")
    options = tuple(Option(each, {"fr": f"Sujet {each} <b>"}) for each in ("un", "deux", "trois"))
    vote = Question("vote", QuestionKind.SEVERAL, {"fr": "Vos deux voix ?"}, options=options, most=2)
    return replace(asked, partner=piscine().partner, sources={}, opens_at=NOW, questions=(vote, *asked.questions[1:]))


async def opened(office: Office) -> Consultation:
    asked = workshop()
    await office.town.starts(asked)
    async with office.storage.unit() as unit:
        for name, vote, comes in (("anna", "un,deux", "yes"), ("bob", "deux", "here"), ("chloe", "deux,trois", "no")):
            await person(unit, name, in_=asked.id, of="valbrune", answers={"vote": vote, "atelier": comes})
    return asked


def begun(office: Office, asked: Consultation) -> datetime:
    event = asked.questions[-1].event
    assert event is not None
    office.town.later(event.starts + timedelta(hours=1) - office.town.clock.now())
    return office.town.clock.now()


async def test_how_many_came_is_noted_once_it_has_begun_and_stands_everywhere(office: Office) -> None:
    asked = await opened(office)
    browser = await office.comes(Role.ORGANISER)
    page = await browser.get(HERE)
    assert "Ont dit oui : 2. Ont dit non : 1." in page.text.translate(NO_BREAK)
    assert 'name="came"' not in page.text, "nobody can have come yet"
    early = await browser.post(HERE, data={"form": form_of(page), "do": "came", "event": "atelier", "came": "2"})
    assert early.headers["location"] == f"{HERE}?done=refused"
    now = begun(office, asked)
    await office.signs_in(browser, await office.hires("Eva", Role.ORGANISER))
    page = await browser.get(HERE)
    for typed, done in (("-3", "refused"), ("beaucoup", "refused"), ("9", "came"), ("4", "came")):
        given = {"form": form_of(page), "do": "came", "event": "atelier", "came": typed}
        assert (await browser.post(HERE, data=given)).headers["location"] == f"{HERE}?done={done}"
    assert "1 personne a dit sur place « J&#39;y suis »." in (await browser.get(HERE)).text.translate(NO_BREAK)
    assert "4 personnes sont venues." in (await browser.get(HERE)).text.translate(NO_BREAK)
    async with office.storage.reading() as unit:
        figures = await figures_now(unit, asked, now=now, since=now - WEEK)
        card = await figures_card(unit, figures, asked, words(), "fr")
        report = await report_of(unit, asked, now=now)
        acts = [each.act for each in await unit.audit.entries()]
    (event,) = figures.events
    assert (event.coming, event.not_coming, event.here, event.came) == (2, 1, 1, 4)
    said = "\n".join(each.text for each in card.blocks if isinstance(each, Line)).translate(NO_BREAK)
    assert "2 ont dit oui, 1 non · 1 a dit sur place « J'y suis » · 4 personnes sont venues" in said
    assert "Vote, 3 personnes : Sujet deux <b> 3 · Sujet un <b> 1 · Sujet trois <b> 1" in said
    tables = [each for section in document_of(report, asked, words(), "fr").sections for each in section.tables]
    assert ("l'atelier de janvier", "2", "1", "1", "4") in [row for table in tables for row in table.rows]
    assert acts.count(Act.MEETING_CAME) == 2


async def test_the_dots_of_a_vote_are_shown_and_only_where_there_is_something_to_see(office: Office) -> None:
    await opened(office)
    browser = await office.comes(Role.READER)
    page = (await browser.get(HERE)).text
    assert page.index("Sujet deux &lt;b&gt;") < page.index("Sujet un &lt;b&gt;")
    assert "3 personnes ont voté." in page.translate(NO_BREAK)
    assert f'href="{HERE}"' in page
    assert "/meetings" not in (await browser.get("/desk/piscine")).text
    assert (await browser.post(HERE, data={"form": form_of(await browser.get(HERE))})).status_code == 403


async def test_what_is_proposed_is_kept_and_what_was_dealt_with_is_noted(office: Office) -> None:
    asked = await opened(office)
    async with office.storage.unit() as unit:
        for name, text in (
            ("dan", "moins de jargon <i>"),
            ("eva", "Moins de jargon <i> !"),
            ("fred", "aller au marché"),
        ):
            by = await person(unit, name, in_=asked.id, of="valbrune")
            await contribution(unit, text, by=by, question="sujet")
    browser = await office.comes(Role.ORGANISER)
    page = await browser.get(HERE)
    assert "moins de jargon &lt;i&gt;" in page.text.lower()
    assert "proposé 2 fois" in page.text.translate(NO_BREAK)
    (twice, once) = re.findall(r'name="contributions" value="([^"]+)"', page.text)

    async def sends(**fields: str) -> str:
        answer = await browser.post(HERE, data={"form": form_of(page), **fields})
        return answer.headers["location"].removeprefix(f"{HERE}?done=")

    assert await sends(do="keep", contributions=twice, label_fr=" ") == "words"
    assert await sends(do="keep", contributions=twice, label_fr="Parler <b>") == "kept"
    assert await sends(do="keep", contributions=twice, label_fr="Encore") == "words"
    assert await sends(do="keep", contributions=once, into="1") == "kept"
    shown = (await browser.get(HERE)).text.translate(NO_BREAK)
    assert "Parler &lt;b&gt;</span> · 0 voix · proposé 3 fois" in shown
    assert 'name="contributions"' not in shown
    assert await sends(do="treated", number="7") == "refused"
    assert await sends(do="treated", number="1") == "treated"
    assert "traité le 30 novembre 2026" in (await browser.get(HERE)).text.translate(NO_BREAK)
    assert await sends(do="back", number="1") == "treated"
    assert "traité le" not in (await browser.get(HERE)).text


async def test_what_is_no_such_proposal_is_left_out_here_too(office: Office) -> None:
    asked = await opened(office)
    async with office.storage.unit() as unit:
        for name, text in (("dan", "moins de jargon"), ("eva", "moins de jargon svp"), ("fred", "Moins de jargon !")):
            by = await person(unit, name, in_=asked.id, of="valbrune")
            await contribution(unit, text, by=by, question="sujet")
    browser = await office.comes(Role.ORGANISER)
    page = await browser.get(HERE)
    twice, once = re.findall(r'type="checkbox" name="contributions" value="([^"]+)" checked', page.text)
    assert (len(twice.split()), len(once.split())) == (2, 1)
    form, label = form_of(page), "Parler clair"
    nothing = await browser.post(HERE, data={"form": form, "do": "keep", "label_fr": label})
    assert nothing.headers["location"] == f"{HERE}?done=words"
    kept = await browser.post(HERE, data={"form": form, "do": "keep", "contributions": [twice], "label_fr": label})
    assert kept.headers["location"] == f"{HERE}?done=kept"
    shown = (await browser.get(HERE)).text.translate(NO_BREAK)
    assert "proposé 2 fois" in shown
    assert f'name="contributions" value="{once}"' in shown
