"""What one asks about something without naming it again: its cost, its dates, who is behind it.

For each aspect: how it is asked, and how a paragraph, its heading in front, shows that it tells.
Written by hand, like smallwords.py, as patterns for what `words.clean` makes of a text; a line end
inside one is not part of it.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache


class Aspect(StrEnum):
    """In the order in which it is told of them."""

    STATE = "state"
    COST = "cost"
    FUNDING = "funding"
    TIME = "time"
    PEOPLE = "people"
    NUMBER = "number"
    RESULT = "result"
    TRANSFER = "transfer"
    JOIN = "join"
    WHO = "who"
    WHERE = "where"
    STORY = "story"


# People, whatever they are called: who asks for members is served by "24 people".
_WHO_EN = """
    people|persons?|members?|users?|residents?|inhabitants|participants?|volunteers?|visitors?|
    citizens|families|households|women|children|students|workers|farmers|tenants"""
_WHO_DE = """
    leute|menschen|personen|mitglieder|nutzer\\w*|nutzende|bewohner\\w*|bewohnende|einwohner\\w*|
    teilnehmer\\w*|teilnehmende|freiwillige|ehrenamtliche|besucher\\w*|besuchende|bürger|bürgerinnen|
    familien|haushalte|frauen|kinder|schüler\\w*|mieter\\w*|beschäftigte"""
_WHO_ZH = "人|居民|市民|成员|会员|用户|志愿者|参与者|家庭|户|妇女|女性|孩子|学生|租户|住户"

# Whole words in English and German. What an aspect takes, the next ones do not see any more.
_ASKED: Mapping[str, Mapping[Aspect, str]] = {
    "en": {
        Aspect.STATE: """
            still (?:going|running|there|active|open|alive|on|in use|exists?)|
            (?:is|are|was) (?:it|they|this|that) (?:over|finished|ended|running)|
            (?:does|do) (?:it|they|this|that) still (?:run|exist|work)|still exist\\w*""",
        Aspect.COST: """
            costs?|price|prices|pricey|expensive|cheap|for free|how much money|
            how much (?=was|is|were|did|do|does|has)|what did .{1,12} pay""",
        Aspect.FUNDING: """
            (?:fund|financ|subsidi[sz])(?:e|es|ed|ing)?|pays?|paid|money|budget|invest|invested|
            investment|grants?|sponsors?""",
        Aspect.TIME: """
            when|how long|since when|(?:what|which) year|how old|began|begun|dates?|
            (?:start|begin|end|finish|last|open|take)(?:s|ed|ing)?(?! part)""",
        Aspect.PEOPLE: f"how many (?:{_WHO_EN})",
        Aspect.NUMBER: "how (?:many|big|large|high)|size|numbers?|figures?",
        Aspect.RESULT: """
            results?|outcomes?|effects?|impact|success|successful|work(?:ed|s|ing)?(?: out)?|
            problems?|fail|failed|failure|critici[sz]m|critici[sz]ed|critics|difficult|difficulty|
            difficulties|(?:came|come) of|(?:go|gone|went) wrong|learn|learned|learnt|lessons?|
            changed?|helped|worth|achiev\\w+|accomplish\\w*|improv\\w+|benefits?|against|oppos\\w+|
            protest\\w*|resist\\w*|complain\\w*|conflicts?|drawbacks?|downsides?""",
        Aspect.TRANSFER: """
            copy|copied|copying|transfer\\w*|replicat\\w+|imitate|adopt|adapt|(?:for|in) us|
            in (?:our|my) \\w+|(?:we|i) (?:also |too )?(?:do|start|try)|at home|elsewhere|
            other (?:cities|towns|places)""",
        Aspect.JOIN: "(?:take|taking) part|join(?:ed|ing)?|apply|participat\\w+|sign up|eligible",
        Aspect.WHO: """
            who|whose|whom|behind|runs?|in charge|responsible|organi[sz](?:e|ed|es|ers?|ing)|
            founded|founders?|idea|involved""",
        Aspect.WHERE: "where|(?:what|which) (?:city|town|country|place|part)|located|location",
        Aspect.STORY: "how|why|what happened|details?|story|more about",
    },
    "de": {
        Aspect.STATE: """
            läuft|immer noch|noch aktiv|noch heute|heute noch|noch in betrieb|
            (?:gibt|existiert) (?:es )?(?:das|es|ihn|sie|den|die) (?:.{0,12} )?noch|
            schon (?:vorbei|beendet)""",
        Aspect.COST: """
            (?:ge)?kostet|kosten|kostete|kosteten|teuer|billig|preise?|kostenlos|umsonst|
            wie ?viel (?:geld|war|ist|hat|macht)""",
        Aspect.FUNDING: """
            (?:ge|be)?zahl(?:t|en|te|ten)|finanzier(?:t|en|te|ung)|finanziell|geld|gelder|
            (?:ge)?förder(?:t|n|te|ung|er)|budget|zuschuss|zuschüsse|investier\\w*|sponsor\\w*""",
        Aspect.TIME: """
            wann|wie lange?|seit wann|(?:welche[ms]|in welchem) jahr\\w*|wie alt|(?:an)?gefangen|
            beginnt?|beginnen|begann|begonnen|fing an|gestartet|startete|endet?|endete|enden|
            gedauert|dauer(?:t|te|n)?""",
        Aspect.PEOPLE: f"wie ?viele? (?:{_WHO_DE})",
        Aspect.NUMBER: "wie ?viele?(?! geld)|wie (?:gross|hoch)|grösse|anzahl|zahlen",
        Aspect.RESULT: """
            ergebnis\\w*|gebracht|wirkung\\w*|gewirkt|bewirkt|erfolg\\w*|problem|probleme|problemen|
            gescheitert|kritik\\w*|schwierig\\w*|geklappt|funktioniert|gelernt|lehren?|verändert|
            geändert|gelohnt|gelungen|schief ?gegangen|herausgekommen|raus ?gekommen|geworden|
            genützt|geholfen|erreicht|verbessert|nutzen|vorteile?|nachteile?|dagegen|widerst[aä]nd\\w*|
            protest\\w*|gegner\\w*|beschwer\\w*|konflikt\\w*|abgelehnt|streit""",
        Aspect.TRANSFER: """
            lernen|lässt sich|übertrag\\w*|nachmachen|kopieren|nachahm\\w*|übernehmen|
            (?:für|bei) uns|anderswo|andere[nr]? (?:städten?|orten?|gemeinden?)|auch machen|
            selbst machen""",
        Aspect.JOIN: """
            teilnehmen|teilgenommen|mitmachen|mitgemacht|bewerben|anmelden|dabei ?sein""",
        Aspect.WHO: """
            wer|wem|wen|dahinter|dahinterstecken|steckt|betreib\\w*|betrieben|organisier\\w*|
            verantwortlich\\w*|gegründet|gründer\\w*|idee|initiier\\w*|beteiligt|träger|zuständig""",
        Aspect.WHERE: "wo|welche[rms]? (?:stadt|ort|land|stadtteil)|liegt",
        Aspect.STORY: """
            wie|warum|wieso|weshalb|passiert|geschah|geschehen|details?|genauer|abgelaufen|
            geschichte""",
    },
    "zh": {
        Aspect.STATE: "现在还|还在(?!哪)|至今|还有吗|还存在|还开着|还运行|结束了吗|停了吗",
        Aspect.COST: """
            多少钱|(?:成本|费用|价格)?高(?:不高|吗)|花了?多少|花费|费用|成本|造价|价格|贵不贵|贵吗|
            很贵|便宜|免费|花钱|总共花""",
        Aspect.FUNDING: """
            资金|经费|钱从|谁出的?钱|出钱|谁付|付钱|谁买单|拨款|补贴|资助|投资|预算|融资|的钱|钱""",
        Aspect.TIME: """
            什么时候|何时|哪一?年|几年|多久|多长时间|多少年|时间|开始|启动|结束|完成|持续""",
        Aspect.PEOPLE: f"(?:多少|几)(?:位|名|个)?(?:{_WHO_ZH})",
        Aspect.NUMBER: "多少户|多少个|多少|几个|几户|多大|规模|面积|数量|数字|人数",
        Aspect.RESULT: """
            结果|效果|成效|成果|成功|有没有用|有用|影响|问题|困难|失败|批评|争议|教训|经验|改变|
            怎么样了?|带来|反对|抗议|阻力|抵制|不满|投诉|冲突|好处|坏处|改善|达到|实现""",
        Aspect.TRANSFER: """
            借鉴|复制|推广|照搬|学习|效仿|别的(?:城市|地方)|其他(?:城市|地方)|
            (?:我们|咱们)(?:这里|这边|这儿|城市|那里)?(?:也|能|可以|怎么)""",
        Aspect.JOIN: "参加|报名|申请|加入",
        Aspect.WHO: """
            谁|哪个(?:机构|部门|组织|单位)|负责|发起|组织|运营|主办|牵头|背后|创始人|参与""",
        Aspect.WHERE: "在哪|哪里|哪儿|哪个(?:城市|地方|国家|区)|什么地方|位置|地点",
        Aspect.STORY: "怎么|如何|怎样|为什么|为何|为啥|详情|细节|经过|过程|故事|具体",
    },
}

# Names for whatever was spoken of, and courtesies: they do not say what else a question is about.
_ITSELF: Mapping[str, str] = {
    "en": """
        (?:the|this|that)(?: whole| entire)?
        (?: project| thing| initiative| programme| program| scheme| place| city| town| idea)|
        (?:can|could|do|would) you (?:please )?(?:tell me|know|say)|in total|altogether|overall|
        back then|afterwards|today|so far""",
    "de": """
        (?:das|dem|des|die|dieses|diesem)(?: ganze[ns]?)?
        (?: projekts?| initiative| sache| vorhabens?| ganze| stadt| idee| ding)|
        (?:können|könnten|wissen) sie(?: mir)?(?: sagen)?|weisst du|kannst du (?:mir )?sagen|
        insgesamt|damals|heute|bisher|danach|daraus|überhaupt|gekommen|gelaufen""",
    "zh": """
        (?:这个|那个|该|这|那)?项目|这件事|那件事|这座城市|那座城市|当地|当时|后来|总共|一共|那么|
        另外|请问|(?:你|您)(?:知道|能告诉我|可以告诉我)""",
}

# Words that can only point back to what was spoken of before.
_BACK: Mapping[str, str] = {
    "en": """
        (?<!what time is )its?|they|them|their|these|those|(?<!is )(?<!are )(?<!was )there|
        that one|what (?:is|are|was|were) the""",
    "de": """
        dort|davon|dafür|daran|darin|damit|dabei|dagegen|deren|dessen|da|ihn|ihm|
        was (?:ist|sind|war|waren) d(?:er|ie|as)|so(?: et)?was|(?:der|den|dem|die|das)(?=\\W*$)""",
    "zh": "那里|那儿|那边|它|他们|她们|那个项目|这个项目|该项目|当地",
}

_MONEY = r"(?:euros?\b|€|yuan|rmb|dollars?\b|francs?\b|franken|pounds?\b|£|元|法郎|英镑)"
AMOUNT = rf"(?:\d[^.。]{{0,24}}?{_MONEY}|[€$£]\s?\d)"
_SHOWN: Mapping[Aspect, str] = {
    Aspect.COST: rf"{AMOUNT}|free of charge|costs? nothing|kostenlos|kostenfrei|免费",
    Aspect.FUNDING: rf"""
        (?:\bcost|kostete|总投入|花了)[^.。]{{0,40}}?{AMOUNT}|
        \bfund(?:s|ed|ing)?\b|\bfinanc|\bsubsid|\bgrants?\b|\bpaid\b|\bpays?\b|\bdonat|\bloans?\b|
        \blent\b|\binvested\b|\bown money\b|finanziert|fonds\b|förder(?:ung|mittel|geld|programm)|
        \bgefördert|bezahl(?:t|te|ten)\b|\bzahlten?\b|\bspende|kredit|
        \blieh\b|zuschuss|zuschüsse|\btrug der\b|出资|拨款|补贴|资助|贷款|捐|经费|基金""",
    Aspect.STATE: r"^\n",
    Aspect.TIME: r"""
        (?<!\d)(?:1[6-9]|20)\d\d(?!\d)|\d+ (?:years?|months?|jahren?|monaten?)\b|\d年|个月""",
    Aspect.PEOPLE: rf"""
        \d[\d.,]*(?: [\w'-]+){{0,3}} (?:{_WHO_EN}|{_WHO_DE})\b|
        \d[\d.,]*[万多余名位个]{{0,3}}(?:{_WHO_ZH})""",
    Aspect.NUMBER: r"(?<![\d.,])(?!(?:1[6-9]|20)\d\d(?!\d))\d",  # a year is no number of anything
    Aspect.RESULT: r"^(?:what came of it|was es gebracht hat|成效)\n",
    Aspect.TRANSFER: r"^(?:how to take it home|wie es übertragbar ist|如何借鉴)\n",
    Aspect.JOIN: r"""
        ^(?:who it is for|how to take part|für wen|wie sie mitmachen|适合谁|如何参加)\n""",
    Aspect.WHO: r"^(?:who it is for|für wen|适合谁)?\n",
    Aspect.WHERE: r"^\n",
    Aspect.STORY: r"^(?:what happened|was geschah|做法)?\n",
}


@cache
def asked(lang: str) -> Mapping[Aspect, re.Pattern[str]]:
    """How each aspect is asked in a language."""
    return {aspect: _wordings(text, lang) for aspect, text in _ASKED.get(lang, {}).items()}


@cache
def itself(lang: str) -> re.Pattern[str]:
    """What names the thing that was spoken of, whatever it is, and courtesies."""
    return _wordings(_ITSELF.get(lang, "(?!)"), lang)


@cache
def back(lang: str) -> re.Pattern[str]:
    """What points back to something that was spoken of."""
    return _wordings(_BACK.get(lang, "(?!)"), lang)


@cache
def shown() -> Mapping[Aspect, re.Pattern[str]]:
    """How a paragraph, its heading and a line end in front, shows that it tells of an aspect."""
    return {aspect: re.compile(in_one_line(text)) for aspect, text in _SHOWN.items()}


def _wordings(text: str, lang: str) -> re.Pattern[str]:
    pattern = in_one_line(text)
    whole = pattern if lang == "zh" else rf"\b(?:{pattern})\b"
    return re.compile(whole, re.IGNORECASE)  # courtesies are also looked for as written


def in_one_line(text: str) -> str:
    """Indented alternatives as one pattern; a blank before a line end would be lost."""
    return "".join(line.strip() for line in text.split("\n"))
