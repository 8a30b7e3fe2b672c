"""An article as people will see it: the real words, fitted to each channel by its real limits."""

from collections.abc import Iterable, Iterator
from typing import Final

from adapters.capabilities import TELEGRAM, WEB, WECHAT
from bot.i18n import _, translate
from bot.message import Capabilities, Choice, Link, Reply
from bot.render import can_tap, fit
from bot.services.drafts import Bubble, Shown
from knowledge.answering import answer_text, full_text
from knowledge.article import Article

CHANNELS: Final = {"wechat": WECHAT, "telegram": TELEGRAM, "web": WEB}


def previews(articles: Iterable[Article]) -> tuple[Shown, ...]:
    """Each article's short answer and its whole text, on each channel."""
    return tuple(shown for article in articles for shown in _previews(article))


def _previews(article: Article) -> Iterator[Shown]:
    for channel, can in CHANNELS.items():
        answer, whole = bubbles(_answer(article), can), bubbles(_whole(article), can)
        yield Shown(article.lang, channel, can.measure, can.text_limit, answer, whole)


def _answer(article: Article) -> Reply:
    """As dialogs/answer.py gives it to who asks: its first paragraphs, and the way to the rest."""
    lang = article.lang
    choices = [Choice(f"answer:more={article.slug}", translate(lang, _("Read more")))]
    if article.kind == "programme":
        note = translate(lang, _("Note my interest"))
        choices.append(Choice(f"interest:{article.slug}", note))
    choices.append(Choice("answer:missed", translate(lang, _("Not what I meant"))))
    links = tuple(Link(s.title, s.url) for s in article.sources if s.url)[:1]
    return Reply(answer_text(article, (), lang), tuple(choices), links)


def _whole(article: Article) -> Reply:
    labels = {"answer:missed": _("Not what I meant"), "human": _("Ask a person")}
    after = tuple(Choice(value, translate(article.lang, label)) for value, label in labels.items())
    links = tuple(Link(s.title, s.url) for s in article.sources if s.url)
    return Reply(full_text(article, article.lang), after, links)


def bubbles(reply: Reply, can: Capabilities) -> tuple[Bubble, ...]:
    """The messages it takes there, with what can be tapped below each."""
    return tuple(
        Bubble(
            part.text,
            can.size(part.text),
            tuple(c.label for c in part.choices) if can_tap(part.choices, can) else (),
            tuple(link.label for link in part.links),
        )
        for part in fit(reply, can).parts
    )
