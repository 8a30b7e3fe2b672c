"""Many options of a question, a screen of them at a time: numbered anew on each, and "more"."""

from bot.i18n import _
from bot.message import Choice
from bot.services.polls import Option
from dialogs.polling.asking import MORE, PAGE, Asking
from dialogs.polling.tokens import NEXT

WHOLE = 24  # so many fit under one message on every channel, with what stands below them
A_PAGE = 20


def is_paged(asking: Asking) -> bool:
    """Whether there are more options than anybody reads at once."""
    return asking.question.kind != "statements" and len(asking.question.options) > WHOLE


def page_of(asking: Asking) -> tuple[Option, ...]:
    """The options that are shown now."""
    first = _first(asking)
    return asking.options()[first : first + A_PAGE] if is_paged(asking) else asking.options()


def turned(asking: Asking) -> str:
    """What the talk notes when the next page is asked for; behind the last comes the first."""
    page = (_page(asking) + 1) % _pages(asking)
    return f"{MORE if asking.begun.startswith(MORE) else PAGE} {page}"


def more(asking: Asking) -> str:
    """What the talk notes after one of several was picked: the same page again."""
    return f"{MORE} {_page(asking)}" if is_paged(asking) else MORE


def where(asking: Asking) -> str:
    """Which options these are; "" where all are shown."""
    if not is_paged(asking):
        return ""
    first, shown = _first(asking), len(page_of(asking))
    text = _("Options {first} to {last} of {count}; “More options” shows others.")
    return asking.turn.say(text, first=first + 1, last=first + shown, count=_count(asking))


def next_page(asking: Asking) -> tuple[Choice, ...]:
    """The way to other options."""
    label = asking.turn.say(_("More options"))
    return (Choice(asking.value(NEXT), label),) if is_paged(asking) else ()


def _page(asking: Asking) -> int:
    head, _blank, page = asking.begun.partition(" ")
    return int(page) if head in (MORE, PAGE) and page.isdecimal() else 0


def _first(asking: Asking) -> int:
    return _page(asking) * A_PAGE if is_paged(asking) else 0


def _pages(asking: Asking) -> int:
    return -(-_count(asking) // A_PAGE)


def _count(asking: Asking) -> int:
    return len(asking.question.options)
