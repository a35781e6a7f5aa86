"""Composes and starts; nothing else knows everything.

settings ─▶ storage ─▶ House (use cases) ◀─ words, tagger, clock, chance
                         │
   telegram ─ slack ─ terminal ─ errands of other commands ─ the ticker that says "now"
"""

import asyncio
import hashlib
import hmac
import logging
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bots.registry import CHANNELS
from bots.slack.app import open_slack
from bots.slack.manifest import manifest
from bots.telegram.app import open_telegram
from bots.telegram.whoami import username
from bots.terminal.commands.app import run
from bots.terminal.errands import Writer, ask_service, listening, socket_path
from bots.terminal.parts import Parts
from config.consultation_files import lines_of, read_consultation
from config.locale import Catalogue
from config.logging import set_up_logging
from config.plain_words import read_plain_words
from config.secret_key import secret_key
from config.settings import Settings, load_settings
from config.system import SystemChance, SystemClock
from core.model.consultations import Consultation
from core.model.errors import NotFound, PlatformUnreachable, PorteVoixError, SettingsError
from core.model.ids import PartnerId
from core.model.people import Account
from core.rules.commitments import Finding, check
from core.rules.intents import MENU
from core.rules.pacing import SLACK
from core.storage.engine import Storage, open_storage
from core.work import campaigns
from core.work.house import House
from core.work.ports import Chance, Clock, Tagger, Words
from core.work.ticker import Rhythm, tick

log = logging.getLogger("porte-voix")

RHYTHMS: Mapping[str, Rhythm] = {
    "receive": timedelta(seconds=1),
    "elapse": timedelta(milliseconds=500),
    "tag": timedelta(seconds=2),
    "plan": timedelta(seconds=20),
    "digest": timedelta(seconds=30),
    "send": timedelta(seconds=1),
    "reconcile": timedelta(seconds=15),
    "tidy": timedelta(hours=1),
}
WAIT_FOR_CAMPAIGN = 1.0
FIRST_WAIT, LONGEST_WAIT = 5, 300
"""Seconds between two attempts at a platform that does not answer."""


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
    url = settings.database_url.get_secret_value()

    def checked(consultation: Consultation) -> Sequence[Finding]:
        return check(consultation, now=clock.now(), plain_words=read_plain_words())

    async def errand(name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        answer = await ask_service(_socket(url), name, arguments)
        if answer is not None:
            return answer
        async with open_storage(url) as storage:
            return await Writer(storage, clock, chance, lambda: None).run(name, arguments)

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
            yield _house(storage, clock, chance, words, tagger, secret_key(settings))

    @asynccontextmanager
    async def stage(own_clock: Clock, own_chance: Chance) -> AsyncIterator[House]:
        with tempfile.TemporaryDirectory(prefix="porte-voix-") as folder:
            async with (
                open_storage(f"sqlite+aiosqlite:///{folder}/rehearsal.db", durable=False) as storage,
                _tagger() as tagger,
            ):
                yield _house(storage, own_clock, own_chance, words, tagger, b"rehearsal")

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
        channels_ready=lambda: [name for name in ("telegram", "slack") if settings.starts(name)],
        errand=errand,
        reading=reading,
        house=house,
        stage=stage,
        serve=lambda: serve(settings, words),
        manifest=manifest,
    )


def _house(storage: Storage, clock: Clock, chance: Chance, words: Words, tagger: Tagger, key: bytes) -> House:
    decoders = {name: kind.decode for name, kind in CHANNELS.items()}
    return House(storage, clock, chance, words, tagger, decoders, _erasure_hash(key))


def _tagger() -> AbstractAsyncContextManager[Tagger]:
    """Loaded where it is needed: spaCy takes a second, and most commands do without."""
    from nlp.tagger import ProcessTagger  # noqa: PLC0415

    return ProcessTagger()


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
    return await username(token.get_secret_value(), settings.telegram_api_base_url)


def _socket(url: str) -> Path:
    """Where the running service takes errands."""
    return socket_path(sqlite_file(url) or Path("var") / urlsplit(url).path.rpartition("/")[2])


def sqlite_file(url: str) -> Path | None:
    """The file behind a database URL, None for a database that is no file of ours."""
    parts = urlsplit(url)
    return Path(unquote(parts.path.removeprefix("/"))) if parts.scheme.startswith("sqlite") else None


