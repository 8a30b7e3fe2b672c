"""What guards every page: headers, methods, where a request comes from."""

import pytest

from tests.eventful import SCHOOL
from tests.pages.front import FIELDS, Front

CONTENT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


async def _paths(front: Front) -> dict[str, str]:
    front.holds(fields=FIELDS, capacity=5)
    registration = front.registers("ben", answers={"name": "Anna"})
    await front.chat.say("register")
    return {
        "events": "/events",
        "event": "/events/summer-school",
        "form": front.chat.shown[-1].text.split()[-1],
        "done": "/form/done",
        "place": front.place(registration),
        "cancel": f"{front.place(registration)}/cancel",
        "door": front.door(),
        "nothing": "/r/nothing",
    }


async def test_every_page_is_guarded(front: Front) -> None:
    for name, path in (await _paths(front)).items():
        headers = (await front.get(path)).headers
        if name != "event":  # that one also names its data block
            assert headers["Content-Security-Policy"] == CONTENT, name
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Permissions-Policy"].startswith(
            "camera=(self)," if name == "door" else "camera=(),"
        )
        public = name in ("events", "event")
        assert headers["Cache-Control"] == ("public, max-age=30" if public else "no-store"), name
        assert ("X-Robots-Tag" in headers) == (not public)
        assert "Set-Cookie" not in headers


async def test_no_page_has_an_inline_script_or_style(front: Front) -> None:
    for path in (await _paths(front)).values():
        html = (await front.get(path)).html.replace('<script type="application/ld+json">', "")
        assert html.count("<script") == html.count('<script type="module" src="/pages/static/')
        assert "<style" not in html
        assert " style=" not in html
        assert " on" not in {f" {part.strip()[:2]}" for part in html.split('"')[::2]}


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "null"},
]


@pytest.mark.parametrize("headers", FOREIGN)
async def test_another_site_changes_nothing(front: Front, headers: dict[str, str]) -> None:
    paths = await _paths(front)
    for path in (
        paths["form"], paths["place"], paths["cancel"], f"{paths['place']}/accept",
        f"{paths['place']}/pass", paths["door"], f"{paths['door']}/scans",
        f"{paths['door']}/close", f"{paths['door']}/reopen",
    ):  # fmt: skip
        assert (await front.post(path, {"registration": "yes"}, **headers)).status == 403, path
    assert front.rows("SELECT status FROM registration") == [("confirmed",)]


async def test_our_own_page_may(front: Front) -> None:
    paths = await _paths(front)
    ours = {"Origin": "https://chat.example.org", "Sec-Fetch-Site": "same-origin"}
    assert (await front.post(paths["cancel"], **ours)).status == 303


async def test_a_method_no_page_knows_is_named(front: Front) -> None:
    paths = await _paths(front)
    for path, allowed in (
        (paths["events"], "GET"), (paths["form"], "GET, POST"),
        (f"{paths['place']}/accept", "POST"), (paths["door"], "GET, POST"),
    ):  # fmt: skip
        page = await front.ask("DELETE", path)
        assert (page.status, page.headers["Allow"]) == (405, allowed)
    assert (await front.get(f"{paths['place']}/accept")).status == 405


async def test_getting_changes_nothing(front: Front) -> None:
    paths = await _paths(front)
    before = front.rows("SELECT status, revision FROM registration")
    for path in paths.values():
        await front.get(path)
    assert front.rows("SELECT status, revision FROM registration") == before


async def test_a_database_that_is_away_is_said_kindly(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    front.holds()
    with front.house.database.write() as connection:
        from sqlalchemy import text

        connection.execute(text("ALTER TABLE event RENAME TO gone"))
    page = await front.get("/events/summer-school?lang=de")
    assert (page.status, page.headers["Retry-After"]) == (503, "5")
    assert "Ich kann gerade nicht antworten." in page.words


async def test_scripts_and_styles_are_kept_for_a_year(front: Front) -> None:
    front.holds(SCHOOL)
    html = (await front.get(f"{front.door()}?early=yes")).html
    for name in ("pages.css", "looks.css", "checkin.js", "icon.svg"):
        (path,) = {part for part in html.split('"') if part.endswith(name)}
        answer = await front.get(path)
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
