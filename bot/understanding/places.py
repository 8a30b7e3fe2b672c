"""Which time zone a place is in: the cities zones are named after, countries with one zone, and
large cities of those we work with. Names in every language we speak come from Babel.
"""

from functools import cache
from zoneinfo import ZoneInfo

import regex

from bot.i18n import _, languages
from bot.understanding.wordings import wordings, words
from bot.zones import zone_named

_READ = 60  # characters of a place's name
# Cities after which no zone is named, each with its names: `name/other name|next city`.
_CITIES = {
    "Asia/Shanghai": (
        "Beijing/Peking/北京|Guangzhou/Kanton/广州|Shenzhen/深圳|Chengdu/成都|Chongqing/重庆|Wuhan/武汉|"
        "Hangzhou/杭州|Nanjing/Nanking/南京|Xi'an/Xian/西安|Tianjin/天津|Suzhou/苏州|Qingdao/青岛|"
        "Xiamen/厦门|Kunming/昆明|Changsha/长沙|Harbin/哈尔滨|Dalian/大连|Shenyang/沈阳|Ningbo/宁波|"
        "Foshan/佛山|Dongguan/东莞|Hefei/合肥|Zhengzhou/郑州|Jinan/济南|Fuzhou/福州|Taiyuan/太原|"
        "China/中国/Mainland China/中国大陆|Schanghai"
    ),
    "Europe/Berlin": (
        "Hamburg/汉堡|München/Munich/慕尼黑|Köln/Cologne/科隆|Frankfurt/Frankfurt am Main/法兰克福|"
        "Stuttgart/斯图加特|Düsseldorf/杜塞尔多夫|Leipzig/莱比锡|Dresden/德累斯顿|Hannover/Hanover/汉诺威|"
        "Nürnberg/Nuremberg/纽伦堡|Bremen/不来梅|Essen/埃森|Dortmund/多特蒙德|Duisburg/杜伊斯堡|Bonn/波恩|"
        "Karlsruhe/卡尔斯鲁厄|Mannheim/曼海姆|Freiburg/弗莱堡|Heidelberg/海德堡|Weimar/魏玛|Halle/哈勒|"
        "Kassel/卡塞尔|Potsdam/波茨坦|Rostock/罗斯托克|Kiel/基尔|Aachen/亚琛|Münster/明斯特|"
        "Augsburg/奥格斯堡|Tübingen/图宾根|Darmstadt/达姆施塔特|Wuppertal/伍珀塔尔|Krefeld/克雷费尔德|"
        "Bochum/波鸿|Bottrop/博特罗普|Chemnitz/开姆尼茨|Magdeburg/马格德堡|Erfurt/埃尔福特|Jena/耶拿|"
        "Lübeck/吕贝克|Mainz/美因茨|Wiesbaden/威斯巴登|Saarbrücken/萨尔布吕肯|Schwerin/什未林|"
        "Deutschland/Germany/德国|CET/MEZ/MESZ"
    ),
    "Europe/London": (
        "England/英格兰|UK/Großbritannien/Great Britain/英国|Manchester/曼彻斯特|Birmingham/伯明翰|"
        "Glasgow/格拉斯哥|Edinburgh/爱丁堡|GMT"
    ),
    "Europe/Zurich": (
        "Bern/伯尔尼|Basel/巴塞尔|Genf/Geneva/Genève/日内瓦|Zürich/Zurich/苏黎世|"
        "Switzerland/Schweiz/瑞士"
    ),
    "Europe/Vienna": (
        "Graz/格拉茨|Linz/林茨|Salzburg/萨尔茨堡|Innsbruck/因斯布鲁克|Austria/Österreich/奥地利"
    ),
    "Europe/Amsterdam": "Rotterdam/鹿特丹|Utrecht/乌得勒支|Den Haag/The Hague/海牙",
    "Europe/Brussels": "Gent/Ghent/根特|Antwerpen/Antwerp/安特卫普",
    "Europe/Madrid": "Barcelona/巴塞罗那",
    "America/New_York": "Boston/波士顿|Washington/华盛顿|Philadelphia/费城|New York City/NYC/纽约",
    "America/Los_Angeles": "San Francisco/旧金山|Seattle/西雅图|San Diego/圣迭戈",
    "Asia/Kolkata": (
        "Delhi/New Delhi/德里/新德里|Mumbai/孟买|Bangalore/班加罗尔|Chennai/金奈|India/Indien/印度"
    ),
    "Asia/Tokyo": "Osaka/大阪|Kyoto/京都|Yokohama/横滨|Tokio/东京|Japan/日本",
    "UTC": "UTC/GMT+0/Z",
}
# What people say in front of the place where they are.
_HOME = _("i am in|i'm in|i live in|i am based in|i am now in|i am currently in|i am at home in")
_NOW = _("now|right now|at the moment|currently|today|these days|this week|for now")
_SEPARATOR = regex.compile("[|/]")
_WORDS = 6  # words of a name: "Frankfurt am Main", four Chinese characters
# What the list has beside Babel's own.
_SAME = {
    **{"China": "CN", "Deutschland": "DE", "UK": "GB", "Switzerland": "CH", "Austria": "AT"},
    **{"India": "IN", "Japan": "JP", "Tokio": "Asia/Tokyo", "Zürich": "Europe/Zurich"},
    **{"New York City": "America/New_York", "Schanghai": "Asia/Shanghai"},
}
_OFFSET = regex.compile(r"(?:UTC|GMT)\s{0,9}([+-])\s{0,9}(\d{1,2})(?::?00)?", regex.IGNORECASE)


