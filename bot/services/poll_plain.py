"""Polls given back as organisers write them: poll_written.py reads the same from it."""

from typing import Any

from bot.services.poll_written import FLAGS
from bot.services.polls import Option, Poll, Question, original


def to_plain(poll: Poll) -> dict[str, Any]:
    """A poll as it can be written again: read_poll() gives the same."""
    local = poll.local_zone
    plain = {
        "id": poll.id,
        "title": dict(poll.title),
        "summary": dict(poll.summary),
        "opens": poll.opens_at.astimezone(local).isoformat(),
        "closes": poll.closes_at.astimezone(local).isoformat(),
        "zone": poll.zone,
        "level": poll.level,
        "mode": poll.mode,
        "live": poll.live,
        "kiosk": poll.kiosk,
        "next_steps": dict(poll.next_steps),
        "questions": [_plain_question(original(q)) for q in poll.questions],
    }
    return {key: value for key, value in plain.items() if value not in ({}, False)}


def _plain_question(question: Question) -> dict[str, Any]:
    plain: dict[str, Any] = {"id": question.id, "kind": question.kind, "ask": dict(question.ask)}
    if question.kind == "scale":
        points = [int(option.id) for option in question.options]
        plain |= {"low": points[0], "high": points[-1], "labels": _labels(question.options)}
    elif question.options:
        plain["options"] = [_plain_option(option) for option in question.options]
    if question.kind in ("multiple", "ranking"):
        plain |= {"least": question.least, "most": question.most}
    plain |= {"points": question.most} if question.kind == "budget" else {}
    plain |= {"method": question.method} if question.method else {}
    plain |= {"grid": question.grid} if question.grid else {}
    return plain | {name: True for name in FLAGS if getattr(question, name)}


def _plain_option(option: Option) -> dict[str, Any]:
    plain = {"id": option.id, "label": dict(option.label), "image": option.image}
    plain |= {"alt": dict(option.alt)}
    return {key: value for key, value in plain.items() if value}


def _labels(points: tuple[Option, ...]) -> dict[int, dict[str, str]]:
    """The labels of a scale without the numbers we put before them."""
    return {
        int(point.id): {code: text.partition(" – ")[2] for code, text in point.label.items()}
        for point in points
        if any(" – " in text for text in point.label.values())
    }
