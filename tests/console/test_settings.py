"""Settings: each explained, with where it comes from; no secret on any page; what is stored."""

import csv
import io
import os
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.config import SECRETS, Settings, read
from bot.console.meanings import GROUPS, value_of
from bot.origins import origins
from knowledge.library import Library
from tests.console.office import NOW, Office, opened

PAGE = "/console/settings"
HOSTILE = "<script>alert(1)</script>\u202e=1+1"


def test_every_setting_is_explained_once() -> None:
    told = [key for keys in GROUPS.values() for key in keys]
    assert sorted(told) == sorted(field.name for field in fields(Settings))


def test_a_password_inside_an_address_is_not_shown() -> None:
    settings = Settings(telegram_api="https://anna:secret@bots.example.org/x", name="a@b")
    assert value_of(settings, "telegram_api") == "https://…@bots.example.org/x"
    assert value_of(settings, "name") == "a@b"


def test_where_a_setting_comes_from(tmp_path: Path) -> None:
    toml, secret = tmp_path / "citybot.toml", tmp_path / "token"
    toml.write_text('name = "Rathaus"\nport = 9000\nlanguage = "de-AT"\n')
    secret.write_text("7000:AAE")
    environ = {"CITYBOT_CONFIG": str(toml), "PORT": "9001", "CITYBOT_ZONE": "Asia/Shanghai"}
    environ["CITYBOT_RASA_TOKEN_FILE"] = str(secret)
    found = origins(read({"host": "0.0.0.0"}, environ), environ)
    assert {key: where for key, where in found.items() if where != "default"} == {
        "name": "toml",
        "language": "toml",
        "port": "environment",
        "zone": "environment",
        "rasa_token": "file",
        "host": "flag",
    }


def test_a_flag_that_stands_in_for_what_is_wrong_is_a_flag() -> None:
    environ = {"CITYBOT_PORT": "many", "CITYBOT_CONFIG": os.devnull}
    assert origins(Settings(port=80), environ)["port"] == "flag"


@pytest.fixture
def full(settings: Settings) -> Settings:
    """With every secret given, and a hostile name."""
    addresses = {"database_url", "console_database_url", "redis_url"}
    secrets = {key: f"hush-{key}" for key in SECRETS - addresses}
    return replace(settings, organisation=HOSTILE, **secrets)


async def test_it_tells_all_but_no_secret(full: Settings, library: Library) -> None:
    async with opened(full, library) as office:
        desk = await office.joins("anna", "admin")
        page = await desk.get(PAGE)
        table = await desk.get(f"{PAGE}.csv")
        assert page.status == table.status == 200
        for key in (field.name for field in fields(Settings)):
            assert f"<code>{key}</code>" in page.html, key
        assert "&lt;script&gt;" in page.html
        assert "<script>alert" not in page.html
        for text in (page.html, table.body.decode()):
            assert "hush" not in text
            assert full.database_url.rpartition("/")[2] not in text
        rows = {
            r["setting"]: r for r in csv.DictReader(io.StringIO(table.body.decode("utf-8-sig")))
        }
        assert (rows["telegram_token"]["value"], rows["redis_url"]["value"]) == ("given", "")
        assert rows["organisation"]["from"] == "given at the start"


async def test_it_tells_what_is_stored_and_what_will_go(both: Office) -> None:
    old = (NOW - timedelta(days=10)).isoformat(" ")
    both.change(
        "INSERT INTO inbox (channel, event_id, received_at, state, attempts, due_at) "
        "VALUES ('web', '1', :at, 'done', 1, :at)",
        at=old,
    )
    desk = await both.joins("anna", "admin")
    assert "Count what the next hour removes" in (await desk.get(PAGE)).words
    words = (await desk.get(f"{PAGE}?due=1")).words
    for told in ("MB", "none found", "what people wrote 1", "3 days", "citybot db backup"):
        assert told in words
    folder = both.house.settings.data_dir / "backups"
    folder.mkdir()
    archive = folder / "citybot-20261125T000000Z.tar.gz"
    archive.write_bytes(b"x" * 1_200_000)
    os.utime(archive, (NOW.timestamp(), NOW.timestamp()))
    words = (await desk.get(PAGE)).words
    assert "1.2 MB citybot-20261125T000000Z.tar.gz" in words
    assert "none found" not in words


@pytest.mark.parametrize("role", ["viewer", "editor", "privacy-officer"])
async def test_it_is_for_administrators(office: Office, role: str) -> None:
    desk = await office.joins("v", role)
    for path in (PAGE, f"{PAGE}.csv"):
        assert (await desk.get(path)).status == 403
    assert PAGE not in (await desk.get("/console")).links
