"""Coming in: a link once, a password, a code once; slower and slower for who guesses."""

import asyncio
import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from bot.config import Settings
from bot.services import passwords
from knowledge.library import Library
from tests.console.office import PASSWORD, Desk, Office, opened

MINUTE = timedelta(minutes=1)


async def code_of(office: Office, secret: bytes) -> str:
    return TOTP(secret, 6, SHA1(), 30).generate(int(office.clock[0].timestamp())).decode()


async def with_factor(office: Office, desk: Desk) -> tuple[bytes, list[str]]:
    """Set up a second factor; gives the app's secret and the recovery codes."""
    import base64

    page = await desk.get("/console/factor")
    typed = re.search(r"<code>([A-Z2-7 ]+)</code>", page.html)[1].replace(" ", "")
    secret = base64.b32decode(typed)
    code = await code_of(office, secret)
    done = await desk.post("/console/factor", secret=page.fields["secret"], code=code)
    assert done.status == 200, done.words
    return secret, re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>", done.html)


async def test_the_link_of_a_newcomer_works_once(both: Office) -> None:
    token = both.does(lambda staff: staff.invite(staff.add("anna", "admin", "test"), "test"))
    desk, other = await both.desk(), await both.desk()
    at = f"/console/welcome/{token}"
    assert "Welcome, anna" in (await desk.get(at)).words
    pages = await asyncio.gather(
        desk.post(at, password=PASSWORD), other.post(at, password=PASSWORD + "!")
    )
    assert sorted(page.status for page in pages) == [303, 404]
    assert (await desk.get(at)).status == 404


async def test_a_link_ends_after_a_day_and_with_the_next(office: Office) -> None:
    first = office.does(lambda staff: staff.invite(staff.add("anna", "admin", "test"), "test"))
    second = office.does(lambda staff: staff.invite(staff.get("anna"), "test"))
    desk = await office.desk()
    assert (await desk.get(f"/console/welcome/{first}")).status == 404
    assert (await desk.get(f"/console/welcome/{second}")).status == 200
    office.wait(timedelta(hours=25))
    assert (await desk.get(f"/console/welcome/{second}")).status == 404


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("short", "at least 12"),
        ("x" * 201, "at most 200"),
        ("Password1234", "easy to guess"),
        ("anna anna anna", "easy to guess"),
        ("121212121212", "easy to guess"),
    ],
)
async def test_a_weak_password_is_refused_kindly(office: Office, password: str, told: str) -> None:
    token = office.does(lambda staff: staff.invite(staff.add("anna", "admin", "test"), "test"))
    desk = await office.desk()
    page = await desk.post(f"/console/welcome/{token}", password=password)
    assert page.status == 422
    assert told in page.words


async def test_wrong_names_and_wrong_passwords_are_told_alike(office: Office) -> None:
    await office.joins("anna", "admin")
    desk = await office.desk()
    wrong = await desk.sign_in("anna", "not the password")
    unknown = await desk.sign_in("nobody", "not the password")
    assert wrong.status == unknown.status == 401
    assert wrong.words.replace("anna", "") == unknown.words.replace("nobody", "")
    assert (await desk.sign_in(" ANNA ")).status == 303


async def test_who_guesses_waits_and_the_owner_does_not(both: Office) -> None:
    """Somebody who signed in before comes in while strangers guess their password."""
    owner, stranger = await both.joins("anna", "admin"), await both.desk()
    await owner.post("/console/sign-out")
    told = [await stranger.sign_in("anna", f"guess number {n}") for n in range(7)]
    assert [page.status for page in told] == [401] * 5 + [429] * 2
    assert "try again in" in told[-1].words
    assert (await stranger.sign_in("anna")).status == 429, "not even with the right one"
    assert (await owner.sign_in("anna")).status == 303
    both.wait(MINUTE)
    assert (await stranger.sign_in("anna")).status == 303


async def test_a_mark_of_a_browser_is_good_for_one_name_and_cannot_be_made_up(
    office: Office,
) -> None:
    await office.joins("anna", "viewer")
    mallory = await office.joins("mallory", "viewer")
    await mallory.post("/console/sign-out")
    told = [(await mallory.sign_in("anna", f"guess number {n}")).status for n in range(6)]
    assert told == [401] * 5 + [429]


async def test_a_code_counts_once(both: Office) -> None:
    desk = await both.joins("anna", "admin")
    secret, recovery = await with_factor(both, desk)
    assert len(recovery) == 10
    assert (await desk.get("/console")).status == 200, "who sets it up stays signed in"
    both.wait(MINUTE)
    code = await code_of(both, secret)
    one, two = await both.desk(), await both.desk()
    assert (await one.sign_in("anna")).status == 401, "the password alone is not enough"
    pages = await asyncio.gather(one.sign_in("anna", code=code), two.sign_in("anna", code=code))
    assert sorted(page.status for page in pages) == [303, 401]
    assert (await two.sign_in("anna", code=recovery[0].upper())).status == 303
    three = await both.desk()
    assert (await three.sign_in("anna", code=recovery[0])).status == 401
    assert (await three.sign_in("anna", code=recovery[1])).status == 303


