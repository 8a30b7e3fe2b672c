"""An article's file and its form: one becomes the other, and a line of the file knows its field."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from bot.services.drafts import SHARED, THEMES, TOLD, Draft, Fields, lines
from knowledge.article import Article, Source
from knowledge.check import check
from knowledge.files import KEYS, ArticleFile, BadArticle, Placed, file_name, read_placed
from knowledge.findings import Finding

_BODY = len(KEYS) + 3  # its first line in a file we write: "---", a line a key, "---"


def fields_of(articles: Mapping[str, Article]) -> Fields:
    """The form of an article in its languages; what they share is the first one's."""
    fields: dict[str, str] = {}
    for article in reversed(list(articles.values())):
        fields |= _shared(article)
        fields |= {f"{name}.{article.lang}": text for name, text in _own(article).items()}
    return fields


def _shared(article: Article) -> dict[str, str]:
    themes = {f"theme{n}": theme for n, theme in enumerate(article.themes[:THEMES], 1)}
    told = {
        "kind": article.kind,
        "status": article.status,
        "country": article.country,
        "sources": "\n".join(map(_source_line, article.sources)),
        "verified": "1" if article.verified else "",
        "checked_on": str(article.checked_on or ""),
    }
    return {**dict.fromkeys(SHARED, ""), **themes, **told}


def _own(article: Article) -> dict[str, str]:
    head, mark, rest = f"\n{article.text}".partition("\n#")
    told = {
        "title": article.title,
        "city": article.city,
        "period": article.period,
        "answer": head.strip(),
        "parts": f"#{rest}".strip() if mark else "",
        "figures": "\n".join(article.figures),
        "asked": "\n".join(article.aliases),
    }
    return {**dict.fromkeys(TOLD, ""), **told}


def _source_line(source: Source) -> str:
    return f"{source.title} {source.url}".strip()


def file_of(draft: Draft, lang: str) -> ArticleFile:
    """The file that a draft is in one language, a line a key: errors point at fields."""
    body = "\n\n".join(filter(None, (draft.of("answer", lang), draft.of("parts", lang))))
    values = _values(draft, lang)
    # JSON is YAML too, and nothing in it can end the front matter early.
    front = [f"{key}: {json.dumps(values[key], ensure_ascii=False)}" for key in KEYS]
    text = "\n".join(("---", *front, "---", body, ""))
    return ArticleFile(f"{draft.slug}.{lang}.md", text)


def _values(draft: Draft, lang: str) -> dict[str, object]:
    themes = (draft.of(f"theme{number}") for number in range(1, THEMES + 1))
    return {
        "slug": draft.slug,
        "lang": lang,
        **{key: draft.of(key, lang) for key in ("title", "city", "period")},
        **{key: draft.of(key) for key in ("kind", "status", "country", "checked_on")},
        "themes": list(dict.fromkeys(filter(None, themes))),
        "sources": [_source(line) for line in lines(draft.of("sources"))],
        "verified": "true" if draft.of("verified") else "false",
        "figures": list(lines(draft.of("figures", lang))),
        "asked": list(lines(draft.of("asked", lang))),
    }


def _source(line: str) -> dict[str, str]:
    title, _blank, url = line.rpartition(" ")
    return {"title": title, "url": url} if "://" in url else {"title": line}


def field_at(draft: Draft, lang: str, line: int) -> str:
    """The field that a line of its file is about."""
    key = KEYS[line - 2] if 2 <= line < len(KEYS) + 2 else ""
    if key == "themes":
        return "theme1"
    if key in SHARED or key in ("slug", "lang"):
        return key if key in SHARED else "slug"
    if key:
        return f"{key}.{lang}"
    answer = draft.of("answer", lang)
    last = _BODY + answer.count("\n") if answer else 0
    return f"{'parts' if line > last and draft.of('parts', lang) else 'answer'}.{lang}"


def article_of(draft: Draft, lang: str) -> Article | None:
    """The article that a draft is in one language; None while it is none."""
    try:
        return read_placed(file_of(draft, lang)).article
    except BadArticle:
        return None


def look_at(
    draft: Draft, langs: Iterable[str], others: Iterable[Article], today: date
) -> Iterator[tuple[str, Finding]]:
    """What `kb check` says of a draft among the other articles, with the field it is about."""
    files = {file.name: (lang, file) for lang in langs for file in (file_of(draft, lang),)}
    known = (Placed(ArticleFile(file_name(a), ""), a, {}) for a in others if a.slug != draft.slug)
    for finding in check([file for _lang, file in files.values()], today, known):
        if finding.file in files:
            yield field_at(draft, files[finding.file][0], finding.line), finding
