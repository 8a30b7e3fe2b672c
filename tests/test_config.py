"""Settings: which source counts, and an error that names the key instead of a traceback."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.config import SECRETS, BadSetting, Settings, read
from bot.secret import keep_secret


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Away from any citybot.toml of this machine."""
    monkeypatch.chdir(tmp_path)


def toml(tmp_path: Path, text: str) -> dict[str, str]:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return {"CITYBOT_CONFIG": str(path)}


def why(flags: dict[str, object] | None = None, environ: dict[str, str] | None = None) -> str:
    return str(refused(flags, environ))


def refused(
    flags: dict[str, object] | None = None, environ: dict[str, str] | None = None
) -> BadSetting:
    with pytest.raises(BadSetting) as caught:
        read(flags, environ or {})
    return caught.value


def test_without_any_source_everything_has_its_default() -> None:
    assert read({}, {}) == Settings()


def test_each_source_yields_to_the_one_before_it(tmp_path: Path) -> None:
    secret = tmp_path / "secret-name"
    secret.write_text("from a file\n", encoding="utf-8")
    sources = toml(tmp_path, 'name = "from toml"')
    assert read({}, sources).name == "from toml"
    sources["CITYBOT_NAME_FILE"] = str(secret)
    assert read({}, sources).name == "from a file"
    sources["CITYBOT_NAME"] = "from the environment"
    assert read({}, sources).name == "from the environment"
    assert read({"name": "from a flag"}, sources).name == "from a flag"
    assert read({"name": None}, sources).name == "from the environment"


def test_a_toml_file_in_this_folder_is_read_unasked(tmp_path: Path) -> None:
    (tmp_path / "citybot.toml").write_text("port = 9000", encoding="utf-8")
    assert read({}, {}).port == 9000


def test_names_that_every_platform_sets_are_understood() -> None:
    environ = {"PORT": "9000", "DATABASE_URL": "postgres://u@h/d", "REDIS_URL": "redis://h"}
    settings = read({}, environ)
    assert settings.port == 9000
    assert settings.database() == "postgresql+psycopg://u@h/d"
    assert settings.redis_url == "redis://h"
    assert read({}, environ | {"CITYBOT_PORT": "9001"}).port == 9001
    assert read({}, {"PORT": ""}).port == 8080


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("COLOUR", "red", {"key": "colour"}),
        ("PORT", "http", {"key": "port", "value": "http"}),
        ("PORT", "", {"key": "port", "value": ""}),
        ("PORT", "70000", {"key": "port", "value": "70000", "allowed": "0-65535"}),
        ("PORT", "-1", {"key": "port", "value": "-1", "allowed": "0-65535"}),
        ("FLOOD_SECONDS", "0", {"key": "flood_seconds", "value": "0", "allowed": "1-86400"}),
        (
            "LOG_LEVEL",
            "loud",
            {
                "key": "log_level",
                "value": "loud",
                "allowed": "debug, info, warning, error, critical",
            },
        ),
        (
            "LOG_FORMAT",
            "xml",
            {"key": "log_format", "value": "xml", "allowed": "auto, human, json"},
        ),
        ("LANGUAGE", "fr", {"key": "language", "value": "fr"}),
        ("ZONE", "Europe/Nowhere", {"hours": "Mon-Fri 09:00-17:00", "zone": "Europe/Nowhere"}),
        ("OFFICE_HOURS", "mornings", {"hours": "mornings", "zone": "Europe/Berlin"}),
        ("SECRET_FILE", "gone", {"key": "CITYBOT_SECRET_FILE", "path": "gone"}),
        ("CONFIG", "gone", {"path": "gone"}),
    ],
)
def test_somebody_hears_which_setting_is_wrong(
    name: str, value: str, named: dict[str, str]
) -> None:
    error = refused(environ={f"CITYBOT_{name}": value})
    assert error.values == named
    assert all(word in str(error) for word in named.values())
    assert all(word in error.told("zh") for word in named.values())


@pytest.mark.parametrize("key", ["database_url", "redis_url"])
@pytest.mark.parametrize(
    "address", ["mysql://u:hush@h/d", "nonsense hush", "postgresql://u:hush@h:x/d"]
)
def test_a_wrong_address_is_named_without_its_password(key: str, address: str) -> None:
    error = refused({key: address})
    assert error.values["key"] == key
    assert "hush" not in str(error)


