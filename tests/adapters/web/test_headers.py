"""What browsers are told about our answers: what may run, who may frame, what may be kept."""

from dataclasses import replace

import pytest

from bot.config import BadSetting, Settings
from bot.message import Attachment, Reply
from knowledge.library import Library
from tests.adapters.web.served import Served, Visitor, served, visiting

CONTENT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
}
ANSWERS = [
    ("GET", "/"),
    ("GET", "/chat"),
    ("POST", "/chat"),
    ("GET", "/chat/nowhere"),
    ("GET", "/chat/api/messages"),
    ("POST", "/chat/api/messages"),
    ("PUT", "/chat/api/messages"),
    ("GET", "/chat/api/events"),
    ("POST", "/chat/api/session"),
    ("GET", "/chat/api/openapi.json"),
]


def _policy(header: str) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in header.split(";"))
    return {name: value for name, _blank, value in parts}


@pytest.mark.parametrize(("method", "path"), ANSWERS)
async def test_every_answer_is_guarded(visitor: Visitor, method: str, path: str) -> None:
    async with visitor.http.request(method, visitor.at(path), allow_redirects=False) as answer:
        policy = _policy(answer.headers["Content-Security-Policy"])
        assert policy == {**CONTENT, "frame-ancestors": "'self'"}
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer.headers["Cache-Control"] == "no-store"


async def test_only_named_sites_may_frame_the_chat(visitor: Visitor) -> None:
    async with visitor.http.get(visitor.at("/chat?embed=1")) as answer:
        framers = _policy(answer.headers["Content-Security-Policy"])["frame-ancestors"]
        assert framers == "'self' https://www.example.org http://127.0.0.1:*"
        assert "Cross-Origin-Opener-Policy" not in answer.headers


async def test_nobody_may_frame_it_where_nobody_is_named(
    web_settings: Settings, library: Library
) -> None:
    settings = replace(web_settings, embed_origins="")
    async with (
        served(settings, library) as house,
        visiting(house) as visitor,
        visitor.http.get(visitor.at("/chat?embed=1")) as answer,
    ):
        policy = _policy(answer.headers["Content-Security-Policy"])
        assert policy["frame-ancestors"] == "'self'"


@pytest.mark.parametrize("value", ["example.org", "https://a.example; script-src *", "javascript:"])
async def test_a_setting_that_is_no_origin_is_named(
    web_settings: Settings, library: Library, value: str
) -> None:
    with pytest.raises(BadSetting, match="embed_origins"):
        async with served(replace(web_settings, embed_origins=value), library):
            pass


async def test_the_page_has_no_inline_script_or_style(visitor: Visitor) -> None:
    html = (await visitor.send(await visitor.page(), text="hello")).html
    assert html.count("<script") == 1
    assert '<script type="module" src="/chat/static/' in html
    assert "<style" not in html
    assert " style=" not in html
    assert " on" not in {f" {part[:2]}" for part in html.split('" ')}


def _static(html: str, name: str) -> str:
    return next(part.split('"')[0] for part in html.split('"') if part.endswith(name))


async def test_scripts_and_styles_are_kept_for_a_year_and_packed(visitor: Visitor) -> None:
    html = (await visitor.page()).html
    for name, kind in (("chat.css", "text/css"), ("chat.js", "text/javascript")):
        async with visitor.http.get(visitor.at(_static(html, name))) as answer:
            assert (answer.status, answer.content_type) == (200, kind)
            assert answer.headers["Content-Encoding"] == "gzip"
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            tag = {"If-None-Match": answer.headers["ETag"]}
        async with visitor.http.get(visitor.at(_static(html, name)), headers=tag) as answer:
            assert answer.status == 304


async def test_an_address_of_an_older_version_is_not_kept(visitor: Visitor) -> None:
    async with visitor.http.get(visitor.at("/chat/static/0123456789ab/chat.js")) as answer:
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-cache")
    async with visitor.http.get(visitor.at("/chat/static/0123456789ab/none.js")) as answer:
        assert answer.status == 404


async def test_the_widget_may_be_loaded_by_other_sites(visitor: Visitor) -> None:
    async with visitor.http.get(visitor.at("/widget.js")) as answer:
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer.headers["Cache-Control"] == "public, max-age=600"
        script = await answer.text()
    assert "TEXTS" not in script
    assert '"de":{"open":' in script


