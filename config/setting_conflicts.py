"""Settings that need one another. Pure; works on words as given, so that these mistakes are told even beside others."""

import re
from collections.abc import Collection, Iterator, Mapping
from urllib.parse import urlsplit

from config.setting_values import TELEGRAM_API, TELEGRAM_WEBHOOK_PORTS, Wrong, this_machine

_REAL_TELEGRAM_TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{30,}")
_ANY_TELEGRAM_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_WEBHOOK = ("TELEGRAM_WEBHOOK_URL", "TELEGRAM_WEBHOOK_SECRET")
_SLACK = ("SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_ROLES")
_EMAIL = ("SMTP_PORT", "SMTP_SECURITY", "SMTP_USER", "SMTP_PASSWORD", "EMAIL_FROM")


def conflicts(given: Mapping[str, str], unreadable: Collection[str] = ()) -> Iterator[Wrong]:
    """Each mistake. `unreadable`: given too, but the value could not be read (told already)."""
    present = {*given, *unreadable}
    named = {name.strip().lower() for name in given.get("CHANNELS", "").split(",") if name.strip()}
    if not named or "telegram" in named:
        yield from _telegram(given, present, named=bool(named))
    if not named or "slack" in named:
        yield from _slack(given, present, named=bool(named))
    if not named or "email" in named:
        yield from _email(given, present, named=bool(named))


def _telegram(given: Mapping[str, str], present: Collection[str], *, named: bool) -> Iterator[Wrong]:
    own_server = given.get("TELEGRAM_API_BASE_URL", TELEGRAM_API).rstrip("/") != TELEGRAM_API
    token = given.get("TELEGRAM_BOT_TOKEN", "")
    if "TELEGRAM_BOT_TOKEN" not in present:
        if named:
            yield Wrong("settings.telegram_empty")
        elif rest := [name for name in _WEBHOOK if name in present]:
            yield Wrong("settings.telegram_too", other=rest[0])
    # A server of one's own may hand out tokens of any length; Telegram does not.
    if not own_server and _ANY_TELEGRAM_TOKEN.fullmatch(token) and not _REAL_TELEGRAM_TOKEN.fullmatch(token):
        yield Wrong("settings.telegram_short")
    if given.get("TELEGRAM_MODE", "").casefold() != "webhook":
        return
    if "TELEGRAM_WEBHOOK_URL" not in present:
        yield Wrong("settings.webhook_url_empty")
    elif not own_server:
        yield from _public_webhook(given["TELEGRAM_WEBHOOK_URL"])
    if "TELEGRAM_WEBHOOK_SECRET" not in present:
        yield Wrong("settings.webhook_secret_empty")


def _public_webhook(url: str) -> Iterator[Wrong]:
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError:
        return  # told already: it is not an address
    if parts.scheme == "http":
        yield Wrong("settings.webhook_http")
    elif parts.scheme == "https" and port not in TELEGRAM_WEBHOOK_PORTS:
        ports = ", ".join(map(str, TELEGRAM_WEBHOOK_PORTS))
        yield Wrong("settings.webhook_port", port=str(port), ports=ports)


def _slack(given: Mapping[str, str], present: Collection[str], *, named: bool) -> Iterator[Wrong]:
    if "SLACK_BOT_TOKEN" not in present:
        if named:
            yield Wrong("settings.slack_bot_empty")
        elif rest := [name for name in _SLACK if name in present]:
            yield Wrong("settings.slack_bot_too", other=rest[0])
        return
    mode = given.get("SLACK_MODE", "socket").casefold()
    if mode == "socket" and "SLACK_APP_TOKEN" not in present:
        yield Wrong("settings.slack_app_empty")
    if mode == "http" and "SLACK_SIGNING_SECRET" not in present:
        yield Wrong("settings.slack_signing_empty")


def _email(given: Mapping[str, str], present: Collection[str], *, named: bool) -> Iterator[Wrong]:
    """E-mail needs a server and a sender; a password never leaves in clear, unless for this machine itself."""
    if "SMTP_HOST" not in present:
        if named:
            yield Wrong("settings.smtp_empty")
        elif rest := [name for name in _EMAIL if name in present]:
            yield Wrong("settings.smtp_too", other=rest[0])
        return
    if "EMAIL_FROM" not in present:
        yield Wrong("settings.email_from_empty")
    for one, other in (("SMTP_USER", "SMTP_PASSWORD"), ("SMTP_PASSWORD", "SMTP_USER")):
        if one in present and other not in present:
            yield Wrong("settings.smtp_pair", name=other, other=one)
    if given.get("SMTP_SECURITY", "").casefold() == "none" and not this_machine(given["SMTP_HOST"]):
        yield Wrong("settings.smtp_open")
