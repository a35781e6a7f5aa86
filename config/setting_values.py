"""One value at a time: what each setting may look like. Pure; every refusal is a ValueError that says what to do.

A refusal never repeats the value of a secret. What it repeats of other values is quoted, cut, and without anything
that looks like a token: people do paste a token on the wrong line.
"""

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from config.redaction import Redaction
from core.model.staff import Role

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
KNOWN_CHANNELS = ("telegram", "slack", "email", "terminal")

TELEGRAM_API = "https://api.telegram.org"
# Telegram itself posts to these ports only (Bot API, setWebhook).
TELEGRAM_WEBHOOK_PORTS = (443, 80, 88, 8443)

_SQLITE = ("sqlite", "sqlite+aiosqlite")
_POSTGRESQL = ("postgres", "postgresql", "postgresql+asyncpg")
_DATABASE_EXAMPLES = "write sqlite:///var/porte-voix.db, or postgresql://user:password@host/name"


def quoted(value: str) -> str:
    clean = Redaction().clean(value)
    return repr(clean if len(clean) <= 40 else clean[:39] + "…")


def database_url(value: str) -> str:
    """The address with the driver that this program uses: aiosqlite or asyncpg."""
    parts = _split(value)
    if parts is None or parts.scheme not in _SQLITE + _POSTGRESQL:
        raise ValueError(f"is not the address of a database: {_DATABASE_EXAMPLES}")
    if parts.scheme in _SQLITE:
        path = parts.path.removeprefix("/")
        if parts.netloc:
            raise ValueError("has two slashes where three are needed: write sqlite:///var/porte-voix.db")
        if path in {"", ":memory:"} or "mode=memory" in parts.query:
            raise ValueError("names no file, so all would be forgotten at the end: write sqlite:///var/porte-voix.db")
        return f"sqlite+aiosqlite://{parts.path}" + (f"?{parts.query}" if parts.query else "")
    if parts.path in {"", "/"}:
        raise ValueError("does not say which database: write postgresql://user:password@host/name")
    # asyncpg calls libpq's `sslmode` `ssl`; hosting companies hand out addresses with the former.
    query = urlencode([("ssl" if key == "sslmode" else key, kept) for key, kept in parse_qsl(parts.query)], safe="/")
    return f"postgresql+asyncpg://{parts.netloc}{parts.path}" + (f"?{query}" if query else "")


def telegram_token(value: str) -> str:
    return _shaped(
        value, r"\d+:[A-Za-z0-9_-]+", "a bot token (digits, a colon, letters)", "copy it whole from @BotFather"
    )


def telegram_secret(value: str) -> str:
    what = "a webhook secret"
    return _shaped(value, r"[A-Za-z0-9_-]{1,256}", what, "write 1 to 256 characters among A-Z, a-z, 0-9, _ and -")


def slack_bot_token(value: str) -> str:
    remedy = "copy the one that begins with xoxb- from OAuth & Permissions of your Slack app"
    return _shaped(value, r"xoxb-[A-Za-z0-9-]+", "a Slack bot token", remedy)


def slack_app_token(value: str) -> str:
    remedy = "copy the one that begins with xapp- from Basic Information of your Slack app"
    return _shaped(value, r"xapp-[A-Za-z0-9-]+", "a Slack app token", remedy)


def slack_signing_secret(value: str) -> str:
    remedy = "copy it whole from Basic Information of your Slack app"
    return _shaped(value, r"[A-Za-z0-9_-]{8,}", "a Slack signing secret", remedy)


def erasure_key(value: str) -> str:
    if len(value) < 32:
        raise ValueError("is too short to keep a secret: write at least 32 characters drawn by chance, and keep a copy")
    return value


def telegram_api(value: str) -> str:
    """Without a slash at the end; `/bot`, which the library adds itself, is taken off."""
    return _web(value, TELEGRAM_API).removesuffix("/bot").rstrip("/")


def slack_api(value: str) -> str:
    """With one slash at the end, as slack-sdk wants it."""
    return _web(value, "https://slack.com/api/") + "/"


def slack_roles(value: str) -> dict[str, str]:
    """ "S0AB12=organiser, S0CD34=moderator": which role the people of a user group have."""
    roles: dict[str, str] = {}
    for pair in filter(None, (each.strip() for each in value.split(","))):
        group, _, role = (part.strip() for part in pair.partition("="))
        if not re.fullmatch(r"S[A-Z0-9]{2,20}", group) or role not in set(Role):
            known = ", ".join(Role)
            remedy = f"write the id of a user group and a role ({known}), like S0AB12=organiser, with commas between"
            raise ValueError(f"holds {quoted(pair)}: {remedy}")
        roles[group] = role
    return roles


def webhook_url(value: str) -> str:
    return _web(value, "https://porte-voix.example.org/telegram")


def public_url(value: str) -> str:
    """Without a slash at the end: paths are put behind it."""
    return _web(value, "https://avis.example.org")


def host(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", value):
        try:
            ip_address(value)
        except ValueError:
            remedy = "write a name or an address of this machine, like 127.0.0.1 or 0.0.0.0"
            raise ValueError(f"is {quoted(value)}: {remedy}") from None
    return value


def email_from(value: str) -> str:
    """An address, or a name with the address in angle brackets."""
    if not re.fullmatch(r"([^<>@\"\r\n]{1,60} )?<[^\s<>@]+@[A-Za-z0-9.-]+>|[^\s<>@\"]+@[A-Za-z0-9.-]+", value) or (
        not value[value.find("<") :].isascii()
    ):
        raise ValueError(f"is {quoted(value)}: write an address like Porte-voix <avis@ville.example>")
    return value


def port(value: str) -> int:
    if not value.isascii() or not value.isdecimal() or not 1 <= int(value[:6]) <= 65535:
        raise ValueError(f"is {quoted(value)}: write a whole number from 1 to 65535")
    return int(value)


def messages_per_second(value: str) -> int:
    if not value.isascii() or not value.isdecimal() or not 1 <= int(value[:6]) <= 1000:
        raise ValueError(f"is {quoted(value)}: write a whole number from 1 to 1000 (30 is what Telegram allows a bot)")
    return int(value)


def choice(value: str, among: tuple[str, ...]) -> str:
    for one in among:
        if value.casefold() == one.casefold():
            return one
    raise ValueError(f"is {quoted(value)}: write {' or '.join(among)}")


def channels(value: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip().lower() for name in value.split(",") if name.strip()))
    unknown = [name for name in names if name not in KNOWN_CHANNELS]
    if unknown:
        known = ", ".join(KNOWN_CHANNELS)
        raise ValueError(f"names {', '.join(map(quoted, unknown))}: write one or more of {known}, with commas between")
    return names


def _shaped(value: str, shape: str, what: str, remedy: str) -> str:
    if value[:1] in {'"', "'"}:
        raise ValueError(f"begins with a quotation mark: write {what} without quotation marks")
    if not re.fullmatch(shape, value):
        raise ValueError(f"does not look like {what}: {remedy}")
    return value


def _web(value: str, example: str) -> str:
    parts = _split(value)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"is not a web address: write it whole, like {example}")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError(f"holds a password, a ? or a #: write only the address, like {example}")
    return value.rstrip("/")


def _split(value: str) -> SplitResult | None:
    """None for what is no address at all, a port out of range included."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return None
    return None if any(character.isspace() for character in value) else parts
