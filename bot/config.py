"""Settings, read once: flag > environment > *_FILE secret > citybot.toml > default.

`CITYBOT_DATA_DIR` sets `data_dir`; DATABASE_URL, REDIS_URL and PORT are also read as people
expect them. A secret may come from a file: `CITYBOT_SECRET_FILE=/run/secrets/citybot`.
"""

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.i18n import _, negotiate, translate
from bot.networks import read_networks
from bot.processes import EVERY_ROLE, read_roles
from bot.quiet import Quiet
from bot.services.office import Office

PLAIN = {"DATABASE_URL": "database_url", "REDIS_URL": "redis_url", "PORT": "port"}
_NOT_SETTINGS = {"CITYBOT_CONFIG"}  # written in the environment for other parts of the program


class BadSetting(Exception):
    """A setting that is unknown, missing or unreadable; the text names the key."""

    def __init__(self, msgid: str, **values: str) -> None:
        super().__init__(msgid.format(**values))
        self.msgid, self.values = msgid, values

    def told(self, language: str) -> str:
        """The error in the person's language."""
        return translate(language, self.msgid, **self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything the house can be told from outside."""

    data_dir: Path = field(default=Path("data"))  # database, secret, uploads, backups
    keys_dir: str = ""  # of the keys of open polls, in no backup; empty: data_dir/keys
    database_url: str = field(default="", repr=False)  # empty: SQLite in data_dir
    console_database_url: str = field(default="", repr=False)  # a copy the console reads, or none
    redis_url: str = field(default="", repr=False)  # empty: everything in this process
    host: str = "127.0.0.1"  # the address the web server listens on
    port: int = 8080
    roles: str = EVERY_ROLE  # what this process does; several need PostgreSQL
    metrics_from: str = ""  # networks that may read /metrics besides this machine: 10.0.0.0/8
    public_url: str = ""  # how people reach us from outside: https://chat.example.org
    language: str = "en"  # of a person we know nothing about yet
    name: str = "Citybot"  # what the assistant calls itself
    organisation: str = ""  # who runs it, named in welcome and privacy texts
    contact: str = ""  # how to reach a human besides the chat: mail address or phone
    office_hours: str = "Mon-Fri 09:00-17:00"  # when staff answer, in `zone`
    zone: str = "Europe/Berlin"  # IANA time zone of the office
    quiet_hours: str = "22:00-08:00"  # in which we write to nobody first; empty for none
    broadcast_limit: int = 500  # people; above, a second member of the team must agree; 0: never
    privacy_url: str = ""  # the full privacy notice
    own_channels: str = "web terminal"  # where personal answers may be given in the chat itself
    cross_border: str = ""  # who keeps the data in which country, if people must agree to that
    secret: str = field(default="", repr=False)  # signs sessions; generated and kept if unset
    embed_origins: str = ""  # sites that may embed the widget, separated by blanks; * for all
    trusted_proxies: int = 0  # reverse proxies in front of us that set X-Forwarded-For
    log_level: str = "info"
    log_format: str = "auto"  # human, json, or auto: human on a terminal
    flood_messages: int = 20  # that one address may send at once, and again in flood_seconds
    flood_seconds: int = 10
    api_requests: int = 300  # that one token may make at once, and again in a minute
    api_origins: str = ""  # sites whose pages may call the API from a browser, or none
    webhooks_inside: str = "no"  # whether webhooks may lead to private addresses and plain http
    rasa_token: str = field(default="", repr=False)  # a Rasa server shows it at /rasa/webhook
    telegram_token: str = field(default="", repr=False)  # of the bot, from @BotFather
    telegram_mode: str = "auto"  # polling, webhook, or auto: webhook with an https public_url
    telegram_api: str = "https://api.telegram.org"
    wechat_app_id: str = ""  # of the Official Account
    wechat_app_secret: str = field(default="", repr=False)
    wechat_token: str = field(default="", repr=False)  # signs the callbacks
    wechat_aes_key: str = field(default="", repr=False)  # EncodingAESKey, 43 characters
    wechat_service: str = "auto"  # customer-service messages: yes, no, or auto: ask the platform
    wechat_language: str = "zh"  # of the menu, and of people until they show otherwise
    wechat_notice: str = ""  # how to announce what waits: template:<ID>:thing1, subscription:...
    wechat_mass: str = "no"  # whether this account may send mass messages to a list: yes, no
    wechat_api: str = "https://api.weixin.qq.com"
    wecom_corp_id: str = ""
    wecom_agent_id: int = 0
    wecom_secret: str = field(default="", repr=False)
    wecom_token: str = field(default="", repr=False)  # signs the callbacks
    wecom_aes_key: str = field(default="", repr=False)  # EncodingAESKey, 43 characters
    wecom_language: str = "zh"  # of the menu, and of people until they show otherwise
    wecom_api: str = "https://qyapi.weixin.qq.com"

    def database(self) -> str:
        """The database's address as SQLAlchemy wants it, always naming the driver."""
        if not self.database_url:
            path = str((self.data_dir / "citybot.sqlite3").resolve())
            return URL.create("sqlite", database=path).render_as_string()  # a folder may hold a ?
        scheme, separator, rest = self.database_url.partition("://")
        drivers = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}
        return f"{drivers.get(scheme, scheme)}{separator}{rest}"