async def test_a_secret_is_never_stored_readably(office: Office) -> None:
    desk = await office.joins("anna", "admin")
    secret, recovery = await with_factor(office, desk)
    kept = str(office.rows("SELECT * FROM staff")) + str(office.rows("SELECT * FROM staff_session"))
    assert secret.hex() not in kept
    assert recovery[0] not in kept
    assert PASSWORD not in kept
    assert "$argon2id$" in kept


def test_a_password_is_kept_at_the_cost_that_is_advised() -> None:
    """In no office: there, as tests have it, it costs nothing."""
    assert passwords.kept(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_from_outside_nothing_opens_before_the_second_factor(
    settings: Settings, library: Library
) -> None:
    async with opened(settings, library, public_url="https://chat.example.org") as office:
        token = office.does(lambda staff: staff.invite(staff.add("a", "admin", "test"), "test"))
        desk = await office.desk()
        page = await desk.post(f"/console/welcome/{token}", password=PASSWORD)
        assert page.location == "/console/factor"
        assert (await desk.get("/console")).location == "/console/factor?next=%2Fconsole"


@pytest.mark.parametrize(
    "ending",
    [
        "sign out",
        "half an hour",
        "twelve hours",
        "another password",
        "shut out",
        "reset",
        "sign out there",
    ],
)
async def test_a_stolen_cookie_ends_with_the_session(both: Office, ending: str) -> None:
    desk = await both.joins("anna", "admin")
    thief = await both.desk()
    for cookie in desk.http.cookie_jar:
        thief.http.cookie_jar.update_cookies({cookie.key: cookie.value})
    assert (await thief.get("/console")).status == 200
    match ending:
        case "sign out":
            await desk.post("/console/sign-out")
        case "half an hour":
            both.wait(31 * MINUTE)
        case "twelve hours":
            for _quarter in range(49):
                both.wait(15 * MINUTE)
                await desk.get("/console")
        case "another password":
            await desk.post("/console/account/password", password="another four green words")
        case "shut out":
            both.does(lambda staff: staff.add("ben", "admin", "test"))
            both.does(lambda staff: staff.disable(staff.get("anna"), "test"))
        case "reset":
            both.does(lambda staff: staff.reset(staff.get("anna"), "test"))
        case "sign out there":
            (key,) = both.rows("SELECT digest FROM staff_session")[0]
            other = await both.desk()
            await other.sign_in("anna")
            await other.post("/console/account/end", session=key)
    assert (await thief.get("/console")).location.startswith("/console/sign-in")


async def test_what_is_dangerous_asks_for_the_password_again(office: Office) -> None:
    desk = await office.joins("anna", "admin")
    office.wait(11 * MINUTE)
    page = await desk.post("/console/team", name="ben", role="viewer")
    back = "/console/team?name=ben&role=viewer"
    assert page.location == f"/console/confirm?{urlencode({'next': back})}"
    assert (await desk.get(page.location)).fields["next"] == back
    wrong = await desk.post("/console/confirm", password="no", next=back)
    assert (wrong.status, office.rows("SELECT count(*) FROM staff")) == (401, [(1,)])
    right = await desk.post("/console/confirm", password=PASSWORD, next=back)
    assert (right.status, right.location) == (303, back)
    assert (await desk.get(back)).fields["name"] == "ben"  # what was typed is there again
    assert (await desk.post("/console/team", name="ben", role="viewer")).status == 200


@pytest.mark.parametrize(
    "onward",
    [
        "https://evil.example",
        "//evil.example",
        "/console\\@evil.example",
        "/consoles",
        "javascript:x",
    ],
)
async def test_signing_in_leads_nowhere_else(office: Office, onward: str) -> None:
    await office.joins("anna", "admin")
    desk = await office.desk()
    page = await desk.post("/console/sign-in", name="anna", password=PASSWORD, next=onward)
    assert page.location == "/console"


async def test_a_form_of_another_session_or_site_changes_nothing(office: Office) -> None:
    anna, ben = await office.joins("anna", "admin"), await office.joins("ben", "admin")
    forged = await anna.post("/console/team", csrf=ben.csrf, name="eve", role="admin")
    assert (forged.status, "open for too long" in forged.words) == (403, True)
    missing = await anna.post("/console/team", csrf="", name="eve", role="admin")
    assert missing.status == 403
    fields = {"csrf": anna.csrf, "name": "eve", "role": "admin"}
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        page = await anna.ask("POST", "/console/team", data=fields, headers=headers)
        assert page.status == 403
    assert office.rows("SELECT name FROM staff ORDER BY name") == [("anna",), ("ben",)]


async def test_every_answer_is_dressed(office: Office) -> None:
    desk = await office.joins("anna", "admin")
    for path in ("/console", "/console/nothing", "/console/sign-in"):
        headers = (await desk.get(path)).headers
        assert headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    cookie = (await desk.sign_in("nobody")).headers.get("Set-Cookie", "")
    assert cookie == ""


async def test_hostile_fields_are_refused_or_kept_as_text(office: Office) -> None:
    desk = await office.desk()
    for name in ("<script>", "a" * 5000, "\u202eadmin", "' OR 1=1 --", "", "😀" * 50):
        page = await desk.post("/console/sign-in", name=name, password="x" * 9000, code=name)
        assert page.status in (401, 429), name
        assert page.fields["name"] == name
    broken = await desk.ask(
        "POST",
        "/console/sign-in",
        data=b"name=\xff",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert broken.status == 400
