"""The words and rules of time in English."""

from bot.understanding.dates import making, naming, pieces
from bot.understanding.dates.feasts import named_days
from bot.understanding.dates.pieces import Rule
from bot.understanding.dates.words import Vocabulary, Words, counted, known_as

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
_SHORT = {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4}
_MONTHS = "january february march april may june july august september october november december"


def _numbers() -> Words:
    small = dict(zip(_ONES.split(), range(20), strict=True)) | _TENS
    small |= _joined(_ONES.split()[1:10])
    return {word: (("N", value),) for word, value in small.items()}


def _ordinals() -> Words:
    known = dict(zip(_ORDINALS.split(), range(1, 21), strict=True)) | {"thirtieth": 30}
    known |= {word: n for word, n in _joined(_ORDINALS.split()[:9]).items() if n <= 31}
    return {word: (("R", value),) for word, value in known.items()}


def _joined(ones: list[str]) -> dict[str, int]:
    """`twenty-one` and `twenty one`."""
    return {
        f"{tens}{joint}{word}": value + n
        for tens, value in _TENS.items()
        for n, word in enumerate(ones, 1)
        for joint in ("-", " ")
    }


def _next(days: str) -> str:
    return "|".join(f"{lead}next {day}" for day in days.split("|") for lead in ("the ", ""))


WORDS: Words = {
    **named_days(),
    **_numbers(),
    **_ordinals(),
    **counted("W", "monday tuesday wednesday thursday friday saturday sunday"),
    **{word: (("w", n),) for word, n in (_SHORT | {"sat": 5, "sun": 6}).items()},
    **counted("M", _MONTHS, 1),
    **counted("M", " ".join(month[:3] for month in _MONTHS.split()), 1),
    **counted("M", " ".join(f"{month[:3]}." for month in _MONTHS.split()), 1),
    **known_as("M", 9, "sept|sept."),
    **known_as("N", 2, "a couple of|couple of"),
    **known_as("A", 1, "a|an"),
    **known_as("u", ("seconds", 1), "seconds|secs|sec"),
    **known_as("u", ("seconds", 60), "minute|minutes|min|mins"),
    **known_as("u", ("seconds", 3600), "hour|hours|hr|hrs"),
    **known_as("U", ("days", 1), "day|days"),
    **known_as("U", ("days", 7), "week|weeks"),
    **known_as("U", ("days", 14), "fortnight"),
    **known_as("U", ("months", 1), "month|months"),
    **known_as("U", ("months", 12), "year|years"),
    **known_as("F", None, "half"),
    **known_as("q", None, "quarter"),
    **known_as("&", None, "and|&"),
    **known_as("D", 0, "today"),
    **known_as("D", 1, "tomorrow|tomorow|tommorow|tmrw|tmr"),
    **known_as("D", 2, "the day after tomorrow|day after tomorrow"),
    **known_as("D", -1, "yesterday"),
    "tonight": (("D", 0), ("P", "evening")),
    **known_as("P", "morning", "morning"),
    **known_as("P", "afternoon", "afternoon"),
    **known_as("P", "evening", "evening"),
    **known_as("P", "night", "night"),
    **known_as("K", 12, "noon|midday|lunchtime"),
    **known_as("K", 24, "midnight"),
    **known_as("k", None, "weekend"),
    **known_as("a", None, "at|by|@|from around|at around|at about"),
    **known_as("o", None, "on"),
    **known_as("i", None, "in"),
    **known_as("t", None, "the"),
    **known_as("f", None, "of"),
    **known_as("n", 1, "next"),
    **known_as("n", 2, "after next"),
    **known_as("s", 0, "this"),
    **known_as("c", None, "coming|upcoming"),
    **known_as("g", None, "from"),
    **known_as("b", None, "before|beforehand|ahead|in advance|earlier|prior"),
    **known_as("e", None, "after|afterwards"),
    **known_as("l", None, "later|from now|hence"),
    **known_as("z", None, "past"),
    **known_as("v", None, "to|till|til"),
    **known_as("h", None, "o'clock|o’clock|oclock"),
    **known_as("h", ("seconds", 3600), "h"),
    **known_as("m", None, "am|a.m.|a.m"),
    **known_as("p", None, "pm|p.m.|p.m"),
    **known_as("J", None, "every|each"),
    **known_as("d", -1, "last|final"),
    **known_as("B", None, "end of|the end of|end"),
    **known_as("Q", pieces.Workday(), _next("working day|business day|workday|work day|weekday")),
    **known_as("X", pieces.WORKDAY, "working day|business day|workday|work day|weekday"),
    **known_as("X", None, "bank holiday|public holiday"),
    **known_as("X", None, "beginning of|start of|middle of|thanksgiving|thanksgiving day|diwali"),
    **known_as("X", None, "ramadan|eid|hanukkah|passover|yom kippur|new year|new years|advent"),
    **known_as("X", None, "birthday|anniversary|payday|deadline day|labour day|labor day"),
    **known_as("@", True, "est|edt|pst|pdt|cst|cdt|mst|cet|cest|gmt|utc|bst|jst|eastern time"),
    **known_as("@", True, "pacific time|central time|local time|their time|your time|eastern"),
    **known_as("@", None, "time|clock"),
    **known_as("O", None, "the same day|same day|on the day itself|on the day of"),
}

