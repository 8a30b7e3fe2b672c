"""One piece of knowledge, in one language: a good practice, a programme, an FAQ."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Source:
    """Where the facts of an article come from."""

    title: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """One article in one language; the same slug in another language is its translation.

    slug        id shared by all languages, `kalkbreite-zurich`
    lang        `en`, `de` or `zh`
    text        the body: Markdown paragraphs, with `##` headings between parts
    aliases     'also asked as…': example questions and other names people use
    themes      ids such as `housing`
    kind        `practice`, `programme` or `faq`
    status      `running`, `ended`, `contested`, `proposed` or `described`: was offered at the time,
                whether it still is only the organisers know
    figures     the numbers its facts vouch for, as written in the text
    verified    whether the main facts were seen on the pages listed in `sources`
    checked_on  the day the facts were last checked
    """

    slug: str
    lang: str
    title: str
    text: str
    aliases: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    kind: str = "practice"
    status: str = "running"
    city: str = ""
    country: str = ""
    period: str = ""
    sources: tuple[Source, ...] = ()
    figures: tuple[str, ...] = ()
    verified: bool = False
    checked_on: date | None = None
