"""Settings: every mistake at once, in words that help, and never a secret."""

import errno
import os
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from config.settings import NAMES, SECRETS, Settings, load_settings
from core.model.errors import SettingsError, why_key
from core.model.staff import Role

TELEGRAM_TOKEN = "1234567:" + "Abc-_" * 7
SECRET_VALUES = {
    "DATABASE_URL": "postgresql://porte:passe-partout@db.example.org/voix",
    "ERASURE_KEY": "k" * 40,
    "TELEGRAM_BOT_TOKEN": TELEGRAM_TOKEN,
    "TELEGRAM_WEBHOOK_SECRET": "web_hook-secret",
    "SMTP_PASSWORD": "sésame, ouvre-toi",
    "SLACK_BOT_TOKEN": "xoxb-111-222-abcDEF",
    "SLACK_APP_TOKEN": "xapp-1-A1-333-abcdef",
    "SLACK_SIGNING_SECRET": "0123456789abcdef0123456789abcdef",
}

THEIR_COMPANY = {"SMTP_HOST": "smtp.ville.example", "SMTP_USER": "avis", "EMAIL_FROM": "avis@ville.example"}
"""What some of them make no sense without."""


def refusal(env: dict[str, str], env_file: Path | None = None, *, language: str = "en") -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings({"LANG": f"{language}_XX.UTF-8", **env}, env_file)
    return str(caught.value)


def outcome(env: dict[str, str]) -> Settings | str:
    try:
        return load_settings(env, None)
    except SettingsError as error:
        return str(error)


def test_with_nothing_given_it_works_and_starts_no_channel() -> None:
    settings = load_settings({}, None)
    assert settings.database_url.get_secret_value() == "sqlite+aiosqlite:///var/porte-voix.db"
    assert (settings.telegram_mode, settings.slack_mode, settings.log_level) == ("polling", "socket", "INFO")
    assert (settings.http_host, settings.http_port) == ("127.0.0.1", 8080)
    assert settings.telegram_api_base_url == "https://api.telegram.org"
    assert settings.slack_api_base_url == "https://slack.com/api/"
    assert not any(settings.starts(channel) for channel in ("telegram", "slack", "terminal"))


def test_roles_come_from_user_groups_of_slack() -> None:
    env = {"SLACK_BOT_TOKEN": SECRET_VALUES["SLACK_BOT_TOKEN"], "SLACK_APP_TOKEN": SECRET_VALUES["SLACK_APP_TOKEN"]}
    settings = load_settings({**env, "SLACK_ROLES": "S0AB12=organiser, S0CD34 = moderator,"}, None)
    assert settings.slack_roles == {"S0AB12": Role.ORGANISER, "S0CD34": Role.MODERATOR}
    for wrong in ("organisers=organiser", "S0AB12=chief", "S0AB12"):
        assert "reader, moderator, organiser, owner" in refusal({**env, "SLACK_ROLES": wrong})


def test_settings_do_not_change() -> None:
    settings = load_settings({}, None)
    with pytest.raises(ValidationError):
        settings.http_port = 1


def test_the_process_environment_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PORT", "8123")
    assert load_settings(env_file=None).http_port == 8123


