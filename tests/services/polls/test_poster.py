"""The poster: all of it on one page, in every language; each code leads where one can vote."""

import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import numpy
import pypdfium2
import pytest
import segno

from bot.config import Settings
from bot.services.poll_written import read_poll
from bot.services.polls import Poll
from bot.services.poster import Poster, Size, poster
from bot.services.poster_html import as_html
from bot.services.poster_pdf import as_pdf
from tests.services.polls.station import NOON, SINGLE, texts, written

WEB, TELEGRAM, WECHAT = LINKS = (
    ("web", "https://chat.example.org/chat?invite=k3jd9xqa_poster_poll_lanes"),
    ("telegram", "https://t.me/CityBot?start=k3jd9xqa_poster_poll_lanes"),
    ("wechat", "http://weixin.qq.com/q/02abcdefghij"),
)
SETTINGS = Settings(
    organisation="Stadt Aachen", contact="stadt@example.org", public_url="https://chat.example.org"
)


def poll(*questions: Any, **more: Any) -> Poll:
    plain = written(*questions, **{"level": "web", **more})
    return replace(read_poll(plain, NOON), code="K7Q4M")


def made(of: Poll, *links: tuple[str, str]) -> Poster:
    return poster(SETTINGS, of, links or LINKS)


def words(pdf: bytes) -> str:
    """What a reader finds in a file of one page, all within its margins."""
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    assert len(document) == 1
    page = document[0]
    text = page.get_textpage()
    width, height = page.get_size()
    for number in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(number)
        assert 20 < left < right < width - 20
        assert 20 < bottom < top < height - 20
    found = " ".join(text.get_text_range().split())
    for part in (text, page, document):
        part.close()
    return found


class Plain(HTMLParser):
    """The words of a page, and what it would load."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.loads: list[str] = []
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._hidden += tag == "style"
        self.loads += [value or "" for name, value in attributes if name in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag == "style"

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)


@pytest.mark.parametrize("size", ["a4", "a3"])
def test_everything_stands_on_the_page_in_every_language(size: Size) -> None:
    poster_ = made(poll(kiosk=True))
    read = (
        words(as_pdf(poster_, size)),
        " ".join(" ".join(Plain(as_html(poster_, size)).texts).split()),
    )
    for found in read:
        for text in (
            "Stadt Aachen", "Bike lanes", "Bike lanes (de)", "Bike lanes (zh)", "Where first? (de)",
            "K7Q4M", "Telegram", "微信", "Offen bis", "stadt@example.org",
        ):  # fmt: skip
            assert text in found
        assert "8:00 PM (Berlin)" in found.replace("\u202f", " ").replace("\u00a0", " ")
        assert "nobody sees a result before the end" in found
        assert "Everybody, once" in found
        assert "tablets" in found


@pytest.mark.parametrize(("size", "paper"), [("a4", (595, 842)), ("a3", (842, 1191))])
def test_the_paper_is_as_large_as_was_asked(size: Size, paper: tuple[int, int]) -> None:
    document = pypdfium2.PdfDocument(io.BytesIO(as_pdf(made(poll()), size)))
    assert tuple(map(round, document[0].get_size())) == paper
    assert f"size: {size.upper()}" in as_html(made(poll()), size)
    document.close()


def test_a_code_on_the_paper_says_the_link_square_by_square() -> None:
    """Drawn and looked at again: what the camera sees is the code of the link, and no other's."""
    document = pypdfium2.PdfDocument(io.BytesIO(as_pdf(made(poll(), WEB), "a4")))
    shown = document[0].render(scale=4).to_numpy()[:, :, 0] < 128
    document.close()
    assert _is_drawn(shown, WEB[1])
    assert not _is_drawn(shown, TELEGRAM[1])


def _is_drawn(shown: Any, url: str) -> bool:
    code = numpy.array([list(r) for r in segno.make_qr(url, error="q").matrix_iter(border=4)], bool)
    one = 4 * 150 / len(code)
    centres = (numpy.arange(len(code)) + 0.5) * one
    across = (shown.shape[1] / 2 - 300 + centres).astype(int)
    tops = range(shown.shape[0] - 600)
    return any(
        (shown[numpy.ix_((top + centres).astype(int), across)] == code).all() for top in tops
    )


LONG = {
    "en": "Where should the city build the first of the twelve protected bike lanes? " * 4,
    "de": "Wo soll die Stadt den ersten der zwölf geschützten Radwege bauen lassen? " * 4,
    "zh": "市议会春季决定修建十二条有隔离设施的自行车道，您认为应当首先在哪里修建？" * 8,
}


@pytest.mark.parametrize("size", ["a4", "a3"])
@pytest.mark.parametrize("count", [1, 5])
def test_long_questions_are_set_smaller_and_nothing_overlaps(size: Size, count: int) -> None:
    """Five questions of 300 characters below a title of 300, in three languages."""
    longest = {code: text[:298] for code, text in LONG.items()}
    questions = [
        {**SINGLE, "id": f"q{n}", "ask": {c: f"{n} {t}" for c, t in longest.items()}}
        for n in range(count)
    ]
    pdf = as_pdf(made(poll(*questions, title=LONG | {"zh": LONG["zh"][:300]}, kiosk=True)), size)
    assert "K7Q4M" in words(pdf)
    assert "stadt@example.org" in words(pdf)
    assert _lines_apart(pdf)


