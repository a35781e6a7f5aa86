"""`python main.py run` as the operator meets it: it ends when told to, holds its database alone, takes orders while it
runs, gives way to whoever reads the bot already, and never shows a token.
"""

import asyncio
import io
import os
import re
import signal
import socket
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
import trustme

import main
from tests.full_disk import small_disk
from tests.own_log import own_log
from tests.stand_ins.slack.server import SlackServer
from tests.stand_ins.smtp.server import PASSWORD, USER, mail_server
from tests.stand_ins.telegram.limits import Limits
from tests.stand_ins.telegram.people import Person
from tests.stand_ins.telegram.server import TelegramServer

pytestmark = [pytest.mark.slow, pytest.mark.long]

CHECKOUT = Path(__file__).parents[2]
PATIENCE = 90.0
"""Seconds, on a busy machine, for what takes one or two."""
TIME_TO_STOP = 45.0
"""More than the program gives itself (20 s for its stages, and some for its tagger and its connections)."""


@dataclass
class Program:
    """The program in a folder of its own. `said`: everything that any of its processes printed."""

    folder: Path
    telegram: TelegramServer
    slack: SlackServer
    settings: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    @property
    def database(self) -> Path:
        return self.folder / "var" / "porte-voix.db"

    @property
    def file(self) -> Path:
        return self.folder / "piscine.yaml"

    async def types(self, *arguments: str, **settings: str) -> tuple[int, str]:
        """A command, in this process: it meets the service at its socket and its database. Its exit code and what it
        printed."""
        with pytest.MonkeyPatch.context() as patch, own_log(), io.StringIO() as printed:
            patch.chdir(self.folder)
            patch.setattr(sys, "argv", ["main.py", *arguments])
            for name, value in (self._settings() | settings).items():
                patch.setenv(name, value)
            with redirect_stdout(printed), redirect_stderr(printed):
                code = await asyncio.to_thread(main.main)
            self.said.append(printed.getvalue())
            return code, self.said[-1]

    async def begins(self, *arguments: str, **settings: str) -> "Running":
        return await Running.of(self.folder, *arguments, settings=self._settings() | settings, said=self.said)

    async def does(self, *arguments: str, **settings: str) -> tuple[int, str]:
        """Runs a command to its end: its exit code and what it printed."""
        running = await self.begins(*arguments, **settings)
        code = await running.ends()
        return code, running.text

    @asynccontextmanager
    async def serving(self, **settings: str) -> AsyncIterator["Running"]:
        """`run`, until the block ends."""
        running = await self.begins("run", **settings)
        try:
            yield running
        finally:
            await running.stops()

    def _settings(self) -> dict[str, str]:
        return {
            "TELEGRAM_BOT_TOKEN": self.telegram.token,
            "TELEGRAM_API_BASE_URL": self.telegram.url,
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_APP_TOKEN": self.slack.app_token,
            "SLACK_SIGNING_SECRET": self.slack.signing_secret,
            "SLACK_API_BASE_URL": self.slack.api_url,
            "ERASURE_KEY": "the erasure key of a process in a test",
            "HTTP_PORT": str(free_port()),
            "LOG_LEVEL": "DEBUG",
            "PORTE_VOIX_LANGUAGE": "fr",
            **self.settings,
        }


