"""Who took part: by channel, paper too, and by language; small groups stay hidden."""

from collections.abc import Callable, Mapping

from bot.i18n import _, format_number, language_name, sentences, translate, translate_plural
from bot.services.poll_texts import channel_name
from bot.services.results import Result
from bot.web.polls.asked import Line, Table


def took_part(result: Result, language: str) -> str:
    """How many; while it is open, that more may come."""
    text = translate_plural(
        language,
        _("{count} person took part."),
        _("{count} people took part."),
        result.ballots,
    )
    count = text.replace(str(result.ballots), format_number(language, result.ballots))
    so_far = _("The poll is still open; these are the figures so far.")
    return sentences(count, translate(language, so_far) if result.standing == "interim" else "")


def taking_part(result: Result, language: str) -> tuple[Table, ...]:
    """A table by channel and one by language; none where nothing is told of that."""
    by_channel = _table(
        (translate(language, _("By channel")), translate(language, _("Channel"))),
        result.channels,
        lambda name: channel_name(name, language),
        language,
    )
    by_language = _table(
        (translate(language, _("By language")), translate(language, _("Language"))),
        result.languages,
        language_name,
        language,
    )
    return tuple(table for table in (by_channel, by_language) if table.lines)


def hides_some(result: Result) -> bool:
    """Whether a figure is kept back, which has to be explained."""
    return None in (*result.channels.values(), *result.languages.values())


def _table(
    named: tuple[str, str],
    counts: Mapping[str, int | None],
    label: Callable[[str], str],
    language: str,
) -> Table:
    caption, head = named
    ordered = sorted(counts.items(), key=lambda pair: (pair[1] is None, -(pair[1] or 0), pair[0]))
    lines = tuple(
        Line(label(name), language, (_or_hidden(count, language),)) for name, count in ordered
    )
    return Table(caption, (head, translate(language, _("Number of people"))), lines)


def _or_hidden(count: int | None, language: str) -> str:
    if count is None:
        return translate(language, _("not shown"))
    return format_number(language, count)
