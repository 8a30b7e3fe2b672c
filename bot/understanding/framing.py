"""The request around a subject: "tell me about …", "ich möchte mehr über … erfahren", "我想了解…".

It says that something is asked, not what: searched for with the rest, its words would be missed in
every article. Written by hand, as patterns for what people type; a pattern has its subject where
the dots are, and all of the text around them.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import count

_READ = 1000
_NESTED = 3  # "could you tell me | what you know about | …"
_SPELLINGS = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"))
_CLOSED = ("|", " )?", ">", "}")  # what has a blank of its own, or must not have one

# Parts that stand in many requests; a name in angle brackets is replaced by its pattern.
_PARTS: Mapping[str, str] = {
    "en:much": r"""
        (?:(?:please|just|really|also|a (?:bit|little)|some|any|something|anything|everything|all|
        (?:much )?more|further|you know),? ){0,6}""",
    "en:info": r"""
        (?:an? |the |some |any |more |further ){0,4}(?:(?:short|brief|quick|general|good|rough) )?
        (?:information|info|infos|details|facts|background|overview|summary|introduction|intro|
        impression|idea|description|explanation|account)""",
    "en:on": r"(?:about|on|of|to|into|regarding|concerning)",
    "en:what": r"(?=(?:how|what|which|where|who|whom|whose|why|when|whether|if)\b)",
    "en:you": r"(?:(?:can|could|would|will|may) (?:you|i ask you to) (?:please |maybe |also )?)?",
    "en:just": r"(?:(?:really|just|also) ){0,3}",
    "en:i": r"(?:i|we)(?:'d| would|'m| am|'re| are)? (?:(?:really|just|also|very much|all) ){0,4}",
    "de:much": r"""
        (?:(?:bitte|doch|mal|einmal|kurz|einfach|noch|auch|gern|gerne|sehr|etwas|was|mehr|alles|
        genaueres|näheres|einiges|ein (?:bisschen|wenig)|genauer|viel),? ){0,6}""",
    "de:info": r"""
        (?:(?:einen?|den|die|mehr|weitere|nähere|ein paar|kurzen|kurze|groben|guten) ){0,4}
        (?:informationen|infos|information|details|fakten|auskunft|auskünfte|wissenswertes|
        hintergründe|überblick|einblick|zusammenfassung|übersicht|einführung)""",
    "de:on": r"(?:über|von|vom|aus|zu|zum|zur)",
    "de:what": r"""
        (?=(?:wie|was|wer|wen|wem|wessen|wo|wohin|woher|wann|warum|wieso|weshalb|welche\w*|ob|
        womit|wodurch|wofür|wovon|inwiefern)\b)""",
    "de:me": r"(?:(?:mir|uns|mich|einem) )?",
    "de:can you": r"(?:(?:können|könnten|würden|wollen) sie|(?:kannst|könntest|würdest) du)",
    "de:want": r"(?:möchten?|würden?|will|wollen|hätten?|kann|können)",
    "de:say": r"""
        (?:erzählen|sagen|erklären|berichten|beschreiben|geben|nennen|zeigen|
        verraten|vorstellen)""",
    "de:learn": r"""
        (?:erfahren|wissen|lernen|hören|lesen|herausfinden|verstehen|kennenlernen|
        mitnehmen|abschauen)""",
    "zh:much": r"(?:再|先|多|更|简单|简要|大概|大致|详细|具体|深入|进一步|仔细|好好|地|来){0,6}",
    "zh:bit": r"(?:一下子?|一些|一点|一番|更多|下|点|些|到)?(?:的)?(?:关于|有关)?",
    "zh:you": r"(?:请问?|麻烦|劳驾|能不能|能否|可否|可不可以|你|您|可以|能|帮忙|帮){0,6}",
    "zh:case": r"(?:案例|例子|实例|做法|项目|经验|范例|样板)",
    "zh:info": r"(?:情况|信息|资料|介绍|内容|详情|细节|故事|消息|历史)",
}

_FRAMES: Mapping[str, str] = {
    "en": r"""
        <you>(?:please )?(?:tell|teach|inform|remind|brief|show) (?:me|us) <much>(?:<info> )?<on> …|
        <you>(?:please )?(?:tell|teach|remind|show|explain to) (?:me|us) <much><what>…|
        <you>(?:please )?(?:give|offer|send|show|get) (?:me|us) <much><info> <on> …|
        <you>(?:please )?(?:give|show|recommend|name|tell|suggest)(?: me| us)?
            (?:an?|some|good|another|one|the best) (?:good )?
            (?:examples?|cases?|practices?) (?:of|for) …|
        <you>(?:please )?show (?:me|us) …|
        (?:i|we)(?:'ve| have)? (?:just |already |once )?heard (?:a lot |something )?(?:about|of) …|
        <you>(?:please )?(?:explain|describe|summari[sz]e|introduce|outline)
            (?: to (?:me|us)| me| us)?(?: briefly)? …(?: to (?:me|us))?(?: please)?|
        <you>let (?:me|us) know <much>(?:<info> )?(?:<on> |<what>)…|
        <i>(?:like|love|want|wish|need|wants?|have|hope|trying|curious|keen) to
            (?:know|learn|hear|read|find out|understand|see|get|ask)
            (?:you )?<much>(?:(?:<info> )?(?:about|on|of|from|regarding) |<info> <on> |<what>)…|
        <i>(?:interested in|curious about|wondering about|keen on)
            (?:learning |knowing |hearing )?<much>(?:about |<what>)?…|
        <i>(?:looking|searching|look|search) for <info> (?:about|on|regarding) …|
        <i>(?:wonder|wondering|curious|wondered|was wondering)(?: about)? <what>…|
        <i>(?:need|want|like) <much><info> (?:about|on|of|regarding) …|
        (?:i|we) have (?:a|another|one|some) (?:quick |short )?questions? (?:about|on|regarding) …|
        (?:my|our|the|another) question is:? …|
        what (?:can|could|should|do|did|might) (?:i|we|one|you|somebody|people) (?:all )?
            (?:learn|know|tell (?:me|us)|say|take away|find out) (?:from|about|of|on) …|
        (?:do|did|have) you (?:know|have|got|heard) <much>(?:<info> )?(?:about|on|of) …|
        (?:do|would) you (?:happen to )?know,? <what>…|
        is there <much><info> (?:about|on) …|
        (?:more|<info>|everything|something|all) (?:about|on|regarding) …|
        <info> of …|
        (?:what|which|any|are there(?: any)?|do you (?:know|have)(?: any)?)
            (?:good )?(?:examples?|cases?|practices?)(?: are there| exist| do you (?:know|have))?
            (?:of|for) …|
        what you (?:know|have) (?:about|of|on) …|
        (?:what|how) about …""",
    "de": r"""
        (?:bitte )?(?:erzähle?|sage?|erkläre?|berichte|zeige?|gib|beschreibe?|
            (?:erzählen|sagen|erklären|berichten|zeigen|geben|beschreiben) sie)
            <me><much>(?:<info> )?<on> …|
        (?:bitte )?(?:erzähle?|sage?|erkläre?|zeige?|verrate?|
            (?:erzählen|sagen|erklären|zeigen|verraten) sie) <me><much>,? ?<what>…|
        (?:bitte )?(?:erkläre?|beschreibe?|(?:erklären|beschreiben) sie)
            (?:mir|uns) <much>…|
        (?:bitte )?(?:zeige?|zeigen sie) (?:mir|uns) <much>…|
        (?:bitte )?(?:nenne?|zeige?|gib|(?:nennen|zeigen|geben) sie) <me><much>
            (?:ein|einige|ein paar|gute) (?:gutes )?(?:praxis)?beispiele? (?:für|zu|zum|zur|von) …|
        <can you> <me><much>(?:<info> )?<on> … <say>|
        <can you> <me><much><say>,? ?<what>…|
        <can you> (?:mir|uns) <much>… (?:erklären|vorstellen|beschreiben)|
        (?:ich|wir) <want> <much>(?:<info> )?<on> … <learn>|
        (?:ich|wir) <want> <much><learn>,? ?<what>…|
        (?:ich|wir) (?:wüsste|wüssten|frage mich|fragen uns|bin neugierig|
            bin gespannt) ?<much>,? ?<what>…|
        (?:ich|wir) wüssten? <much>(?:<info> )?<on> …|
        (?:ich|wir) (?:suchen?|brauchen?|hätten? gerne?|benötigen?) <much><info> <on> …|
        (?:ich|wir) interessieren? (?:mich|uns) <much>(?:dafür|(?:über|von|für))(?:,? <what>| )…|
        (?:mich|uns) (?:interessiert|interessieren|würde interessieren) ?<much>,? ?…|
        (?:ich|wir) haben? (?:eine|noch eine|ein paar) (?:kurze )?fragen? (?:zu|zum|zur|über) …|
        (?:meine|unsere|die) frage (?:ist|lautet|wäre):?,? …|
        was (?:wissen sie|weißt du|haben sie|hast du|<can you>) <me><much><on> …(?: <say>)?|
        was (?:kann|können|könnte|lässt) (?:ich|man|wir|sich) (?:alles )?
            (?:über|von|vom|aus|am|zu|zum|zur) … <learn>|
        (?:wissen sie|weißt du) <much>(?:<on> |,? ?<what>)…|
        (?:haben sie|hast du|gibt es) <much><info> (?:über|zu|zum|zur) …|
        (?:haben sie|hast du|gibt es) (?:etwas|was|mehr) (?:über|zu|zum|zur) …|
        was (?:sie|du) <on> … (?:wissen|weißt|haben|hast)|
        (?:ich|wir) <want> <much><info> <on> …(?: haben| bekommen)?|
        (?:welche|gibt es|kennen sie|kennst du|haben sie|hast du)
            (?:guten? )?(?:praxis)?beispiele?(?: gibt es| kennen sie| kennst du)?
            (?:für|zu|zum|zur|von) …|
        was hat es mit … auf sich|
        (?:worum|um was) geht(?: es|'s|s)? (?:bei|beim|in|im) (?:der |dem )?…|
        (?:<info>|mehr|etwas|näheres) (?:über|zu|zum|zur) …""",
    "zh": r"""
        <you>(?:给|跟|和|向|对|为|帮)?(?:我们?|咱们|大家)?<much>
            (?:说说|说一说|说一下|讲讲|讲一讲|讲一下|讲解一下|讲述一下|聊聊|聊一聊|聊一下|谈谈|谈一谈|
            介绍一下|介绍下|介绍介绍|科普一下|科普|解释一下|解释|说明一下|描述一下|概括一下|介绍)<bit>…(?:吧|吗|好吗)?|
        <you>(?:给|跟|和|向|对|为)(?:我们?|咱们)<much>(?:讲|说|聊)<bit>…|
        (?:你|您)知道的(?:关于)?…|
        <you>告诉(?:我们?|咱们)<bit>…|
        <you>(?:给|跟|向|为|帮)?(?:我们?|咱们|大家)?(?:推荐|举|找|介绍|来|看看|分享)(?:一下)?
            (?:一个|几个|一些|个|些|两个|三个|两三个)?…的<case>(?:吧|吗|好吗|看看)?|
        (?:我们?|咱们|本人)?(?:很|也|还|特别|非常|比较|就|只){0,4}(?:想要?|希望|需要|打算|想要)
            (?:跟你|向你|跟您|向您)?<much>
            (?:了解|知道|听听|听|学习|看看|问问|问一下|问一问|请教|咨询|认识|打听)<bit>…(?:的(?:<info>|<case>))?|
        (?:我们?|咱们)?对…(?:很|非常|比较|挺|特别|有点|感到){0,4}(?:感兴趣|有兴趣|好奇)|
        (?:你|您)(?:们)?(?:知不知道|知道|了解|听说过|清楚)(?:一些)?(?:关于)?…(?:吗|么)?|
        (?:有没有|有什么|有)?(?:关于|有关)…的(?:<info>|<case>)(?:吗|么)?|
        (?:有没有|有)…的<info>(?:吗|么)?|
        (?:我们?|咱们)?(?:能|可以|能够)?从…(?:中|里|那里|身上)?(?:能|可以)?
            (?:学到|学习|借鉴|了解到|学)(?:到)?(?:什么|些什么|哪些(?:经验|东西)?)|
        …(?:都)?有(?:什么|哪些|没有)(?:好的?|成功的?)?<case>(?:吗)?|
        …的<case>有哪些|
        (?:关于|有关)…|
        …的<info>(?:介绍)?""",
}

# Such a request also stands behind a word about oneself: "I'm a planner and I wonder how …".
_BEHIND: Mapping[str, str] = {
    "en": r"""
        \b(?:and |but |so |now )?(?:i|we)(?:'d| would|'m| am|'re| are)? <just>
        (?:wonder|wondering|curious|(?:like|love|want) to (?:know|learn|understand|find out))
        (?: about)? <what>…$""",
    "de": r"""
        \b(?:und |aber |nun |jetzt )?(?:ich |wir )?
        (?:frage mich|fragen uns|wüsste(?: ich)? gerne?|<want> (?:ich |wir )?(?:gerne? )?wissen)
        ,? ?<what>…$""",
    "zh": r"(?:也|还|很|就)?想(?:知道|了解一下|了解|问问|问一下|问)…$",
}
_POINTS_BACK = re.compile(
    r"\b(?:there|here|it|they|them|that|this|dort|hier|das|es|dies)\b|[那这][里边儿个]|它",
    re.IGNORECASE,
)
_OF_MYSELF = re.compile(
    r"^\W*(?:(?:i|i'm|i'?ve|we|we're|my|our|as an?|ich|wir|mein\w*|unser\w*|als|bei)\b|我|咱|作为)",
    re.IGNORECASE,
)


def without_frame(text: str) -> str:
    """The text without the request around its subject; all of it where nothing would be left.

    "Tell me more about Kalkbreite" -> "Kalkbreite"; "我想知道大鱼怎么运作" -> "大鱼怎么运作"
    """
    rest = " ".join(text[:_READ].split())
    for _nested in range(_NESTED):
        shorter = next(_subjects(rest), "")
        if not shorter:
            break
        rest = shorter
    return rest + text[_READ:]


def question_behind(text: str) -> str:
    """What somebody asks after a word about themselves; empty where that is not so.

    "I'm a planner in Leeds and I wonder how Ghent did it" -> "how Ghent did it". A question that
    points back cannot stand alone.
    """
    said = " ".join(text[:_READ].split())
    for pattern in _behind():
        found = pattern.search(said)
        if found and found.start() and _OF_MYSELF.match(said):
            asked = _subject(found).strip()
            return "" if _POINTS_BACK.search(asked) else asked
    return ""


def _subjects(text: str) -> Iterator[str]:
    """What is left of a text, for each frame around it."""
    core = text.strip(" .!?。！？…~")
    for pattern in _frames():
        found = pattern.fullmatch(core)
        subject = _subject(found).strip(' ,:;–-，：；"“”„「」《》') if found else ""
        if any(c.isalnum() for c in subject):
            yield subject


@cache
def _frames() -> tuple[re.Pattern[str], ...]:
    return tuple(_pattern(text, lang) for lang, text in _FRAMES.items())


@cache
def _behind() -> tuple[re.Pattern[str], ...]:
    return tuple(_pattern(text, lang) for lang, text in _BEHIND.items())


def _pattern(text: str, lang: str) -> re.Pattern[str]:
    """All frames of a language as one pattern, umlauts spelt either way."""
    text = _in_one_line(text, lang)
    for name, part in reversed(list(_PARTS.items())):
        of, _colon, short = name.partition(":")
        if of == lang:
            text = text.replace(f"<{short}>", _in_one_line(part, lang))
    for letter, spelling in _SPELLINGS:
        text = text.replace(letter, f"(?:{letter}|{spelling})")
    number = count()
    named = re.sub("…", lambda _dots: f"(?P<subject{next(number)}>.+?)", text)
    return re.compile(named, re.IGNORECASE)


def _subject(found: re.Match[str]) -> str:
    """What stands where the frame that was found has its dots."""
    return found[found.lastgroup or 0]


def _in_one_line(text: str, lang: str) -> str:
    """Indented lines as one, parted by blanks where a language writes them."""
    first, *rest = (line.strip() for line in text.strip().split("\n"))
    joined = first
    for line in rest:
        apart = lang != "zh" and not joined.endswith(_CLOSED) and not line.startswith(("(?: ", ","))
        joined += f" {line}" if apart else line
    return joined
