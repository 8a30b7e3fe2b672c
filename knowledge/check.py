"""Checks articles before people read them: facts vouched for, form, translations, freshness."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from pathlib import PurePath

from bot.i18n import _
from knowledge.collection import compare
from knowledge.figures import unused, unvouched
from knowledge.files import ArticleFile, BadArticle, Placed, file_name, read_placed
from knowledge.findings import Finding, at, of_bad
from knowledge.reading import is_hard
from knowledge.themes import THEMES

TITLE = 80  # characters
PARAGRAPH = {"zh": 150}  # two paragraphs and a source must fit one answer
BODY = {"practice": {"zh": 520}, "programme": {"zh": 300}, "faq": {"zh": 300}}
_PARAGRAPH, _BODY = 420, {"practice": 1500, "programme": 800, "faq": 800}  # other languages
ASKED = 6  # wordings of people's own, for the search to go by
STALE = timedelta(days=365)
_MARKUP = re.compile(r"^\s*[-*+]\s|\*\*|\]\(|https?://|^#(?!# )|^\s*>|<[a-z/]")
# No programme is ever called open: only its organisers know.
_OPEN_CALL = {
    "en": re.compile(
        r"\b(apply now|register now|sign up now|open call|deadline|"
        r"(applications?|registration) (is|are) open|next edition)\b",
        re.IGNORECASE,
    ),
    "de": re.compile(
        r"jetzt (bewerben|anmelden)|ab sofort|bewerbungsfrist|anmeldeschluss|"
        r"einsendeschluss|offene ausschreibung|nächste runde",
        re.IGNORECASE,
    ),
    "zh": re.compile("(立即|马上|开放)报名|(?<!是否)正在(招募|报名)|报名截止|截止(日期|时间)"),
}


def check(
    files: Iterable[ArticleFile], today: date, others: Iterable[Placed] = ()
) -> tuple[Finding, ...]:
    """What is wrong with these articles, alone and with each other; by file and line.

    `others`: what they will stand with, which is not looked at by itself.
    """
    placed, findings = _read(files)
    for one in placed:
        findings.extend(found for look in _LOOKS for found in look(one))
        findings.extend(_freshness(one, today))
    findings.extend(compare([*placed, *others]))
    return tuple(sorted(findings, key=lambda f: (f.file, f.line, f.severity)))


def _read(files: Iterable[ArticleFile]) -> tuple[list[Placed], list[Finding]]:
    placed: list[Placed] = []
    findings: list[Finding] = []
    for file in files:
        try:
            placed.append(read_placed(file))
        except BadArticle as bad:
            findings.extend(of_bad(bad, file.row))
    return placed, findings


def _name(placed: Placed) -> Iterator[Finding]:
    expected = file_name(placed.article)
    if not placed.file.row and PurePath(placed.file.name).name != expected:
        yield at(
            placed,
            "slug",
            "error",
            _("Slug and language say that this file should be named {name}."),
            name=expected,
        )


def _figures(placed: Placed) -> Iterator[Finding]:
    article = placed.article
    for figure in unused(article):
        yield at(
            placed,
            "figures",
            "hint",
            _("The figure {number} is not used in the text."),
            number=figure,
        )
    said = f"{article.title}\n{article.period}\n{article.text}"
    if not unvouched(said, article.lang, article.figures):
        return
    parts: list[tuple[str | int, str]] = [("title", article.title), ("period", article.period)]
    parts += _lines(placed)
    for where, part in parts:
        for number in unvouched(part, article.lang, article.figures):
            yield at(
                placed,
                where,
                "error",
                _("{number} is not among the figures the facts vouch for."),
                number=number,
            )


def _lengths(placed: Placed) -> Iterator[Finding]:
    article = placed.article
    if (length := len(article.title)) > TITLE:
        yield _too_long(
            placed, "title", _("The title has {length} characters; {limit} fit."), length, TITLE
        )
    limit = PARAGRAPH.get(article.lang, _PARAGRAPH)
    for line, paragraph in _paragraphs(placed):
        if (length := len(paragraph)) > limit:
            yield _too_long(
                placed,
                line,
                _("This paragraph has {length} characters; {limit} fit an answer."),
                length,
                limit,
            )
    limit = BODY[article.kind].get(article.lang, _BODY[article.kind])
    if (length := len(article.text)) > limit:
        yield _too_long(
            placed,
            "text",
            _("The text has {length} characters; {limit} is the limit for its kind."),
            length,
            limit,
        )


def _too_long(placed: Placed, where: str | int, msgid: str, length: int, limit: int) -> Finding:
    return at(placed, where, "warning", msgid, length=length, limit=limit)


def _sources(placed: Placed) -> Iterator[Finding]:
    article = placed.article
    if article.verified and not any(source.url for source in article.sources):
        yield at(
            placed,
            "verified",
            "error",
            _("Verified, but no source has an address where the facts were seen."),
        )
    if not article.sources and article.kind != "faq":
        yield at(placed, "sources", "warning", _("No source is named."))


def _themes(placed: Placed) -> Iterator[Finding]:
    if not placed.article.themes:
        yield at(placed, "themes", "warning", _("No theme is named."))
    for theme in placed.article.themes:
        if theme not in THEMES:
            yield at(
                placed,
                "themes",
                "error",
                _("There is no theme “{theme}”. There are: {themes}"),
                theme=theme,
                themes=", ".join(THEMES),
            )


def _asked(placed: Placed) -> Iterator[Finding]:
    if (count := len(placed.article.aliases)) < ASKED:
        yield at(
            placed,
            "asked",
            "hint",
            _(
                "People find an article by “asked” lines: {count} here; {wanted} or more are "
                "better."
            ),
            count=count,
            wanted=ASKED,
        )


def _markup(placed: Placed) -> Iterator[Finding]:
    for line, paragraph in _lines(placed):
        if found := _MARKUP.search(paragraph):
            yield at(
                placed,
                line,
                "warning",
                _("Most chats show “{markup}” as it stands; write plain paragraphs."),
                markup=found[0].strip(),
            )


def _wording(placed: Placed) -> Iterator[Finding]:
    article = placed.article
    promises = _OPEN_CALL.get(article.lang)
    if article.kind == "programme" and promises:
        for line, paragraph in _lines(placed):
            if found := promises.search(paragraph):
                yield at(
                    placed,
                    line,
                    "hint",
                    _("“{words}” may promise an open call; only the organisers know."),
                    words=found[0],
                )
    prose = "\n".join(paragraph for _line, paragraph in _paragraphs(placed))
    if is_hard(prose, article.lang):
        yield at(
            placed,
            "text",
            "hint",
            _("This is hard to read: try shorter sentences and plainer words."),
        )


def _freshness(placed: Placed, today: date) -> Iterator[Finding]:
    checked = placed.article.checked_on
    if checked is None:
        yield at(placed, "checked_on", "hint", _("The date the facts were checked is missing."))
    elif checked > today + timedelta(days=1):  # a day ahead is a time zone
        yield at(
            placed,
            "checked_on",
            "warning",
            _("The check date of the facts lies in the future: {day}."),
            day=checked,
        )
    elif today - checked > STALE:
        yield at(
            placed,
            "checked_on",
            "hint",
            _("The facts were last checked on {day}, over a year ago."),
            day=checked,
        )


def _lines(placed: Placed) -> Iterator[tuple[int, str]]:
    yield from enumerate(placed.article.text.split("\n"), placed.lines["text"])


def _paragraphs(placed: Placed) -> Iterator[tuple[int, str]]:
    """Paragraphs with their first line; one may run over several lines."""
    first, lines = 0, list[str]()
    for number, line in [*_lines(placed), (0, "")]:
        if line.strip() and not line.startswith("#"):
            first = first if lines else number
            lines.append(line)
        elif lines:
            yield first, " ".join(lines)
            lines = []


_LOOKS: tuple[Callable[[Placed], Iterator[Finding]], ...] = (
    _name,
    _figures,
    _lengths,
    _sources,
    _themes,
    _asked,
    _markup,
    _wording,
)