def _lines_apart(pdf: bytes) -> bool:
    """No two pieces of text lie on each other."""
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    page = document[0]
    text = page.get_textpage()
    rects = [text.get_rect(number) for number in range(text.count_rects())]
    for part in (text, page, document):
        part.close()
    return not any(
        a[0] < b[2] - 1 and b[0] < a[2] - 1 and a[1] < b[3] - 1 and b[1] < a[3] - 1
        for number, a in enumerate(rects)
        for b in rects[:number]
    )


WIDE = {"en": "W" * 298, "de": "Donaudampfschifffahrt" * 14, "zh": "龘" * 298}


@pytest.mark.parametrize("size", ["a4", "a3"])
def test_words_wider_than_the_page_are_cut_and_nothing_leaves_it(size: Size) -> None:
    asked = {**SINGLE, "ask": {code: f"?{text}" for code, text in WIDE.items()}}
    pdf = as_pdf(made(poll(asked, title=WIDE, kiosk=True)), size)
    found = words(pdf).replace(" ", "")
    for text in WIDE.values():
        assert f"{text}?{text}" in found
    assert "K7Q4M" in found
    assert _lines_apart(pdf)


def test_a_summary_without_room_is_left_out_before_any_question() -> None:
    summary = {code: "S" + text[:20] * 98 for code, text in LONG.items()}
    asked = [{**SINGLE, "id": f"q{n}", "ask": texts(f"Ask {n}")} for n in range(5)]
    wide = poll(*asked, title=WIDE, summary=summary, kiosk=True)
    found = words(as_pdf(made(wide), "a4"))
    assert "SWhere" not in found
    assert "Ask 4" in found
    assert "K7Q4M" in found


@pytest.mark.parametrize("size", ["a4", "a3"])
def test_what_people_can_type_stands_below_the_code_in_full(size: Size) -> None:
    ways = {way.channel: way.address for way in made(poll()).ways}
    assert ways == {"web": "chat.example.org/polls/lanes", "telegram": "t.me/CityBot", "wechat": ""}
    long = replace(poll(), id="a-poll-of-forty-letters-for-all-of-town")
    address = f"beteiligung.stadtverwaltung.example.org/polls/{long.id}"
    settings = replace(SETTINGS, public_url=f"https://{address.partition('/')[0]}")
    poster_ = poster(settings, long, LINKS)
    found = words(as_pdf(poster_, size))
    found = found.replace("\ufffe", "-")  # a hyphen at the end of a line, as pdfium reads it
    assert address in found.replace(" ", "")
    assert address in " ".join(Plain(as_html(poster_, size)).texts)


def test_every_sign_is_in_the_file_with_its_font() -> None:
    """A reader without a Chinese font shows it all the same."""
    pdf = as_pdf(made(poll(title={**texts("Bike lanes"), "zh": "自行车道，喆堃玥"})), "a4")
    fonts = re.findall(rb"/BaseFont /([A-Za-z0-9+-]+)", pdf)
    assert {name.partition(b"+")[2] for name in fonts if b"+" in name} == {
        b"DejaVuSans", b"DejaVuSans-Bold", b"DroidSansFallback",
    }  # fmt: skip
    assert pdf.count(b"/FontFile2") == 3
    assert {name for name in fonts if b"+" not in name} <= {b"Helvetica"}  # reportlab's, unused


@pytest.mark.parametrize(
    ("rules", "channels"),
    [
        ({"level": "web"}, ["web", "telegram", "wechat"]),
        ({"level": "code"}, ["web", "telegram", "wechat"]),
        ({"level": "account"}, ["telegram", "wechat"]),
        ({"level": "web", "mode": "web-secret"}, ["web"]),
    ],
)
def test_no_code_leads_where_one_cannot_vote(rules: dict[str, str], channels: list[str]) -> None:
    poster_ = poster(SETTINGS, poll(**rules), reversed(LINKS))
    assert sorted(way.channel for way in poster_.ways) == sorted(channels)
    assert poster_.ways[0].channel == channels[0] or "web" not in channels


def test_without_a_code_to_scan_the_short_code_is_still_there() -> None:
    poster_ = poster(SETTINGS, poll(), ())
    for found in (words(as_pdf(poster_, "a4")), " ".join(Plain(as_html(poster_, "a4")).texts)):
        assert "K7Q4M" in found
        assert "Scan" not in found


def test_a_poll_in_one_language_has_one_question_and_all_the_rules() -> None:
    one = {**SINGLE, "ask": {"de": "Wo?"}, "options": [
        {"id": i, "label": {"de": i}} for i in ("a", "b")
    ]}  # fmt: skip
    found = words(as_pdf(made(poll(one, title={"de": "Radwege"}, next_steps={"de": "x"})), "a4"))
    assert found.count("Wo?") == 1
    assert "Open until" in found


def test_the_page_needs_nothing_but_itself_and_runs_nothing() -> None:
    hostile = texts("</style><script>hacked=1</script>")
    html = as_html(made(poll(title=hostile)), "a4")
    assert Plain(html).loads == []
    assert "<script" not in html