def test_the_public_address_is_what_was_given_else_this_machine() -> None:
    assert load_settings({"PUBLIC_URL": "https://avis.example.org/"}, None).web_address() == "https://avis.example.org"
    assert load_settings({}, None).web_address() == "http://127.0.0.1:8080"
    assert load_settings({"HTTP_HOST": "0.0.0.0", "HTTP_PORT": "80"}, None).web_address() == "http://127.0.0.1:80"
    assert load_settings({"HTTP_HOST": "::"}, None).web_address() == "http://[::1]:8080"
    assert refusal({"PUBLIC_URL": "avis.example.org"}).startswith("PUBLIC_URL is not a web address")
    assert refusal({"PUBLIC_URL": "https://www.example.org/avis"}).startswith("PUBLIC_URL has a path behind its name")


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://avis.example.org", False),
        ("http://avis.example.org", True),
        ("http://192.0.2.7:8080", True),
        ("http://localhost:8080", False),
        ("http://[::1]:8080", False),
    ],
)
def test_pages_that_are_read_on_the_way_are_known(address: str, found: bool) -> None:
    assert load_settings({"PUBLIC_URL": address}, None).in_clear() is found
    assert not load_settings({}, None).in_clear()


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://api.example.org", False),
        ("http://api.example.org", True),
        ("http://10.0.0.7:8081", True),
        ("http://[2001:db8::7]", True),
        ("http://localhost:8081", False),
        ("http://127.0.0.1:8081", False),
        ("http://[::1]:8081", False),
        ("http://telegram-bot-api:8081", False),
    ],
)
def test_a_token_that_is_read_on_the_way_is_known(address: str, found: bool) -> None:
    telegram = {"TELEGRAM_BOT_TOKEN": TELEGRAM_TOKEN, "TELEGRAM_API_BASE_URL": address}
    assert load_settings(telegram, None).apis_in_clear() == (("TELEGRAM_API_BASE_URL",) if found else ())
    slack = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_API_BASE_URL": address}
    assert load_settings(slack, None).apis_in_clear() == (("SLACK_API_BASE_URL",) if found else ())
    assert not load_settings({"TELEGRAM_API_BASE_URL": address}, None).apis_in_clear(), "no token leaves"


# ---- where values come from ---------------------------------------------------------------------------------------


def test_the_environment_wins_over_the_file_and_an_empty_value_is_none(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "# a comment\nexport HTTP_PORT=8001\nHTTP_HOST='0.0.0.0' # all\nLOG_LEVEL=\nTELEGRAM_BOT_TOKEN=\n", "utf-8"
    )
    settings = load_settings({"HTTP_PORT": "8002", "LOG_LEVEL": "  "}, file)
    assert (settings.http_port, settings.http_host, settings.log_level) == (8002, "0.0.0.0", "INFO")
    assert settings.telegram_bot_token is None


def test_a_missing_env_file_is_no_mistake(tmp_path: Path) -> None:
    assert load_settings({}, tmp_path / "absent").http_port == 8080


def test_a_byte_order_mark_and_a_dollar_in_a_password_are_taken_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes("\ufeffDATABASE_URL=postgresql://a:p${HOME}x@h/b\r\n".encode())
    assert load_settings({}, file).database_url.get_secret_value() == "postgresql+asyncpg://a:p${HOME}x@h/b"


