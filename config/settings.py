"""Settings: what the environment, .env and secret files say, checked as a whole before anything starts.

    environment ──▶ .env ──▶ NAME_FILE ──▶ each value ──▶ values together ──▶ Settings (frozen)
      (wins)                  (secrets)         every mistake on the way ──▶ one SettingsError

A mistake names the setting, says what is wrong and what to do in the language of the program, and never shows the value
of a secret. Nothing else in the program reads the environment.
"""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from dotenv.parser import parse_stream
from pydantic import BeforeValidator, SecretStr, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from config import setting_values as values
from config.locale import Catalogue
from config.setting_conflicts import conflicts
from config.setting_values import Wrong
from core.model.deliveries import Param
from core.model.errors import SettingsError, why_key
from core.model.staff import Role

LANGUAGES = ("fr", "en")
ENV_FILE = Path(".env")
LARGEST_SECRET_FILE = 65_536
# Read by tests and benchmarks, not by the program.
_NOT_OURS = frozenset({"PORTE_VOIX_DATA"})


def _secret(check: Callable[[str], str]) -> BeforeValidator:
    return BeforeValidator(lambda value: value if isinstance(value, SecretStr) else SecretStr(check(value)))


def _among(*words: str) -> BeforeValidator:
    return BeforeValidator(lambda value: values.choice(value, words))