class Running:
    """One process; what it prints is gathered as it comes, in `said` too."""

    @classmethod
    async def of(
        cls, folder: Path, *arguments: str, settings: Mapping[str, str], said: list[str] | None = None
    ) -> "Running":
        inherited = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(CHECKOUT / "main.py"),
            *arguments,
            cwd=folder,
            env={**{name: os.environ[name] for name in inherited if name in os.environ}, **settings},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        return cls(process, [] if said is None else said)

    def __init__(self, process: asyncio.subprocess.Process, said: list[str]) -> None:
        self._process = process
        self._said = said
        self._lines: list[str] = []
        self._more = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    @property
    def text(self) -> str:
        return "".join(self._lines)

    async def prints(self, part: str) -> None:
        """Waits until it has printed `part`."""
        async with asyncio.timeout(PATIENCE):
            while part not in self.text:
                assert not self._reading.done(), f"it ended without {part!r}: {self.text}"
                self._more.clear()
                waiting = asyncio.create_task(self._more.wait())
                await asyncio.wait((waiting, self._reading), return_when=asyncio.FIRST_COMPLETED)
                waiting.cancel()

    def is_told_to_stop(self, by: signal.Signals = signal.SIGTERM) -> None:
        self._process.send_signal(by)

    async def ends(self, within: float = PATIENCE) -> int:
        async with asyncio.timeout(within):
            await self._reading
            return await self._process.wait()

    async def stops(self) -> int:
        if self._process.returncode is None:
            self.is_told_to_stop()
        try:
            return await self.ends(TIME_TO_STOP)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
            raise AssertionError(f"it did not stop within {TIME_TO_STOP:.0f} s: {self.text[-2000:]}") from None

    async def _read(self) -> None:
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            self._lines.append(line.decode(errors="replace"))
            self._said.append(self._lines[-1])
            self._more.set()
        self._more.set()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def dated(text: str) -> str:
    """The sample consultation as if its town had written it today: these tests run on the real clock."""
    today = date.today()  # noqa: DTZ011  # the machine's own day is what the program goes by
    for written, days in (
        ("2026-11-16 08:00", -1),
        ("2027-01-31", 60),
        ("12 mars 2027", 100),
        ("30 mars 2027", 118),
        ("2027-01-28 18:00", 57),
        ("2027-03-28 11:00", 116),
    ):
        hour = written[10:] if ":" in written else ""
        assert written in text
        text = text.replace(written, f"{today + timedelta(days=days)}{hour}")
    return text


@asynccontextmanager
async def installed(folder: Path) -> AsyncIterator[Program]:
    """The program in `folder`, between its platforms. No secret may be in anything that it printed."""
    async with TelegramServer() as telegram, SlackServer() as slack:
        slack.channel("C0PISCINE", "piscine")
        made = Program(folder, telegram, slack)
        sample = (CHECKOUT / "config" / "examples" / "piscine.yaml").read_text(encoding="utf-8")
        made.file.write_text(dated(sample), encoding="utf-8")
        yield made
        told = "".join(made.said)
        for secret in (telegram.token, slack.bot_token, slack.app_token, slack.signing_secret, "the erasure key"):
            assert secret not in told, "no token, in no output, at DEBUG"
        assert telegram.token.partition(":")[2] not in told
        assert "Traceback" not in told


@pytest.fixture
async def program(tmp_path: Path) -> AsyncIterator[Program]:
    async with installed(tmp_path) as made:
        yield made


async def started(program: Program, running: Running) -> None:
    """The campaign is started through the running service, and both channels listen."""
    await running.prints("Aucune consultation n'est lancée")
    code, said = await program.types("campaign", "start", "piscine.yaml")
    assert code == 0, said
    await running.prints("répond à https://t.me/")
    await running.prints("l'équipe est servie dans l'espace")