@pytest.mark.parametrize("content", [b"HTTP_PORT=1\nnonsense here\n", b"HTTP_PORT=1\nHTTP_HOST\n"])
def test_a_line_that_cannot_be_read_is_told_with_its_number(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / ".env"
    file.write_bytes(content)
    assert refusal({}, file) == ".env, line 2, cannot be read: write NAME=value"


def test_an_env_file_that_is_no_text_or_a_folder_is_told(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"\xff\xfe\x00")
    assert "not UTF-8" in refusal({}, file)
    (tmp_path / "folder").mkdir()
    assert "folder cannot be read" in refusal({}, tmp_path / "folder")


def test_a_name_that_stands_twice_in_the_file_is_told(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("HTTP_PORT=1\nHTTP_PORT=2\n")
    assert refusal({}, file) == "HTTP_PORT stands twice in .env: keep one line"


def test_every_secret_may_come_from_a_file(tmp_path: Path) -> None:
    env = {"SLACK_MODE": "http", **THEIR_COMPANY}
    for name, value in SECRET_VALUES.items():
        (tmp_path / name).write_text(f"  {value}\n")
        env[f"{name}_FILE"] = str(tmp_path / name)
    settings = load_settings(env, None)
    assert settings == load_settings({"SLACK_MODE": "http", **THEIR_COMPANY, **SECRET_VALUES}, None)
    assert settings.telegram_bot_token == SecretStr(TELEGRAM_TOKEN)


def test_the_list_of_secrets_is_complete() -> None:
    assert set(SECRETS) == set(SECRET_VALUES)
    assert {"TELEGRAM_BOT_TOKEN", "PORTE_VOIX_LANGUAGE"} <= set(NAMES)


def test_a_secret_given_twice_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "t").write_text(TELEGRAM_TOKEN)
    told = refusal({"TELEGRAM_BOT_TOKEN": TELEGRAM_TOKEN, "TELEGRAM_BOT_TOKEN_FILE": str(tmp_path / "t")})
    assert told == "TELEGRAM_BOT_TOKEN and TELEGRAM_BOT_TOKEN_FILE are both given: keep one of them"


def test_a_secret_file_that_cannot_serve_is_told_once_and_without_its_path(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text(" \n")
    (tmp_path / "huge").write_text("x" * 70_000)
    (tmp_path / "bytes").write_bytes(b"\xff\xff")
    cases = {"absent": "not exist", "empty": "empty file", "huge": "too large", "bytes": "UTF-8", "": "a folder"}
    for name, word in cases.items():
        # CHANNELS wants the token: the second sentence "is empty" would be false.
        told = refusal({"CHANNELS": "telegram", "TELEGRAM_BOT_TOKEN_FILE": str(tmp_path / name)})
        assert told.startswith("TELEGRAM_BOT_TOKEN_FILE names ")
        assert word in told
        assert "\n" not in told
        assert str(tmp_path) not in told
    assert "NUL" not in refusal({"TELEGRAM_BOT_TOKEN_FILE": "a\0b"})


def test_only_secrets_come_from_files(tmp_path: Path) -> None:
    assert (
        refusal({"HTTP_PORT_FILE": "x"}) == "HTTP_PORT_FILE is not read, only secrets come from files: write HTTP_PORT"
    )


# ---- names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("TELEGRAM_TOKEN", "TELEGRAM_BOT_TOKEN"),
        ("TELEGRAM_BOT_TOKN", "TELEGRAM_BOT_TOKEN"),
        ("telegram_bot_token", "TELEGRAM_BOT_TOKEN"),
        ("SLACK_SIGNIN_SECRET", "SLACK_SIGNING_SECRET"),
        ("DATABASE_URI", "DATABASE_URL"),
        ("PORTE_VOIX_LANG", "PORTE_VOIX_LANGUAGE"),
    ],
)
def test_a_name_that_is_almost_ours_gets_a_question(tmp_path: Path, wrong: str, meant: str) -> None:
    file = tmp_path / ".env"
    file.write_text(f"{wrong}=x\n")
    assert refusal({}, file) == f"{wrong} is not a setting: did you mean {meant}?"


