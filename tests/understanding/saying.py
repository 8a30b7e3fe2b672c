"""A meaning as the tables write it: `Thu 2026-11-26 09:00`, `either A | B`, `-1d at 18:00`."""

from bot.understanding.dates import Day, Impossible, Meaning, Moment, Past, Relative, Several


def saying(meaning: Meaning | None) -> str:
    match meaning:
        case Moment():
            away = " (from now)" if meaning.wall is None else ""
            return f"{meaning.at.astimezone(meaning.zone):%a %Y-%m-%d %H:%M}{away}"
        case Day():
            return f"{meaning.on:%a %Y-%m-%d}"
        case Relative():
            return _relative(meaning)
        case Several():
            return "either " + " | ".join(map(saying, meaning.options))
        case Past():
            return f"past {saying(meaning.moment)}"
        case Impossible():
            return f"{meaning.why}: {meaning.words}" if meaning.words else meaning.why
    return "nothing"


def _relative(meaning: Relative) -> str:
    days = f"{meaning.days:+}d" if meaning.days or not meaning.seconds else ""
    seconds = f"{meaning.seconds // 60:+}min" if meaning.seconds else ""
    at = f"at {meaning.at:%H:%M}" if meaning.at else ""
    end = "of the end" if meaning.after else ""
    return " ".join(filter(None, (days, seconds, at, end)))
