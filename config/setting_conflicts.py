"""Settings that need one another. Pure; works on words as given, so that these mistakes are told even beside others."""

import re
from collections.abc import Collection, Iterator, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from config.setting_values import TELEGRAM_API, TELEGRAM_WEBHOOK_PORTS

_REAL_TELEGRAM_TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{30,}")
_ANY_TELEGRAM_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_EMAIL = ("SMTP_PORT", "SMTP_SECURITY", "SMTP_USER", "SMTP_PASSWORD", "EMAIL_FROM")


def conflicts(given: Mapping[str, str], unreadable: Collection[str] = ()) -> Iterator[str]:
    """One sentence a mistake. `unreadable`: given too, but the value could not be read (told already)."""
    present = {*given, *unreadable}
    named = {name.strip().lower() for name in given.get("CHANNELS", "").split(",") if name.strip()}
    if not named or "telegram" in named:
        yield from _telegram(given, present, named=bool(named))
    if not named or "slack" in named:
        yield from _slack(given, present, named=bool(named))
    if not named or "email" in named:
        yield from _email(given, present, named=bool(named))


def _telegram(given: Mapping[str, str], present: Collection[str], *, named: bool) -> Iterator[str]:
    own_server = given.get("TELEGRAM_API_BASE_URL", TELEGRAM_API).rstrip("/") != TELEGRAM_API
    token = given.get("TELEGRAM_BOT_TOKEN", "")
    if named and "TELEGRAM_BOT_TOKEN" not in present:
        yield (
            "TELEGRAM_BOT_TOKEN is empty: put the token from @BotFather into .env, or leave telegram out of CHANNELS"
        )
    # A server of one's own may hand out tokens of any length; Telegram does not.
    if not own_server and _ANY_TELEGRAM_TOKEN.fullmatch(token) and not _REAL_TELEGRAM_TOKEN.fullmatch(token):
        yield "TELEGRAM_BOT_TOKEN is too short to be whole: copy it again from @BotFather"
    if given.get("TELEGRAM_MODE", "").casefold() != "webhook":
        return
    if "TELEGRAM_WEBHOOK_URL" not in present:
        yield (
            "TELEGRAM_WEBHOOK_URL is empty: write the https address at which Telegram reaches this machine, "
            "or set TELEGRAM_MODE=polling"
        )
    elif not own_server:
        yield from _public_webhook(given["TELEGRAM_WEBHOOK_URL"])
    if "TELEGRAM_WEBHOOK_SECRET" not in present:
        yield (
            "TELEGRAM_WEBHOOK_SECRET is empty: write 1 to 256 characters among A-Z, a-z, 0-9, _ and -, "
            "so that nobody else can post to the webhook"
        )


def _public_webhook(url: str) -> Iterator[str]:
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError:
        return  # told already: it is not an address
    if parts.scheme == "http":
        yield "TELEGRAM_WEBHOOK_URL begins with http: Telegram only posts to https addresses, write https://…"
    elif parts.scheme == "https" and port not in TELEGRAM_WEBHOOK_PORTS:
        ports = ", ".join(map(str, TELEGRAM_WEBHOOK_PORTS))
        yield f"TELEGRAM_WEBHOOK_URL has port {port}: Telegram only posts to ports {ports}"


def _slack(given: Mapping[str, str], present: Collection[str], *, named: bool) -> Iterator[str]:
    if "SLACK_BOT_TOKEN" not in present:
        if named:
            yield (
                "SLACK_BOT_TOKEN is empty: put the bot token of your Slack app (xoxb-…) into .env, "
                "or leave slack out of CHANNELS"
            )
        elif "SLACK_APP_TOKEN" in present:
            yield (
                "SLACK_BOT_TOKEN is empty although SLACK_APP_TOKEN is given: put the bot token of your Slack app "
                "(xoxb-…) into .env too"
            )
        return
    mode = given.get("SLACK_MODE", "socket").casefold()
    if mode == "socket" and "SLACK_APP_TOKEN" not in present:
        yield (
            "SLACK_APP_TOKEN is empty: put the app token of your Slack app (xapp-…, scope connections:write) "
            "into .env, or set SLACK_MODE=http"
        )
    if mode == "http" and "SLACK_SIGNING_SECRET" not in present:
        yield (
            "SLACK_SIGNING_SECRET is empty: put the signing secret of your Slack app into .env, "
            "or set SLACK_MODE=socket"
        )


def _email(given: Mapping[str, str], present: Collection[str], *, named: bool) -> Iterator[str]:
    """E-mail needs a server and a sender; a password never leaves in clear, unless for this machine itself."""
    if "SMTP_HOST" not in present:
        rest = [name for name in _EMAIL if name in present]
        if named:
            yield "SMTP_HOST is empty: write the name of your mail server into .env, or leave email out of CHANNELS"
        elif rest:
            yield f"SMTP_HOST is empty although {rest[0]} is given: write the name of your mail server into .env too"
        return
    if "EMAIL_FROM" not in present:
        yield "EMAIL_FROM is empty: write the address that e-mails come from, like Porte-voix <avis@ville.example>"
    for one, other in (("SMTP_USER", "SMTP_PASSWORD"), ("SMTP_PASSWORD", "SMTP_USER")):
        if one in present and other not in present:
            yield f"{other} is empty although {one} is given: write both, or neither where the server asks nobody"
    if given.get("SMTP_SECURITY", "").casefold() == "none" and not _this_machine(given["SMTP_HOST"]):
        yield (
            "SMTP_SECURITY is none, so that anybody on the way could read: that is for a mail server on this machine "
            "(SMTP_HOST=localhost); write starttls or tls"
        )


def _this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"
