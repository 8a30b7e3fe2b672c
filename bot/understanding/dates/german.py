"""The words and rules of time in German."""

from bot.understanding.dates import making, naming, pieces
from bot.understanding.dates.feasts import named_days
from bot.understanding.dates.pieces import Rule
from bot.understanding.dates.words import Vocabulary, Words, counted, known_as

_ONES = (
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn "
    "fünfzehn sechzehn siebzehn achtzehn neunzehn"
)
_TENS: dict[str, float] = {"zwanzig": 20, "dreißig": 30, "vierzig": 40, "fünfzig": 50}
_ORDINALS = (
    "erst zweit dritt viert fünft sechst siebt acht neunt zehnt elft zwölft dreizehnt vierzehnt "
    "fünfzehnt sechzehnt siebzehnt achtzehnt neunzehnt zwanzigst"
)
_DAYS = "montag dienstag mittwoch donnerstag freitag samstag sonntag"
_SHORT = "mo di mi do fr sa so"
_MONTHS = "januar februar märz april mai juni juli august september oktober november dezember"
_BRIEFLY = " ".join(month[:3] for month in _MONTHS.split())
_PARTS = {
    "früh": "morning",
    "morgen": "morning",
    "vormittag": "forenoon",
    "mittag": "noon",
    "nachmittag": "afternoon",
    "abend": "evening",
    "nacht": "night",
}


def _numbers() -> dict[str, float]:
    small: dict[str, float] = dict(zip(_ONES.split(), range(20), strict=True))
    small |= _TENS
    small |= {"zwo": 2, "anderthalb": 1.5, "eineinhalb": 1.5, "zweieinhalb": 2.5}
    joined = ["ein", *_ONES.split()[2:10]]
    return small | {
        f"{one}und{tens}": value + n
        for tens, value in _TENS.items()
        for n, one in enumerate(joined, 1)
    }


def _ordinals() -> dict[str, int]:
    known = dict(zip(_ORDINALS.split(), range(1, 21), strict=True)) | {
        "siebent": 7,
        "dreißigst": 30,
    }
    joined = ["ein", *_ONES.split()[2:10]]
    known |= {f"{one}undzwanzigst": 20 + n for n, one in enumerate(joined, 1)}
    known |= {"einunddreißigst": 31}
    return {f"{stem}{end}": n for stem, n in known.items() for end in ("e", "en", "er", "es")}


def _weekdays() -> Words:
    """Also `freitagabend` and `freitags`, and samstag's other name."""
    named = {name: n for n, name in enumerate(_DAYS.split())} | {"sonnabend": 5}
    alone = {name: (("W", n),) for name, n in named.items()}
    with_part = {
        f"{name}{part}": (("W", n), ("P", meant))
        for name, n in named.items()
        for part, meant in _PARTS.items()
    }
    again = {f"{name}s": (("J", None), ("W", n)) for name, n in named.items()}
    return alone | with_part | again


def _next(days: str) -> str:
    ends = ("", "r", "n", "m")
    return "|".join(f"nächste{end} {day}" for day in days.split("|") for end in ends)


WORDS: Words = {
    **named_days(),
    **{word: (("N", value),) for word, value in _numbers().items()},
    **{word: (("R", value),) for word, value in _ordinals().items()},
    **_weekdays(),
    **counted("w", _SHORT),
    **counted("w", _SHORT.replace(" ", ". ") + "."),
    **counted("M", _MONTHS, 1),
    **counted("M", _BRIEFLY, 1),
    **counted("M", _BRIEFLY.replace(" ", ". ") + ".", 1),
    **known_as("M", 1, "jänner"),
    **known_as("M", 2, "feber"),
    **known_as("M", 6, "juno"),
    **known_as("M", 7, "julei"),
    **known_as("M", 9, "sept|sept."),
    **known_as("A", 1, "ein|eine|einem|einen|einer|eines"),
    **known_as("u", ("seconds", 1), "sekunde|sekunden|sek"),
    **known_as("u", ("seconds", 60), "minute|minuten|min|min."),
    **known_as("u", ("seconds", 3600), "stunde|stunden|std|std."),
    **known_as("u", ("seconds", 900), "viertelstunde"),
    **known_as("u", ("seconds", 2700), "dreiviertelstunde"),
    **known_as("u", ("seconds", 1800), "halbstunde"),
    **known_as("U", ("days", 1), "tag|tage|tagen|tages|tags"),
    **known_as("U", ("days", 7), "woche|wochen"),
    **known_as("U", ("months", 1), "monat|monate|monaten|monats"),
    **known_as("U", ("months", 12), "jahr|jahre|jahren|jahres"),
    **known_as("F", None, "halb|halbe|halben|halber|halbes"),
    **known_as("q", 1, "viertel"),
    **known_as("q", 3, "dreiviertel"),
    **known_as("&", None, "und"),
    **known_as("D", 0, "heute|heut"),
    **known_as("D", 1, "morgen"),
    **known_as("D", 2, "übermorgen"),
    **known_as("D", -1, "gestern"),
    **known_as("D", -2, "vorgestern"),
    **known_as("P", "morning", "früh|morgens|frühmorgens|in der früh|am morgen|am nächsten morgen"),
    **known_as("P", "forenoon", "vormittag|vormittags"),
    **known_as("P", "noon", "mittag|mittags"),
    **known_as("P", "afternoon", "nachmittag|nachmittags"),
    **known_as("P", "evening", "abend|abends"),
    **known_as("P", "night", "nacht|nachts"),
    **known_as("K", 24, "mitternacht"),
    **known_as("k", None, "wochenende"),
    **known_as("a", None, "um|gegen|ab"),
    **known_as("o", None, "am|an dem"),
    **known_as("o", "to", "zum"),
    **known_as("i", None, "in|im|binnen"),
    **known_as("t", None, "der|die|das|den|dem|des"),
    **known_as("n", 1, "nächste|nächster|nächsten|nächstem|nächstes"),
    **known_as("n", 2, "übernächste|übernächster|übernächsten|übernächstes"),
    **known_as("s", 0, "diese|dieser|diesen|diesem|dieses"),
    **known_as("c", None, "kommende|kommender|kommenden|kommendem"),
    **known_as("b", None, "vorher|zuvor|davor|vorab|im voraus|eher|früher"),
    **known_as("e", None, "danach|nachher|hinterher"),
    **known_as("l", None, "später"),
    **known_as("z", None, "nach"),
    **known_as("v", "before", "vor"),
    **known_as("h", None, "uhr"),
    **known_as("h", ("seconds", 3600), "h"),
    **known_as("J", None, "jeden|jede|jedes|jeder"),
    **known_as("O", None, "am selben tag|am gleichen tag|am tag selbst|am tag der|am tag des"),
    **known_as("d", -1, "letzte|letzten|letzter|letztes|letztem"),
    **known_as("B", None, "ende|ende des|am ende des|zum ende des|am ende von"),
    **known_as("Q", pieces.Workday(), _next("werktag|arbeitstag")),
    **known_as("V", None, "weihnachtstag|weihnachtsfeiertag"),
    **known_as("X", pieces.WORKDAY, "werktag|arbeitstag|werktages|arbeitstages"),
    **known_as("X", None, "werktags|feiertag|weihnachten|anfang|mitte|advent"),
    **known_as("X", None, "muttertag|geburtstag|namenstag|fasching|karneval|ramadan"),
    **known_as("X", None, "hochzeitstag|zuckerfest|erntedank|totensonntag|buß- und bettag"),
    **known_as("@", True, "mez|mesz|cet|cest|est|pst|gmt|utc|ortszeit"),
    **known_as("@", None, "zeit"),
    "vorabend": (("L", None), ("P", "evening")),
    "vortag": (("L", None),),
}