_MUCH = r"[NAEFq][NAEFqf&]{0,4}[uU] (?:&?A?F | &?[NA][uU])?"
_NAMED = r"V(?:,?N(?![uUmph]))?"
_MONTH = r"(?:M(?:,?N(?![uUmphC]))?|t?[ns]?[ns]?U)"
RULES: tuple[Rule, ...] = (
    (rf"i{_MUCH} | {_MUCH}l", making.distance),
    (rf"{_MUCH}b | t?[uU]b", making.before),
    (rf"{_MUCH}e | t[uU]e", making.after),
    (r"Nhb", making.short_hours(making.before)),
    (r"iNh | Nhl", making.short_hours(making.distance)),
    (r"(?<=P)b", making.day_before),
    (r"O | (?<=P)f(?!t?[RNMW])", making.same_day),
    (r"o?D", making.from_today),
    (r"s(?=P)", lambda _tokens: pieces.FromToday(0)),
    (r"(?:i?t | a | o)?P", making.part),
    (r"J[sNdR]?[WwUuPk]", making.again),
    (r"[ost]*c?W | [osc]w | w(?=[aCK]|N[mph]|,?[RNM])", making.weekday),
    (r"o?t?n[Ww] | o?t?Wn(?!U)", making.next_weekday),
    (r"o?[Ww][oif]*[sn]U | [it]*[sn]Uo?[Ww]", making.weekday_of_week),
    (r"[NA]Ug(?:o?n?)[Ww]", making.weekday_later),
    (r"i[NA]Uo[Ww]", making.weekday_in_weeks),
    (r"i?t?nU", making.week),
    (r"(?:o|a|i)?[tsn]*k", making.weekend),
    (r"[ot]*[RN]f?M(?:,?N)? | o?t?Mt?[RN](?:,?N(?![uUmph]))?", making.day_and_month),
    (r"o?[YS]", making.whole_date),
    (r"otR(?![MWUX])", making.day_of_month),
    (r"(?<=[Ww],?)tR(?![Mf])", naming.weekday_and_day),
    (rf"[oaitc]*(?:[dR][WX][if]+|[dR]U[if]+|B){_MONTH}", naming.of_month),
    (r"[oait]*Q", naming.named_day),
    (
        rf"(?:[oa]t?n?|\At?n?){_NAMED}(?!x) | (?<=P[oif])V | n?{_NAMED}(?=,?[aCKPo])",
        naming.named_day,
    ),
    (r"o?tRft?nU", making.day_of_next_month),
    (r"a?C h?[mp]? | a?N h?[mp] | a[NR]h? | aNN(?![uUMxh]) | Nh | aE[mp]? | E[mp]", making.clock),
    (r"a?K", making.named_clock),
    (r"a?FzN | aFN", making.half_past),
    (r"a?A?(?:q|Nu?)zN", making.past),
    (r"a?A?(?:q|Nu?)vN(?![uU])", making.to),
    (r"(?<=[DWwPYSMR]),?[NR]h?(?![uUMxfN]|v[x,]?x)", making.clock),
    (r"\AN\Z", making.clock),
)
VOCABULARY = Vocabulary(WORDS)
