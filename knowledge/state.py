"""Where a practice or a programme stands, in words: running, ended, only an idea."""

import re

from bot.i18n import _, translate
from knowledge.article import Article

STATES = {
    "running": _("running"),
    "ended": _("ended"),
    "contested": _("contested"),
    "proposed": _("an idea so far"),
    "described": _("described as an offer; whether it runs, only the organisers know"),
}
# A period that says so itself: "1989-2017, suspended".
_SAID = re.compile(
    r"suspend|paused|ended|stopped|ausgesetzt|beendet|eingestellt|暂停|停止|中止|结束", re.I
)
_USUAL = "running"  # goes without saying below an answer


def state_beside(article: Article, language: str) -> str:
    """The state as a note beside the period, empty for one that simply runs."""
    is_told = article.status == "ended" and _SAID.search(article.period)
    if is_told or article.status == _USUAL:
        return ""
    return translate(language, STATES.get(article.status, ""))


def state_told(article: Article, language: str) -> str:
    """The state as a sentence of its own, for who asks for it; empty where none is known."""
    state = translate(language, STATES.get(article.status, ""))
    if not state or not article.checked_on:
        return ""
    told = _("Last known state ({year}): {state}.")
    return translate(language, told, year=article.checked_on.year, state=state)