# ── the service ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def serve(settings: Settings, words: Words) -> None:
    """Every channel that has a token, until SIGTERM or Ctrl-C; what is in the air is finished first."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    clock, chance = SystemClock(), SystemChance()
    url = settings.database_url.get_secret_value()
    async with AsyncExitStack() as stack:
        storage = await stack.enter_async_context(open_storage(url))
        tagger = await stack.enter_async_context(_tagger())
        house = _house(storage, clock, chance, words, tagger, secret_key(settings))
        await house.outbox.recover(everything=storage.dialect == "sqlite")
        writer = Writer(storage, clock, chance, lambda: _wake(house), serves=True)
        await stack.enter_async_context(listening(_socket(url), writer))
        async with asyncio.TaskGroup() as group:
            group.create_task(_until(stop, house))
            group.create_task(tick(house.stages(), clock, stop, every=RHYTHMS, wake=house.wakes))
            group.create_task(_channels(settings, house, stop))


def _wake(house: House) -> None:
    house.intake.forget_accounts()
    for event in house.wakes.values():
        event.set()


async def _until(stop: asyncio.Event, house: House) -> None:
    await stop.wait()
    house.stopping = True


async def _channels(settings: Settings, house: House, stop: asyncio.Event) -> None:
    """Opens the channels as soon as a campaign says whose the tokens are, and keeps them open until `stop`."""
    partner = await _partner(settings, house, stop)
    if partner is None:
        return
    web = Starlette()
    hooks = {"telegram": settings.telegram_mode == "webhook", "slack": settings.slack_mode == "http"}
    ready = [name for name in _OPENERS if settings.starts(name)]
    async with asyncio.TaskGroup() as group:
        for name in ready:
            group.create_task(_keep_open(name, _OPENERS[name], settings, house, partner, web, stop))
        if any(hooks[name] for name in ready):
            group.create_task(_serve_web(settings, web, stop))


async def _keep_open(
    name: str,
    opener: "Opener",
    settings: Settings,
    house: House,
    partner: PartnerId,
    web: Starlette,
    stop: asyncio.Event,
) -> None:
    """One channel. A platform that does not answer is tried again, alone: the others go on."""
    wait = FIRST_WAIT
    while not stop.is_set():
        try:
            async with opener(settings, house, partner) as (run, routes):
                web.router.routes.extend(routes)
                wait = FIRST_WAIT
                await run(stop)
                return
        except PlatformUnreachable as error:
            log.warning("%s: %s; again in %d s", name, error, wait)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), wait)
            wait = min(LONGEST_WAIT, wait * 2)


async def _partner(settings: Settings, house: House, stop: asyncio.Event) -> PartnerId | None:
    """Whose the environment's tokens are: the partner whose campaign was started with them."""
    told = False
    while not stop.is_set():
        async with house.storage.reading() as unit:
            for channel, external_id in _environment_accounts(settings):
                account = await unit.people.account(channel, external_id)
                if account:
                    return account.partner
            running = await unit.consultations.all()
        if running and not settings.telegram_bot_token:
            return running[0].partner
        if not told:
            log.info("no campaign was started yet: `python main.py campaign start config/examples/piscine.yaml`")
            told = True
        await house.clock.sleep(WAIT_FOR_CAMPAIGN)
    return None


Opened = tuple[Callable[[asyncio.Event], Coroutine[Any, Any, None]], Sequence[BaseRoute]]
Opener = Callable[[Settings, House, PartnerId], AbstractAsyncContextManager[Opened]]


@asynccontextmanager
async def _telegram(settings: Settings, house: House, partner: PartnerId) -> AsyncIterator[Opened]:
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
        log.info("Telegram: @%s answers at https://t.me/%s", telegram.me.username, telegram.me.username)
        yield telegram.run, [telegram.route] if telegram.route else []


def _commands(words: Words) -> dict[str, list[tuple[str, str]]]:
    """The menu of a bot, in each language."""
    return {
        language: [(name, words.say(key, language)) for name, key in MENU[language]] for language in words.languages
    }


@asynccontextmanager
async def _slack(settings: Settings, house: House, partner: PartnerId) -> AsyncIterator[Opened]:
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
        clock=house.clock,
        api_base_url=settings.slack_api_base_url,
        language=settings.porte_voix_language,
    ) as slack:
        house.join(account.id, slack.channel, SLACK)
        log.info("Slack: staff are served in workspace %s", slack.team_id)
        yield slack.run, slack.routes()


_OPENERS: Mapping[str, Opener] = {"telegram": _telegram, "slack": _slack}


async def _account(house: House, partner: PartnerId, channel: str, external_id: str) -> Account:
    async with house.storage.unit() as unit:
        return await campaigns.own_account(unit, partner, channel, external_id, house.chance, now=house.clock.now())


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the program's: it stops everything in order, this server among the rest."""
        yield


async def _serve_web(settings: Settings, web: Starlette, stop: asyncio.Event) -> None:
    """Webhooks come in here; there is no server without one."""
    config = uvicorn.Config(web, host=settings.http_host, port=settings.http_port, log_config=None, access_log=False)
    server = _Server(config)
    serving = asyncio.create_task(server.serve())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    stopping.cancel()
    await serving


if __name__ == "__main__":
    sys.exit(main())