@pytest.mark.parametrize(
    "key", ["telegram_api", "wechat_api", "wecom_api", "public_url", "privacy_url"]
)
@pytest.mark.parametrize(
    "address",
    ["nonsense", "http://", "https://u:hush@:8/", "http://host:x", "http://a b", "ftp://host"],
)
def test_what_is_no_address_on_the_web_is_named_before_anything_is_opened(
    key: str, address: str
) -> None:
    told = why({key: address})
    assert told.startswith(f"Setting {key} is not an address on the web. Try: https://")
    assert "hush" not in told


def test_an_address_of_our_own_may_be_left_out_that_of_a_platform_not() -> None:
    assert read({"public_url": "", "privacy_url": ""}, {}).public_url == ""
    assert refused({"wechat_api": ""}).values["key"] == "wechat_api"
    assert read({"telegram_api": "http://127.0.0.1:8081/bots/"}, {}).telegram_api.endswith("/")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("port = 80.5", "Setting port: 80.5 is not a number."),
        ("port = true", "Setting port: True is not a number."),
        ("[port]\nhttp = 80", "Setting port: {'http': 80} is not a number."),
        ('name = ["a", "b"]', "Setting name: ['a', 'b'] is not a text."),
        ("name = false", "Setting name: False is not a text."),
    ],
)
def test_a_value_of_the_wrong_kind_is_not_bent_into_shape(
    tmp_path: Path, line: str, told: str
) -> None:
    assert why(environ=toml(tmp_path, line)) == told


@pytest.mark.parametrize("content", [b"port = ", b"name = '\xff'"])
def test_a_broken_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.toml"
    path.write_bytes(content)
    assert why(environ={"CITYBOT_CONFIG": str(path)}).startswith(f"{path} cannot be read: ")


def test_a_secret_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    environ = {"CITYBOT_SECRET_FILE": "binary"}
    assert why(environ=environ) == "CITYBOT_SECRET_FILE names a file that cannot be read: binary"


@pytest.mark.parametrize(
    ("written", "spoken"), [("zh_Hans", "zh"), ("de-AT", "de"), ("EN", "en"), ("zh-TW", "zh")]
)
def test_a_language_is_kept_as_the_house_knows_it(written: str, spoken: str) -> None:
    """Else its texts would not be found, and everybody would be spoken to in English."""
    assert read({"language": written}, {}).language == spoken


@pytest.mark.parametrize("folder", ["plain", "a b", "what?", "50%", "ü#1", "a@b:c"])
def test_the_database_lies_in_the_data_folder_whatever_its_name(
    tmp_path: Path, folder: str
) -> None:
    url = Settings(data_dir=tmp_path / folder).database()
    assert make_url(url).database == str(tmp_path / folder / "citybot.sqlite3")


def test_no_secret_is_shown_when_settings_are_printed() -> None:
    settings = Settings(**{key: f"canary-{key}" for key in SECRETS})
    assert "canary" not in repr(settings)


def test_a_secret_that_was_set_is_not_written_anywhere(tmp_path: Path) -> None:
    assert keep_secret(Settings(data_dir=tmp_path, secret="set")) == "set"
    assert list(tmp_path.iterdir()) == []


def test_a_secret_is_made_once_and_kept_for_its_owner_only(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new")
    secret = keep_secret(settings)
    assert len(secret) >= 43
    assert keep_secret(settings) == secret
    assert [p.name for p in settings.data_dir.iterdir()] == ["secret"]
    assert stat.S_IMODE((settings.data_dir / "secret").stat().st_mode) == 0o600


def test_starts_at_the_same_moment_agree_on_one_secret(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with ThreadPoolExecutor(16) as pool:
        secrets = set(pool.map(lambda _n: keep_secret(settings), range(64)))
    assert len(secrets) == 1
    assert os.listdir(tmp_path) == ["secret"]


def test_an_empty_secret_is_refused_for_anybody_could_sign_with_it(tmp_path: Path) -> None:
    (tmp_path / "secret").touch()
    with pytest.raises(BadSetting):
        keep_secret(Settings(data_dir=tmp_path))