def test_names_of_other_programs_are_let_be(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("POSTGRES_PASSWORD=x\nHTTP_PROXY=http://proxy\nCOMPOSE_PROJECT_NAME=voix\n")
    load_settings({"TELEGRAM_TOKEN": "another program's", "PATH": "/bin", "PORTE_VOIX_DATA": "/d"}, file)


def test_our_own_prefix_is_looked_at_even_in_the_environment() -> None:
    assert "PORTE_VOIX_COLOUR is not a setting" in refusal({"PORTE_VOIX_COLOUR": "red"})


# ---- values -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("sqlite:///var/x.db", "sqlite+aiosqlite:///var/x.db"),
        ("sqlite:////srv/x.db?timeout=3", "sqlite+aiosqlite:////srv/x.db?timeout=3"),
        ("sqlite+aiosqlite:///x.db", "sqlite+aiosqlite:///x.db"),
        ("postgres://u:p%40w@h:5433/b", "postgresql+asyncpg://u:p%40w@h:5433/b"),
        ("postgresql://h/b?sslmode=require", "postgresql+asyncpg://h/b?ssl=require"),
        ("postgresql:///b?host=/run/postgresql", "postgresql+asyncpg:///b?host=/run/postgresql"),
        ("postgresql+asyncpg://h/b", "postgresql+asyncpg://h/b"),
    ],
)
def test_the_address_of_the_database_gets_its_driver(written: str, understood: str) -> None:
    assert load_settings({"DATABASE_URL": written}, None).database_url.get_secret_value() == understood


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("DATABASE_URL", "mysql://root:azerty123@h/b", "not the address"),
        ("DATABASE_URL", "postgresql+psycopg://h/b", "not the address"),
        ("DATABASE_URL", "sqlite://var/x.db", "three are needed"),
        ("DATABASE_URL", "sqlite:///:memory:", "forgotten"),
        ("DATABASE_URL", "sqlite:///", "forgotten"),
        ("DATABASE_URL", "postgresql://u:azerty123@h", "which database"),
        ("DATABASE_URL", "postgresql://u:azerty123@h:99999/b", "not the address"),
        ("ERASURE_KEY", "azerty123", "too short"),
        ("CHANNELS", "telegram,whatsapp", "'whatsapp'"),
        ("TELEGRAM_BOT_TOKEN", "azerty123", "bot token"),
        ("TELEGRAM_BOT_TOKEN", f'"{TELEGRAM_TOKEN}"', "quotation mark"),
        ("TELEGRAM_BOT_TOKEN", "123456789:AzertyAzerty", "too short to be whole"),
        ("TELEGRAM_API_BASE_URL", "api.telegram.org", "not a web address"),
        ("TELEGRAM_API_BASE_URL", "https://me:azerty123@h", "password"),
        ("TELEGRAM_MODE", "pull", "polling, webhook"),
        ("TELEGRAM_WEBHOOK_SECRET", "has space", "1 to 256"),
        ("TELEGRAM_WEBHOOK_SECRET", "x" * 257, "1 to 256"),
        ("SLACK_BOT_TOKEN", "xoxp-azerty123", "xoxb-"),
        ("SLACK_APP_TOKEN", "xoxb-azerty123", "xapp-"),
        ("SLACK_SIGNING_SECRET", "short", "signing secret"),
        ("SLACK_API_BASE_URL", "https://h/?a=1", "only the address"),
        ("SLACK_MODE", "sockets", "socket, http"),
        ("HTTP_HOST", "http://x", "127.0.0.1"),
        ("HTTP_PORT", "0", "from 1 to 65535"),
        ("HTTP_PORT", "65536", "from 1 to 65535"),
        ("HTTP_PORT", "9" * 5000, "from 1 to 65535"),
        ("HTTP_PORT", "٣", "from 1 to 65535"),
        ("LOG_LEVEL", "LOUD", "DEBUG, INFO, WARNING, ERROR"),
        ("PORTE_VOIX_LANGUAGE", "de", "fr, en"),
    ],
)
def test_a_wrong_value_is_told_with_its_name_and_what_to_do(name: str, value: str, word: str) -> None:
    told = refusal({name: value})
    french = refusal({name: value}, language="fr")
    assert name in french
    assert french != told
    assert "azerty123" not in french
    assert name in told
    assert word in told
    assert ":" in told.split(name, 1)[1]
    assert "azerty123" not in told
    if name in SECRETS and not value.startswith("sqlite"):  # an example of that is in the sentence
        assert value not in told


@given(st.text(max_size=60), st.sampled_from(NAMES))
def test_any_words_are_either_understood_or_refused_in_our_own_words(value: str, name: str) -> None:
    found = outcome({name: value})
    if isinstance(found, Settings):
        assert pickle.loads(pickle.dumps(found)) == found
    else:
        needs = {"SMTP_HOST": "EMAIL_FROM"}  # a host that is understood asks for its other half
        assert name in found or needs.get(name, name) in found


def test_base_addresses_end_as_the_libraries_want_them() -> None:
    env = {"TELEGRAM_API_BASE_URL": "http://127.0.0.1:81/bot/", "SLACK_API_BASE_URL": "http://127.0.0.1:82/api"}
    settings = load_settings(env, None)
    assert settings.telegram_api_base_url == "http://127.0.0.1:81"
    assert settings.slack_api_base_url == "http://127.0.0.1:82/api/"


