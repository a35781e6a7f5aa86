"""What many contributions say together, on the organisers' pages: new themes, and what one topic is about."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from config.consultation_topics import with_topic
from core.model.consultations import Consultation
from core.model.contributions import effective
from core.model.ids import ConsultationId
from core.model.messages import Quote
from core.model.staff import Role
from core.work.digests.digest import digest_card
from core.work.ports import Gist, Theme
from nlp.corpus.gist import gist
from nlp.corpus.themes import themes as found
from tests.builders import NOW, contribution
from tests.integration.web_desk.office import Office, form_of
from tests.unit.nlp.test_themes import SCATTERED, SLIDE

PAGE = "/desk/piscine/themes"
POOL = Path(__file__).parents[3] / "config" / "examples" / "piscine.yaml"


class Here:
    """The surveyor without a process of its own."""

    async def themes(self, texts: Sequence[str], others: Sequence[str], language: str) -> Sequence[Theme]:
        return found(texts, others, language)

    async def gist(self, texts: Sequence[str], others: Sequence[str], language: str) -> Gist:
        return gist(texts, others, language)


async def test_an_organiser_makes_a_topic_of_what_several_say(office: Office) -> None:
    themes = office.house.themes
    themes.surveyor, themes.write = Here(), with_topic
    own = ConsultationId("piscine")
    async with office.storage.unit() as unit:
        for text in [*SCATTERED, *SLIDE]:
            review = "reviewed" if text == SLIDE[0] else "new"
            await contribution(unit, text, in_="piscine", question="venir", review=review)
    browser = await office.comes(Role.ORGANISER)
    page = await browser.get(PAGE)
    assert "6 personnes" in page.text.replace("\u00a0", " ")
    assert [text for text in SLIDE if text in page.text] == [SLIDE[0]]
    (theme,) = await themes.proposed(await current(office))
    asked = {"form": form_of(page), "number": str(theme.number), "name": "Toboggans"}
    assert "ne peut pas être écrit" in (await browser.post(PAGE, data=asked, follow_redirects=True)).text
    async with office.storage.unit() as unit:
        await unit.consultations.put_file(own, 1, POOL.read_text(encoding="utf-8"))
    page = await browser.post(PAGE, data={**asked, "number": "99"}, follow_redirects=True)
    assert "n&#39;est plus la même" in page.text
    assert "Prenez le nouveau fichier" in (await browser.post(PAGE, data=asked, follow_redirects=True)).text
    assert (await current(office)).topics[-1].id == "toboggans"
    async with office.storage.reading() as unit:
        filed = [each for each in await unit.contributions.page(own) if effective(each.tags)]
    assert {each.text for each in filed} == set(SLIDE)
    assert office.house.teaching.asked == {"piscine"}


async def test_where_a_change_takes_two_people_one_makes_no_topic(office: Office) -> None:
    office.house.themes.surveyor, office.house.themes.write = Here(), with_topic
    asked = await current(office)
    two = replace(asked, partner=replace(asked.partner, second_person=True))
    async with office.storage.unit() as unit:
        await unit.consultations.revise(two, 2, NOW, file=POOL.read_text(encoding="utf-8"))
        for text in [*SCATTERED, *SLIDE]:
            await contribution(unit, text, in_="piscine", question="venir")
    browser = await office.comes(Role.ORGANISER)
    (theme,) = await office.house.themes.proposed(two)
    form = {"form": form_of(await browser.get(PAGE)), "number": str(theme.number), "name": "Toboggans"}
    page = await browser.post(PAGE, data=form, follow_redirects=True)
    assert "demande deux personnes" in page.text and 'href="/desk/piscine/consultation"' in page.text
    assert (await current(office)).revision == 2
    assert await office.house.themes.proposed(two), "nothing was filed"


async def current(office: Office) -> Consultation:
    async with office.storage.reading() as unit:
        known = await unit.consultations.current(ConsultationId("piscine"))
    assert known is not None
    return known


async def test_a_topic_is_shown_by_its_phrases_and_by_what_stands_for_the_others(office: Office) -> None:
    office.house.surveyor = Here()
    async with office.storage.unit() as unit:
        for text in [*SLIDE, SLIDE[1].upper(), f"{SLIDE[1]} svp"]:
            review = "reviewed" if text == SLIDE[1] else "new"
            await contribution(unit, text, in_="piscine", question="venir", topics=["tarifs"], review=review)
            await contribution(unit, text.lower().replace("toboggan", "bus"), in_="piscine", question="venir")
        quoted = next(
            each.id for each in await unit.contributions.page(ConsultationId("piscine")) if each.text == SLIDE[1]
        )
    browser = await office.comes()
    page = (await browser.get("/desk/piscine/topics/tarifs")).text.replace("\u00a0", " ")
    assert "8 personnes" in page and "comme 2 autres personnes" in page
    assert [text for text in SLIDE if text in page.replace("&#39;", "'")] == [SLIDE[1]]
    assert '<span class="mark" dir="auto">toboggan</span>' in page
    assert (await browser.get("/desk/piscine/topics/nowhere")).status_code == 404
    digest = await office.house.digests.make_now("piscine")
    async with office.storage.unit() as unit:
        card = await digest_card(unit, digest, office.house.words, "fr")
        assert card is not None
        notes = [block.note.replace("\u00a0", " ") for block in card.blocks if isinstance(block, Quote)]
        assert notes == ["comme 2 autres personnes · relu"]
        await unit.staff.unquote(digest, [quoted])
        row = await unit.staff.digest(digest)
    assert row is not None and str(quoted) not in str(row.figures)
