"""Every message, window and Home tab of Slack as a picture, light and dark.

`python -m tests.docs.slack_pictures [FOLDER]` takes them:

    the sample's first month, played by made-up neighbours ─▶ cards ─▶ blocks ─▶ a page like Slack's ─▶ Chromium

Without a folder only those that the documents show are taken. Sample data only. Look at them before you keep them.
"""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bots.registry import CHANNELS
from bots.slack.blocks import to_blocks, to_window
from bots.slack.forms import to_form
from bots.slack.home import to_home
from bots.slack.words import say
from bots.terminal.rehearsal.story import play_through, rehearsal, set_stage
from config.consultation_files import read_consultation
from config.locale import Catalogue
from core.model.consultations import Event, PartnerProfile, Question, QuestionKind
from core.model.contributions import ContributionState
from core.model.deliveries import ApprovalRef, ThreadRef, WaitingRef
from core.model.forms import Form
from core.model.ids import AccountId, AlertId, ConsultationId
from core.model.meetings import Choice, EventFigure, VoteFigure
from core.model.messages import Card
from core.model.satisfaction import Rating
from core.model.staff import Actor, Colleague, Role
from core.storage.engine import open_storage
from core.work.cards.digest_layout import COUNTING, REVIEW, layout
from core.work.digests.digest import alert_card, figures_card, figures_now
from core.work.digests.threads import topic_card
from core.work.digests.waiting import reminder_card
from core.work.events.agenda import keep
from core.work.house import House
from core.work.staff.approvals import Became, approval_card
from core.work.staff.campaign_desk import CampaignDesk
from core.work.staff.lookups import Lookups
from core.work.staff.staff_home import StaffHome
from nlp.tagger import InProcessTagger
from tests.builders import alert as made_alert
from tests.builders import both, consultation, contribution, person, start
from tests.docs.pictures import FOLDER
from tests.integration.path.town import DRAFTING
from tests.integration.web.browser import open_browser
from tests.stand_ins.slack.drawing import drawn
from tests.unit.work.test_campaign_desk import FILLED, LAST, OWN

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "config" / "examples" / "piscine.yaml"
PEOPLE, SEED = 200, 2027
WHO = Actor("U1", Role.ORGANISER, "Camille")
URGENT = {"fr": "il y a le feu dans le hall", "en": "there is a fire in the hall"}
PROPOSED = {
    "fr": ("Moins de jargon", "moins de jargon svp !", "Des horaires pour les familles", "Aller au marché"),
    "en": ("Less jargon", "less jargon please!", "Hours for families", "Go to the market"),
}
PLANNED = {"fr": "Ouvert jusqu'à 21 h le mardi.", "en": "Open until 9 pm on Tuesdays."}
SHOWN = ("slack-home.fr.png", "slack-home.en.dark.png", "slack-topic.fr.png")
"""Those that the documents show."""
WIDTH = {"message": 700, "modal": 560, "home": 760}

Json = Mapping[str, Any]


async def shown(language: str) -> Mapping[str, Json]:
    """By name, everything that staff can see in Slack at the end of the sample's first month."""
    asked = read_consultation(SAMPLE)
    planned = rehearsal(asked, language=language, people=PEOPLE, seed=SEED)
    decoders = {name: kind.decode for name, kind in CHANNELS.items()}
    with TemporaryDirectory() as kept:
        async with open_storage(f"sqlite+aiosqlite:///{kept}/played.db", durable=False) as storage:
            house = House(storage, planned.clock, planned.chance, Catalogue(), InProcessTagger(), decoders, str)
            cast = await set_stage(house, planned)
            await play_through(house, planned, cast, language=language, tell=lambda _now: None)
            return await _everything(house, ConsultationId(asked.id), language)


