"""Who asks for no single thing but for examples: of a theme, a town, a country, part of the world.

"Housing", "good practices from China", "给我几个中国的案例": no article answers that, a list does.
Written by hand, like smallwords.py: what the themes are called, and what examples are.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from knowledge.article import Article
from knowledge.glossary import glossary
from knowledge.library import Library
from knowledge.pieces import cut
from knowledge.words import clean, is_han, words

_LONGEST = 60  # characters of such a wish
_LEAST = 2  # practices that make a list
_AROUND = "的在有之关于方面几个些"  # characters beside a theme in a run of them

_EXAMPLES: Mapping[str, str] = {
    "en": r"""
        (?:urban |city )?(?:practices?|examples?|cases?|case studies|projects?|stories|solutions)|
        (?:good|best|great|successful|interesting|inspiring|other|all|different|list)""",
    "de": r"""
        (?:praxis)?beispielen?|beispiele?|praktiken|praxis|projekten?|projekte|fälle|ansätze|lösungen|
        (?:gut|best|toll|erfolgreich|spannend|interessant)e[nrs]?|liste""",
    "zh": """
        (?:好|优秀|成功|典型|经典|最佳|优良)?的?(?:案例|例子|实例|做法|项目|实践|范例)|
        列出|列举|推荐""",
}
_THEMES: Mapping[str, Mapping[str, str]] = {
    "climate-adaptation": {
        "en": "climate|climate adaptation|climate change|climate protection",
        "de": "klima|klimaanpassung|klimawandel|klimaschutz",
        "zh": "气候|气候变化|气候适应|应对气候变化",
    },
    "coproduction": {
        "en": "co-?production|co production",
        "de": "koproduktion|ko produktion",
        "zh": "共同生产|共创",
    },
    "culture-creative": {
        "en": "culture|art|arts|creative work|creativity|creative industries",
        "de": "kultur|kunst|kreativwirtschaft|kreativität",
        "zh": "文化|艺术|文创|创意产业",
    },
    "education": {
        "en": "education|learning|schools?",
        "de": "bildung|lernen|schulen?",
        "zh": "教育|学习|学校",
    },
    "energy": {"en": "energy", "de": "energie|energiewende", "zh": "能源|节能"},
    "financing": {
        "en": "financing|funding|finance",
        "de": "finanzierung|finanzen",
        "zh": "融资|资金|财政",
    },
    "governance": {
        "en": "governance|administration|city government",
        "de": "verwaltung|governance|stadtverwaltung",
        "zh": "治理|城市治理|社区治理",
    },
    "health": {"en": "health", "de": "gesundheit", "zh": "健康|医疗"},
    "heritage": {
        "en": "heritage|old towns?|old buildings",
        "de": "denkmalschutz|denkmalpflege|altbau|altstadt|erbe",
        "zh": "遗产|历史建筑|文化遗产|历史街区",
    },
    "housing": {
        "en": "housing|homes|living",
        "de": "wohnen|wohnungsbau|wohnraum|wohnungen",
        "zh": "住房|居住|住宅|房子",
    },
    "migration-inclusion": {
        "en": "migration|inclusion|integration|migrants",
        "de": "migration|inklusion|integration|teilhabe",
        "zh": "移民|包容|融入",
    },
    "mobility": {
        "en": "mobility|transport|traffic",
        "de": "mobilität|verkehr|verkehrswende",
        "zh": "交通|出行",
    },
    "participation": {
        "en": "participation|citizen participation|public participation",
        "de": "beteiligung|bürgerbeteiligung|mitbestimmung|partizipation",
        "zh": "参与|公众参与|居民参与|市民参与",
    },
    "public-space": {
        "en": "public spaces?|streets|squares|public places?",
        "de": "öffentliche[rn]? r[aä]um\\w*|straßen|plätze",
        "zh": "公共空间|街道|广场",
    },
    "safety": {"en": "safety|security", "de": "sicherheit", "zh": "安全"},
    "smart-city": {
        "en": "smart cit(?:y|ies)|digitali[sz]ation|digital cit(?:y|ies)",
        "de": "smart cit(?:y|ies)|digitalisierung|digitale städte|digitale stadt",
        "zh": "智慧城市|数字化|数字城市",
    },
    "social-innovation": {
        "en": "social innovation|neighbourhood|neighborhood|neighbours",
        "de": "soziale innovation\\w*|nachbarschaft",
        "zh": "社会创新|邻里|社区",
    },
    "urban-agriculture": {
        "en": "urban agriculture|urban farming|gardens|gardening|urban gardening",
        "de": "urbane landwirtschaft|stadtgärten|gärten|gärtnern|urban gardening",
        "zh": "都市农业|城市农业|花园|菜园",
    },
    "waste-circular": {
        "en": "waste|recycling|circular economy|rubbish|garbage",
        "de": "abfall|müll|recycling|kreislaufwirtschaft",
        "zh": "垃圾|废物|循环经济|回收",
    },
    "water": {"en": "water", "de": "wasser", "zh": "水|水资源"},
}


def asked_for(library: Library, text: str, lang: str) -> tuple[Article, ...]:
    """The practices that such a wish is for; none where the text says anything else.

    Those whose main theme it is come first.
    """
    said = clean(text)
    if len(said) > _LONGEST:
        return ()
    places, unread = _places(words(_pattern(_EXAMPLES, lang).sub(" ", said)), lang)
    themes, rest = _themes(unread, lang)
    if not (themes or places) or any(not piece.small for piece in cut(words(rest), lang)):
        return ()
    found = [article for article in _practices(library, lang) if _fits(article, themes, places)]
    found.sort(
        key=lambda article: bool(themes) and article.themes[:1] not in [(t,) for t in themes]
    )
    return tuple(found) if len(found) >= _LEAST else ()


def _themes(unread: Sequence[str], lang: str) -> tuple[set[str], str]:
    """The themes that some words name, and what is left of them.

    In Chinese, where words are not parted, a run names one as a whole: not in 社区花园.
    """
    if lang == "zh":
        runs = [(run, theme) for run in unread for theme in _named(run.strip(_AROUND))]
        named = {run for run, _theme in runs}
        return {theme for _run, theme in runs}, " ".join(r for r in unread if r not in named)
    rest, found = " ".join(unread), set()
    for theme, called in _called(lang):
        rest, times = called.subn(" ", rest)
        if times:
            found.add(theme)
    return found, rest


def _named(run: str) -> Iterator[str]:
    return (theme for theme, called in _called("zh") if called.fullmatch(run))


def _practices(library: Library, lang: str) -> Iterator[Article]:
    """Each practice once, as it is shown in a language."""
    for slug in dict.fromkeys(article.slug for article in library.articles):
        article = library.article(slug, lang)
        if article and article.kind == "practice":
            yield article


def _fits(article: Article, themes: set[str], places: Sequence[int]) -> bool:
    where = {*glossary().country.get(article.country, ()), *_city(article.city, article.lang)}
    return themes <= set(article.themes) and where.issuperset(places)


@cache
def _city(city: str, lang: str) -> frozenset[int]:
    return frozenset(_places(words(clean(city)), lang)[0])


def _places(written: Sequence[str], lang: str) -> tuple[list[int], list[str]]:
    """The towns, countries and parts of the world in some words, and the words that are none."""
    known, found, unread = glossary(), [], list(written)
    for first, many, concept in known.of_phrases(written, lang):
        if concept in known.places:
            found.append(concept)
            unread[first : first + many] = [""] * many
    for at, (whole, _parts) in enumerate(known.of_words(written, lang)):
        names = [concept for concept in whole if concept in known.places]
        if names:
            found, unread[at] = [*found, names[0]], ""
    for at, run in enumerate(written):
        if is_han(run):
            spans = [span for span in known.of_han(run) if span[2] in known.places and span[1] > 1]
            for start, length, concept in spans[:1]:
                found.append(concept)
                unread[at] = run[:start] + " " + run[start + length :]
    return found, [word for text in unread for word in text.split()]


@cache
def _called(lang: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((theme, _pattern(called, lang)) for theme, called in _THEMES.items())


def _pattern(called: Mapping[str, str], lang: str) -> re.Pattern[str]:
    """Whole words; in Chinese, where none are parted, the longest that stands there alone."""
    text = "".join(line.strip() for line in called.get(lang, "(?!)").split("\n"))
    if lang != "zh":
        return re.compile(rf"\b(?:{text})\b")
    longest = "|".join(sorted(text.split("|"), key=len, reverse=True)) if "(" not in text else text
    return re.compile(longest)
