"""A poll's result as charts with a table beside each: what a page shows of one question."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from bot.i18n import _, clauses, format_list, translate_plural
from bot.services.poll_texts import quoted
from bot.services.results import Result, all_who_answered
from bot.services.texts import in_language, language_of
from bot.web.charts import bars, grid
from bot.web.polls.asked import DRAWN, Asked, Parts, Table, position
from bot.web.polls.ranking import ranking
from bot.web.polls.statements import statements


@dataclass(frozen=True, slots=True)
class Figures:
    """One question: `ask` is what was asked; `notes` are sentences below the figures.

    texts    what people wrote, as far as the team let it pass
    warning  that a figure tells of every single voter; "" where none does
    """

    id: str
    ask: str
    language: str
    chart: Markup
    tables: tuple[Table, ...]
    notes: tuple[str, ...]
    texts: tuple[str, ...]
    warning: str


def figures(result: Result, language: str) -> tuple[Figures, ...]:
    """All questions of a poll that has figures to show."""
    if not result.is_shown:
        return ()
    questions = result.poll.questions
    return tuple(_of(Asked(result, q, language, result.questions[q.id])) for q in questions)


def _of(asked: Asked) -> Figures:
    question = asked.question
    chart, tables, notes = _KINDS[question.kind](asked)
    return Figures(
        id=question.id,
        ask=in_language(question.ask, asked.language),
        language=language_of(question.ask, asked.language),
        chart=chart if asked.tally["answered"] or asked.tally.get("paper") else Markup(""),
        tables=tuple(tables),
        notes=(*notes, _aside(asked)),
        texts=tuple(asked.result.texts.get(question.id, ())),
        warning=_unanimous(asked),
    )


# -- notes ---------------------------------------------------------------------------------------


def _aside(asked: Asked) -> str:
    """Who answered, and who gave no answer: so that the figures add up to who took part."""
    tally = asked.tally
    said = {
        "passed": _("would rather not say: {count}"),
        "unsure": _("do not know: {count}"),
        "blank": _("left blank: {count}"),
    }
    parts = [
        asked.say(text, count=asked.number(tally[key])) for key, text in said.items() if tally[key]
    ]
    answered = asked.say(_("Answered: {count}"), count=asked.number(tally["answered"]))
    paper = sum(tally.get("paper", {}).values())
    marks = asked.say(_("besides, marks on paper: {count}"), count=asked.number(paper))
    return clauses(asked.language, (answered, *parts, *([marks] if paper else [])))


def _unanimous(asked: Asked) -> str:
    """A warning where a figure tells of every single voter."""
    labels = tuple(
        quoted(asked.label(option), asked.language)
        for question, option in asked.result.warnings
        if question == asked.question.id
    )
    if not labels:
        return ""
    text = _("Careful, this tells of every single voter. All or none chose: {options}")
    return asked.say(text, options=format_list(asked.language, labels))


# -- kinds ---------------------------------------------------------------------------------------


def _choices(asked: Asked) -> Parts:
    """Options with counts and shares of those who answered; on a scale as it goes up."""
    tally, paper = asked.tally, asked.tally.get("paper", {})
    counts = list(tally["options"].items())
    if asked.question.kind != "scale":
        counts.sort(key=lambda pair: -pair[1])
    whole = all_who_answered(asked.result, asked.question.id)
    heads = [_("Option"), _("Votes"), _("Share"), *([_("of these on paper")] if paper else [])]
    lines = [
        asked.line(
            option,
            *(asked.number(count), asked.share(count, whole)),
            *([asked.number(paper.get(option, 0))] if paper else []),
        )
        for option, count in counts
    ]
    drawn = [
        asked.bar(option, (n / (whole or 1),), f"{asked.number(n)} ({asked.share(n, whole)})")
        for option, n in counts[:DRAWN]
    ]
    table = Table(asked.say(_("Votes by option")), asked.head(*heads), tuple(lines))
    return bars(asked.named(_("Votes by option, as bars")), drawn), (table,), _of_choices(asked)


def _of_choices(asked: Asked) -> Sequence[str]:
    if asked.question.kind == "multiple":
        return (
            asked.say(_("Several could be chosen, so that shares add up to more than the whole.")),
        )
    tally = asked.tally
    if tally.get("mean") is None:
        return ()
    mean, median = asked.number(round(tally["mean"], 1)), asked.number(tally["median"])
    return (asked.say(_("On average: {mean}. In the middle (median): {median}."),
                      mean=mean, median=median),)  # fmt: skip


def _places(asked: Asked) -> Parts:
    """Listed places as any choice; cells of the grid also on a map."""
    chart, tables, notes = _choices(asked)
    options = asked.tally["options"].items()
    cells = {position(o): n for o, n in options if "/" in o and n}
    if len(cells) < 2:  # one square shows nothing
        return chart, tables, notes
    side = asked.question.grid
    drawn = grid(asked.named(_("A map of the cells: the darker, the more votes")), cells, side)
    text = _("Each cell is {side} degrees wide; the map has north above.")
    return drawn or chart, tables, (*notes, asked.say(text, side=asked.number(side)))


def _budget(asked: Asked) -> Parts:
    options = sorted(asked.tally["options"].items(), key=lambda pair: -pair[1])
    spent = sum(n for _o, n in options)
    givers = asked.tally["supporters"]
    lines = [
        asked.line(o, asked.number(n), asked.share(n, spent), asked.number(givers.get(o, 0)))
        for o, n in options
    ]
    heads = asked.head(_("Option"), _("Points"), _("Share"), _("People who gave points"))
    said = [
        asked.bar(o, (n / (spent or 1),), f"{asked.number(n)} ({asked.share(n, spent)})")
        for o, n in options[:DRAWN]
    ]
    table = Table(asked.say(_("Points by option")), heads, tuple(lines))
    text = _("Everybody had {most} points to give.")
    note = asked.say(text, most=asked.number(asked.question.most))
    return bars(asked.named(_("Points by option, as bars")), said), (table,), (note,)


def _texts(asked: Asked) -> Parts:
    wrote, shown = asked.tally["answered"], len(asked.result.texts.get(asked.question.id, ()))
    said = translate_plural(
        asked.language,
        _("{count} person wrote something."),
        _("{count} people wrote something."),
        wrote,
    )
    looked = asked.say(_("Shown after the team has read them: {count}."), count=asked.number(shown))
    return Markup(""), (), (said, looked)


_KINDS: Final = {
    **dict.fromkeys(("single", "multiple", "scale"), _choices),
    "place": _places,
    "budget": _budget,
    "ranking": ranking,
    "statements": statements,
    "text": _texts,
}