def zone_of(place: str) -> ZoneInfo | None:
    """The zone of a city or country, of an IANA name, or `UTC+8`; None when we do not know it."""
    place = place.strip()[:_READ]
    offset = _OFFSET.fullmatch(place.strip())
    if offset:
        # In these names the sign is the other way round: https://www.iana.org/time-zones (etcetera)
        sign = "-" if offset[1] == "+" else "+"
        return zone_named(f"Etc/GMT{sign}{int(offset[2])}")
    known = _places().get(words(place))
    return zone_named(known) if known else _by_its_name(place)


def home_in(text: str) -> ZoneInfo | None:
    """The zone of somebody who says nothing but where they are: "I am in Shanghai", "我在上海"."""
    place = _home(text)
    return zone_named(_places()[place]) if place in _places() else None


def tells_home(text: str) -> bool:
    """Whether it says where somebody is, in a few words; we may not know that place."""
    return 0 < len(_home(text)) <= _WORDS


def _home(text: str) -> tuple[str, ...]:
    """What follows "I am in"; nothing where it does not begin with that."""
    said = words(text[: 2 * _READ])
    sizes = (n for n in range(min(_WORDS, len(said) - 1), 0, -1) if said[:n] in wordings(_HOME))
    place = said[next(sizes, len(said)) :]
    ends = (n for n in range(len(place)) if place[n:] in wordings(_NOW))
    return place[: next(ends, len(place))]


def named_in(text: str) -> frozenset[str]:
    """Which cities and countries a text names, in whatever language: each by one name of its own.

    "Munich" and "慕尼黑" are the same; of a longer name its parts are none.
    """
    said, known, found, at = words(text), known_names(), set(), 0
    while at < len(said):
        sizes = range(min(_WORDS, len(said) - at), 0, -1)
        size = next((n for n in sizes if said[at : at + n] in known), 0)
        found |= {known[said[at : at + size]]} if size else set()
        at += size or 1
    return frozenset(found)


def as_said(place: str, text: str) -> str:
    """The name by which a text calls a place that `named_in` found there."""
    said = words(text)
    spelt = [n for n in names_of(place) if _holds(said, words(n))]
    return max(spelt, key=len, default=place)


def _holds(said: tuple[str, ...], part: tuple[str, ...]) -> bool:
    return any(said[at : at + len(part)] == part for at in range(len(said)))


def names_of(place: str) -> tuple[str, ...]:
    """What one that `named_in` gave is called, in all our languages."""
    return _names().get(place, (place,))


def country_of(zone: str) -> str | None:
    """The country a zone lies in, as `named_in` gives it."""
    from babel.core import get_global

    return get_global("zone_territories").get(zone)


@cache
def known_names() -> dict[tuple[str, ...], str]:
    """Every name as words, and the place of `named_in` that it names."""
    found = {words(name): place for place, names in _names().items() for name in names}
    found.pop((), None)
    return found


@cache
def _names() -> dict[str, tuple[str, ...]]:
    """Cities by their first name, those of zones by the zone, countries by their code."""
    from babel import Locale

    found: dict[str, list[str]] = {}
    for folder in languages().values():
        locale = Locale.parse(folder)
        for zone, about in locale.time_zones.items():
            if "/" in zone and not zone.startswith("Etc/"):
                found.setdefault(zone, [_last(zone)]).append(about.get("city") or _last(zone))
        for code, name in locale.territories.items():
            if len(code) == 2 and code.isalpha():
                found.setdefault(code, []).append(name)
    found |= {c.partition("/")[0]: c.split("/") for s in _CITIES.values() for c in s.split("|")}
    for same, place in _SAME.items():
        found[place] += found.pop(same)
    return {place: tuple(dict.fromkeys(names)) for place, names in found.items()}


def _by_its_name(place: str) -> ZoneInfo | None:
    return zone_named(place) if regex.fullmatch(r"[A-Z][A-Za-z_]+/[A-Za-z_/+-]+", place) else None


@cache
def _places() -> dict[tuple[str, ...], str]:
    """Names of places as words, and the zone of each (some 60 ms, once)."""
    from babel import Locale
    from babel.core import get_global

    found: dict[tuple[str, ...], str] = {}
    territories = {
        code: zones[0] for code, zones in get_global("territory_zones").items() if len(zones) == 1
    }
    for folder in languages().values():
        locale = Locale.parse(folder)
        for zone, named in locale.time_zones.items():
            found.setdefault(words(named.get("city") or _last(zone)), zone)
        for code, zone in territories.items():
            found.setdefault(words(locale.territories.get(code, "")), zone)
    for names in (get_global("zone_territories"), territories.values()):
        found |= {words(_last(zone)): zone for zone in names if zone_named(zone)}
    for zone, several in _CITIES.items():
        found |= {words(name): zone for name in _SEPARATOR.split(several)}
    found.pop((), None)
    return found


def _last(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")
