"""Which month a question names: "in May", "im Mai", "5月", "五月"."""

import re
from functools import cache

from bot.i18n import month_names
from bot.understanding.periods import han_parts


def month_in(text: str) -> int | None:
    """1 to 12; None when the text names none. Only after "in": "may I" is no month."""
    if named := _spoken().search(text.lower()):
        return month_names()[named[1]]
    in_figures, _rest = han_parts(text)
    return next((part.number for part in in_figures if part.unit == "month"), None)


@cache
def _spoken() -> re.Pattern[str]:
    return re.compile(rf"\bi[nm]\s+(?:the\s+)?({'|'.join(month_names())})\b")
