"""The words and rules of time in Chinese; traditional characters are read as simplified ones."""

from bot.understanding.dates import making, naming, pieces
from bot.understanding.dates.feasts import named_days
from bot.understanding.dates.pieces import Piece, Rule, Tokens
from bot.understanding.dates.words import Token, Vocabulary, Words, known_as

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
_PLACES = {"十": 10, "百": 100}
_DAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_WEEKS = {"": None, "这": 0, "本": 0, "这个": 0, "下": 1, "下个": 1, "下下": 2, "下下个": 2}
_WEEKS |= {"上": -1, "上个": -1}
_WEEK = ("周", "星期", "礼拜")
_TRADITIONAL = str.maketrans(
    "後點週兩個時鐘號這禮過開結動會當頭", "后点周两个时钟号这礼过开结动会当头"
)


def numeral(said: str) -> int | None:
    """`三十一`, `二〇二七`, `两百`; None for what is no number."""
    if not set(said) & _PLACES.keys():
        return int("".join(str(_DIGITS[c]) for c in said)) if len(said) <= 9 else None
    total = 0
    digit: int | None = None
    for character in said:
        if character in _PLACES:
            total += (1 if digit is None else digit) * _PLACES[character]
            digit = None
        else:
            digit = _DIGITS[character]
    return total + (digit or 0)


def _weekdays() -> Words:
    """`周五`, `下下个星期五`: the week in which it is, where it is said, comes behind."""
    return {
        f"{which}{week}{day}": (("W", n), ("G", ahead))
        for which, ahead in _WEEKS.items()
        for week in _WEEK
        for day, n in _DAYS.items()
    }


def _weekends() -> Words:
    return {f"{which}周末": (("k", ahead or 0),) for which, ahead in _WEEKS.items()}


def _bare_weeks() -> Words:
    return {
        f"{which}{week}": (("n", ahead),)
        for which, ahead in _WEEKS.items()
        if ahead and ahead > 0
        for week in _WEEK
    }


def _nths() -> Words:
    """`第一个星期一`, `最后一个周五`, `最后一个工作日`."""
    counts = {f"第{n}个": ("R", value) for value, n in enumerate("一二三四五", 1)}
    counts |= {f"第{n}个": ("R", n) for n in range(1, 6)} | {"首个": ("R", 1)}
    counts |= dict.fromkeys(("最后一个", "最后个"), ("d", -1))
    working = {f"{said}工作日": (count, ("X", pieces.WORKDAY)) for said, count in counts.items()}
    return working | {
        f"{said}{week}{day}": (count, ("W", n))
        for said, count in counts.items()
        for week in _WEEK
        for day, n in _DAYS.items()
    }