def rows(program: Program, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{program.database}?mode=ro", uri=True)) as connection:
        return connection.execute(statement).fetchall()


# ── stopping ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_it_ends_cleanly_under_load_and_goes_on_where_it_was(program: Program) -> None:
    program.telegram.bot.meter.limits = Limits(round_trip=0.2)
    people = [program.telegram.person(5000 + number) for number in range(60)]
    async with program.serving() as running:
        await started(program, running)
        for person in people:
            person.start("affiche-piscine")
        await people[0].sees(1)
        running.is_told_to_stop()
        assert await running.ends(TIME_TO_STOP) == 0
    assert rows(program, "SELECT * FROM deliveries WHERE state IN ('claimed', 'sending')") == [], "nothing hangs"
    assert not program.database.with_name("porte-voix.db.sock").exists()
    assert sum(len(person.inbox) for person in people) < 3 * len(people), "it was told to stop in the middle"
    async with program.serving() as running:
        for person in people:
            await person.sees(3, within=PATIENCE)
        assert running.text.count("campaign start") == 0, "it knows whose the tokens are"
    seen = [Counter(shown.text for shown in person.inbox) for person in people]
    assert {number for counter in seen for number in counter.values()} == {1}, "each message once"
    assert {len(counter) for counter in seen} == {3}


async def test_on_a_full_disk_it_confirms_nothing_that_it_did_not_keep_and_still_erases(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", megabytes=24) as disk:
        async with installed(disk.path) as program, program.serving() as running:
            await started(program, running)
            anna = program.telegram.person(5001)
            await served(anna)
            disk.fill()
            strangers: list[Person] = []
            while "(DiskFull)" not in running.text:
                assert len(strangers) < 4000, "the disk is full"
                more = [program.telegram.person(6000 + len(strangers) + number) for number in range(50)]
                for stranger in more:
                    stranger.start("affiche-piscine")
                strangers += more
                await asyncio.sleep(0.2)
            assert program.telegram.bot.waits(), "what could not be kept was not confirmed"
            anna.say("effacer")
            await anna.sees_text("Tout effacer", within=PATIENCE)
            anna.press(anna.last.buttons[0][0]["text"])
            await anna.sees_text("tout est effacé", within=PATIENCE)
            assert rows(program, "SELECT count(*) FROM erasures") == [(1,)]
            disk.empty()
            for stranger in strangers:
                await stranger.sees(3, within=PATIENCE)
        seen = [Counter(stranger.texts) for stranger in strangers]
        assert {number for counter in seen for number in counter.values()} == {1}, "each message once"
        assert {len(counter) for counter in seen} == {3}


# ── one pen, one reader ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_second_one_is_refused_and_orders_go_through_the_first(program: Program, tmp_path: Path) -> None:
    """It would write into the same database, or, from elsewhere, read the messages of the same bot."""
    elsewhere = tmp_path / "other"
    elsewhere.mkdir()
    late = Program(elsewhere, program.telegram, program.slack, said=program.said)
    late.file.write_text(program.file.read_text(encoding="utf-8"), encoding="utf-8")
    anna = program.telegram.person(5001)
    async with program.serving() as running:
        await running.prints("Aucune consultation n'est lancée")
        code, said = await program.does("run")
        assert code == 1
        assert "un autre Porte-voix écrit déjà dans porte-voix.db" in said
        assert "DATABASE_URL" in said
        await started(program, running)
        anna.start("affiche-piscine")
        await anna.sees(3)
        code, said = await late.types("campaign", "start", "piscine.yaml")
        assert code == 0, said
        code, said = await late.does("run")
        assert code == 1
        assert (
            "un autre programme lit les messages de ce robot Telegram : arrêtez-le, ou donnez à celui-ci son propre "
            "robot (TELEGRAM_BOT_TOKEN)"
        ) in said.replace("\u00a0", " ").splitlines()
        await served(program.telegram.person(5002))
        pipe = program.database.with_name("porte-voix.db.sock")
        assert pipe.stat().st_mode & 0o077 == 0, "nobody else on the machine gives orders"
        assert await state(program) == "running"
        await hears_nonsense(pipe)
        for order, becomes in (("pause", "paused"), ("resume", "running"), ("stop", "stopped")):
            code, said = await program.types("campaign", order, "piscine.yaml")
            assert code == 0, said
            assert await state(program) == becomes
        code, said = await program.types("campaign", "start", "piscine.yaml")
        assert code == 1
        assert "cette campagne est arrêtée" in said
        anna.say("ouvrir le dimanche")
        shown = await anna.sees_text("La consultation est fermée")
        assert "avant le" in shown.text
        running.is_told_to_stop(signal.SIGINT)
        assert await running.ends(TIME_TO_STOP) == 0, "the first one was not disturbed, and Ctrl-C ends it"
        *_, told, ended = running.text.replace("\u00a0", " ").splitlines()
        assert told.startswith("Arrêt demandé : rien de nouveau ne commence")
        assert "(en 20 s au plus)" in told
        assert ended.startswith("C'est arrêté.")


async def hears_nonsense(pipe: Path) -> None:
    for nonsense in (b"", b"\n", b"not json\n", b'{"errand": "erase everything", "arguments": {}}\n', b"{}\n"):
        reader, writer = await asyncio.open_unix_connection(str(pipe))
        writer.write(nonsense)
        writer.write_eof()
        await reader.read()
        writer.close()
        await writer.wait_closed()


async def state(program: Program) -> str:
    ((found,),) = rows(program, "SELECT state FROM consultations")
    return str(found)


async def served(person: Person) -> None:
    person.start()
    await person.sees(3, within=PATIENCE)


# ── tokens ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_wrong_token_is_said_in_one_sentence(program: Program) -> None:
    wrong = "700000009:AAWrongTokenWrongTokenWrongTokenWrong0"
    code, said = await program.types("campaign", "start", "piscine.yaml", TELEGRAM_BOT_TOKEN=wrong)
    assert code == 0, said
    code, said = await program.does("run", TELEGRAM_BOT_TOKEN=wrong)
    assert code == 1
    refused = "Telegram refuse le jeton : mettez celui de @BotFather dans TELEGRAM_BOT_TOKEN"
    assert refused in said.replace("\u00a0", " ").splitlines()
    assert wrong not in said
    assert wrong.partition(":")[2] not in said


async def test_where_only_slack_is_served_its_refusal_is_the_end(program: Program) -> None:
    async with program.serving(SLACK_BOT_TOKEN="xoxb-1-wrong", CHANNELS="slack") as running:
        await running.prints("Aucune consultation n'est lancée")
        assert (await program.types("campaign", "start", "piscine.yaml"))[0] == 0
        assert await running.ends() == 1
        assert "Slack refuse SLACK_BOT_TOKEN (invalid_auth)" in running.text


async def test_a_platform_that_is_not_there_stops_only_itself(program: Program) -> None:
    """Nobody answers where Slack should be: Telegram goes on, and the log names no token."""
    anna = program.telegram.person(5001)
    nowhere = f"http://127.0.0.1:{free_port()}/api/"
    async with program.serving(SLACK_API_BASE_URL=nowhere) as running:
        await running.prints("Aucune consultation n'est lancée")
        assert (await program.types("campaign", "start", "piscine.yaml"))[0] == 0
        await served(anna)
        await running.prints("nouvel essai dans")


async def test_a_story_at_debug_shows_no_words_no_name_and_no_address(program: Program) -> None:
    """What the log may never hold: the fixture looks for tokens, this for people."""
    anna = program.telegram.person(5_559_998_877, first_name="Clarisse", username="clarisse_df_92")
    async with program.serving() as running:
        await started(program, running)
        anna.start("affiche-piscine")
        await anna.sees(3)
        anna.press(anna.last.buttons[0][0]["text"])
        await anna.sees(4)
        anna.press("Parfois")
        await anna.sees(5)
        anna.say("un toboggan pour les tortues, 06 12 34 56 78")
        await anna.sees_text("C'est noté", within=PATIENCE)
        anna.say("je veux mourir")
        await anna.sees_text("3114")
        await program.slack.until(lambda: "détresse" in program.slack.transcript("C0PISCINE"), within=PATIENCE)
        anna.say("effacer")
        await anna.sees_text("Tout effacer")
        anna.press(anna.last.buttons[0][0]["text"])
        await anna.sees_text("tout est effacé")
    told = "".join(program.said)
    for private in ("Clarisse", "clarisse_df_92", "5559998877", "tortues", "06 12", "mourir"):
        assert private not in told
    assert re.search(r"\d{8,}:[A-Za-z0-9_-]{30,}", told) is None


async def test_without_slack_staff_are_told_by_e_mail_once_the_mail_server_is_there(
    program: Program, tmp_path: Path
) -> None:
    """A wrong token of Slack stops only Slack. The mail server is not there yet either; once it listens, what is owed
    arrives, in no log."""
    wrong = "xoxb-1-wrong"
    anna = program.telegram.person(5_559_998_877)
    port = free_port()
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    settings = {
        "SMTP_HOST": "localhost",
        "SMTP_PORT": str(port),
        "SMTP_USER": USER,
        "SMTP_PASSWORD": PASSWORD,
        "EMAIL_FROM": "Porte-voix <avis@valbrune.example>",
        "SSL_CERT_FILE": str(tmp_path / "authority.pem"),
        "SLACK_BOT_TOKEN": wrong,
    }
    async with program.serving(**settings) as running:
        await running.prints("Aucune consultation n'est lancée")
        assert (await program.types("campaign", "start", "piscine.yaml"))[0] == 0
        await running.prints("Slack refuse SLACK_BOT_TOKEN (invalid_auth)")
        await running.prints("nouvel essai dans 300 s. Tout le reste continue.")
        await running.prints("le serveur de courrier de SMTP_HOST ne peut pas servir pour l'instant")
        async with mail_server(port=port, authority=authority) as server:
            await running.prints("l'équipe reçoit ses messages par le serveur de SMTP_HOST")
            await running.prints("les liens de connexion envoyés par e-mail ne s'ouvrent que sur cette machine")
            anna.start("affiche-piscine")
            await anna.sees(3)
            anna.press(anna.last.buttons[0][0]["text"])
            await anna.sees(4)
            anna.say("je veux mourir")
            async with asyncio.timeout(PATIENCE):
                letter = await server.next_letter()
    assert letter["To"] == "sports@valbrune.example"
    assert "détresse" in letter.as_string() or "d=C3=A9tresse" in letter.as_string()
    assert "mourir" not in letter.as_string()
    told = "".join(program.said)
    for private in ("sports@valbrune", "mourir", PASSWORD, wrong):
        assert private not in told
