"""`doctor`: says what is wrong and what to do, with the real libraries before strict local platforms."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa

import main
from config.system import SystemClock
from core.storage.engine import open_storage
from core.storage.schema import tallies
from tests.builders import NOW, consultation, person, start
from tests.integration.terminal.conftest import Program
from tests.stand_ins.slack.server import SlackServer
from tests.stand_ins.telegram.server import TelegramServer


class Platforms:
    """Both, and the program with tokens for them."""

    def __init__(self, telegram: TelegramServer, slack: SlackServer, program: Program) -> None:
        self.telegram, self.slack, self.program = telegram, slack, program

    async def examined(self, *arguments: str, language: str = "en", **settings: str) -> tuple[int, str]:
        given = {
            "TELEGRAM_BOT_TOKEN": self.telegram.token,
            "TELEGRAM_API_BASE_URL": self.telegram.url,
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_APP_TOKEN": self.slack.app_token,
            "SLACK_SIGNING_SECRET": self.slack.signing_secret,
            "SLACK_API_BASE_URL": self.slack.api_url,
            "PUBLIC_URL": "https://avis.ville.example",
            **settings,
        }
        for name, value in given.items():
            self.program.monkeypatch.setenv(name, value)
        ran = await asyncio.to_thread(self.program, "doctor", *arguments, language=language)
        for secret in (value for name, value in given.items() if name.endswith(("TOKEN", "SECRET"))):
            assert secret not in ran.out + ran.err
        return ran.code, ran.out

    async def found(self, **settings: str) -> dict[str, Any]:
        code, out = await self.examined("--json", **settings)
        told: dict[str, Any] = json.loads(out)
        assert told["well"] is (code == 0)
        return {each["about"] if each["key"] == "doctor.said" else each["key"]: each for each in told["findings"]}


@pytest.fixture
async def platforms(program: Program) -> AsyncIterator[Platforms]:
    program.monkeypatch.setattr(main, "SystemClock", SystemClock)
    async with TelegramServer() as telegram, SlackServer() as slack:
        yield Platforms(telegram, slack, program)


async def test_where_all_is_well_it_says_so_line_by_line(platforms: Platforms) -> None:
    async with open_storage(f"sqlite+aiosqlite:///{platforms.program.folder / 'town.db'}"):
        pass
    code, out = await platforms.examined(language="fr")
    assert code == 0
    assert "[faux]" not in out
    for said in (
        "[bon] réglages : lus, rien ne se contredit. Canaux : telegram, slack, web.",
        "[bon] base : entière et lisible. Consultations : 0.",
        "[bon] service : il ne tourne pas. Pour démarrer : python main.py run",
        "[bon] langue : le modèle de français est là.",
        "[bon] pages : elles s'ouvrent à https://avis.ville.example.",
        f"[bon] Telegram : le jeton est bon, le bot est @{platforms.telegram.bot.me()['username']}.",
        "[bon] horloge : à l'heure.",
        "[bon] Slack : les jetons sont bons, espace de travail T",
        "Rien à réparer.",
    ):
        assert said in out


async def test_each_thing_that_is_wrong_has_its_line_and_its_remedy(platforms: Platforms) -> None:
    database = platforms.program.folder / "town.db"
    database.write_bytes(b"SQLite format 3\x00" + b"half of a page")
    database.chmod(0o644)
    platforms.program.monkeypatch.setattr(main, "SystemClock", _Late)
    found = await platforms.found(SLACK_BOT_TOKEN="xoxb-not-this-one")
    assert "python main.py restore" in found["doctor.database.damaged"]["text"]
    assert "chmod 600" in found["doctor.disk.open"]["text"]
    assert found["doctor.clock.wrong"]["verdict"] == "bad"
    assert 3590 < found["doctor.clock.wrong"]["params"]["seconds"] < 3700
    code, out = await platforms.examined(SLACK_BOT_TOKEN="xoxb-not-this-one", TELEGRAM_BOT_TOKEN="1:" + "a" * 35)
    assert code == 1
    assert "[wrong] Telegram: Telegram refuses the token" in out
    assert "[wrong] Slack:" in out
    assert "invalid_auth" in out


async def test_figures_that_are_not_what_the_rows_count_for_are_said_and_mended(platforms: Platforms) -> None:
    async with open_storage(f"sqlite+aiosqlite:///{platforms.program.folder / 'town.db'}") as storage:
        async with storage.unit() as unit:
            await start(unit, consultation())
            await person(unit, "anna", finished_at=NOW)
        async with storage.unit() as unit:
            await unit.readouts.fold(100)
            await unit.connection.execute(sa.update(tallies).values(n=tallies.c.n + 1))
    code, out = await platforms.examined()
    assert code == 1
    assert "[wrong] database: the figures of “pool” that are kept up to date are not what its rows count for." in out
    assert "python main.py recount" in out
    mended = await asyncio.to_thread(platforms.program, "recount")
    assert "everything is counted anew" in mended.out
    code, out = await platforms.examined()
    assert "recount" not in out


async def test_tokens_that_everybody_on_the_machine_can_read(platforms: Platforms) -> None:
    file = platforms.program.folder / ".env"
    file.write_text("HTTP_PORT=8081\n", encoding="utf-8")
    file.chmod(0o600)
    assert (await platforms.examined())[0] == 0
    file.chmod(0o644)
    code, out = await platforms.examined()
    assert code == 1
    assert "[wrong] settings: others can read .env: run chmod 600 on that file." in out


async def test_a_server_of_the_database_that_is_not_there(platforms: Platforms) -> None:
    code, out = await platforms.examined(DATABASE_URL="postgresql://town:secret-word@127.0.0.1:1/town", language="fr")
    assert code == 1
    assert "[faux] base : elle ne répond pas. Vérifiez DATABASE_URL" in out
    assert "secret-word" not in out


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", "Remettez la dernière copie"), ("en", "Bring the last copy back: python main.py restore")],
)
def test_no_command_works_on_a_damaged_database_and_each_says_what_to_do(
    program: Program, language: str, said: str
) -> None:
    database = program.folder / "town.db"
    database.write_bytes(b"SQLite format 3\x00" + b"half of a page")
    before = database.read_bytes()
    for command in ("run", "status"):
        ran = program(command, language=language)
        assert ran.code == 1
        assert said in ran.err
    assert database.read_bytes() == before


async def test_a_webhook_where_the_settings_say_polling_and_none_where_they_say_webhook(platforms: Platforms) -> None:
    found = await platforms.found(
        TELEGRAM_MODE="webhook", TELEGRAM_WEBHOOK_URL="https://avis.ville.example/t", TELEGRAM_WEBHOOK_SECRET="s" * 20
    )
    assert found["doctor.telegram.webhook_none"]["verdict"] == "look"
    async with aiohttp.ClientSession() as session:
        address = f"{platforms.telegram.url}/bot{platforms.telegram.token}/setWebhook"
        async with session.post(address, json={"url": "https://other.example/hook"}) as answer:
            assert answer.status == 200
    found = await platforms.found(
        TELEGRAM_MODE="webhook", TELEGRAM_WEBHOOK_URL="https://avis.ville.example/t", TELEGRAM_WEBHOOK_SECRET="s" * 20
    )
    assert found["doctor.telegram.webhook_other"]["verdict"] == "look"
    found = await platforms.found(TELEGRAM_MODE="polling")
    assert "if another program uses it" in found["doctor.telegram.webhook_set"]["text"]


async def test_trouble_with_the_webhook_is_said_until_it_is_over(platforms: Platforms) -> None:
    hook = platforms.telegram.bot.webhook
    ways = {"TELEGRAM_MODE": "webhook", "TELEGRAM_WEBHOOK_URL": "https://avis.ville.example/t"}
    ways["TELEGRAM_WEBHOOK_SECRET"] = "s" * 20
    hook.url, hook.last_error = ways["TELEGRAM_WEBHOOK_URL"], "Connection refused"
    hook.last_error_at = platforms.telegram.bot.date() - 60
    assert "Connection refused" in (await platforms.found(**ways))["doctor.telegram.webhook_fails"]["text"]
    hook.last_error_at -= 3 * 86_400
    assert "doctor.telegram.webhook_good" in await platforms.found(**ways)


async def test_a_permission_that_the_slack_app_lacks_is_named(platforms: Platforms) -> None:
    assert "doctor.slack.lacks" not in await platforms.found()
    platforms.slack.scopes.discard("files:write")
    found = await platforms.found()
    assert found["doctor.slack.good"]["verdict"] == "good"
    assert "files:write" in found["doctor.slack.lacks"]["text"]


async def test_pages_in_clear_are_remarked(platforms: Platforms) -> None:
    found = await platforms.found(PUBLIC_URL="http://avis.ville.example")
    assert found["doctor.web.in_clear"]["verdict"] == "look"


async def test_a_token_that_leaves_in_clear_is_remarked_and_not_refused(platforms: Platforms) -> None:
    # A name without a dot is a container's: it is not there either, and that alone is said of it.
    found = await platforms.found(TELEGRAM_API_BASE_URL="http://192.0.2.1:9", SLACK_API_BASE_URL="http://slack-api:9/")
    assert found["doctor.settings.in_clear"]["verdict"] == "look"
    assert found["doctor.settings.in_clear"]["text"].startswith("TELEGRAM_API_BASE_URL begins with http://")
    assert "doctor.settings.in_clear" not in await platforms.found()


async def test_a_platform_that_is_not_there_is_a_line_like_the_others(platforms: Platforms) -> None:
    found = await platforms.found(TELEGRAM_API_BASE_URL="http://127.0.0.1:9", SLACK_API_BASE_URL="http://127.0.0.1:9/")
    assert found["doctor.telegram.silent"]["verdict"] == "bad"
    assert found["error.slack_silent"]["verdict"] == "bad"
    assert found["doctor.database.none"]["verdict"] == "good"


async def test_of_a_platform_that_is_not_there_a_person_reads_what_to_check_in_one_language(
    platforms: Platforms,
) -> None:
    code, out = await platforms.examined(
        language="fr",
        TELEGRAM_API_BASE_URL="http://127.0.0.1:9",
        SMTP_HOST="127.0.0.1",
        SMTP_PORT="9",
        EMAIL_FROM="town@valbrune.example",
    )
    assert code == 1
    lines = out.replace("\u00a0", " ").splitlines()
    assert "[faux] Telegram : Telegram ne répond pas. Vérifiez le réseau et TELEGRAM_API_BASE_URL." in lines
    (mail,) = (line for line in lines if "e-mail" in line)
    assert mail.endswith("pour l'instant : vérifiez SMTP_HOST, SMTP_PORT et SMTP_SECURITY, et qu'il tourne")


class _Late(SystemClock):
    """An hour behind."""

    def now(self) -> datetime:
        return super().now() - timedelta(hours=1)