async def _everything(house: House, own: ConsultationId, language: str) -> Mapping[str, Json]:
    async with house.storage.reading() as unit:
        running = await unit.consultations.running(own)
        assert running is not None
        account = next(each.id for each in await unit.people.accounts() if each.partner == running.partner)
        known = await unit.consultations.current(own)
        assert known is not None
        some = await unit.contributions.page(own, after=None, limit=50)
        quote = next(each.id for each in some if each.state is ContributionState.READ and each.tags)
    home = await StaffHome(house.desk).home(account, WHO, language)
    async with house.storage.unit() as unit:
        now, partner = house.clock.now(), running.partner
        urgent = await contribution(unit, URGENT[language], in_=own, redirect="danger", state=ContributionState.HIDDEN)
        flagged = AlertId(await made_alert(unit, urgent, of=partner, in_=own, at=now - timedelta(hours=2)))
    async with house.storage.reading() as unit:
        alert = await alert_card(unit, flagged, house.words, language)
        assert alert is not None
    below = await house.digests.make_now(own)
    lookups = Lookups(house.desk, lambda *_: b"", lambda *_: b"")
    words, topic = ("ouvrir le soir", "horaires") if language == "fr" else ("open", "hours")
    async with house.storage.reading() as unit:
        detail = await topic_card(unit, ThreadRef(str(below), known.taxonomy.topics[0].id, ""), house.words, language)
    assert detail is not None
    cards = {
        "thread": detail,
        "digest": await house.desk.digest(account, "", WHO, language),
        "status": await house.desk.status(account, language),
        "help": await house.desk.help(language),
        "search": await lookups.search(account, words, language),
        "topic": await lookups.topic(account, topic, language),
    }
    windows: dict[str, Card | Form] = {
        "review": await _pressed(house, account, f"{REVIEW}{own}", language),
        "counting": await _pressed(house, account, COUNTING, language),
    }
    topic_id = known.taxonomy.topics[0].id
    for name, action in (
        ("topics", f"topics:{own}"),
        ("prepare", f"prepare:{own}"),
        ("waiting", f"waiting:{own}"),
        ("all", f"all:{own}:{topic_id}"),
        ("answer", f"answer:{own}:{topic_id}"),
        ("wrong", f"wrong:{quote}"),
        ("hide", f"hide:{quote}"),
        ("mask", f"mask:{quote}"),
        ("unsorted", f"all:{own}:-"),
        ("taken", f"take:{own}:topic:{topic_id}"),
    ):
        windows[name] = await _pressed(house, account, action, language)
    windows |= await _campaign(house, own, account, language)
    cards |= await _approval(house, own, language)
    windows |= await _meeting(house, account, language)
    windows |= await _answers(house, own, account, str(quote), language)
    cards |= await _other_digests(house, own, language)
    cards["alert"] = alert
    windows["opened"] = await house.desk.open_alert(account, flagged, WHO, language)
    cards["refused"] = await _refused(house, account, f"answer:{own}:{topic_id}", language)
    cards["meetings"] = await lookups.meeting(account, "", WHO, language)
    return {
        **{name: {"blocks": to_blocks(card)} for name, card in cards.items()},
        **{name: _window(shown, language) for name, shown in windows.items()},
        "home": to_home(home),
        "home-full": to_home(await StaffHome(house.desk).home(account, WHO, language)),
    }


def _window(shown: Card | Form, language: str) -> Json:
    close = say("close", language)
    return to_form(shown, close) if isinstance(shown, Form) else to_window(say("title", language), close, shown)


