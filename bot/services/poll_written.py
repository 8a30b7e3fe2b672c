"""Polls as organisers write them, in YAML or JSON: read (docs/poll.schema.json).

id: bike-lanes-2027
title: {en: Bike lanes, de: Radwege, zh: 自行车道}
closes: 2027-05-14 18:00        # the zone's wall time
zone: Europe/Berlin
questions:
  - id: where
    kind: single
    ask: {en: "Where first?", de: "Wo zuerst?", zh: "先在哪里？"}
    options:
      - {id: north, label: {en: North, de: Norden, zh: 北区}}
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.i18n import _, languages
from bot.services.event_check import read_zone
from bot.services.fields import BadEvent
from bot.services.polls import KINDS, LEVELS, MODES, Option, Poll, Question
from bot.services.texts import Texts
from bot.text import clean

TEXT_LIMIT = 2000
POLL_KEYS = frozenset(
    {
        *("id", "title", "summary", "questions", "opens", "closes", "zone", "level", "mode"),
        *("live", "kiosk", "next_steps"),
    }
)
QUESTION_KEYS = frozenset(
    {
        *("id", "kind", "ask", "options", "least", "most", "points", "low", "high", "labels"),
        *("method", "grid", "shuffled", "passing", "unsure", "adding"),
    }
)
MEANT_FOR: dict[str, tuple[str, ...]] = {
    "options": ("single", "multiple", "ranking", "budget", "statements", "place"),
    **dict.fromkeys(("least", "most"), ("multiple", "ranking")),
    **dict.fromkeys(("low", "high", "labels"), ("scale",)),
    **{"points": ("budget",), "method": ("ranking",), "grid": ("place",)},
}
FLAGS = ("shuffled", "passing", "unsure", "adding")
OPTION_KEYS = frozenset({"id", "label", "image", "alt"})


class BadPoll(Exception):
    """A poll that cannot be as it is written; says why, as a msgid with its values."""

    def __init__(self, why: str, **values: object) -> None:
        super().__init__(why.format(**values))
        self.why, self.values = why, values


def read_poll(written: object, now: datetime) -> Poll:
    """The poll that was written; it opens at once unless it says when. Raises BadPoll."""
    given = _mapping(written, "poll", POLL_KEYS)
    zone = str(given.get("zone", "Europe/Berlin"))
    try:
        local = read_zone(zone)
    except BadEvent as error:
        raise BadPoll(error.why, **error.values) from error
    if "closes" not in given:
        raise BadPoll(_("{place}: {key} is missing."), place="poll", key="closes")
    questions = _list(given.get("questions"), "questions")
    mode = _one_of(given.get("mode", "confidential"), MODES, "mode")
    usual = "web" if mode == "web-secret" else "account"  # on our page nobody has an account
    return Poll(
        id=_text(given.get("id"), "id"),
        title=_texts(given.get("title"), "title"),
        summary=_texts(given.get("summary"), "summary", optional=True),
        questions=tuple(_question(q, f"questions[{n}]") for n, q in enumerate(questions, 1)),
        opens_at=read_moment(given["opens"], local, "opens") if "opens" in given else now,
        closes_at=read_moment(given["closes"], local, "closes"),
        zone=zone,
        level=_one_of(given.get("level", usual), LEVELS, "level"),
        mode=mode,
        live=_flag(given, "live", "poll"),
        kiosk=_flag(given, "kiosk", "poll"),
        next_steps=_texts(given.get("next_steps"), "next_steps", optional=True),
    )


def _question(written: object, place: str) -> Question:
    given = _mapping(written, place, QUESTION_KEYS)
    kind = _one_of(given.get("kind"), KINDS, f"{place}.kind")
    _refuse_meaningless(given, kind, place)
    options = _options(given, kind, place)
    least, most = _limits(given, kind, len(options), place)
    method = _one_of(given.get("method", "schulze"), ("schulze", "irv"), f"{place}.method")
    return Question(
        id=_text(given.get("id"), f"{place}.id"),
        kind=kind,
        ask=_texts(given.get("ask"), f"{place}.ask"),
        options=options,
        least=least,
        most=most,
        method=method if kind == "ranking" else "",
        grid=_grid(given.get("grid", 0), place) if kind == "place" else 0.0,
        shuffled=_flag(given, "shuffled", place),
        passing=_flag(given, "passing", place),
        unsure=_flag(given, "unsure", place),
        adding=_flag(given, "adding", place),
    )


def _refuse_meaningless(given: Mapping[str, Any], kind: str, place: str) -> None:
    """A key that changes nothing for this kind was meant otherwise than we would read it."""
    wrong = next((key for key in given if kind not in MEANT_FOR.get(key, (kind,))), None)
    if wrong:
        raise BadPoll(
            _("{place}: {key} means nothing for {kind}; it is for {known}."),
            place=place,
            key=wrong,
            kind=kind,
            known=", ".join(MEANT_FOR[wrong]),
        )


def _limits(given: Mapping[str, Any], kind: str, options: int, place: str) -> tuple[int, int]:
    """How many may be picked; what may be spent."""
    if kind == "budget":
        return 1, _number(given.get("points", 100), f"{place}.points")
    most = options if kind in ("multiple", "ranking") else 1
    least = _number(given.get("least", 1), f"{place}.least")
    return least, _number(given.get("most", most), f"{place}.most")


def _options(given: Mapping[str, Any], kind: str, place: str) -> tuple[Option, ...]:
    if kind == "scale":
        return _scale(given, place)
    if kind == "text":
        return ()
    written = given.get("options", [] if kind == "place" else None)
    options = _list(written, f"{place}.options")
    return tuple(_option(o, f"{place}.options[{n}]") for n, o in enumerate(options, 1))


def _option(written: object, place: str) -> Option:
    given = _mapping(written, place, OPTION_KEYS)
    return Option(
        id=_text(given.get("id"), f"{place}.id"),
        label=_texts(given.get("label"), f"{place}.label"),
        image=_text(given["image"], f"{place}.image") if "image" in given else "",
        alt=_texts(given.get("alt"), f"{place}.alt", optional=True),
    )


def _scale(given: Mapping[str, Any], place: str) -> tuple[Option, ...]:
    """Points from low to high; some of them have a label beside their number."""
    low = _number(given.get("low", 1), f"{place}.low")
    high = _number(given.get("high", 5), f"{place}.high")
    if not (0 <= low < high <= low + 10):
        raise BadPoll(_("{place}: a scale goes up, by at most ten steps."), place=place)
    labels = given.get("labels", {})
    if not isinstance(labels, Mapping):
        raise BadPoll(_("{place} must be written as names and values."), place=f"{place}.labels")
    named = {
        str(point): _texts(texts, f"{place}.labels[{point}]") for point, texts in labels.items()
    }
    points = [str(point) for point in range(low, high + 1)]
    if not set(named) <= set(points):
        raise BadPoll(_("{place}: a label is at a point that is not on the scale."), place=place)
    return tuple(Option(id=p, label=_point(p, named.get(p, {}))) for p in points)


def _point(point: str, texts: Texts) -> Texts:
    if not texts:
        return dict.fromkeys(languages(), point)
    return {language: f"{point} – {text}" for language, text in texts.items()}


def _mapping(written: object, place: str, known: frozenset[str]) -> Mapping[str, Any]:
    if not isinstance(written, Mapping):
        raise BadPoll(_("{place} must be written as names and values."), place=place)
    unknown = sorted(str(key) for key in written if key not in known)
    if unknown:
        raise BadPoll(
            _("{place}: there is no {key}. Possible are: {known}."),
            place=place,
            key=unknown[0],
            known=", ".join(sorted(known)),
        )
    return written


def _list(written: object, place: str) -> list[object]:
    if not isinstance(written, list):
        raise BadPoll(_("{place} must be a list."), place=place)
    return written


def _text(written: object, place: str) -> str:
    if isinstance(written, bool):
        text = _(
            "{place}: without quotes Yes, No, On and Off are no words in YAML: put it in quotes."
        )
        raise BadPoll(text, place=place)
    if not isinstance(written, str | int):
        raise BadPoll(_("{place} must be a text."), place=place)
    text = clean(str(written)).strip()
    if not text or len(text) > TEXT_LIMIT:
        raise BadPoll(_("{place} must have 1 to {most} characters."), place=place, most=TEXT_LIMIT)
    return text


def _texts(written: object, place: str, optional: bool = False) -> Texts:
    """Texts by language, {en: ..., de: ..., zh: ...}."""
    if written is None and optional:
        return {}
    if not isinstance(written, Mapping) or not written:
        raise BadPoll(
            _("{place} must be a text in each language: {example}."),
            place=place,
            example="{en: …, de: …, zh: …}",
        )
    unknown = [str(code) for code in written if code not in languages()]
    if unknown:
        raise BadPoll(
            _("{place}: {code} is not a language we speak."), place=place, code=unknown[0]
        )
    return {str(code): _text(text, f"{place}.{code}") for code, text in written.items()}


def _number(written: object, place: str) -> int:
    if not isinstance(written, int) or isinstance(written, bool) or not 0 <= written <= 1_000_000:
        raise BadPoll(_("{place} must be a whole number."), place=place)
    return written


def _grid(written: object, place: str) -> float:
    if isinstance(written, bool) or not isinstance(written, int | float) or not 0 <= written <= 1:
        raise BadPoll(_("{place}: the grid is a number of degrees, for example 0.01."), place=place)
    return float(written)


def _flag(given: Mapping[str, Any], key: str, place: str) -> bool:
    value = given.get(key, False)
    if not isinstance(value, bool):
        raise BadPoll(_("{place} must be true or false."), place=f"{place}.{key}")
    return value


def _one_of(written: object, known: tuple[str, ...], place: str) -> Any:
    if written not in known:
        raise BadPoll(_("{place} must be one of: {known}."), place=place, known=", ".join(known))
    return written


def read_moment(written: object, zone: ZoneInfo, place: str) -> datetime:
    """A moment, with an offset or in the zone's wall time; YAML reads some. Raises BadPoll."""
    try:
        at = datetime.fromisoformat(written) if isinstance(written, str) else written
    except ValueError:
        at = None
    if isinstance(at, date) and not isinstance(at, datetime):
        at = datetime(at.year, at.month, at.day, tzinfo=zone)
    if not isinstance(at, datetime):
        raise BadPoll(
            _("{place} must be a moment like 2027-05-14 18:00 or 2027-05-14T18:00+02:00."),
            place=place,
        )
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