async def test_a_program_without_gzip_gets_plain_text(visitor: Visitor) -> None:
    headers = {"Accept-Encoding": "identity"}
    async with visitor.http.get(visitor.at("/widget.js"), headers=headers) as answer:
        assert "Content-Encoding" not in answer.headers
        assert answer.headers["Vary"] == "Accept-Encoding"


COOKIES = [
    ("http://127.0.0.1", {}, {"citybot", "__Host-citybot"}),
    ("http://localhost:8080", {}, {"citybot", "__Host-citybot"}),
    ("http://[::1]:8080", {}, {"citybot", "__Host-citybot"}),
    ("http://chat.intranet", {}, {"citybot"}),
    ("http://10.0.0.7:8080", {}, {"citybot"}),
    ("http://chat.example.org", {}, {"__Host-citybot"}),  # its public_url is https
    ("http://chat.intranet", {"X-Forwarded-Proto": "https"}, {"__Host-citybot"}),
]


@pytest.mark.parametrize(("base", "headers", "names"), COOKIES)
async def test_the_cookie_is_as_strict_as_the_way_allows(
    web_settings: Settings, library: Library, base: str, headers: dict[str, str], names: set[str]
) -> None:
    settings = replace(web_settings, public_url="https://chat.example.org", trusted_proxies=1)
    async with served(settings, library) as house, visiting(house) as visitor:
        url = visitor.at("/chat/api/session")
        host = {"Host": base.removeprefix("http://"), **headers}
        async with visitor.http.post(url, headers=host) as answer:
            cookies = dict(c.split("=", 1) for c in answer.headers.getall("Set-Cookie"))
    assert set(cookies) == names
    for name, value in cookies.items():
        secure = name.startswith("__Host-")
        kind = (
            "Secure; HttpOnly; SameSite=None; Partitioned" if secure else "HttpOnly; SameSite=Lax"
        )
        assert value.partition("; ")[2] == f"Max-Age=2592000; Path=/; {kind}"


async def test_a_stranger_cannot_claim_https(web_settings: Settings, library: Library) -> None:
    async with served(web_settings, library) as house, visiting(house) as visitor:
        headers = {"Host": "chat.intranet", "X-Forwarded-Proto": "https"}
        async with visitor.http.post(visitor.at("/chat/api/session"), headers=headers) as answer:
            assert answer.headers["Set-Cookie"].startswith("citybot=")


FILES = [
    ("text/calendar", "Lernreise Berlin.ics", "text/calendar", "Lernreise_Berlin.ics"),
    ("text/html", "../../etc/passwd", "text/html", "_.._etc_passwd"),
    ("x\r\nSet-Cookie: a=b", 'a\r\nb".html', "application/octet-stream", "a_b_.html"),
    ("image/png", "海报.png", "image/png", "_.png"),
    ("image/png", "", "image/png", "file"),
]


@pytest.mark.parametrize("file", FILES)
async def test_a_file_is_saved_and_never_shown(
    house: Served, visitor: Visitor, file: tuple[str, str, str, str]
) -> None:
    kind, name, told_kind, told_name = file
    cursor = (await visitor.say("hello"))["cursor"]
    house.tell(house.only_address(), Reply("Here.", attachments=(Attachment(kind, b"<b>", name),)))
    [line] = (await visitor.look(cursor))["messages"]
    async with visitor.http.get(visitor.at(line["attachments"][0]["url"])) as answer:
        assert (answer.status, await answer.read()) == (200, b"<b>")
        assert answer.content_type == told_kind
        saved = answer.headers["Content-Disposition"]
        assert saved.startswith(f'attachment; filename="{told_name}"')
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "Set-Cookie" not in answer.headers


async def test_a_file_is_for_the_one_it_was_sent_to(house: Served, visitor: Visitor) -> None:
    cursor = (await visitor.say("hello"))["cursor"]
    attachments = (Attachment("text/plain", b"mine", "mine.txt"),)
    house.tell(house.only_address(), Reply("Here.", attachments=attachments))
    [line] = (await visitor.look(cursor))["messages"]
    url = line["attachments"][0]["url"]
    async with visiting(house) as stranger:
        await stranger.say("hello")
        async with stranger.http.get(stranger.at(url)) as answer:
            assert answer.status == 404
    async with visitor.http.get(visitor.at(url.rpartition("/")[0] + "/1")) as answer:
        assert answer.status == 404