async def _campaign(house: House, own: ConsultationId, account: AccountId, language: str) -> Mapping[str, Card | Form]:
    """A campaign from the list to the messages that people will read."""
    async with house.storage.unit() as unit:
        await unit.consultations.put_file(own, 1, SAMPLE.read_text(encoding="utf-8"))
    desk = CampaignDesk(house.storage, house.clock, house.chance, house.words, DRAFTING, lambda: None)
    made: dict[str, Card | Form] = {}
    form = await desk.pressed(account, "campaign:new", WHO, language)
    assert isinstance(form, Form)
    made["campaign-form"] = form
    made["campaign-mistakes"] = await desk.sent(account, form.action, {**FILLED, "open": ""}, WHO, language)
    made["campaign-check"] = await desk.sent(account, form.action, FILLED, WHO, language)
    made["campaign-list"] = await desk.campaigns(account, WHO, language)
    give = await desk.pressed(account, f"campaign:give:{own}", WHO, language)
    assert isinstance(give, Form)
    made["campaign-give"] = give
    made["campaign-given"] = await desk.sent(account, give.action, {"file": "title: [\n"}, WHO, language)
    says = await desk.pressed(account, f"campaign:says:{OWN}", WHO, language)
    assert isinstance(says, Card)
    two = LAST.replace("  id: valbrune\n", "  id: valbrune\n  second_person: yes\n")
    changed = await desk.sent(
        account, give.action, {"file": two.replace("closes: ", "closes: 2027-02-10 # ", 1)}, WHO, language
    )
    colleague = replace(WHO, id="U2", name="Denis")
    seen = await desk.pressed(account, f"campaign:change:{own}", colleague, language)
    assert isinstance(seen, Card)
    return {**made, "campaign-says": says, "campaign-change-given": changed, "campaign-change": seen}


async def _answers(
    house: House, own: ConsultationId, account: AccountId, quote: str, language: str
) -> Mapping[str, Card | Form]:
    """Answering, from what is missing to what was planned, kept and published."""
    async with house.storage.reading() as unit:
        known = await unit.consultations.current(own)
    assert known is not None
    first, second, third = (topic.id for topic in known.taxonomy.topics[:3])
    made: dict[str, Card | Form] = {"answer-one": await _pressed(house, account, f"one:{quote}", language)}
    text = {f"text_{language}": PLANNED[language]}
    for name, topic, fields in (
        ("answer-missing", first, {"state": "kept", "when": "later", "at": "?"}),
        ("answer-planned", first, {"state": "kept", "when": "later", "at": "2030-03-24 09:30"}),
        ("answer-drafted", second, {"state": "partly", "when": "draft"}),
        ("answer-published", third, {"state": "not_kept", "when": "now"}),
    ):
        action = f"answer:{own}:{topic}:picture-{name}"
        made[name] = await house.desk.sent(account, action, {**text, **fields}, WHO, language)
    made["answer-waits"] = await _pressed(house, account, f"answer:{own}:{second}", language)
    return made


async def _other_digests(house: House, own: ConsultationId, language: str) -> Mapping[str, Card]:
    """The digest when it is late and everything has happened, of a room that follows one topic, and on a quiet day;
    the reminder of what waits."""
    now = house.clock.now()
    async with house.storage.reading() as unit:
        known = await unit.consultations.current(own)
        assert known is not None
        figures = await figures_now(unit, known, now=now, since=known.opens_at)
        most, *others = figures.topics
        late = datetime.combine(known.reply.by + timedelta(days=6), now.time(), now.tzinfo)
        event = EventFigure("talk", both("l'atelier", "the workshop"), 31, 4, came=27, here=19)
        choices = tuple(Choice(each.topic, each.name, 40 - 9 * place) for place, each in enumerate(others[:3]))
        full = replace(
            figures,
            made_at=late,
            uncertain=2,
            satisfied=(Rating(most.topic, 31, 7, 4),),
            events=(event,),
            votes=(VoteFigure("vote", both("Le vote", "The vote"), 3, 52, choices),),
            alike=dict.fromkeys(figures.quotes, 51),
        )
        shown = {
            "digest-late": full,
            "digest-room": await figures_now(unit, known, now=now, since=known.opens_at, follows=[others[0].topic]),
        }
        cards = {name: await figures_card(unit, each, known, house.words, language) for name, each in shown.items()}
        reminder = await reminder_card(unit, WaitingRef(own), house.words, language, now=now)
        paused = ApprovalRef(own, None, became=Became.PAUSED.value, by=Colleague(name="Denis"))
        moved = await approval_card(unit, paused, house.words, language, now=now)
    assert reminder is not None
    assert moved is not None
    quiet = layout(replace(figures, quiet=True), [], [], {}, house.words, language, offers_review=False)
    return {**cards, "digest-quiet": quiet, "reminder": reminder, "moved": moved}