class Settings(BaseSettings):
    """One field a setting: the name in the environment is the field's in capitals. Made by `load_settings`."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=False)

    database_url: Annotated[SecretStr, _secret(values.database_url)] = SecretStr(
        "sqlite+aiosqlite:///var/porte-voix.db"
    )
    erasure_key: Annotated[SecretStr | None, _secret(values.erasure_key)] = None
    """For keyed hashes. None: the one in var/secret.key (config.secret_key)."""

    channels: Annotated[tuple[str, ...], BeforeValidator(values.channels)] = ()
    """Empty: every channel that has a token."""

    telegram_bot_token: Annotated[SecretStr | None, _secret(values.telegram_token)] = None
    telegram_api_base_url: Annotated[str, BeforeValidator(values.telegram_api)] = values.TELEGRAM_API
    telegram_mode: Annotated[Literal["polling", "webhook"], _among("polling", "webhook")] = "polling"
    telegram_webhook_url: Annotated[str | None, BeforeValidator(values.webhook_url)] = None
    telegram_webhook_secret: Annotated[SecretStr | None, _secret(values.telegram_secret)] = None

    telegram_messages_per_second: Annotated[int, BeforeValidator(values.messages_per_second)] = 30
    """At most, over all chats: more only where the platform allows this bot more."""

    slack_bot_token: Annotated[SecretStr | None, _secret(values.slack_bot_token)] = None
    slack_app_token: Annotated[SecretStr | None, _secret(values.slack_app_token)] = None
    slack_signing_secret: Annotated[SecretStr | None, _secret(values.slack_signing_secret)] = None
    slack_api_base_url: Annotated[str, BeforeValidator(values.slack_api)] = "https://slack.com/api/"
    slack_mode: Annotated[Literal["socket", "http"], _among("socket", "http")] = "socket"

    slack_roles: Annotated[dict[str, Role], BeforeValidator(values.slack_roles)] = {}
    """By the id of a user group in Slack. Empty: roles come from e-mail addresses alone."""

    smtp_host: Annotated[str | None, BeforeValidator(values.host)] = None
    smtp_port: Annotated[int | None, BeforeValidator(values.port)] = None
    """None: the usual one of SMTP_SECURITY."""
    smtp_security: Annotated[Literal["starttls", "tls", "none"], _among("starttls", "tls", "none")] = "starttls"
    smtp_user: str | None = None
    smtp_password: Annotated[SecretStr | None, _secret(str)] = None
    email_from: Annotated[str | None, BeforeValidator(values.email_from)] = None

    http_host: Annotated[str, BeforeValidator(values.host)] = "127.0.0.1"
    http_port: Annotated[int, BeforeValidator(values.port)] = 8080
    public_url: Annotated[str | None, BeforeValidator(values.public_url)] = None
    """Where people reach the pages: what posters, links and messages carry. None: this machine alone."""

    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], _among(*values.LEVELS)] = "INFO"
    porte_voix_language: Annotated[Literal["fr", "en"], _among(*LANGUAGES)] = "fr"
    """The language of what the program prints. Citizens choose their own."""

    def starts(self, channel: str) -> bool:
        """Whether `run` starts this channel: named in CHANNELS, or CHANNELS is empty and it has what it needs."""
        tokens = {"telegram": self.telegram_bot_token, "slack": self.slack_bot_token, "email": self.smtp_host}
        return channel in self.channels if self.channels else tokens.get(channel) is not None

    def mail_port(self) -> int:
        """SMTP_PORT, or the usual one."""
        return self.smtp_port or {"starttls": 587, "tls": 465, "none": 25}[self.smtp_security]

    def web_address(self) -> str:
        """The first part of every address handed out, without a slash at the end."""
        if self.public_url:
            return self.public_url
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.http_host, self.http_host)  # noqa: S104 (nothing is bound)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.http_port}"

    def in_clear(self) -> bool:
        """Whether people reach the pages over a network without encryption."""
        return values.in_clear(self.public_url or "")

    def apis_in_clear(self) -> tuple[str, ...]:
        """The settings by which a token leaves this machine without encryption."""
        used = (
            ("TELEGRAM_API_BASE_URL", self.telegram_bot_token, self.telegram_api_base_url),
            ("SLACK_API_BASE_URL", self.slack_bot_token, self.slack_api_base_url),
        )
        return tuple(name for name, token, address in used if token and values.in_clear(address, beside=True))

    def secrets(self) -> tuple[SecretStr, ...]:
        """Every secret that is set, for the log to leave out."""
        return tuple(value for name in SECRETS if (value := getattr(self, name.lower())) is not None)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # `load_settings` gathers the values itself: mistakes in .env and in secret files are told with the others.
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)


NAMES: tuple[str, ...] = tuple(name.upper() for name in Settings.model_fields)
SECRETS: tuple[str, ...] = tuple(
    name.upper() for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)
)


def load_settings(env: Mapping[str, str] | None = None, env_file: Path | None = ENV_FILE) -> Settings:
    """The settings of this process, or of the given `env`. Raises one SettingsError that tells every mistake.

    A value in the environment wins over .env; an empty one counts as not given; a missing .env is no mistake.
    """
    environment = _environment() if env is None else env
    mistakes: list[Wrong] = []
    from_file = _read_env_file(env_file, mistakes) if env_file is not None else {}
    _refuse_unknown_names(environment, from_file, mistakes)

    everything = {name: value.strip() for name, value in {**from_file, **environment}.items() if value.strip()}
    given, unreadable = _with_secret_files(everything, mistakes)
    language = given.setdefault("PORTE_VOIX_LANGUAGE", _language_of(environment)).lower()

    settings: Settings | None = None
    try:
        raw: dict[str, Any] = {name.lower(): value for name, value in given.items()}
        settings = Settings(**raw)
    except ValidationError as error:
        mistakes.extend(problem["ctx"]["error"].of(str(problem["loc"][0]).upper()) for problem in error.errors())
    mistakes.extend(conflicts(given, unreadable))
    if mistakes or settings is None:
        raise SettingsError(_told(mistakes, language if language in LANGUAGES else _language_of(environment)))
    return settings


def _environment() -> Mapping[str, str]:
    variables = EnvSettingsSource(Settings, case_sensitive=True).env_vars
    return {name: value for name, value in variables.items() if value is not None}


def _read_env_file(path: Path, mistakes: list[Wrong]) -> dict[str, str]:
    """Names and values as written: `$` means nothing special, so that a password may hold one."""
    found: dict[str, str] = {}
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for line in parse_stream(lines):
                if line.key is not None and line.value is not None and not line.error:
                    if line.key in found:
                        mistakes.append(Wrong("settings.doubled", name=line.key, file=path.name))
                    found[line.key] = line.value
                elif line.key is not None or line.error:
                    mistakes.append(Wrong("settings.line", file=path.name, line=str(line.original.line)))
    except FileNotFoundError:
        return {}
    except OSError as error:
        mistakes.append(Wrong("settings.file", file=path.name, reason=str(error.strerror)))
    except UnicodeDecodeError:
        mistakes.append(Wrong("settings.file_not_text", file=path.name))
    return found


def _refuse_unknown_names(environment: Mapping[str, str], from_file: Mapping[str, str], mistakes: list[Wrong]) -> None:
    """A setting that nobody reads is a mistake that nobody sees. .env is ours alone; the environment is not."""
    ours = {*NAMES, *(f"{name}_FILE" for name in SECRETS), *_NOT_OURS}
    for name in sorted({*environment, *from_file} - ours):
        meant = get_close_matches(name.upper(), NAMES, n=1, cutoff=0.8)
        base = name.removesuffix("_FILE")
        if base in NAMES:
            mistakes.append(Wrong("settings.not_from_file", name=name, base=base))
        elif name.startswith("PORTE_VOIX_") or (name in from_file and meant):
            mistakes.append(
                Wrong("settings.unknown_meant", name=name, meant=meant[0])
                if meant
                else Wrong("settings.unknown", name=name)
            )


def _with_secret_files(everything: Mapping[str, str], mistakes: list[Wrong]) -> tuple[dict[str, str], set[str]]:
    """The values of our settings, secrets read from their files; and the names of those that could not be read."""
    given = {name: value for name, value in everything.items() if name in NAMES}
    unreadable: set[str] = set()
    for name in SECRETS:
        path = everything.get(f"{name}_FILE")
        if path is None:
            continue
        if name in given:
            mistakes.append(Wrong("settings.both", name=name))
            continue
        try:
            content = _content(Path(path))
        except Wrong as wrong:
            mistakes.append(wrong.of(name))  # never the path: it may be the secret itself, put there by mistake
            unreadable.add(name)
        else:
            given[name] = content
    return given, unreadable


def _content(path: Path) -> str:
    """Raises `Wrong` for a file that holds no secret."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            content = file.read(LARGEST_SECRET_FILE + 1)
    except OSError as error:
        raise Wrong("settings.secret_file", reason=str(error.strerror)) from None
    except ValueError:
        raise Wrong("settings.secret_file_not_text") from None
    if len(content) > LARGEST_SECRET_FILE:
        raise Wrong("settings.secret_file_large")
    if not content.strip():
        raise Wrong("settings.secret_file_empty")
    return content.strip()


def _language_of(environment: Mapping[str, str]) -> str:
    """The machine's own (LC_ALL, LC_MESSAGES, LANG: the first that is set) when it is one of ours; else French."""
    spoken = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    language = spoken[:2].lower()
    return language if language in LANGUAGES and not spoken[2:3].isalnum() else "fr"


def _in_words(places: Mapping[str, Param], words: Catalogue, language: str) -> Mapping[str, Param]:
    """With the system's reason, which is English, in the reader's language."""
    why = why_key(str(places.get("reason", "")))
    return {**places, "reason": words.say(why, language)} if why else places


def _told(mistakes: list[Wrong], language: str) -> str:
    words = Catalogue()
    lines = [words.say(mistake.key, language, _in_words(mistake.places, words, language)) for mistake in mistakes]
    if len(lines) == 1:
        return lines[0]
    title = words.say("settings.several", language, {"n": str(len(lines))})
    return "\n".join([title, *(f"  - {line}" for line in lines)])