@pytest.mark.parametrize("host", ["0.0.0.0", "localhost", "::", "voix.example.org"])
def test_a_host_is_a_name_or_an_address(host: str) -> None:
    assert load_settings({"HTTP_HOST": host}, None).http_host == host


def test_choices_are_understood_in_any_case() -> None:
    settings = load_settings({"LOG_LEVEL": "debug", "SLACK_MODE": "HTTP", "CHANNELS": " Terminal, "}, None)
    assert (settings.log_level, settings.slack_mode, settings.channels) == ("DEBUG", "http", ("terminal",))


@pytest.mark.parametrize(
    ("env", "language"),
    [
        ({}, "fr"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "fr"),
        ({"LANG": "de_DE.UTF-8"}, "fr"),
        ({"LANG": "eng"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "en"}, "en"),
        ({"LANG": "en_US", "PORTE_VOIX_LANGUAGE": "fr"}, "fr"),
        ({"PORTE_VOIX_LANGUAGE": "EN"}, "en"),
    ],
)
def test_the_program_speaks_as_the_machine_does(env: dict[str, str], language: str) -> None:
    assert load_settings(env, None).porte_voix_language == language


# ---- values together ----------------------------------------------------------------------------------------------


def test_a_channel_starts_when_it_has_a_token_or_when_it_is_named() -> None:
    slack = {"SLACK_BOT_TOKEN": "xoxb-1-a", "SLACK_APP_TOKEN": "xapp-1-a"}
    both = {"TELEGRAM_BOT_TOKEN": TELEGRAM_TOKEN, **slack}
    started = [name for name in ("telegram", "slack", "terminal") if load_settings(both, None).starts(name)]
    assert started == ["telegram", "slack"]
    only = load_settings({**both, "CHANNELS": "slack"}, None)
    assert [name for name in ("telegram", "slack", "terminal") if only.starts(name)] == ["slack"]
    assert load_settings({"CHANNELS": "terminal"}, None).starts("terminal")


def test_a_named_channel_without_its_token_is_told_what_to_do() -> None:
    assert refusal({"CHANNELS": "telegram"}) == (
        "TELEGRAM_BOT_TOKEN is empty: put the token from @BotFather into .env, or leave telegram out of CHANNELS"
    )
    assert refusal({"CHANNELS": "slack"}).startswith("SLACK_BOT_TOKEN is empty: ")


WEBHOOK = {
    "TELEGRAM_BOT_TOKEN": TELEGRAM_TOKEN,
    "TELEGRAM_MODE": "webhook",
    "TELEGRAM_WEBHOOK_URL": "https://voix.example.org/telegram",
    "TELEGRAM_WEBHOOK_SECRET": "abc-DEF_1",
}


def test_a_webhook_needs_its_address_and_its_secret() -> None:
    assert load_settings(WEBHOOK, None).telegram_mode == "webhook"
    for name in ("TELEGRAM_WEBHOOK_URL", "TELEGRAM_WEBHOOK_SECRET"):
        assert refusal({**WEBHOOK, name: ""}).startswith(f"{name} is empty: ")
    assert load_settings({**WEBHOOK, "TELEGRAM_WEBHOOK_URL": "", "TELEGRAM_MODE": "polling"}, None)
    assert load_settings({**WEBHOOK, "TELEGRAM_WEBHOOK_URL": "", "CHANNELS": "terminal"}, None)


def test_telegram_itself_wants_https_and_certain_ports_a_server_of_ones_own_does_not() -> None:
    for url, word in {"http://voix.example.org/t": "https", "https://voix.example.org:8444/t": "8444"}.items():
        assert word in refusal({**WEBHOOK, "TELEGRAM_WEBHOOK_URL": url})
        own = {"TELEGRAM_WEBHOOK_URL": url, "TELEGRAM_API_BASE_URL": "http://127.0.0.1:8081"}
        assert load_settings({**WEBHOOK, **own}, None).telegram_webhook_url == url
    assert load_settings({**WEBHOOK, "TELEGRAM_WEBHOOK_URL": "https://voix.example.org:8443/t"}, None)