_MUCH = r"[NAEFq][NAEFq&]{0,3}[uU] (?:&?A?F | &?[NA][uU])?"
_MONTH = r"(?:M(?:,?N(?![uUh]))?|t?[ns]?[ns]?U)"
RULES: tuple[Rule, ...] = (
    (rf"i{_MUCH} | {_MUCH}l", making.distance),
    (rf"{_MUCH}[bv](?!N) | o?t?U[bv]", making.before),
    (rf"{_MUCH}[ez](?!N) | o?t?Ue", making.after),
    (r"Nhb", making.short_hours(making.before)),
    (r"iNh", making.short_hours(making.distance)),
    (r"o?t?L", making.day_before),
    (r"(?<=P)[bv](?!N)", making.day_before),
    (r"O", making.same_day),
    (r"(?<=[DWwO])D", lambda _tokens: pieces.Part("morning")),  # "heute Morgen", "Freitag morgen"
    (r"o?D", making.from_today),
    (r"s(?=P)", lambda _tokens: pieces.FromToday(0)),
    (r"(?:o | ot | it | t)?P", making.part),
    (r"J[dR]?[WwUuPk]", making.again),
    (r"[ost]*c?W | [osct]+w | w(?=[aC]|Nh|,?[YR])", making.weekday),
    (r"o?t?n[Ww]", making.next_weekday),
    (r"o?Wi?t?[ns]U | i?t?[ns]U[ot]*[Ww]", making.weekday_of_week),
    (r"o?[Ww]i[NA]U", making.weekday_later),
    (r"i[NA]Uo[Ww]", making.weekday_in_weeks),
    (r"i?t?nU", making.week),
    (r"[iot]*[nsc]?k", making.weekend),
    (r"[ot]*[RN]M(?:,?N(?!h))?", making.day_and_month),
    (r"[ot]*[YS]", making.whole_date),
    (r"[ot]+E(?!h)", making.dotted_date),
    (r"[ot]+RR", making.two_ordinals),
    (r"oR(?![MRWUVX])", making.day_of_month),
    (r"(?<=[Ww],?)tR(?![MRfh])", naming.weekday_and_day),
    (rf"[oitc]*(?:[dR][WX][ti]+|[dR][WX]|[dR]U[ti]*|B){_MONTH}", naming.of_month),
    (r"[oit]*Q", naming.named_day),
    (
        r"(?:ot?n?|\A[it]?n?)V(?:,?N(?![uUh]))?(?!x) | n?V(?:,?N(?![uUh]))?(?=,?[aCKPo]|Nh)",
        naming.named_day,
    ),
    (r"[ot]*RV", naming.christmas_day),
    (r"[ot]*Rt?nU", making.day_of_next_month),
    (r"aY", making.clock_with_dots),
    (r"a?Ch? | a?[NE]h N? | a[NER]", making.clock),
    (r"a?K | zoK", making.named_clock),
    (r"a?FN", making.half_to),
    (r"a?qz[NA]h? | a?Nu?zNh?", making.past),
    (r"a?qvN h? | a?Nu?vNh?", making.to),
    (r"a?qN(?!u)", making.quarter_of),
    (r"a?NzFN", making.past_half),
    (r"a?NvFN", making.to_half),
    (r"(?<=[DWwPYMR]),?[NC]h?(?![uUMxRN])", making.clock),
    (r"\AN\Z", making.clock),
)
VOCABULARY = Vocabulary(WORDS)
