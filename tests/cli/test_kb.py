"""`citybot kb`, spoken to as from a terminal: a data folder of its own, stdout and stderr apart."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import citybot
from bot.cli.speech import language
from bot.database import Database
from bot.dialog import Transaction
from bot.services.articles import Articles
from bot.services.audit import Audit
from knowledge.article import Article, Source
from knowledge.files import as_text, file_name, packaged, read_article

GARDEN = Article(
    slug="moon-garden",
    lang="en",
    title="A garden on the moon",
    text="The moon garden is small.\n\nIt has 3 beds.",
    aliases=tuple(f"how do I start moon garden {n}" for n in "abcdef"),
    themes=("urban-agriculture",),
    sources=(Source("Moon", "https://example.org/moon"),),
    figures=("3",),
    verified=True,
    checked_on=datetime.now(UTC).date(),
)
TRANSLATIONS = (GARDEN, replace(GARDEN, lang="de"), replace(GARDEN, lang="zh"))
COUNT = len(packaged())


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    language.cache_clear()


@pytest.fixture
def kb(tmp_path: Path):
    """Runs `citybot kb …` with a data folder of its own."""

    def run(*words: str | Path) -> Result:
        data = str(tmp_path / "data")
        return CliRunner().invoke(citybot, ["--data-dir", data, "kb", *map(str, words)])

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the moon garden in all languages."""
    place = tmp_path / "new"
    place.mkdir()
    for article in TRANSLATIONS:
        (place / file_name(article)).write_text(as_text(article), encoding="utf-8")
    return place


def edits(tmp_path: Path) -> list[tuple[str, str, int]]:
    path = tmp_path / "data" / "citybot.sqlite3"
    if not path.exists():
        return []
    database = Database(f"sqlite:///{path}")
    found = [(v.slug, v.lang, v.version) for v in Articles.in_force(database)]
    database.close()
    return found


MOON = [("moon-garden", "de", 1), ("moon-garden", "en", 1), ("moon-garden", "zh", 1)]


def test_staff_check_the_packaged_articles_and_make_no_database(kb, tmp_path):
    result = kb("check")
    assert result.exit_code == 0
    assert result.stderr.startswith(f"Articles: {COUNT}. Errors: 0, warnings: 0, hints: ")
    assert not (tmp_path / "data").exists()


def test_staff_check_a_folder_before_bringing_it_in(kb, folder):
    result = kb("check", folder)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "Articles: 3. Errors: 0, warnings: 0, hints: 0.\n"


def test_a_translation_checked_alone_is_not_told_that_packaged_ones_are_missing(kb, tmp_path):
    file = next(file for file in packaged() if file.name == "kalkbreite-zurich.de.md")
    (tmp_path / file.name).write_text(file.text, encoding="utf-8")
    assert kb("check", tmp_path / file.name).stdout == ""


def test_an_error_ends_with_exit_1_and_names_file_and_line(kb, folder):
    path = folder / "moon-garden.en.md"
    path.write_text(path.read_text().replace("3 beds", "4 beds"), encoding="utf-8")
    result = kb("check", path, "-o", "json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)[:2] == [
        {"file": str(path), "line": 2, "severity": "warning",
         "message": "This article is missing in: de, zh."},
        {"file": str(path), "line": 16, "severity": "hint",
         "message": "The figure 3 is not used in the text."},
    ]  # fmt: skip
    assert kb("check", path).stdout.splitlines()[2] == (
        f"{path}:27: error: 4 is not among the figures the facts vouch for."
    )


def test_files_come_in_as_edits_and_the_second_time_nothing_changes(kb, folder, tmp_path):
    result = kb("import", folder)
    assert (result.exit_code, result.stdout.splitlines(), result.stderr) == (
        0,
        ["moon-garden.de.md", "moon-garden.en.md", "moon-garden.zh.md"],
        "Articles imported: 3; unchanged: 0.\n",
    )
    assert edits(tmp_path) == MOON
    assert kb("import", folder).stderr == "Articles imported: 0; unchanged: 3.\n"
    assert edits(tmp_path) == MOON


def test_a_dry_run_says_what_would_come_in_and_changes_nothing(kb, folder, tmp_path):
    result = kb("import", folder, "--dry-run")
    assert result.stderr == "Articles to import: 3; unchanged: 0.\n"
    assert len(result.stdout.splitlines()) == 3
    assert edits(tmp_path) == []


def test_one_bad_file_keeps_all_out(kb, folder, tmp_path):
    (folder / "bad.en.md").write_text("---\nslug: bad\nlang: en\n---\nText.\n")
    result = kb("import", folder)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        f"{folder}/bad.en.md:2: error: “title” is missing.",
        "There are errors; nothing was imported.",
    ]
    assert edits(tmp_path) == []