async def _approval(house: House, own: ConsultationId, language: str) -> Mapping[str, Card]:
    """What the room is told of the change that waits, and what the message says once a colleague approved it."""
    async with house.storage.reading() as unit:
        change = await unit.consultations.change(own)
        assert change is not None, "it was just given"
        waits = ApprovalRef(own, change.given_at, gave=Colleague(name=WHO.name))
        over = replace(waits, became=Became.IN_FORCE.value, by=Colleague(name="Denis"))
        shown = {"approval": waits, "approval-over": over}
        now = house.clock.now()
        cards = {name: await approval_card(unit, ref, house.words, language, now=now) for name, ref in shown.items()}
    return {name: card for name, card in cards.items() if card is not None}


async def _meeting(house: House, account: AccountId, language: str) -> Mapping[str, Card | Form]:
    """A workshop that has begun: what is proposed, what is kept, how many came."""
    now = house.clock.now()
    begun = Event(both("l'atelier", "the workshop"), now - timedelta(hours=1), now, both("Salle 2", "Room 2"))
    later = replace(begun, name=both("le bilan", "the review"), starts=now + timedelta(days=9))
    ask = both("Vous venez ?", "Are you coming?")
    events = [Question(name, QuestionKind.EVENT, ask, event=each) for name, each in (("talk", begun), ("then", later))]
    async with house.storage.unit() as unit:
        partner = next(each.partner for each in await unit.people.accounts() if each.id == account)
        known = consultation(id="atelier", title=both("L'atelier", "The workshop"), opens_at=now - timedelta(days=9))
        own = replace(known, partner=PartnerProfile(partner, both("Ville", "Town")), sources={})
        own = replace(own, questions=(*own.questions, *events), closes_at=now + timedelta(days=9))
        await start(unit, own)
        for place, said in enumerate(PROPOSED[language]):
            by = await person(unit, f"partner-{place}", in_=own.id, of=partner, answers={"talk": "yes"})
            first = await contribution(unit, said, by=by, question="more", received_at=now - timedelta(hours=9 - place))
        await keep(unit, own, {"fr": "Sortir de nos murs", "en": "Out of our walls"}, [first], now=now)
    made = {"meeting": f"meeting:{own.id}", "meeting-came": f"came:{own.id}:talk"}
    async with house.storage.reading() as unit:
        waits = (await unit.meetings.proposed(ConsultationId(own.id), ["more"], 1))[0][0]
    made["meeting-keep"] = f"keep:{own.id}:{waits}"
    return {name: await _pressed(house, account, action, language) for name, action in made.items()}


async def _refused(house: House, account: AccountId, action: str, language: str) -> Card:
    card = await house.desk.pressed(account, action, replace(WHO, role=Role.READER), language)
    assert isinstance(card, Card)
    return card


async def _pressed(house: House, account: AccountId, action: str, language: str) -> Card | Form:
    card = await house.desk.pressed(account, action, WHO, language)
    assert isinstance(card, Card | Form), action
    return card


async def take(into: Path, *, everything: bool) -> list[Path]:
    taken: list[Path] = []
    async with open_browser() as browser:
        for language in ("fr", "en"):
            for name, what in (await shown(language)).items():
                for dark in (False, True):
                    file = into / f"slack-{name}.{language}{'.dark' if dark else ''}.png"
                    if everything or file.name in SHOWN:
                        width = WIDTH[what.get("type", "message")]
                        page = await browser.new_page(viewport={"width": width, "height": 100}, device_scale_factor=1.5)
                        await page.set_content(drawn(what, dark=dark))
                        await page.screenshot(path=file, full_page=True)
                        await page.close()
                        taken.append(file)
    return taken


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if sys.argv[1:] else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for file in asyncio.run(take(folder, everything=bool(sys.argv[1:]))):
        print(file)
