"""The editor of articles: from a gap to an article in three languages, and nothing lost."""

import asyncio
import csv
import io
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import app
from bot.brain import open_library
from bot.cli import citybot
from bot.config import Settings
from bot.dialog import Transaction
from bot.services import answered
from bot.services.drafts import Draft
from bot.ticks import ticks
from dialogs.asking import find_asked
from knowledge.drafting import article_of, fields_of
from knowledge.files import packaged, read_articles
from tests.console.office import NOW, Desk, Office
from tests.console.test_gaps import BIKE, ask, gaps
from tests.console.test_pages import asked
from tests.pages.front import Page

NEW = "/console/articles/new"
WRITTEN = {
    "slug": "cargo-bikes",
    "kind": "faq",
    "status": "running",
    "theme1": "mobility",
    "checked_on": "2026-11-20",
    "sources": "City of Aachen: cargo bikes https://example.org/bikes",
    "title.en": "Borrowing a cargo bike",
    "answer.en": "The city lends cargo bikes at the library. Bring a card with your name on it.",
    "title.de": "Ein Lastenrad leihen",
    "answer.de": "Die Stadt verleiht Lastenräder in der Bibliothek. Ein Ausweis genügt.",
    "title.zh": "借用货运自行车",
    "answer.zh": "市图书馆出借货运自行车。请带上身份证件。",
}


def filled(page: Page) -> dict[str, str]:
    """What the form of a page holds, as a browser would send it."""
    held = {name: text for name, text in page.fields.items() if name not in ("do", "take", "csrf")}
    return held | dict.fromkeys(page.ticked, "1")


async def publishes(desk: Desk, path: str, fields: Mapping[str, str]) -> Page:
    """Tries it and presses the button below what was tried."""
    tried = await desk.post(path, **fields, do="try")
    assert tried.status == 200, tried.words
    return await desk.post(path, **filled(tried), do="publish")


async def test_a_gap_becomes_an_article_in_three_languages(both: Office) -> None:
    ask(both, *BIKE)
    both.change("UPDATE question SET tell = :yes WHERE id = 3", yes=True)
    desk = await both.joins("anna", "editor")
    gap = await desk.get("/console/gaps/1")
    assert f"{NEW}?gap=1" in gap.links
    form = await desk.get(f"{NEW}?gap=1")
    assert form.fields["asked.zh"] == "哪里可以借货运自行车?"
    assert form.fields["asked.en"] == "Where can I borrow a cargo bike?"
    tried = await desk.post(NEW, **filled(form) | WRITTEN, do="try")
    assert "Questions of the gap that find it then: 3 of 3" in tried.words
    assert "All that were asked again still find their article" in tried.words
    assert both.rows("SELECT count(*) FROM article_version") == [(0,)]
    done = await desk.post(NEW, **filled(tried), do="publish")
    assert (done.status, done.location) == (303, "/console/gaps/1")
    assert gaps(both) == [(1, 3, "answered")]
    ((told,),) = both.rows("SELECT body FROM outbox")
    assert "answer:cargo-bikes" in str(told)
    versions = both.rows("SELECT lang, version, author FROM article_version ORDER BY lang")
    assert versions == [(lang, 1, "staff:anna") for lang in ("de", "en", "zh")]
    said = both.rows("SELECT action, object, detail FROM audit_entry ORDER BY id DESC LIMIT 2")
    assert ("article.publish", "article:cargo-bikes", "de, en, zh") in said
    finding = find_asked(both.house.library, "Wo kann ich ein Lastenrad leihen?", "de")
    assert finding.article is not None
    assert finding.article.text.startswith("Die Stadt verleiht")


async def test_what_was_published_counts_in_other_processes_and_after_a_restart(
    both: Office, settings: Settings
) -> None:
    elsewhere = app.build(settings, (), lambda: NOW, open_library(both.house.database))
    (reread,) = (tick.look for tick in ticks(elsewhere) if tick.name == "articles")
    await publishes(await both.joins("anna", "editor"), NEW, WRITTEN)
    assert elsewhere.library.article("cargo-bikes", "zh") is None
    await reread()
    article = elsewhere.library.article("cargo-bikes", "zh")
    assert article is not None
    assert article.title == "借用货运自行车"
    assert open_library(elsewhere.database).article("cargo-bikes", "zh") == article
    await elsewhere.inbox.close()
    elsewhere.database.close()


