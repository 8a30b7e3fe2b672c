"""The certificate: only for who was there, in their language, with the words in the file."""

import io
import shutil
import subprocess
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest

from bot.services.checkins import CheckIns, Scan
from bot.services.registration import Registration
from bot.services.typesetting import Style, can_write, measured, wrapped
from tests.conftest import missing
from tests.eventful import SCHOOL
from tests.pages.front import Front


def words(pdf: bytes) -> str:
    """What a reader finds in a file of one page."""
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    assert len(document) == 1
    page = document[0]
    text = page.get_textpage()
    found = " ".join(text.get_text_range().split())
    for part in (text, page, document):
        part.close()
    return found


def can_read_chinese() -> bool:
    """Whether this machine has a Chinese font: without one the reader finds less than is there."""
    tool = shutil.which("fc-list")
    return bool(tool and subprocess.run([tool, ":lang=zh"], stdout=-1, check=True).stdout)


def was_there(front: Front, person: str = "ben", **other: Any) -> Registration:
    """Somebody who registered, came, and went home."""
    front.holds(capacity=9)
    registration = front.registers(person, **other)
    scan = Scan(f"scan-{person}", registration.reference or "")
    front.does(lambda t: CheckIns(t).take(SCHOOL.id, scan))
    front.wait(SCHOOL.ends_at - front.clock[0] + timedelta(hours=1))
    return registration


IN_LANGUAGES = [
    (
        "en", "Łukasz Żółć",
        "Citymakers Certificate of attendance This confirms that Łukasz Żółć took part in "
        "Summer School Berlin July 5, 2027 ufaFabrik, Berlin Made on July 5, 2027. Reference: ",
    ),
    (
        "de", "Юрий Öztürk",
        "Citymakers Teilnahmebescheinigung Hiermit bestätigen wir die Teilnahme von Юрий Öztürk "
        "an der Veranstaltung Sommerschule Berlin 5. Juli 2027 ufaFabrik, Berlin",
    ),
    ("zh", "王小明", "Citymakers 参会证明 兹证明 王小明 参加了以下活动 柏林暑期学校 2027年7月5日"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "name", "said"), IN_LANGUAGES)
async def test_the_file_says_who_was_where_and_when(
    front: Front, language: str, name: str, said: str
) -> None:
    if language == "zh" and not can_read_chinese():
        missing("a Chinese font")
    registration = was_there(front, language=language, answers={"name": name})
    path = front.place(registration)
    assert any("certificate.pdf" in link for link in (await front.get(path)).links)
    page = await front.get(f"{path}/certificate.pdf")
    assert page.headers["Content-Type"] == "application/pdf"
    found = words(page.body)
    assert found.startswith(said)
    assert registration.reference in found
    assert len(page.body) < 60_000


@pytest.mark.parametrize("name", ["محمد", "สมชาย", "𠮷野", "👩‍🌾", ""])
async def test_a_name_our_fonts_lack_is_left_to_the_hand(front: Front, name: str) -> None:
    registration = was_there(front, answers={"name": name})
    page = await front.get(f"{front.place(registration)}/certificate.pdf")
    assert "This confirms that took part in Summer School Berlin" in words(page.body)


async def test_without_having_been_there_there_is_none(front: Front) -> None:
    front.holds()
    path = front.place(front.registers("ben"))
    assert (await front.get(f"{path}/certificate.pdf")).status == 404
    front.wait(SCHOOL.ends_at - front.clock[0] + timedelta(hours=1))
    assert (await front.get(f"{path}/certificate.pdf")).status == 404
    assert "Certificate" not in (await front.get(path)).words


async def test_nobody_gets_it_before_the_end(front: Front) -> None:
    registration = was_there(front)
    front.wait(-timedelta(hours=2))
    page = await front.get(f"{front.place(registration)}/certificate.pdf")
    assert page.status == 404


ASKED = [
    ("certificate", "Here is your certificate for Summer School Berlin."),
    ("ich brauche eine teilnahmebescheinigung", "Hier ist Ihre Bescheinigung für Sommerschule"),
    ("我需要参会证明", "这是您参加“柏林暑期学校”的证明。"),
]


@pytest.mark.parametrize(("asked", "said"), ASKED)
async def test_it_is_sent_to_who_asks_in_the_chat(front: Front, asked: str, said: str) -> None:
    front.holds()
    for line in ("register", "yes"):
        await front.chat.say(line)
    ((reference,),) = front.rows("SELECT reference FROM registration")
    front.does(lambda t: CheckIns(t).take(SCHOOL.id, Scan("scan-anna", reference)))
    front.wait(SCHOOL.ends_at - front.clock[0] + timedelta(hours=1))
    await front.chat.say(asked)
    (reply,) = front.chat.shown
    assert reply.text.startswith(said)
    (file,) = reply.attachments
    assert (file.kind, file.name) == ("application/pdf", "summer-school.pdf")
    assert reference in words(file.url_or_bytes)


async def test_who_was_nowhere_is_told_so(front: Front) -> None:
    await front.chat.say("certificate")
    assert front.chat.shown[0].text.startswith("I can send a certificate after an event")


def test_lines_are_cut_where_a_reader_would() -> None:
    style = Style(12)
    lines = wrapped("Räume des Gemeinwohls 公共利益的空间及其持久之道，以及更多", style, 120)
    assert (
        "".join(lines).replace(" ", "") == "RäumedesGemeinwohls公共利益的空间及其持久之道，以及更多"
    )
    assert all(measured(line, style) <= 135 for line in lines)
    assert not any(line.startswith("，") for line in lines)


def test_it_is_known_what_can_be_written() -> None:
    assert can_write("Ærøskøbing Ελλάδα Київ 上海 さくら 서울 Việt Nam")
    assert not can_write("محمد")