WORDS: Words = {
    **named_days(),
    **_weekdays(),
    **_weekends(),
    **_bare_weeks(),
    **known_as("F", None, "半|半个|个半"),
    **known_as("q", None, "刻"),
    **known_as("u", ("seconds", 900), "刻钟"),
    **known_as("u", ("seconds", 1), "秒|秒钟"),
    **known_as("u", ("seconds", 60), "分钟"),
    **known_as("I", ("seconds", 60), "分"),
    **known_as("u", ("seconds", 3600), "小时|个小时|钟头|个钟头|个钟"),
    **known_as("U", ("days", 1), "天"),
    **known_as("U", ("days", 7), "周|星期|个星期|礼拜|个礼拜"),
    **known_as("U", ("months", 1), "个月"),
    **known_as("j", None, "年"),
    **known_as("H", None, "月|月份"),
    **known_as("r", None, "日|号"),
    **known_as("T", 0, "这个月|本月|这月"),
    **known_as("T", 1, "下个月|下月"),
    **known_as("T", 2, "下下个月"),
    **known_as("Z", 0, "今年"),
    **known_as("Z", 1, "明年"),
    **known_as("Z", 2, "后年"),
    **known_as("D", 0, "今天|今日"),
    **known_as("D", 1, "明天|明日|明儿|第二天"),
    **known_as("D", 2, "后天|后日"),
    **known_as("D", 3, "大后天"),
    **known_as("D", -1, "昨天|昨日"),
    **known_as("D", -2, "前天"),
    "今早": (("D", 0), ("P", "morning")),
    "今晨": (("D", 0), ("P", "morning")),
    "今晚": (("D", 0), ("P", "evening")),
    "今夜": (("D", 0), ("P", "night")),
    "明早": (("D", 1), ("P", "morning")),
    "明晨": (("D", 1), ("P", "morning")),
    "明晚": (("D", 1), ("P", "evening")),
    "前一晚": (("L", None), ("P", "evening")),
    "头天晚上": (("L", None), ("P", "evening")),
    "前夜": (("L", None), ("P", "evening")),
    **known_as("P", "small", "凌晨"),
    **known_as("P", "morning", "清晨|早晨|早上|一早|一大早|清早"),
    **known_as("P", "forenoon", "上午"),
    **known_as("P", "noon", "中午|正午"),
    **known_as("P", "afternoon", "下午|午后"),
    **known_as("P", "evening", "傍晚|晚上|夜晚|晚间"),
    **known_as("P", "night", "夜里|夜间|深夜"),
    **known_as("K", 24, "午夜|半夜12点|半夜十二点"),
    **known_as("P", "night", "半夜"),
    **known_as("y", "morning", "早"),
    **known_as("y", "evening", "晚"),
    **known_as("h", None, "点|点钟|时|点整"),
    **dict.fromkeys(("年后", "年以后", "年之后"), (("U", ("months", 12)), ("l", None))),
    **known_as("l", None, "后|之后|以后|过后"),
    **known_as("b", None, "提前|提早|之前|以前|前|前夕|开始前|活动前|截止前"),
    **known_as("e", None, "结束后|结束之后|活动后|会后"),
    **known_as("i", None, "过|再过"),
    **known_as("v", None, "差"),
    **known_as("L", None, "前一天|前一日|头一天|头天"),
    **known_as("O", None, "当天|当日"),
    **known_as("J", None, "每|每个"),
    **known_as("o", None, "在|的|于"),
    **_nths(),
    **known_as("B", None, "最后一天|最后一日"),
    **known_as("B", "month", "月底|月末"),
    **known_as(
        "X",
        None,
        "那天|那日|那一天|月初|年初|年中|月中|上旬|中旬|下旬|月上旬|月中旬|月下旬|周年|生日|工作日",
    ),
    **known_as(
        "X", None, "重阳节|重阳|七夕|腊八|冬至|夏至|立春|母亲节|父亲节|感恩节|放假前|节前|节后"
    ),
    **known_as("@", None, "时间"),
    **known_as("@", True, "当地时间|那边时间|美东时间|美西时间"),
    **known_as("x", None, "早一点|早点|晚一点|晚点|有一点|一点儿|点名|点心|一下|一起"),
    **known_as("m", None, "am"),
    **known_as("p", None, "pm"),
}


def _clock(tokens: Tokens) -> Piece | None:
    """`十点半`, `三点一刻`, `9点30分`, `差五分三点`."""
    numbers = making.values(tokens, "N")
    kinds = "".join(token.kind for token in tokens)
    hour = numbers[0]
    if "F" in kinds:
        return pieces.Clock(hour, 30)
    if "q" in kinds:
        return pieces.Clock(hour, numbers[1] * 15 if numbers[1] in (1, 2, 3) else 99)
    return pieces.Clock(hour, numbers[1] if len(numbers) > 1 else 0)


def _to(tokens: Tokens) -> Piece:
    minutes, hour = making.values(tokens, "N")
    quarter = any(token.kind == "q" for token in tokens)
    return making.shifted(hour, -minutes * (15 if quarter else 1))