def test_a_server_of_ones_own_may_hand_out_short_tokens() -> None:
    own = {"TELEGRAM_BOT_TOKEN": "42:short", "TELEGRAM_API_BASE_URL": "http://127.0.0.1:8081"}
    assert load_settings(own, None).telegram_bot_token == SecretStr("42:short")


def test_a_webhook_without_a_bot_is_not_passed_over() -> None:
    told = refusal({"TELEGRAM_WEBHOOK_SECRET": "a" * 32})
    assert told.startswith("TELEGRAM_BOT_TOKEN is empty although TELEGRAM_WEBHOOK_SECRET is given")
    assert load_settings({"TELEGRAM_WEBHOOK_SECRET": "a" * 32, "CHANNELS": "terminal"}, None).channels == ("terminal",)


def test_slack_needs_the_partner_token_of_its_mode() -> None:
    bot = {"SLACK_BOT_TOKEN": "xoxb-1-a"}
    assert refusal(bot).startswith("SLACK_APP_TOKEN is empty: ")
    assert refusal({**bot, "SLACK_MODE": "http"}).startswith("SLACK_SIGNING_SECRET is empty: ")
    for other, value in (
        ("SLACK_APP_TOKEN", "xapp-1-a"),
        ("SLACK_SIGNING_SECRET", "a" * 32),
        ("SLACK_ROLES", "S0AB=owner"),
    ):
        assert refusal({other: value}).startswith(f"SLACK_BOT_TOKEN is empty although {other} is given")
    assert load_settings({**bot, "SLACK_APP_TOKEN": "xapp-1-a"}, None).starts("slack")
    assert load_settings({**bot, "SLACK_MODE": "http", "SLACK_SIGNING_SECRET": "0123456789abcdef"}, None).starts(
        "slack"
    )
    assert not load_settings({**bot, "CHANNELS": "terminal"}, None).starts("slack")


# ---- all at once, and no secret anywhere --------------------------------------------------------------------------


def test_every_mistake_is_told_in_one_error(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("nonsense here\nTELEGRAM_TOKEN=x\nHTTP_PORT=abc\n")
    told = refusal(
        {
            "LOG_LEVEL": "loud",
            "TELEGRAM_BOT_TOKEN": "xoxb-in-the-wrong-place",
            "SLACK_MODE": "http",
            "SLACK_BOT_TOKEN": "xoxb-1-a",
            "ERASURE_KEY_FILE": str(tmp_path / "absent"),
        },
        file,
    )
    lines = told.splitlines()
    assert lines[0] == "7 settings are wrong:"
    assert len(lines) == 8
    for word in (
        "line 1",
        "TELEGRAM_TOKEN",
        "HTTP_PORT",
        "LOG_LEVEL",
        "TELEGRAM_BOT_TOKEN",
        "SIGNING",
        "ERASURE_KEY_FILE",
    ):
        assert any(word in line for line in lines[1:]), word
    assert "wrong-place" not in told


def test_no_secret_shows_when_settings_are_printed() -> None:
    settings = load_settings({**THEIR_COMPANY, **SECRET_VALUES}, None)
    shown = repr(settings) + str(settings) + format(settings) + settings.model_dump_json() + repr(settings.secrets())
    for value in (*SECRET_VALUES.values(), "passe-partout"):
        assert value not in shown
    assert {secret.get_secret_value() for secret in settings.secrets()} >= set(SECRET_VALUES.values()) - {
        SECRET_VALUES["DATABASE_URL"]
    }


@pytest.mark.parametrize("name", [name for name in NAMES if name not in SECRETS])
def test_a_token_pasted_on_the_wrong_line_does_not_show(name: str) -> None:
    for token in (TELEGRAM_TOKEN, SECRET_VALUES["SLACK_BOT_TOKEN"], SECRET_VALUES["SLACK_APP_TOKEN"]):
        told = outcome({name: token})
        assert isinstance(told, Settings) or token[-12:].casefold() not in told.casefold()


def test_the_error_keeps_no_secret_in_its_causes() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"TELEGRAM_BOT_TOKEN": "azerty123"}, None)
    cause: BaseException | None = caught.value
    while cause is not None:
        assert "azerty123" not in repr(cause) + str(cause)
        cause = cause.__cause__ or cause.__context__