def test_what_was_imported_is_checked_and_exported_with_the_rest(kb, folder, tmp_path):
    kb("import", folder)
    assert kb("check").stderr.startswith(f"Articles: {COUNT + 3}. Errors: 0, ")
    out = tmp_path / "out"
    result = kb("export", out)
    assert result.exit_code == 0
    assert result.stderr == f"Files written: {COUNT + 3}; already the same: 0.\n"
    assert len(result.stdout.splitlines()) == COUNT + 3
    for file in packaged():
        assert (out / file.name).read_text(encoding="utf-8") == file.text
    assert read_article((out / "moon-garden.en.md").read_text(), "x") == GARDEN


def test_who_changed_articles_here_stands_in_the_audit(kb, folder, tmp_path):
    kb("import", folder)
    kb("import", folder)  # changes nothing
    kb("revert", "moon-garden", "--lang", "en", "--yes")
    database = Database(f"sqlite:///{tmp_path}/data/citybot.sqlite3")
    with database.read() as connection:
        found = [
            (r.actor[:4], r.action, r.detail)
            for r in Audit(Transaction(connection, datetime.now(UTC))).of("article:moon-garden")
        ]
    database.close()
    imported = [("cli:", "article.import", language) for language in ("de", "en", "zh")]
    assert sorted(found) == [*imported, ("cli:", "article.revert", "en")]


def test_packaged_files_brought_back_unchanged_make_no_edits(kb, tmp_path):
    kb("export", tmp_path / "out")
    assert kb("import", tmp_path / "out").stderr == f"Articles imported: 0; unchanged: {COUNT}.\n"
    assert edits(tmp_path) == []


def test_export_overwrites_what_differs_only_with_yes(kb, tmp_path):
    out = tmp_path / "out"
    kb("export", out)
    mine = out / "kalkbreite-zurich.de.md"
    mine.write_text("mine")
    refused = kb("export", out)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.splitlines() == [
        "These files differ and would be overwritten; nothing was written. "
        "To overwrite them, add --yes.",
        str(mine),
    ]
    assert kb("export", out, "--dry-run").stdout == f"{mine}\n"
    assert mine.read_text() == "mine"
    assert kb("export", out, "--yes").stdout == f"{mine}\n"
    assert mine.read_text(encoding="utf-8").startswith("---\nslug: kalkbreite-zurich\n")


def test_an_edit_that_can_no_longer_be_read_is_an_error_and_still_exported(kb, folder, tmp_path):
    kb("import", folder)
    database = Database(f"sqlite:///{tmp_path / 'data' / 'citybot.sqlite3'}")
    with database.write() as connection:
        Articles(Transaction(connection, datetime.now(UTC))).save("moon-garden", "en", "broken")
    database.close()
    result = kb("check")
    assert result.exit_code == 1
    assert (
        "database/moon-garden.en.md:1: error: "
        "The file must begin with front matter between two lines “---”." in result.stdout
    )
    kb("export", tmp_path / "out")
    assert (tmp_path / "out" / "moon-garden.en.md").read_text() == "broken"


TABLE = """\
slug;lang;title;text;themes;sources;figures;asked;verified;checked_on
moon-garden;en;A garden on the moon;"The moon garden is small.

It has 3 beds.";urban-agriculture;Moon https://example.org/moon;3;"{asked}";TRUE;{day}
moon-garden;de;Ein Garten;"Er hat 4 Beete.";urban-agriculture;Mond;3;;;
"""


def test_a_table_comes_in_row_by_row_and_an_error_names_its_row(kb, tmp_path):
    table = TABLE.format(asked="|".join(GARDEN.aliases), day=GARDEN.checked_on)
    path = tmp_path / "articles.csv"
    path.write_text("\ufeff" + table, encoding="utf-8")
    refused = kb("import", path)
    assert refused.exit_code == 1
    assert f"{path}:5: error: 4 is not among the figures the facts vouch for." in refused.stderr
    path.write_text(table.replace("4 Beete", "3 Beete"), encoding="utf-8")
    assert kb("import", path).stdout.splitlines() == ["moon-garden.en.md", "moon-garden.de.md"]
    kb("export", tmp_path / "out")
    assert read_article((tmp_path / "out" / "moon-garden.en.md").read_text(), "x") == GARDEN


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"slug,lang,headline\na,en,A\n", ":1: There is no key “headline”."),
        (b"slug,lang\na,en,more\n", ":2: This row has more cells than the header."),
        (b'slug,lang\n"a,en\n', ":2: The table cannot be read: "),
        (b"slug,lang\n\xff,en\n", ":2: This is not text in UTF-8."),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(kb, tmp_path, content, said):
    path = tmp_path / "articles.csv"
    path.write_bytes(content)
    result = kb("import", path)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{path}{said}")