def _weekday(tokens: Tokens) -> Piece:
    week = next(token.value for token in tokens if token.kind == "G")
    return pieces.Weekday(making.values(tokens, "W")[0], week=week)


def _weekend(tokens: Tokens) -> Piece:
    return pieces.Week(making.values(tokens, "k")[0], weekend=True)


def _week(tokens: Tokens) -> Piece:
    return pieces.Week(making.values(tokens, "n")[0])


def _date(tokens: Tokens) -> Piece:
    """`2027年5月3日`, `下个月3号`, `明年5月3日`, `3号`."""
    found: dict[str, int] = {}
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.kind == "N":
            found[following.kind if following else "r"] = int(token.value)
    ahead = {kind: value for kind in "TZ" for value in making.values(tokens, kind)}
    year = found.get("j")
    year = 2000 + year if year is not None and year < 100 else year
    return pieces.Calendar(
        found["r"], found.get("H"), year, months=ahead.get("T"), years=ahead.get("Z")
    )


def _month_end(tokens: Tokens) -> Piece | None:
    """`12月最后一天`, `下个月底`, `月底`; "the last day" alone is of we do not know what."""
    found = _month(tokens)
    if found is None:
        return None
    bare = found == pieces.MonthEnd() and not any(t.value == "month" for t in tokens)
    return None if bare else found


def _month(tokens: Tokens) -> pieces.MonthEnd | None:
    numbers = making.values(tokens, "N")
    if numbers and not 1 <= numbers[0] <= 12:
        return None
    month = numbers[0] if numbers else None
    return pieces.MonthEnd(month, months=next(iter(making.values(tokens, "T")), None))


def _nth(tokens: Tokens) -> Piece | None:
    """`一月第一个星期一`, `下个月最后一个周五`."""
    (count,), end = making.values(tokens, "Rd"), _month(tokens)
    return naming.nth(tokens, count, end) if end else None


def _year_end(tokens: Tokens) -> Piece:
    return pieces.Calendar(31, 12, years=making.values(tokens, "Z")[0])


_MUCH = r"(?:[NF]F?[uUI]F?(?:N[uUI]F?)?)"
RULES: tuple[Rule, ...] = (
    (rf"i?{_MUCH}l | i{_MUCH}", making.distance),
    (rf"b{_MUCH} | {_MUCH}b", making.before),
    (rf"e{_MUCH} | {_MUCH}e", making.after),
    (r"L", making.day_before),
    (r"O", making.same_day),
    (r"D", making.from_today),
    (r"P | (?<=[DG])y", making.part),
    (r"J[WUPunH] | JU | JWG", making.again),
    (r"WG", _weekday),
    (r"k", _weekend),
    (r"n", _week),
    (r"(?:NjNHN | ZNHN | NHN)r? | T?Nr", _date),
    (r"(?:NH|T)o?B | N?B", _month_end),
    (r"ZB | ZQ", _year_end),
    (r"(?:NH|T)o?[Rd][WX]", _nth),
    (r"Q", naming.named_day),
    (
        r"(?:Zo?)?V[OX]? (?=,?[oyPNKCL]) | (?:\A|o)(?:Zo?)?V[OX]?(?!x) | (?:Zo?)?V[OX]",
        naming.named_day,
    ),
    (r"[YS]", making.month_first),
    (r"C[mp]? | N[mp]", making.clock),
    (r"Nh(?:F | Nq | N I?)?", _clock),
    (r"v N[Iuq]N?h", _to),
    (r"vNI?qNh", _to),
    (r"K", making.named_clock),
    (r"\AN\Z", making.clock),
)


class _Simplified(Vocabulary):
    """Reads traditional characters as the simplified ones they stand for."""

    def tokens(self, text: str) -> list[Token]:
        return super().tokens(text.translate(_TRADITIONAL))


VOCABULARY = _Simplified(WORDS, "[〇零一二两三四五六七八九十百]+", numeral, bound=False)
