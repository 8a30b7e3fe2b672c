"""Articles as files: `kalkbreite-zurich.de.md`, front matter and a text in Markdown."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from bot.i18n import _, languages, translate
from knowledge.article import Article, Source
from knowledge.frontmatter import Broken, Fault, Fields, parse, refuse_unfit

KINDS = ("practice", "programme", "faq")
STATUSES = ("running", "ended", "contested", "proposed", "described")
KEYS = (
    "slug",
    "lang",
    "title",
    "kind",
    "status",
    "city",
    "country",
    "themes",
    "period",
    "sources",
    "verified",
    "checked_on",
    "figures",
    "asked",
)
LARGEST = 64_000  # characters; the longest article has some 5,000
_FRONT = re.compile(r"---[ \t]*\n(?P<front>.*?)(?<=\n)---[ \t]*(?:\n|\Z)", re.DOTALL)
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PLAIN = re.compile(r"[a-z][a-z0-9-]*|[A-Z]{2}")
# Plain words that YAML readers other than ours take for something else.
_NOT_WORDS = {"yes", "no", "on", "off", "true", "false", "null", "y", "n", "NO", "ON"}


@dataclass(frozen=True, slots=True)
class ArticleFile:
    """The text of one file.

    name  its path as people know it; the last part should be `<slug>.<lang>.md`
    row   for an article out of a table: its line there, the only one that means something
    """

    name: str
    text: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Placed:
    """An article, and the line of each key in its file; `text` is the first line of the body."""

    file: ArticleFile
    article: Article
    lines: Mapping[str, int]


class BadArticle(Exception):
    """A file is not an article; says where and why, one fault a line."""

    def __init__(self, name: str, *faults: Fault) -> None:
        self.name, self.faults = name, faults
        super().__init__(self.told("en"))

    @property
    def line(self) -> int:
        """The line of the first fault."""
        return self.faults[0].line

    def told(self, language: str) -> str:
        """The faults in the person's language."""
        return "\n".join(
            f"{self.name}:{f.line}: {translate(language, f.msgid, **f.values)}" for f in self.faults
        )


def packaged() -> tuple[ArticleFile, ...]:
    """The articles that come with the program."""
    return in_folder(resources.files("knowledge") / "articles")


@cache
def packaged_names() -> frozenset[str]:
    """The names of their files; they change only with the program."""
    return frozenset(f.name for f in (resources.files("knowledge") / "articles").iterdir())


def in_folder(folder: Traversable, prefix: str = "") -> tuple[ArticleFile, ...]:
    """The `.md` files of a folder, by name. Raises BadArticle for a file that is not UTF-8."""
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".md")), key=lambda f: f.name)
    named = ((prefix + file.name, file) for file in files)
    return tuple(ArticleFile(name, decode(file.read_bytes(), name)) for name, file in named)


def decode(content: bytes, name: str) -> str:
    """The text of a file in UTF-8, with or without a byte order mark. Raises BadArticle."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadArticle(name, Fault(line, _("This is not text in UTF-8."))) from error


def read_article(text: str, name: str) -> Article:
    """The article in a file's text. Raises BadArticle naming file and line."""
    return read_placed(ArticleFile(name, text)).article


def read_articles(files: Iterable[ArticleFile]) -> tuple[Article, ...]:
    """The articles in many files. Raises BadArticle for the first that is none."""
    return tuple(read_placed(file).article for file in files)


def read_placed(file: ArticleFile) -> Placed:
    """The article in a file, with lines. Raises BadArticle holding every fault we can see."""
    try:
        return _placed(file, _tidy(file.text))
    except Broken as broken:
        raise BadArticle(file.name, broken.fault) from broken


def file_name(article: Article) -> str:
    """The name of the file an article belongs in."""
    return f"{article.slug}.{article.lang}.md"


def as_text(article: Article) -> str:
    """The file of an article; reading it gives the same article again."""
    sources = [line for source in article.sources for line in _source_lines(source)]
    lines = [
        "---",
        *(f"{key}: {_quoted(getattr(article, key))}" for key in KEYS[:7]),
        f"themes: [{', '.join(map(_quoted, article.themes))}]",
        f"period: {json.dumps(article.period, ensure_ascii=False)}",
        *(["sources:", *sources] if sources else ["sources: []"]),
        f"verified: {'true' if article.verified else 'false'}",
        f"checked_on: {article.checked_on or ''}".rstrip(),
        f"figures: {json.dumps(article.figures, ensure_ascii=False)}",
        *(
            ["asked:", *(f"  - {_quoted(line)}" for line in article.aliases)]
            if article.aliases
            else ["asked: []"]
        ),
        "---",
    ]
    return "\n".join(lines) + f"\n{article.text}\n"


def _source_lines(source: Source) -> list[str]:
    url = [f"    url: {_quoted(source.url)}"] if source.url else []
    return [f"  - title: {_quoted(source.title)}", *url]


def _quoted(text: str) -> str:
    if _PLAIN.fullmatch(text) and text not in _NOT_WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)


def _tidy(text: str) -> str:
    """The text with one kind of line end. Raises Broken for what no article can hold."""
    if len(text) > LARGEST:
        raise Broken(1, _("The file is longer than {limit} characters."), limit=LARGEST)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise Broken(1, _("The file is empty."))
    refuse_unfit(text, 1)
    return text


def _placed(file: ArticleFile, text: str) -> Placed:
    if not text.startswith("---"):
        raise Broken(1, _("The file must begin with front matter between two lines “---”."))
    if not (found := _FRONT.match(text)):
        raise Broken(1, _("The front matter does not end: a second line “---” is missing."))
    table = parse(found["front"], 2)
    body = text[found.end() :]
    body_line = text.count("\n", 0, text.find(body.strip(), found.end())) + 1
    fields = Fields(table)
    article = _article(fields, body.strip())
    if not article.text:
        fields.faults.append(Fault(body_line, _("The text is missing below the front matter.")))
    if fields.faults:
        raise BadArticle(file.name, *sorted(fields.faults, key=lambda fault: fault.line))
    return Placed(file, article, {**table.lines, "text": body_line})


def _article(fields: Fields, body: str) -> Article:
    fields.only(KEYS)
    slug = fields.needed("slug")
    if slug and not _SLUG.fullmatch(slug):
        fields.blame("slug", _("A slug is lowercase letters and digits, joined by hyphens."))
    return Article(
        slug=slug,
        lang=fields.one_of("lang", tuple(languages())),
        title=fields.needed("title"),
        text=body,
        aliases=fields.words("asked"),
        themes=fields.words("themes"),
        kind=fields.one_of("kind", KINDS, "practice"),
        status=fields.one_of("status", STATUSES, "running"),
        city=fields.word("city"),
        country=fields.word("country"),
        period=fields.word("period"),
        sources=_sources(fields),
        figures=fields.words("figures"),
        verified=fields.flag("verified"),
        checked_on=fields.day("checked_on"),
    )


def _sources(fields: Fields) -> tuple[Source, ...]:
    sources = []
    for entry in fields.tables("sources", ("title", "url")):
        source = Source(entry.needed("title"), entry.word("url"))
        if source.url and not re.match(r"https?://[^\s/]", source.url):
            entry.blame("url", _("An address must begin with https:// or http://."))
        sources.append(source)
    return tuple(sources)