def test_a_file_that_is_not_there_is_a_mistake_in_the_command(kb):
    assert kb("check", "nowhere.md").exit_code == 2


def test_a_folder_that_cannot_be_written_is_told(kb, tmp_path):
    (tmp_path / "file").write_text("")
    result = kb("export", tmp_path / "file" / "out")
    assert result.exit_code == 1
    assert result.stderr == f"{tmp_path}/file/out cannot be written: Not a directory\n"


def test_a_database_that_cannot_be_reached_ends_the_command(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:////proc/nowhere/{tmp_path.name}.sqlite3")
    result = CliRunner().invoke(citybot, ["kb", "check"])
    assert result.exit_code == 1
    assert result.stderr.startswith("The database cannot be reached (")


@pytest.fixture
def ask(tmp_path: Path):
    """The first source of an answer, as `citybot ask` gives it."""

    def run(question: str) -> str:
        words = ["--data-dir", str(tmp_path / "data"), "ask", "-o", "json", question]
        found: str = json.loads(CliRunner().invoke(citybot, words).stdout)["sources"][0]["title"]
        return found

    return run


NAMES = ["moon-garden.de.md", "moon-garden.en.md", "moon-garden.zh.md"]


def test_an_article_only_staff_wrote_is_gone_again(kb, ask, folder, tmp_path):
    kb("import", folder)
    assert ask("the moon garden") == GARDEN.title
    result = kb("remove", "moon-garden", "--yes")
    assert (result.exit_code, result.stdout.split()) == (0, NAMES)
    assert result.stderr == "As edited before: 0; as packaged: 0; gone: 3.\n"
    assert edits(tmp_path) == []
    assert ask("the moon garden") != GARDEN.title
    kb("revert", "moon-garden", "--yes")
    assert ask("the moon garden") == GARDEN.title


def test_the_last_edit_is_taken_back_and_that_can_be_taken_back_too(kb, folder, ask):
    kb("import", folder)
    newer = replace(GARDEN, title="Two gardens on the moon")
    (folder / file_name(GARDEN)).write_text(as_text(newer), encoding="utf-8")
    kb("import", folder / file_name(GARDEN))
    assert ask("the moon garden") == newer.title
    result = kb("revert", "moon-garden", "--lang", "en", "--yes")
    assert result.stderr == "As edited before: 1; as packaged: 0; gone: 0.\n"
    assert ask("the moon garden") == GARDEN.title
    kb("revert", "moon-garden", "--lang", "en", "--yes")
    assert ask("the moon garden") == newer.title


def test_an_edited_article_is_as_packaged_again(kb, tmp_path):
    file = next(file for file in packaged() if file.name == "kalkbreite-zurich.de.md")
    article = replace(read_article(file.text, file.name), title="Ein anderer Titel")
    (tmp_path / file.name).write_text(as_text(article), encoding="utf-8")
    kb("import", tmp_path / file.name)
    result = kb("remove", "kalkbreite-zurich", "--yes")
    assert result.stderr == "As edited before: 0; as packaged: 1; gone: 0.\n"
    kb("export", tmp_path / "out")
    assert (tmp_path / "out" / file.name).read_text(encoding="utf-8") == file.text


@pytest.mark.parametrize("command", ["remove", "revert"])
@pytest.mark.parametrize("flag", ["--dry-run", "--lang=en"])
def test_nothing_is_taken_back_unasked(kb, folder, tmp_path, command, flag):
    kb("import", folder)
    words = ["--data-dir", str(tmp_path / "data"), "kb", command, "moon-garden", flag]
    result = CliRunner().invoke(citybot, words, input="n\n")
    assert "moon-garden.en.md" in result.stdout
    assert edits(tmp_path) == MOON


@pytest.mark.parametrize("command", ["remove", "revert"])
@pytest.mark.parametrize("slug", ["kalkbreite-zurich", "never-written"])
def test_without_an_edit_there_is_nothing_to_take_back(kb, folder, tmp_path, command, slug):
    nothing = f"There is no edit of “{slug}” to take back.\n"
    assert (kb(command, slug).exit_code, kb(command, slug).stderr) == (1, nothing)
    assert not (tmp_path / "data").exists()
    kb("import", folder)
    assert kb(command, slug).stderr == nothing
