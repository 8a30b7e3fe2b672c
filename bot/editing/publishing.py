"""Writes what was drafted down as versions, and takes back what was published."""

from collections.abc import Mapping

from bot.dialog import Transaction
from bot.editing.standing import as_it_stands, standing
from bot.i18n import languages
from bot.services.articles import AS_PACKAGED, Articles, Overtaken
from bot.services.audit import Audit, Entry, sha_of
from bot.services.drafts import Draft
from knowledge.article import Article
from knowledge.drafting import file_of
from knowledge.files import as_text, read_placed


def publish(transaction: Transaction, draft: Draft, author: str) -> tuple[str, ...]:
    """Write down each language that changes; gives which.

    Raises Overtaken when somebody wrote another version meanwhile, BadArticle for what is none.
    """
    now, versions = as_it_stands(transaction, draft.slug)
    seen = draft.seen if now else versions  # a name that was given back is free
    if any(seen.get(lang, 0) != number for lang, number in versions.items()):
        raise Overtaken
    then = {lang: _article(draft, lang) for lang in languages() if not draft.is_empty(lang)}
    different = [lang for lang in languages() if now.get(lang) != then.get(lang)]
    articles = Articles(transaction)
    for lang in different:
        content = as_text(then[lang]) if lang in then else AS_PACKAGED
        articles.follow(seen.get(lang, 0), (draft.slug, lang, content), author)
    if different:
        what = ("article.publish", f"article:{draft.slug}", ", ".join(different))
        Audit(transaction).write(Entry(author, *what, _sha(now), _sha(then)))
    return tuple(different)


def revert(transaction: Transaction, slug: str, numbers: tuple[int, int], author: str) -> None:
    """Let the article stand again as after an older edit; with 0, as before the first.

    `numbers`: of that edit, and of the last one that was seen. Raises Overtaken when there is a
    newer one, LookupError when there is no such edit.
    """
    to, seen = numbers
    history = {edit.number: edit for edit in standing(transaction, slug).history}
    if not 0 <= to < max(history):
        raise LookupError(to)
    if max(history) != seen:
        raise Overtaken
    articles, last = Articles(transaction), history[seen].versions
    for lang, version in last.items():
        wanted = history[to].versions.get(lang, 0)
        known = {v.version: v.content for v in articles.history(slug, lang)}
        content = known[wanted] if wanted else AS_PACKAGED
        if content != known[version]:
            articles.follow(version, (slug, lang, content), author)
    Audit(transaction).write(Entry(author, "article.revert", f"article:{slug}", str(to)))


def _article(draft: Draft, lang: str) -> Article:
    return read_placed(file_of(draft, lang)).article


def _sha(articles: Mapping[str, Article]) -> str:
    texts = {lang: as_text(article) for lang, article in articles.items()}
    return sha_of(texts) if texts else ""