SECRETS = frozenset(
    {
        *("secret", "rasa_token", "database_url", "console_database_url", "redis_url"),
        *("telegram_token", "wechat_app_secret", "wechat_token", "wechat_aes_key"),
        *("wecom_secret", "wecom_token", "wecom_aes_key"),
    }
)
UNREADABLE_FILE = _("{key} names a file that cannot be read: {path}")
_RANGES = {
    "port": (0, 65_535),
    "trusted_proxies": (0, 100),
    "flood_messages": (1, 1_000_000),
    "flood_seconds": (1, 86_400),
    "api_requests": (1, 1_000_000),
    "wecom_agent_id": (0, 2**31 - 1),
}
_WORDS = {
    "log_level": ("debug", "info", "warning", "error", "critical"),
    "log_format": ("auto", "human", "json"),
    "telegram_mode": ("auto", "polling", "webhook"),
    "wechat_service": ("auto", "yes", "no"),
    "wechat_mass": ("yes", "no"),
    "webhooks_inside": ("yes", "no"),
}
_WRITTEN: Mapping[str, tuple[Callable[[str], object], str]] = {
    "quiet_hours": (Quiet.read, "22:00-08:00"),
    "roles": (read_roles, EVERY_ROLE),
    "metrics_from": (read_networks, "10.0.0.0/8 192.168.1.7"),
}
_LANGUAGES = ("language", "wechat_language", "wecom_language")
_POSTGRESQL = ("postgres", "postgresql", "postgresql+psycopg")
_PLACE = "postgresql://user:password@host/name"
_ADDRESSES = {
    "database_url": (("sqlite", *_POSTGRESQL), _PLACE),
    "console_database_url": (_POSTGRESQL, _PLACE),
    "redis_url": (("redis", "rediss", "unix"), "redis://host:6379/0"),
}
_ON_THE_WEB = {
    "telegram_api": "https://api.telegram.org",
    "wechat_api": "https://api.weixin.qq.com",
    "wecom_api": "https://qyapi.weixin.qq.com",
    "public_url": "https://chat.example.org",
    "privacy_url": "https://example.org/privacy",
}
_KINDS: dict[str, type] = {
    f.name: {"int": int, "Path": Path}.get(getattr(f.type, "__name__", str(f.type)), str)
    for f in fields(Settings)
}


def read(
    flags: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None
) -> Settings:
    """All sources laid over each other. Raises BadSetting naming the key that is wrong."""
    environ = os.environ if environ is None else environ
    given = {k: v for k, v in (flags or {}).items() if v is not None}
    values = {**from_toml(environ), **_from_files(environ), **_from_environ(environ), **given}
    settings = Settings(**{key: _typed(key, value) for key, value in values.items()})
    for check in (_check_ranges, _check_words, _check_addresses, _check_pages, _check_office):
        check(settings)
    _check_written(settings)
    spoken: Any = {key: _spoken(key, getattr(settings, key)) for key in _LANGUAGES}
    return replace(settings, **spoken)


def _spoken(key: str, language: str) -> str:
    code = negotiate(language)
    if code is None:
        why = _("Setting {key}: {value} is not a language we speak.")
        raise BadSetting(why, key=key, value=language)
    return code


def _check_ranges(settings: Settings) -> None:
    for key, (least, most) in _RANGES.items():
        if not least <= getattr(settings, key) <= most:
            raise _not_possible(settings, key, f"{least}-{most}")


