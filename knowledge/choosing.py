"""Which paragraphs of an article come first: those that tell of what is asked about it.

Words alone find the paragraph that says most of the question's words, not the one with the owner,
the price or the complaints. Written by hand, like aspects.py: how each concern is asked, and how a
paragraph, its heading in front, shows that it tells of it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from knowledge.article import Article
from knowledge.aspects import AMOUNT, Aspect, in_one_line, shown
from knowledge.layout import headed_paragraphs
from knowledge.words import clean, stems, words

_MOST = 2  # paragraphs of one concern
_STEM = 5  # letters from which a counted word is known in another form


class Concern(StrEnum):
    """What is asked about a thing, in the order in which it is told."""

    OWNER = "owner"
    PRICE = "price"
    FUNDING = "funding"
    RENTS = "rents"
    DOWNSIDES = "downsides"
    RESULT = "result"
    TRANSFER = "transfer"


_ASKED: Mapping[str, Mapping[Concern, str]] = {
    "en": {
        Concern.OWNER: r"""
            who (?:\w+ )?owns|own(?:ed)? by|owners?(?:hip)?|whose (?:land|building|house)|
            belongs? to|who does .{1,40} belong""",
        Concern.PRICE: r"how much (?:money|did|does|do|is|was|were|has)|costs?|price|expensive",
        Concern.FUNDING: r"""
            who (?:\w+ )?(?:pays?|paid|funds?|financed)|(?:financ|fund)(?:ed|ing)|subsid\w+|
            where .{1,20}money""",
        Concern.RENTS: r"""
            rents? .{0,40}(?:rise|rose|risen|go(?:ne)? up|went up|increas\w+|higher)""",
        Concern.DOWNSIDES: r"""
            downsides?|drawbacks?|disadvantages?|critici[sz]\w+|critics|problems?|
            what went wrong|fail(?:ed|ures?)?|protests?|complain\w*|against (?:it|them)|opposed""",
        Concern.RESULT: r"""
            pa(?:y|id) off|worth it|did it (?:work|help)|results?|outcomes?|came of|
            (?:in)?effective|effects?|impacts?|success\w*""",
        Concern.TRANSFER: r"""
            ideas|where (?:do|should|can) (?:we|i) (?:start|begin)|
            how (?:do|can|could|should) (?:we|i) (?:start|begin)|(?:for|in) our \w+|
            learn(?:ed|t)? from|lessons?|copy|transfer\w*|replicat\w+""",
    },
    "de": {
        Concern.OWNER: r"""
            wem gehör\w*|eigentümer\w*|eigentum|besitz(?:t|er\w*)?|gehört (?:der|das|die)""",
        Concern.PRICE: r"(?:ge)?kostet\w*|kosten|wie ?viel (?:geld|war|ist|hat)|preis|teuer",
        Concern.FUNDING: r"""
            wer .{0,20}(?:be)?zahl\w*|finanzier\w*|bezahlt|gefördert|woher .{1,20}geld""",
        Concern.RENTS: r"miete\w* .{0,40}(?:gestiegen|steig\w+|erhöht|teurer|höher)",
        Concern.DOWNSIDES: r"""
            nachteile?n?|schattenseiten?|kritik\w*|probleme?n?|gescheitert|schief ?gegangen|
            proteste?|beschwerden?|gegner\w*|dagegen""",
        Concern.RESULT: r"""
            gelohnt|lohnt|gebracht|ergebnis\w*|wirkung\w*|erfolg\w*|geklappt|bewirkt""",
        Concern.TRANSFER: r"""
            ideen|wie (?:fangen wir|fange ich|beginnen wir) an|wo fangen? (?:wir|ich)|
            (?:bei|für) uns|in unsere[rm] \w+|lernen|übertrag\w*|nachmachen""",
    },
    "zh": {
        Concern.OWNER: r"谁的|归谁|属于谁|产权|所有权|业主是谁|地主",
        Concern.PRICE: r"多少钱|花了?多少|花费|费用|成本|造价|贵不贵|投资了?多少",
        Concern.FUNDING: r"谁出的?钱|谁付|谁买单|资金(?:从|来源|哪)|钱从哪|怎么筹|补贴|融资",
        Concern.RENTS: r"(?:租金|房租).{0,8}(?:涨|上升|变贵|提高|贵了)",
        Concern.DOWNSIDES: r"缺点|坏处|批评|争议|问题|不足|失败|反对|抗议|投诉|弊端|教训",
        Concern.RESULT: r"有用吗|有没有用|效果|成效|结果|成果|值不值|划算|成功了吗|带来",
        Concern.TRANSFER: r"""
            借鉴|我们(?:这里|这边|城市|小区|镇|社区).{0,8}(?:怎么|能|可以)|怎么开始|从哪开始""",
    },
}
_SHOWN: Mapping[Concern, str] = {
    Concern.OWNER: r"""
        \bown(?:s|ed|ers?|ership)\b|\bbelongs?\b|\bleas(?:e|es|ed|ehold)\b|gehör(?:t|en|te)\b|
        \beigentum|\beigentümer|\bbesitz|erbbaurecht|verpachtet|产权|所有者|归.{1,10}所有|属于|
        租给|租地""",
    Concern.PRICE: AMOUNT
    + r"|\b(?:cost|koste)[^.]{0,60}(?:times|twice|percent|mal so|fache|prozent)|[花钱].{0,15}倍",
    Concern.RENTS: r"""
        \brents? (?:\w+ ){0,5}(?:rose|risen?|went|increas|doubl|fell|stay|remain)|
        \bmieten? (?:\w+ ){0,5}(?:stieg|gestiegen|sank|bleib|blieb)|
        (?:租金|房租).{0,12}(?:涨|上升|翻|降|稳定)""",
    Concern.DOWNSIDES: r"""
        critic|\bprotest|\bcomplain|\bsued\b|\bcourt\b|\bproblem|\bhard side|\bdisappoint|
        \bshort(?:coming|fall)|\blimit of\b|\bdownside|\bconflict|\bdispute|kritik|kritis|
        \bprotest|\bklag|\bgericht|\bproblem|\bnachteil|\benttäusch|\bgrenze|\bstreit|批评|反对|
        争议|不足|短板|问题|失望|抱怨|不过|矛盾""",
}
# What an article has in one place or nowhere, so that its silence is sure.
_SURE = (Concern.OWNER, Concern.PRICE, Concern.RENTS)
_HOW_MANY = {
    "en": re.compile(
        r"how many ((?:[\w'-]+ ){0,2}?[\w'-]+)(?= (?:\w+ )?(?:do(?:es)?|did|ha[sv]e?|are|were)\b|$)"
    ),
    "de": re.compile(
        r"wie ?viele? ((?:\w+ )?\w+)(?= (?:hat|haben|gibt|sind|waren|wurden|fahren)\b|$)"
    ),
    "zh": re.compile("(?:多少|几)(?:个|座)?([辆户人名位套栋间]|公顷|平方米|\\w{1,2})"),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """The paragraphs to show, best first; `is_unsaid`: that they surely lack what is asked."""

    passages: tuple[str, ...]
    is_unsaid: bool = False


def choose(article: Article, passages: Sequence[str], question: str) -> Chosen:
    """What an article says to a question; `passages` as the search ranks them by its words."""
    said = clean(question)
    blocks = [(clean(f"{head}\n{text}"), text) for head, text in headed_paragraphs(article.text)]
    first, missing = _counted(said, article.lang, blocks), False
    for concern in _asked_for(said, article.lang):
        telling = _telling(concern, blocks)
        missing = missing or (not telling and concern in _SURE)
        first += _ranked(telling, passages)[:_MOST]
    is_unsaid = missing and article.kind == "practice"
    return Chosen(tuple(dict.fromkeys((*first, *passages))), is_unsaid)


def _asked_for(said: str, lang: str) -> list[Concern]:
    return [concern for concern, pattern in _patterns(lang).items() if pattern.search(said)]


def _telling(concern: Concern, blocks: Sequence[tuple[str, str]]) -> list[str]:
    """What is advised to others tells nothing of the thing itself."""
    advised = _shows(Concern.TRANSFER)
    return [
        text
        for block, text in blocks
        if _shows(concern).search(block)
        and (concern is Concern.TRANSFER or not advised.search(block))
    ]


def _ranked(telling: Sequence[str], passages: Sequence[str]) -> list[str]:
    """Those that the search found by their words in front."""
    return sorted(telling, key=lambda text: (*passages, text).index(text))


def _counted(said: str, lang: str, blocks: Sequence[tuple[str, str]]) -> list[str]:
    """The paragraph with the number of what is counted: "how many buses" -> "16,359 buses"."""
    found = _HOW_MANY[lang].search(said) if lang in _HOW_MANY else None
    noun = (words(found[1] or "") or [""])[-1] if found else ""
    if not noun:
        return []
    root = noun if lang == "zh" else stems([noun], lang)[0][: max(_STEM, len(noun) - 3)]
    gap = r"[\d万亿多余约]*.{0,3}" if lang == "zh" else r"[\d.,]* (?:[\w-]+ ){0,3}[\w-]*"
    number = re.compile(rf"\d{gap}{re.escape(root)}")
    return [text for block, text in blocks if number.search(block)][:1]


@cache
def _patterns(lang: str) -> Mapping[Concern, re.Pattern[str]]:
    bound = "" if lang == "zh" else r"\b"
    asked = _ASKED.get(lang, {}).items()
    return {c: re.compile(f"{bound}(?:{in_one_line(text)}){bound}") for c, text in asked}


@cache
def _shows(concern: Concern) -> re.Pattern[str]:
    """How a paragraph shows it; what aspects.py knows already is taken from there."""
    if concern in _SHOWN:
        return re.compile(in_one_line(_SHOWN[concern]))
    return shown()[Aspect(concern.value)]
