"""One value at a time: what each setting may look like. Pure; a refusal is a `Wrong`, whose sentence says what to do.

A refusal never repeats the value of a secret. What it repeats of other values is quoted, cut, and without anything
that looks like a token: people do paste a token on the wrong line.
"""

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from config.redaction import Redaction
from core.model.deliveries import Param
from core.model.people import MAILBOX
from core.model.staff import Role

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
KNOWN_CHANNELS = ("telegram", "slack", "email", "terminal")

TELEGRAM_API = "https://api.telegram.org"
# Telegram itself posts to these ports only (Bot API, setWebhook).
TELEGRAM_WEBHOOK_PORTS = (443, 80, 88, 8443)

_SQLITE = ("sqlite", "sqlite+aiosqlite")
_POSTGRESQL = ("postgres", "postgresql", "postgresql+asyncpg")


class Wrong(ValueError):
    """A mistake in the settings. `key`: its sentence in the catalogue (settings.po); `places`: what stands in it, apart
    from `name`, which the reader of the setting knows."""

    def __init__(self, key: str, **places: Param) -> None:
        super().__init__(key)
        self.key = key
        self.places = places

    def of(self, name: str) -> "Wrong":
        return Wrong(self.key, **{"name": name, **self.places})


def quoted(value: str) -> str:
    clean = Redaction().clean(value)
    return repr(clean if len(clean) <= 40 else clean[:39] + "…")


def database_url(value: str) -> str:
    """The address with the driver that this program uses: aiosqlite or asyncpg."""
    parts = _split(value)
    if parts is None or parts.scheme not in _SQLITE + _POSTGRESQL:
        raise Wrong("settings.database")
    if parts.scheme in _SQLITE:
        path = parts.path.removeprefix("/")
        if parts.netloc:
            raise Wrong("settings.database_slashes")
        if path in {"", ":memory:"} or "mode=memory" in parts.query:
            raise Wrong("settings.database_no_file")
        return f"sqlite+aiosqlite://{parts.path}" + (f"?{parts.query}" if parts.query else "")
    if parts.path in {"", "/"}:
        raise Wrong("settings.database_which")
    # asyncpg calls libpq's `sslmode` `ssl`; hosting companies hand out addresses with the former.
    query = urlencode([("ssl" if key == "sslmode" else key, kept) for key, kept in parse_qsl(parts.query)], safe="/")
    return f"postgresql+asyncpg://{parts.netloc}{parts.path}" + (f"?{query}" if query else "")


def telegram_token(value: str) -> str:
    return _shaped(value, r"\d+:[A-Za-z0-9_-]+", "settings.telegram_token")


def telegram_secret(value: str) -> str:
    return _shaped(value, r"[A-Za-z0-9_-]{1,256}", "settings.telegram_secret")


def slack_bot_token(value: str) -> str:
    return _shaped(value, r"xoxb-[A-Za-z0-9-]+", "settings.slack_bot_token")


def slack_app_token(value: str) -> str:
    return _shaped(value, r"xapp-[A-Za-z0-9-]+", "settings.slack_app_token")


def slack_signing_secret(value: str) -> str:
    return _shaped(value, r"[A-Za-z0-9_-]{8,}", "settings.slack_signing")


def erasure_key(value: str) -> str:
    if len(value) < 32:
        raise Wrong("settings.erasure_key")
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
            raise Wrong("settings.slack_roles", found=quoted(pair), known=", ".join(Role))
        roles[group] = role
    return roles


def webhook_url(value: str) -> str:
    return _web(value, "https://porte-voix.example.org/telegram")


def public_url(value: str) -> str:
    """Without a slash at the end: paths are put behind it. The pages link to each other from the root of their site."""
    example = "https://avis.example.org"
    address = _web(value, example)
    if urlsplit(address).path:
        raise Wrong("settings.address_path", example=example)
    return address


def host(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", value):
        try:
            ip_address(value)
        except ValueError:
            raise Wrong("settings.host", found=quoted(value)) from None
    return value


def this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


def in_clear(address: str, *, beside: bool = False) -> bool:
    """Whether what goes to this web address can be read on the way: http, to another machine. `beside`: a name without
    a dot is that of a container or a service next to this one, and not meant."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    near = this_machine(host) or (beside and not {".", ":"} & set(host))
    return parts.scheme == "http" and not near


def email_from(value: str) -> str:
    """An address, or a name with the address in angle brackets."""
    bare = re.sub(r"([^<>@\"\r\n]{1,60} )?<([^<>]*)>", r"\2", value)
    if not MAILBOX.fullmatch(bare):
        raise Wrong("settings.email_from", found=quoted(value))
    return value


def port(value: str) -> int:
    if not value.isascii() or not value.isdecimal() or not 1 <= int(value[:6]) <= 65535:
        raise Wrong("settings.port", found=quoted(value))
    return int(value)


def messages_per_second(value: str) -> int:
    if not value.isascii() or not value.isdecimal() or not 1 <= int(value[:6]) <= 1000:
        raise Wrong("settings.pace", found=quoted(value))
    return int(value)


def choice(value: str, among: tuple[str, ...]) -> str:
    for one in among:
        if value.casefold() == one.casefold():
            return one
    raise Wrong("settings.choice", found=quoted(value), known=", ".join(among))


def channels(value: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip().lower() for name in value.split(",") if name.strip()))
    unknown = [name for name in names if name not in KNOWN_CHANNELS]
    if unknown:
        found = ", ".join(map(quoted, unknown))
        raise Wrong("settings.channels", found=found, known=", ".join(KNOWN_CHANNELS))
    return names


def _shaped(value: str, shape: str, otherwise: str) -> str:
    if value[:1] in {'"', "'"}:
        raise Wrong("settings.quotation_mark")
    if not re.fullmatch(shape, value):
        raise Wrong(otherwise)
    return value


def _web(value: str, example: str) -> str:
    parts = _split(value)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Wrong("settings.address", example=example)
    if parts.username is not None or parts.query or parts.fragment:
        raise Wrong("settings.address_only", example=example)
    return value.rstrip("/")


def _split(value: str) -> SplitResult | None:
    """None for what is no address at all, a port out of range included."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return None
    return None if any(character.isspace() for character in value) else parts