def test_settings_is_a_class_with_a_field_for_every_name() -> None:
    assert tuple(name.upper() for name in Settings.model_fields) == NAMES


# ── e-mail ───────────────────────────────────────────────────────────────────────────────────────────────────────────

MAIL = {"SMTP_HOST": "smtp.ville.example", "EMAIL_FROM": "Porte-voix <avis@ville.example>"}


@pytest.mark.parametrize(
    ("security", "port", "found"),
    [("", "", 587), ("tls", "", 465), ("none", "", 25), ("tls", "2465", 2465)],
)
def test_a_mail_server_is_reached_where_such_servers_listen(security: str, port: str, found: int) -> None:
    host = "127.0.0.1" if security == "none" else "smtp.ville.example"
    settings = load_settings({**MAIL, "SMTP_HOST": host, "SMTP_SECURITY": security, "SMTP_PORT": port}, None)
    assert settings.mail_port() == found
    assert settings.starts("email")


@pytest.mark.parametrize(
    ("env", "told"),
    [
        ({"CHANNELS": "email"}, "SMTP_HOST is empty: write the name"),
        ({"EMAIL_FROM": "avis@ville.example"}, "SMTP_HOST is empty although EMAIL_FROM"),
        ({"SMTP_HOST": "smtp.ville.example"}, "EMAIL_FROM is empty"),
        ({**MAIL, "SMTP_USER": "avis"}, "SMTP_PASSWORD is empty although SMTP_USER"),
        ({**MAIL, "SMTP_PASSWORD": "sésame, ouvre-toi"}, "SMTP_USER is empty although SMTP_PASSWORD"),
        ({**MAIL, "SMTP_SECURITY": "none"}, "anybody on the way could read"),
        ({**MAIL, "EMAIL_FROM": "Porte-voix"}, "write an address like"),
        ({**MAIL, "EMAIL_FROM": "A <a@x.example>, B <b@x.example>"}, "write an address like"),
        ({**MAIL, "EMAIL_FROM": "a,b@x.example"}, "write an address like"),
        ({**MAIL, "EMAIL_FROM": "Ville <avis..sports@x.example>"}, "write an address like"),
        ({**MAIL, "EMAIL_FROM": "avis@x.example."}, "write an address like"),
    ],
)
def test_what_e_mail_needs_is_said(env: dict[str, str], told: str) -> None:
    found = refusal(env)
    assert told in found
    assert "sésame" not in found


def test_why_a_file_cannot_be_read_is_in_the_reader_s_language(tmp_path: Path) -> None:
    told = refusal({"PORTE_VOIX_LANGUAGE": "fr"}, tmp_path)
    assert "ne peut pas être lu (c'est un dossier)" in told
    told = refusal({"PORTE_VOIX_LANGUAGE": "fr", "ERASURE_KEY_FILE": str(tmp_path / "absent")})
    assert "ne peut pas être lu (cela n'existe pas)" in told
    assert "(it is a folder)" in refusal({"PORTE_VOIX_LANGUAGE": "en", "ERASURE_KEY_FILE": str(tmp_path)})


def test_what_this_system_says_is_known() -> None:
    for code in ("ENOENT", "EACCES", "EPERM", "EROFS", "ENOSPC", "EISDIR", "ENOTDIR", "EEXIST", "ENAMETOOLONG"):
        assert why_key(os.strerror(getattr(errno, code))), code
    assert why_key(os.strerror(errno.EXDEV)) == ""
