"""A wish said anew while another is being asked about: it counts, or moves the first one's time."""

import regex

from bot.dialog import Answers, Slot, Turn
from bot.understanding.dates import Here, Moment, Reading, Several, read
from dialogs.reminding.asked import wish, zone
from dialogs.reminding.wish import is_call, subject, without_call

_NO = regex.compile(
    r"""\A(?:(?:no|nope|sorry|actually|rather|better|i\s+mean|i\s+meant|make\s+it|wait
      |nein|nee|doch|lieber|besser|ich\s+meine|ich\s+meinte|entschuldigung|halt)\b[,.!;\s]*
      |(?:不是|不对|不|错了|改成|改到|改为|应该是|我是说)[，。！,\s]*)+""",
    regex.VERBOSE | regex.IGNORECASE,
)
_INSTEAD = regex.compile(
    r"[\s,]{0,3}\b(?:instead|rather|please|lieber|stattdessen|bitte)\W*\Z|吧\W*\Z"
)


def anew(turn: Turn, slot: Slot, answers: Answers) -> Answers | None:
    """What the form knows when this text is a wish of its own; None where it is an answer.

    "Remind me Saturday at 10 to call Bob" takes the place of the first wish; without "to call Bob",
    and as "no, Saturday at 10" where its subject is asked, it changes the time.
    """
    when = Here(turn.heard_at, zone(turn, answers), turn.language)
    if is_call(turn.text):
        body = without_call(turn.text)
        reading = read(body, when)
        return _begun(turn, answers, body, reading) if reading else None
    if slot.name not in ("what", "night"):
        return None
    said = _corrected(turn, answers, when)
    return _begun(turn, answers, said, read(said, when)) if said else None


def _begun(turn: Turn, answers: Answers, text: str, reading: Reading | None) -> Answers:
    """A form that begins with that text; what is still true of the first wish is kept."""
    kept = ["zone", "permission"]
    begun = {"said_at": turn.heard_at.isoformat(), "text": text}
    if reading and not subject(reading.rest):
        kept.append("again")
        if (what := wish(turn, answers).what) is not None:
            begun["what"] = what
    return {**{name: answers[name] for name in kept if name in answers}, **begun}


def _corrected(turn: Turn, answers: Answers, when: Here) -> str:
    """Another time, where the text is nothing else; on the day that is known, if it names none."""
    said = _NO.sub("", _INSTEAD.sub("", turn.text.strip()))
    first = wish(turn, answers).moment
    day = first.at.astimezone(when.zone).date() if first else None
    plain, on_day = read(said, when), read(said, when, day)
    if plain is None or on_day is None or subject(plain.rest) or not _is_moment(on_day):
        return ""
    if plain.meaning == on_day.meaning:
        return said
    return f"{day} {said}" if said != turn.text.strip() else ""  # "at 10" alone may be a subject


def _is_moment(reading: Reading) -> bool:
    meaning = reading.meaning
    first = meaning.options[0] if isinstance(meaning, Several) else meaning
    return isinstance(first, Moment)