def _check_words(settings: Settings) -> None:
    for key, words in _WORDS.items():
        if getattr(settings, key).lower() not in words:
            raise _not_possible(settings, key, ", ".join(words))


def _not_possible(settings: Settings, key: str, allowed: str) -> BadSetting:
    why = _("Setting {key}: {value} is not possible; use {allowed}.")
    return BadSetting(why, key=key, value=str(getattr(settings, key)), allowed=allowed)


def _check_addresses(settings: Settings) -> None:
    """Only the kinds we can open; the text shows no value, for a password may be in it."""
    for key, (schemes, example) in _ADDRESSES.items():
        if (address := getattr(settings, key)) and _scheme(address) not in schemes:
            why = _("Setting {key} is not the address of a database. Try: {example}")
            raise BadSetting(why, key=key, example=example)


def _scheme(address: str) -> str | None:
    try:
        return make_url(address).drivername
    except (ArgumentError, ValueError):  # ValueError: the port is not a number
        return None


def _check_pages(settings: Settings) -> None:
    """The text shows no value here either: the address of a proxy may hold a password."""
    for key, example in _ON_THE_WEB.items():
        address = getattr(settings, key)
        is_wanted = address or key.endswith("_api")  # ours may be left out
        if is_wanted and not _is_on_the_web(address):
            why = _("Setting {key} is not an address on the web. Try: {example}")
            raise BadSetting(why, key=key, example=example)


def _is_on_the_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:  # the port is not a number, a bracket is not closed
        return False
    is_whole = not any(map(str.isspace, address)) and port != 0
    return parts.scheme in ("http", "https") and bool(parts.hostname) and is_whole


def _check_written(settings: Settings) -> None:
    for key, (read_as, example) in _WRITTEN.items():
        try:
            read_as(getattr(settings, key))
        except ValueError as error:
            raise _not_possible(settings, key, example) from error


def _check_office(settings: Settings) -> None:
    try:
        Office(settings.office_hours, settings.zone)
    except ValueError as error:
        why = _("office_hours or zone cannot be read: {hours}, {zone}")
        raise BadSetting(why, hours=settings.office_hours, zone=settings.zone) from error


def from_toml(environ: Mapping[str, str]) -> dict[str, Any]:
    """What citybot.toml says, unread; nothing where there is none. Raises BadSetting."""
    path = Path(environ.get("CITYBOT_CONFIG", "citybot.toml"))
    if not path.is_file():
        if "CITYBOT_CONFIG" in environ:
            raise BadSetting(_("CITYBOT_CONFIG names {path}, which is not there."), path=str(path))
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        why = _("{path} cannot be read: {error}")
        raise BadSetting(why, path=str(path), error=str(error)) from error


def _from_environ(environ: Mapping[str, str]) -> dict[str, Any]:
    plain = {key: environ[name] for name, key in PLAIN.items() if environ.get(name)}
    own = {
        name.removeprefix("CITYBOT_").lower(): value
        for name, value in environ.items()
        if name.startswith("CITYBOT_") and not name.endswith("_FILE") and name not in _NOT_SETTINGS
    }
    return plain | own


def _from_files(environ: Mapping[str, str]) -> dict[str, Any]:
    found = {}
    for name, path in environ.items():
        if name.startswith("CITYBOT_") and name.endswith("_FILE"):
            key = name.removeprefix("CITYBOT_").removesuffix("_FILE").lower()
            found[key] = content_of(name, Path(path))
    return found


def content_of(name: str, path: Path) -> str:
    """The text of a file that holds a setting. Raises BadSetting naming it."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:  # ValueError: not UTF-8
        raise BadSetting(UNREADABLE_FILE, key=name, path=str(path)) from error


def _typed(key: str, value: Any) -> Any:
    if key not in _KINDS:
        raise BadSetting(_("There is no setting named {key}."), key=key)
    kind = _KINDS[key]
    # int() would take 80.5 and true, str() a whole table of the TOML file.
    written = isinstance(value, str | int | Path) and not isinstance(value, bool)
    if not written and kind is not int:
        raise BadSetting(_("Setting {key}: {value} is not a text."), key=key, value=str(value))
    try:
        return kind(value if written else "")
    except ValueError as error:
        why = _("Setting {key}: {value} is not a number.")
        raise BadSetting(why, key=key, value=str(value)) from error
