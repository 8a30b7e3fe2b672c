"""The names of days in our languages: feasts with a date, those that move, ends of months."""

from bot.understanding.dates.pieces import Calendar, Feast, MonthEnd, Piece, Workday
from bot.understanding.dates.words import Words

_EASTER = ("DE", "Easter Monday")
_SPRING = ("CN", "Chinese New Year (Spring Festival)")
_ON = ("an", "zu")  # Germans are reminded "an Silvester"
_DAYS: dict[str, Piece] = {
    "new year's day|neujahr|neujahrstag|元旦|元旦节": Calendar(1, 1),
    "epiphany|dreikönigstag|heilige drei könige": Calendar(6, 1),
    "valentine's day|valentinstag|情人节": Calendar(14, 2),
    "may day|maifeiertag|tag der arbeit|劳动节|五一": Calendar(1, 5),
    "german unity day|tag der deutschen einheit": Calendar(3, 10),
    "国庆节|国庆|十一国庆": Calendar(1, 10),
    "halloween|reformationstag|万圣夜": Calendar(31, 10),
    "all saints' day|allerheiligen": Calendar(1, 11),
    "martinstag|sankt martin": Calendar(11, 11),
    "nikolaus|nikolaustag": Calendar(6, 12),
    "christmas eve|heiligabend|heilig abend|heiliger abend|平安夜|圣诞夜": Calendar(24, 12),
    "christmas day|christmas|圣诞节|圣诞": Calendar(25, 12),
    "boxing day": Calendar(26, 12),
    "new year's eve|silvester|sylvester|跨年夜": Calendar(31, 12),
    "rosenmontag": Feast(*_EASTER, -49),
    "ash wednesday|aschermittwoch": Feast(*_EASTER, -47),
    "good friday|karfreitag": Feast(*_EASTER, -3),
    "easter sunday|easter|ostersonntag|ostern|复活节": Feast(*_EASTER, -1),
    "easter monday|ostermontag": Feast(*_EASTER),
    "ascension day|christi himmelfahrt|himmelfahrt": Feast(*_EASTER, 38),
    "whit sunday|pentecost sunday|pentecost|pfingstsonntag|pfingsten": Feast(*_EASTER, 48),
    "whit monday|pentecost monday|pfingstmontag": Feast(*_EASTER, 49),
    "corpus christi|fronleichnam": Feast(*_EASTER, 59),
    "chinese new year's eve|除夕|除夕夜|大年三十|年三十": Feast(*_SPRING, -1),
    "chinese new year|lunar new year|spring festival|chinesisches neujahr"
    "|chinesisches neujahrsfest|春节|大年初一": Feast(*_SPRING),
    "lantern festival|元宵节": Feast(*_SPRING, 14),
    "tomb-sweeping day|清明节|清明": Feast("CN", "Tomb-Sweeping Day"),
    "dragon boat festival|端午节|端午": Feast("CN", "Dragon Boat Festival"),
    "mid-autumn festival|mid autumn festival|中秋节|中秋": Feast("CN", "Mid-Autumn Festival"),
}
_ENDS: dict[str, Piece] = {
    "month end|month's end|monatsende|zum monatsende": MonthEnd(),
    "monatserster|monatsersten|monatserste|zum monatsersten": Calendar(1),
    "year end|year's end|jahresende|zum jahresende|年底|年末": Calendar(31, 12),
    "下个月底|下月底|下个月末|下月末": MonthEnd(months=1),
    "这个月底|本月底|这月底": MonthEnd(months=0),
    "下个工作日|下一个工作日|下一工作日": Workday(),
}


def named_days() -> Words:
    """The names in all languages as words: V counts beside a time only, Q anywhere."""
    words: Words = {
        spelt: (("V", day),)
        for names, day in _DAYS.items()
        for name in names.split("|")
        for spelt in {name, name.replace("'", "’"), name.replace("'", "")}
    }
    with_on = {f"{on} {name}": (("i", None), *said) for name, said in words.items() for on in _ON}
    ends = {name: (("Q", day),) for names, day in _ENDS.items() for name in names.split("|")}
    eve = (("V", Calendar(31, 12)), ("P", "evening"))
    return {**words, **with_on, **ends, "silvesterabend": eve}
