"""Which month a question names: "in May", "im Mai", "5月", "五月"."""

import re
from functools import cache

from bot.i18n import month_names

_HAN = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_HAN_DIGIT = r"[\d一二三四五六七八九十]"
_HAN_NUMBER = r"\d{1,2}|十[一二]?|[一二三四五六七八九]"
_HAN_MONTH = re.compile(rf"(?<!{_HAN_DIGIT})({_HAN_NUMBER})\s*月(?!\s*{_HAN_DIGIT})")


def month_in(text: str) -> int | None:
    """1 to 12; None when the text names none. Only after "in": "may I" is no month."""
    if named := _spoken().search(text.lower()):
        return month_names()[named[1]]
    if not (written := _HAN_MONTH.search(text)):
        return None
    number = written[1]
    month = int(number) if number.isdecimal() else _HAN.index(number) + 1
    return month if 1 <= month <= 12 else None


@cache
def _spoken() -> re.Pattern[str]:
    return re.compile(rf"\bi[nm]\s+(?:the\s+)?({'|'.join(month_names())})\b")