async def test_an_article_without_a_theme_narrows_no_list_of_questions(office: Office) -> None:
    desk = await office.joins("anna", "editor")
    await publishes(desk, NEW, WRITTEN | {"theme1": ""})
    assert office.rows("SELECT count(*) FROM article_version") == [(3,)]
    assert "Only these" not in (await desk.get("/console/questions")).words


async def test_it_goes_out_as_files_and_comes_back_unchanged(
    office: Office, tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publishes(await office.joins("anna", "editor"), NEW, WRITTEN)
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    kb = ["--data-dir", str(tmp_path), "kb"]
    out = CliRunner().invoke(citybot, [*kb, "export", str(tmp_path / "out")])
    assert (out.exit_code, "cargo-bikes.zh.md" in out.stdout) == (0, True)
    back = CliRunner().invoke(citybot, [*kb, "import", str(tmp_path / "out")])
    assert back.stderr.startswith("Articles imported: 0; unchanged:")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"answer.en": "It costs 12 euros."}, "12 is not among the figures the facts vouch for"),
        ({"title.en": "x" * 81}, "The title has 81 characters; 80 fit"),
        ({"answer.zh": "好" * 151}, "This paragraph has 151 characters; 150 fit an answer"),
        ({"title.de": "", "answer.de": ""}, "Nothing is written in Deutsch"),
        ({"title.de": ""}, "“title” is missing"),
        ({"sources": ""}, "Name at least one source"),
        ({"sources": "javascript://x"}, "“title” is missing"),
        ({"sources": "A page ftp://example.org/"}, "must begin with https:// or http://"),
        ({"slug": "kalkbreite-zurich"}, "There is already an article of this name"),
        ({"slug": "new"}, "There is already an article of this name"),
        ({"slug": "../../etc/passwd"}, "The name is lowercase letters and digits"),
        ({"slug": "-" * 500}, "The name is lowercase letters and digits"),
        ({"kind": "rumour"}, "“kind” must be one of practice, programme, faq"),
        ({"checked_on": "soon"}, "“checked_on” must be a date"),
        ({"theme1": "sports"}, "There is no theme “sports”"),
        ({"answer.en": "See **here**"}, "Most chats show"),
        ({"answer.en": "a\x07b"}, "There is an invisible character, U+0007"),
        ({"answer.en": "---\nslug: other\n---\nx"}, "It can be published"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(
    office: Office, fields: dict[str, str], said: str
) -> None:
    desk = await office.joins("anna", "editor")
    page = await desk.post(NEW, **WRITTEN | fields, do="check")
    assert page.status == 200
    assert said in page.words
    assert page.fields["title.zh"] == "借用货运自行车", "nothing of what was written is lost"
    before = office.rows("SELECT count(*) FROM article_version")
    if "cannot be published yet" in page.words:
        assert (await desk.post(NEW, **WRITTEN | fields, do="publish")).status == 422
    assert office.rows("SELECT count(*) FROM article_version") == before


async def test_all_that_an_empty_form_lacks_is_said_at_once(office: Office) -> None:
    desk = await office.joins("anna", "editor")
    page = await desk.post(NEW, kind="faq", status="running", do="look")
    for language in ("Deutsch", "English", "中文"):
        assert f"Nothing is written in {language}" in page.words
    assert "Name at least one source" in page.words
    ticked = {f"missing.{code}": "1" for code in ("de", "en", "zh")}
    assert "Nothing is written yet." in (await desk.post(NEW, **ticked, do="look")).words


async def test_a_language_may_be_missing_where_that_is_said(office: Office) -> None:
    desk = await office.joins("anna", "editor")
    some = {**WRITTEN, "title.de": "", "answer.de": "", "missing.de": "1"}
    assert (await publishes(desk, NEW, some)).status == 303
    library = office.house.library
    assert {a.lang for a in library.articles if a.slug == "cargo-bikes"} == {"en", "zh"}
    here = "/console/articles/kalkbreite-zurich"
    form = filled(await desk.get(here))
    gone = {f"{name}.de": "" for name in ("title", "answer", "parts")} | {"missing.de": "1"}
    page = await desk.post(here, **form | gone, do="try")
    assert (page.status, "comes with the program and cannot" in page.words) == (422, True)


async def test_without_a_name_it_is_called_by_its_title(office: Office) -> None:
    desk = await office.joins("anna", "editor")
    nameless = WRITTEN | {"slug": ""}
    page = await desk.post(NEW, **nameless, do="check")
    assert page.fields["slug"] == "borrowing-a-cargo-bike"
    page = await desk.post(NEW, **nameless | {"title.en": "", "answer.en": "", "title.de": ""})
    assert page.fields["slug"] == ""


async def test_an_article_that_is_opened_and_published_as_it_is_makes_no_version(
    office: Office,
) -> None:
    desk = await office.joins("anna", "editor")
    here = "/console/articles/kalkbreite-zurich"
    page = await publishes(desk, here, filled(await desk.get(here)))
    assert (page.status, page.location) == (303, f"{here}?done=1")
    assert office.rows("SELECT count(*) FROM article_version") == [(0,)]


def test_every_packaged_article_survives_the_form() -> None:
    articles = read_articles(packaged())
    for slug in {article.slug for article in articles}:
        those = {a.lang: a for a in articles if a.slug == slug}
        draft = Draft(slug, fields_of(those))
        assert {lang: article_of(draft, lang) for lang in those} == those


async def test_only_what_was_tried_is_published(office: Office) -> None:
    desk = await office.joins("anna", "editor")
    tried = await desk.post(NEW, **WRITTEN, do="try")
    changed = filled(tried) | {"answer.en": "Something else entirely."}
    page = await desk.post(NEW, **changed, do="publish")
    assert (page.status, "Asked again" in page.words) == (200, True)
    assert office.rows("SELECT count(*) FROM article_version") == [(0,)]
    assert (await desk.post(NEW, **filled(page), do="publish")).status == 303
    assert "Something else" in str(office.rows("SELECT content FROM article_version"))


async def test_an_article_that_takes_answers_away_is_shown_before(office: Office) -> None:
    asked(office, "What is Kalkbreite in Zurich?", outcome="answered")
    desk = await office.joins("anna", "editor")
    thief = WRITTEN | {
        "title.en": "What is Kalkbreite in Zurich?",
        "asked.en": "What is Kalkbreite in Zurich?\nKalkbreite Zurich",
    }
    page = await desk.post(NEW, **thief, do="try")
    assert "would no longer find what they found" in page.words
    assert "→ this article" in page.words


async def test_of_two_editors_the_second_is_shown_the_difference_and_decides(
    both: Office,
) -> None:
    await publishes(await both.joins("zoe", "editor"), NEW, WRITTEN)
    anna, ben = await both.joins("anna", "editor"), await both.joins("ben", "editor")
    here = "/console/articles/cargo-bikes"
    annas, bens = filled(await anna.get(here)), filled(await ben.get(here))
    annas |= {"title.en": "Lend me a bike", "title.de": "Rad leihen", "answer.zh": "安娜写的。"}
    bens |= {"title.en": "Bikes to borrow", "answer.de": "Ben schreibt das.", "answer.zh": "本。"}
    bens_try = filled(await ben.post(here, **bens, do="try"))
    assert (await publishes(anna, here, annas)).status == 303
    late = await ben.post(here, **bens_try, do="publish")
    assert late.status == 409
    assert "Somebody else has published this article meanwhile" in late.words
    assert "Lend me a bike" in late.words, "what she wrote is shown"
    assert late.fields["title.en"] == "Bikes to borrow", "what he wrote stays"
    assert late.fields["title.de"] == "Rad leihen", "what only she changed is taken over"
    assert late.fields["answer.de"] == "Ben schreibt das."
    assert late.fields["clashes"] == "title.en answer.zh"
    theirs = await ben.post(here, **filled(late), take="answer.zh")
    assert theirs.fields["answer.zh"] == "安娜写的。"
    assert theirs.fields["clashes"] == "title.en"
    assert (await publishes(ben, here, filled(theirs))).status == 303
    article = both.house.library.article("cargo-bikes", "en")
    assert article is not None
    assert article.title == "Bikes to borrow"
    versions = both.rows("SELECT lang, count(*) FROM article_version GROUP BY lang ORDER BY lang")
    assert versions == [("de", 3), ("en", 3), ("zh", 2)]


async def test_two_who_publish_in_the_same_moment_lose_nothing(both: Office) -> None:
    anna, ben = await both.joins("anna", "editor"), await both.joins("ben", "editor")
    drafts = [filled(await d.post(NEW, **WRITTEN, do="try")) for d in (anna, ben)]
    pages = await asyncio.gather(
        *(d.post(NEW, **f, do="publish") for d, f in zip((anna, ben), drafts, strict=True))
    )
    assert {page.status for page in pages} in ({303, 422}, {303, 409})
    late = next(page for page in pages if page.status != 303)
    assert "There is already an article of this name" in late.words
    assert late.fields["answer.en"] == WRITTEN["answer.en"]
    assert both.rows("SELECT count(*) FROM article_version") == [(3,)]


async def test_a_gap_that_somebody_else_decided_publishes_nothing(office: Office) -> None:
    ask(office, *BIKE)
    desk = await office.joins("anna", "editor")
    form = filled(await desk.get(f"{NEW}?gap=1")) | WRITTEN
    tried = filled(await desk.post(NEW, **form, do="try"))
    await desk.post("/console/gaps/1", state="ignored", version="1")
    page = await desk.post(NEW, **tried, do="publish")
    assert (page.status, "Somebody else has decided meanwhile" in page.words) == (422, True)
    assert page.fields["title.de"] == "Ein Lastenrad leihen"
    assert office.rows("SELECT count(*) FROM article_version") == [(0,)]


async def test_an_older_version_counts_again_and_an_article_goes(both: Office) -> None:
    desk = await both.joins("anna", "editor")
    await publishes(desk, NEW, WRITTEN)
    here = "/console/articles/cargo-bikes"
    both.wait(timedelta(minutes=1))
    second = filled(await desk.get(here)) | {"answer.en": "Nobody lends bikes any more."}
    await publishes(desk, here, second)
    page = await desk.get(f"{here}/history?edit=1")
    assert "The city lends cargo bikes" in page.words
    assert "staff:anna" in page.words
    both.wait(timedelta(minutes=1))
    done = await desk.post(f"{here}/history", to="1", seen="2")
    assert (done.status, done.location) == (303, f"{here}/history")
    article = both.house.library.article("cargo-bikes", "en")
    assert article is not None
    assert article.text.startswith("The city lends")
    late = await desk.post(f"{here}/history", to="0", seen="2")
    assert (late.status, "has changed this article meanwhile" in late.words) == (409, True)
    both.wait(timedelta(minutes=1))
    await desk.post(f"{here}/history", to="0", seen="3")
    assert both.house.library.article("cargo-bikes", "en") is None
    assert (await publishes(desk, NEW, WRITTEN)).status == 303, "its name is free again"
    for wrong in ("9", "", "x", "-1"):
        assert (await desk.post(f"{here}/history", to=wrong, seen="5")).status == 404
    actions = [row[0] for row in both.rows("SELECT action FROM audit_entry ORDER BY id")]
    assert actions[-5:] == ["article.publish"] * 2 + ["article.revert"] * 2 + ["article.publish"]


async def test_the_list_says_how_each_does(both: Office) -> None:
    for number in range(6):
        asked(both, f"rent {number}", outcome="answered" if number else "not_meant")
    asked(both, "long ago", outcome="answered", asked_at=NOW - timedelta(days=100))
    desk = await both.joins("anna", "editor")
    await publishes(desk, NEW, WRITTEN | {"title.en": "=SUM bikes", "checked_on": "2024-01-01"})

    async def rows(query: str) -> list[dict[str, str]]:
        page = await desk.get(f"/console/articles.csv{query}")
        return list(csv.DictReader(io.StringIO(page.body.decode("utf-8-sig"))))

    (kalkbreite,) = await rows("?q=kalkbreite")
    assert (kalkbreite["answers"], kalkbreite["missed"]) == ("6", "1")
    assert (kalkbreite["helpful"], kalkbreite["origin"]) == ("0.83", "packaged")
    assert "83 %" in (await desk.get("/console/articles?q=kalkbreite")).words
    (bikes,) = await rows("?state=written")
    assert (bikes["title"], bikes["changed_by"]) == ("'=SUM bikes", "staff:anna")
    assert [row["slug"] for row in await rows("?state=stale")] == ["cargo-bikes"]
    assert await rows("?state=partial") == []
    assert (await rows("?order=answers"))[0]["slug"] == "kalkbreite-zurich"
    assert (await rows("?order=changed"))[0]["slug"] == "cargo-bikes"
    assert (await rows("?days=365&q=kalkbreite"))[0]["answers"] == "7"
    assert len(await rows("?kind=nonsense&state=x&days=y&order=z")) == 81


@pytest.mark.parametrize("slug", ["nowhere", "x" * 80, "-", "new-1"])
async def test_an_article_nobody_wrote_is_not_there(office: Office, slug: str) -> None:
    desk = await office.joins("anna", "editor")
    for path in (f"/console/articles/{slug}", f"/console/articles/{slug}/history"):
        assert (await desk.get(path)).status == 404
        assert (await desk.post(path, **WRITTEN, do="publish", to="0", seen="0")).status == 404


async def test_nothing_that_is_written_runs(office: Office) -> None:
    desk = await office.joins("anna", "editor")
    marks = (
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</textarea><b>bold</b>",
    )
    for mark in marks:
        page = await desk.post(NEW, **dict.fromkeys(WRITTEN, mark), do="check")
        assert mark not in page.html
        assert page.fields["answer.en"] == mark
        page = await desk.post(
            NEW, **WRITTEN | {"slug": "", "answer.en": mark, "asked.de": mark}, do="try"
        )
        assert mark not in page.html


async def test_a_form_of_another_site_or_of_a_megabyte_is_refused(office: Office) -> None:
    desk = await office.joins("anna", "editor")
    fields = {**WRITTEN, "do": "publish"}
    assert (await desk.ask("POST", NEW, data=fields | {"csrf": "0" * 64})).status == 403
    theirs = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    sent = fields | {"csrf": desk.csrf}
    assert (await desk.ask("POST", NEW, data=sent, headers=theirs)).status == 403
    assert (await desk.post(NEW, **WRITTEN | {"answer.en": "x" * 1_000_000})).status == 413
    long = await desk.post(NEW, **WRITTEN | {"answer.en": "x" * 100_000}, do="check")
    assert "The file is longer than" in long.words
    assert office.rows("SELECT count(*) FROM article_version") == [(0,)]


async def test_who_may_not_write_reads(office: Office) -> None:
    desk = await office.joins("anna", "reviewer")
    page = await desk.get("/console/articles/kalkbreite-zurich")
    assert page.status == 200
    assert "Your role may read this" in page.words
    assert "title.en" not in page.fields
    assert (await desk.get(NEW)).status == 403
    assert NEW not in (await desk.get("/console/articles")).links


async def test_of_very_many_answers_the_last_are_counted(
    both: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answered, "MOST", 3)
    for hours in range(1, 7):
        asked(both, f"{hours}", outcome="answered", asked_at=NOW - timedelta(hours=hours))
    with both.house.database.read() as connection:
        service = answered.Answered(Transaction(connection, NOW))
        shares = service.by_article(NOW - timedelta(days=1))
        assert shares == {"kalkbreite-zurich": answered.Share(3, 0)}
        shares = service.by_article(NOW - timedelta(hours=2, minutes=30))
        assert shares["kalkbreite-zurich"].shown == 2
