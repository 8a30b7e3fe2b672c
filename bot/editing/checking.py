"""What is wrong with a draft: what `citybot kb check` says, and what publishing asks besides."""

from collections.abc import Iterable, Iterator
from datetime import date

from bot.i18n import _, language_name, languages, translate
from bot.services.drafts import SLUG, Draft, Remark, is_slug
from knowledge.article import Article
from knowledge.drafting import look_at

_RANK = {"error": 0, "warning": 1, "hint": 2}
_EMPTY = _("Nothing is written in {language}. Write it, or say below that it may be missing.")
_STAYS = _("The text in {language} comes with the program and cannot be left out.")


def written(draft: Draft) -> tuple[str, ...]:
    """The languages in which something stands."""
    return tuple(lang for lang in languages() if not draft.is_empty(lang))


def remarks(
    draft: Draft, others: Iterable[Article], packaged: frozenset[str], reader: tuple[str, date]
) -> tuple[Remark, ...]:
    """Everything there is to say, errors first. `reader`: their language, and their day."""
    language, today = reader
    found = [Remark(f, "error", translate(language, m, **v)) for f, m, v in _ours(draft, packaged)]
    said = look_at(draft, written(draft), others, today)
    found += [Remark(name, one.severity, one.told(language)) for name, one in said]
    distinct = dict.fromkeys(found)  # what languages share is wrong in each of them
    return tuple(sorted(distinct, key=lambda remark: _RANK[remark.severity]))


def _ours(draft: Draft, packaged: frozenset[str]) -> Iterator[tuple[str, str, dict[str, object]]]:
    is_begun = bool(written(draft))
    if not is_begun and all(draft.of("missing", lang) for lang in languages()):
        yield f"title.{next(iter(languages()))}", _("Nothing is written yet."), {}
    if is_begun and not is_slug(draft.slug):
        told = _("The name is lowercase letters and digits, joined by hyphens, {limit} at most.")
        yield "slug", told, {"limit": SLUG}
    if not draft.of("sources"):
        yield "sources", _("Name at least one source: where can people read that themselves?"), {}
    for lang in languages():
        if draft.is_empty(lang):
            yield from _left_out(draft, lang, packaged)


def _left_out(
    draft: Draft, lang: str, packaged: frozenset[str]
) -> Iterator[tuple[str, str, dict[str, object]]]:
    named: dict[str, object] = {"language": language_name(lang)}
    if lang in packaged:
        yield f"title.{lang}", _STAYS, named
    elif not draft.of("missing", lang):
        yield f"title.{lang}", _EMPTY, named
