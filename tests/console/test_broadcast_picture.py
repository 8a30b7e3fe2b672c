"""The picture of a broadcast: picked on a page, told in words, and refused where it is none."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters import CHANNELS
from bot.config import Settings
from knowledge.library import Library
from tests.console.office import Desk, Office, opened
from tests.images import JPEG, PNG
from tests.pages.front import Page

ONE, PICTURE = "/console/broadcasts/1", "/console/broadcasts/1/picture"
NEWS = {"name": "News", "text_en": "Good news.", "fallback": "en", "zone": "UTC", "hours": "72"}


@pytest.fixture
async def office(sqlite_url: str, tmp_path: Path, library: Library) -> AsyncIterator[Office]:
    settings = Settings(data_dir=tmp_path, database_url=sqlite_url, secret="for tests only")
    async with opened(settings, library, {"web": CHANNELS["web"]}) as at_work:
        yield at_work


@pytest.fixture
async def desk(office: Office) -> Desk:
    """An organiser with one draft."""
    desk = await office.joins("olga", "organiser")
    await desk.post("/console/broadcasts/new", **NEWS, night="send")
    return desk


async def picks(desk: Desk, file: bytes, **fields: str) -> Page:
    """Send the form as it stands, with that file."""
    page = await desk.get(PICTURE)
    return await desk.upload(PICTURE, file, **{"revision": page.fields["revision"]} | fields)


async def test_a_picture_is_picked_described_changed_and_removed(desk: Desk) -> None:
    assert "Add a picture" in (await desk.get(ONE)).words
    picked = await picks(desk, PNG, alt_en="Two people plant a tree", alt_de="Zwei pflanzen")
    assert (picked.status, picked.location) == (303, ONE)
    assert 'alt="Two people plant a tree"' in (await desk.get(ONE)).body.decode()
    shown = await desk.get(f"{PICTURE}/file")
    assert (shown.body, shown.headers["Content-Type"]) == (PNG, "image/png")
    await picks(desk, b"", alt_en="A tree", alt_de="Ein Baum")
    assert 'alt="A tree"' in (await desk.get(ONE)).body.decode()
    assert (await desk.get(f"{PICTURE}/file")).body == PNG
    await picks(desk, JPEG, alt_en="A tree")
    assert (await desk.get(f"{PICTURE}/file")).headers["Content-Type"] == "image/jpeg"
    await picks(desk, b"", do="remove")
    assert (await desk.get(f"{PICTURE}/file")).status == 404


async def test_a_picture_is_kept_though_something_else_is_still_to_be_mended(
    office: Office, desk: Desk
) -> None:
    misheard = json.dumps([{"en": "Help"}])  # written by other rules: a dialog hears it now
    office.change("UPDATE broadcast SET choices = :choices", choices=misheard)
    picked = await picks(desk, PNG, alt_en="A tree")
    assert (picked.status, picked.location) == (303, ONE)
    assert (await desk.get(f"{PICTURE}/file")).body == PNG
    assert "It cannot be sent as it is." in (await desk.get(ONE)).words


@pytest.mark.parametrize(
    ("file", "alt", "told"),
    [
        (b"GIF89a", "A tree", "The picture must be a PNG or a JPEG."),
        (b"<svg onload=alert(1)>", "A tree", "The picture must be a PNG or a JPEG."),
        (PNG[:8] + b"xxxx", "A tree", "The picture is damaged or incomplete."),
        (PNG[:-12], "A tree", "The picture is damaged or incomplete."),
        (PNG.replace(b"IHDR", b"IHDX"), "A tree", "The picture is damaged or incomplete."),
        (JPEG[:-2], "A tree", "The picture is damaged or incomplete."),
        (JPEG[:3] + b"xxxx", "A tree", "The picture is damaged or incomplete."),
        (b"", "A tree", "The picture must be a PNG or a JPEG."),
        (PNG, " ", "Please write what the picture shows, for who cannot see it."),
    ],
)
async def test_what_is_no_picture_is_refused_and_the_words_stay(
    desk: Desk, file: bytes, alt: str, told: str
) -> None:
    page = await picks(desk, file, alt_en=alt, alt_zh_Hans="一棵树" if file != PNG else "")
    assert page.status == 422
    assert told in page.words
    assert (await desk.get(f"{PICTURE}/file")).status == 404


async def test_a_file_that_is_too_large_is_refused_and_the_words_stay(desk: Desk) -> None:
    page = await picks(desk, PNG + b"\0" * 3_000_000, alt_en="A tree", alt_de="Ein Baum")
    assert page.status == 422
    assert "The picture is too large: at most 1000 kB." in page.words
    assert (page.fields["alt_en"], page.fields["alt_de"]) == ("A tree", "Ein Baum")
    assert (await desk.get(f"{PICTURE}/file")).status == 404


async def test_a_file_that_no_camera_makes_is_not_read_to_its_end(desk: Desk) -> None:
    page = await picks(desk, PNG + b"\0" * 21_000_000, alt_en="A tree")
    assert page.status == 413
    assert "This file is too large: at most 1000 kB." in page.words


def _part(name: str, content: str = "") -> bytes:
    return f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{content}\r\n'.encode()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=x", b"nothing of that kind"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\nno name\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", _part("_charset_", "u" * 32) + b"--x--\r\n"),
        ("multipart/form-data; boundary=x", _part("file") * 2 + b"--x--\r\n"),
        ("multipart/form-data; boundary=x", _part("a") * 21 + b"--x--\r\n"),
        ("application/x-www-form-urlencoded", b"do=remove"),
    ],
)
async def test_what_is_no_form_with_a_file_is_an_error_of_theirs(
    desk: Desk, kind: str, body: bytes
) -> None:
    page = await desk.ask("POST", PICTURE, data=body, headers={"Content-Type": kind})
    assert page.status in (400, 415)


async def test_words_that_cannot_be_kept_or_are_too_long_come_back_with_what_is_wrong(
    desk: Desk,
) -> None:
    spoilt = await picks(desk, PNG, alt_en="A\0 tree", alt_de="Ein Baum")
    assert (spoilt.status, spoilt.fields["alt_en"]) == (422, "A tree")
    assert "There was a character in it that cannot be kept. It was taken out" in spoilt.words
    long = await picks(desk, PNG, alt_en="树" * 30_000, alt_de="x" * 301)
    assert "What it shows, English: at most 300 characters." in long.words
    assert "What it shows, Deutsch: at most 300 characters." in long.words
    assert (long.status, long.fields["alt_en"][:3]) == (422, "树树树")
    both = await picks(desk, b"GIF89a", alt_de="x" * 301)
    assert "must be a PNG or a JPEG. What it shows, Deutsch: at most 300" in both.words
    assert (await desk.get(f"{PICTURE}/file")).status == 404


async def test_it_takes_the_token_of_the_session(desk: Desk) -> None:
    await desk.get(PICTURE)
    desk.csrf = "somebody else's"
    assert (await desk.upload(PICTURE, PNG, alt_en="A tree", revision="1")).status == 403


async def test_of_two_who_change_it_the_second_hears_of_the_first(desk: Desk) -> None:
    await picks(desk, PNG, alt_en="A tree")
    page = await desk.upload(PICTURE, JPEG, alt_en="A house", revision="1")
    assert page.status == 422
    assert (await desk.get(f"{PICTURE}/file")).body == PNG
