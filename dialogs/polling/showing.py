"""A poll's result in a talk: few lines a question, who took part, and how to count it again."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.dialog import Turn
from bot.i18n import _, clauses, format_list, format_number, format_share, sentences
from bot.message import Choice, Reply
from bot.services.canonical import ELSEWHERE
from bot.services.poll_texts import channel_name, method, quoted, told_in, too_few
from bot.services.polls import Poll, Question
from bot.services.results import Result, all_who_answered, placed
from bot.services.suppression import CELL
from bot.services.texts import in_language
from dialogs.polling.telling import to_page

_MOST_LINES = 12  # options of one question; the file has them all


def shown(turn: Turn, result: Result) -> Reply:
    """What may be shown now, as one message."""
    poll = result.poll
    if not result.is_shown:
        return Reply(_why_not(turn, result), _choices(turn, result), links=to_page(turn, poll))
    blocks = [poll.name(turn.language), _took_part(turn, result)]
    blocks += [_question(turn, result, q) for q in poll.questions]
    blocks += [_next_steps(turn, poll), _proof(turn, result)]
    text = "\n\n".join(filter(None, blocks))
    return Reply(text, _choices(turn, result), links=to_page(turn, poll))


def _why_not(turn: Turn, result: Result) -> str:
    name = result.poll.name(turn.language)
    if result.standing == "too_few":
        return too_few(result.poll, result.ballots, turn.language)
    if result.standing == "none":
        return turn.say(_("“{poll}” was cancelled; there is no result."), poll=name)
    text = _("“{poll}” is not counted yet. Until then nobody sees a result, not even the team.")
    return turn.say(text, poll=name)


def _choices(turn: Turn, result: Result) -> tuple[Choice, ...]:
    poll = result.poll
    if result.standing == "final":
        return (turn.choice(f"poll-file:{poll.id}", _("Get the file, to count it yourself")),)
    if result.standing == "secret" or (result.standing == "too_few" and poll.state != "closed"):
        return (turn.choice(f"poll-follow:{poll.id}", _("Tell me the result")),)
    return ()


def _took_part(turn: Turn, result: Result) -> str:
    count = turn.say_count(
        _("{count} person took part."), _("{count} people took part."), result.ballots
    )
    where = [
        f"{channel_name(name, turn.language)} {_or_few(turn, n)}"
        for name, n in result.channels.items()
    ]
    so_far = turn.say(_("The poll is still open; these are the figures so far."))
    lines = [so_far] if result.standing == "interim" else []
    lines += [count, format_list(turn.language, tuple(where)) if len(where) > 1 else ""]
    if result.late:
        lines.append(
            turn.say(
                _("Messages that could not be handled before counting: {count}."), count=result.late
            )
        )
    return sentences(*lines)


def _or_few(turn: Turn, count: int | None) -> str:
    if count is None:
        return turn.say(_("(not shown: fewer than {cell} here or elsewhere)"), cell=CELL)
    return format_number(turn.language, count)


def _question(turn: Turn, result: Result, question: Question) -> str:
    found = result.questions[question.id]
    lines = [
        in_language(question.ask, turn.language),
        *_LINES[question.kind](turn, result, question),
    ]
    if question.kind == "statements":
        lines += _groups(turn, question, result.opinions.get(question.id, {}))
    if question.kind == "text":
        lines += [
            quoted(text, turn.language) for text in result.texts.get(question.id, ())[:_MOST_LINES]
        ]
    lines.append(_aside(turn, found))
    return "\n".join(filter(None, lines))


def _aside(turn: Turn, found: Mapping[str, Any]) -> str:
    """Who gave no answer, so that the figures add up to who took part."""
    said = {
        "passed": _("would rather not say: {count}"),
        "unsure": _("do not know: {count}"),
        "blank": _("left blank: {count}"),
    }
    parts = [turn.say(text, count=found[key]) for key, text in said.items() if found[key]]
    return clauses(turn.language, parts)


def _label(turn: Turn, question: Question, option_id: str) -> str:
    if option_id == ELSEWHERE:
        return turn.say(_("elsewhere"))
    option = question.option(option_id)
    return in_language(option.label, turn.language) if option else option_id


def _counts(turn: Turn, result: Result, question: Question) -> Iterable[str]:
    found = result.questions[question.id]
    """Options with their counts and shares of those who answered; on a scale as it goes up."""
    answered = all_who_answered(result, question.id)
    counts = list(found["options"].items())
    if question.kind != "scale":
        counts.sort(key=lambda pair: -pair[1])
    for option, count in counts[:_MOST_LINES]:
        share = f" ({format_share(turn.language, count / answered)})" if answered else ""
        number = format_number(turn.language, count)
        yield f"• {_label(turn, question, option)}: {number}{share}"
    if len(counts) > _MOST_LINES:
        yield turn.say(_("… and {count} more."), count=len(counts) - _MOST_LINES)
    if found.get("mean") is not None:
        mean = format_number(turn.language, round(found["mean"], 1))
        yield turn.say(_("On average: {mean}"), mean=mean)


def _points(turn: Turn, result: Result, question: Question) -> Iterable[str]:
    found = result.questions[question.id]
    for option, points in sorted(found["options"].items(), key=lambda pair: -pair[1])[:_MOST_LINES]:
        text = turn.say(
            _("{points} points from {count} people"),
            points=format_number(turn.language, points),
            count=format_number(turn.language, found["supporters"].get(option, 0)),
        )
        yield f"• {_label(turn, question, option)}: {text}"


def _ranking(turn: Turn, result: Result, question: Question) -> Iterable[str]:
    found = result.questions[question.id]
    for place, group in placed(found["order"][:_MOST_LINES]):
        names = tuple(_label(turn, question, option) for option in group)
        yield f"{place}. {format_list(turn.language, names)}"
    yield method(found["method"], turn.language)


def _opinions(turn: Turn, result: Result, question: Question) -> Iterable[str]:
    found = result.questions[question.id]
    for option, counts in list(found["options"].items())[:_MOST_LINES]:
        text = turn.say(
            _("agree {agree}, disagree {disagree}, pass {passed}"),
            agree=counts["agree"],
            disagree=counts["disagree"],
            passed=counts["pass"],
        )
        yield f"• {_label(turn, question, option)}: {text}"


def _groups(turn: Turn, question: Question, found: Mapping[str, Any]) -> list[str]:
    """What most agree with, and where people are of different minds."""
    lines = []
    groups = found.get("groups", ())
    most = _("Most agree, whatever group they are in:") if groups else _("Most agree:")
    for key, lead in (
        ("consensus", most),
        ("divisive", _("Here people are of different minds:")),
    ):
        named = [
            f"– {_label(turn, question, statement)}" for statement, _n in found.get(key, ())[:3]
        ]
        lines += [turn.say(lead), *named] if named else []
    if groups:
        sizes = format_list(turn.language, tuple(str(g["people"]) for g in groups))
        text = _("There are {count} groups of opinion: {sizes} people.")
        lines.append(turn.say(text, count=len(groups), sizes=sizes))
    return lines


def _written(turn: Turn, result: Result, question: Question) -> Iterable[str]:
    found = result.questions[question.id]
    yield turn.say_count(
        _("{count} person wrote something."),
        _("{count} people wrote something."),
        found["answered"],
    )


_LINES = {
    **dict.fromkeys(("single", "multiple", "scale", "place"), _counts),
    "budget": _points,
    "ranking": _ranking,
    "statements": _opinions,
    "text": _written,
}


def _next_steps(turn: Turn, poll: Poll) -> str:
    """What happens now; once it is known, what came of it."""
    came, now = (told_in(texts, turn.language) for texts in (poll.outcome, poll.next_steps))
    if came:
        return turn.say(_("What came of it: {text}"), text=came)
    return turn.say(_("What happens now: {text}"), text=now) if now else ""


def _proof(turn: Turn, result: Result) -> str:
    if result.standing != "final":
        return ""
    text = _("Anybody can count it again. The file's SHA-256 is {sha}.")
    return turn.say(text, sha=result.sha256)
