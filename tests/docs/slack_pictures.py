"""Every message, window and Home tab of Slack as a picture, light and dark.

`python -m tests.docs.slack_pictures [FOLDER]` takes them:

    the sample's first month, played by made-up neighbours ─▶ cards ─▶ blocks ─▶ a page like Slack's ─▶ Chromium

Without a folder only those that the documents show are taken. Sample data only. Look at them before you keep them.
"""

import asyncio
import sys
from collections.abc import Mapping
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
from core.model.contributions import ContributionState
from core.model.deliveries import ThreadRef
from core.model.forms import Form
from core.model.ids import AccountId, ConsultationId
from core.model.messages import Card
from core.model.staff import Actor, Role
from core.storage.engine import open_storage
from core.work.campaign_desk import CampaignDesk
from core.work.digest_layout import COUNTING, REVIEW
from core.work.digests import alert_card
from core.work.house import House
from core.work.lookups import Lookups
from core.work.staff_home import StaffHome
from core.work.threads import topic_card
from nlp.tagger import InProcessTagger
from tests.docs.pictures import FOLDER
from tests.integration.path.town import DRAFTING
from tests.integration.web.browser import open_browser
from tests.stand_ins.slack.drawing import drawn
from tests.unit.work.test_campaign_desk import FILLED, OWN

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "config" / "examples" / "piscine.yaml"
PEOPLE, SEED = 200, 2027
WHO = Actor("U1", Role.ORGANISER, "Camille")
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
        alerts = await unit.staff.waiting_alerts(own)
        known = await unit.consultations.current(own)
        assert known is not None
        some = await unit.contributions.page(own, after=None, limit=50)
        quote = next(each.id for each in some if each.state is ContributionState.READ and each.tags)
        alert = await alert_card(unit, alerts[0].id, house.words, language) if alerts else None
    below = await house.digests.make_now(own)
    lookups, home = Lookups(house.desk, lambda *_: b"", lambda *_: b""), StaffHome(house.desk)
    words, topic = ("ouvrir le soir", "horaires") if language == "fr" else ("open", "hours")
    async with house.storage.reading() as unit:
        detail = await topic_card(unit, ThreadRef(str(below), known.taxonomy.topics[0].id, ""), house.words, language)
    assert detail is not None
    cards = {
        "thread": detail,
        "digest": await house.desk.digest(account, "", language),
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
    ):
        windows[name] = await _pressed(house, account, action, language)
    windows |= await _campaign(house, own, account, language)
    if alert is not None:
        cards["alert"] = alert
        windows["opened"] = await house.desk.open_alert(account, alerts[0].id, WHO, language)
    return {
        **{name: {"blocks": to_blocks(card)} for name, card in cards.items()},
        **{name: _window(shown, language) for name, shown in windows.items()},
        "home": to_home(await home.home(account, language)),
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
    return {**made, "campaign-says": says}


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
