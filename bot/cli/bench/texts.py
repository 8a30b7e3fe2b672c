"""What the load client says: a command, or questions such as people ask, many and varied."""

from itertools import product

# Opening, question, closing: every combination is a text of its own, so that a cache of answers
# would not help.
_ENGLISH = (
    ("", "Hello, ", "One more thing: ", "For a talk next week: "),
    (
        "How do housing cooperatives in Zurich keep rents below the market?",
        "Which cities give land by concept instead of selling to the highest bidder?",
        "Is it possible to run a garden on land that may be sold next year?",
        "How can an old quarter be renewed without moving the residents out?",
        "What did Barcelona do to get cars out of the neighbourhood streets?",
        "How does participatory budgeting work in Porto Alegre?",
        "What can a city do against heavy rain and flooding?",
        "How did Ljubljana cut its waste so far?",
        "Who paid for the electric buses in Shenzhen?",
        "Where can I renew my passport?",
    ),
    ("", " Thank you.", " I work for a small town.", " A short answer is enough."),
)
_GERMAN = (
    ("", "Hallo, ", "Noch etwas: ", "Für einen Vortrag: "),
    (
        "Wie halten Genossenschaften in Zürich die Mieten niedrig?",
        "Wie vergibt Tübingen Grundstücke nach Konzept?",
        "Wer sitzt im Bürgerrat in Ostbelgien und wie wird gelost?",
        "Was macht der Gesundheitskiosk in Hamburg?",
        "Wie wurde Andernach zur essbaren Stadt?",
        "Wie viel Energie hat Bottrop in zehn Jahren eingespart?",
        "Was sind die Stadtteilmütter in Berlin?",
        "Welche Städte haben Schulhöfe entsiegelt?",
        "Wie hilft Housing First in Finnland Menschen ohne Wohnung?",
        "Wann hat das Schwimmbad am Sonntag offen?",
    ),
    ("", " Danke!", " Ich arbeite in einer Kleinstadt.", " Eine kurze Antwort genügt."),
)
_CHINESE = (
    ("", "您好，", "再问一下：", "为了一个讲座，"),
    (
        "苏黎世的住房合作社怎么保持低房租？",
        "参与式预算有哪些经典案例？",
        "老街区改造怎么不让居民搬走？",
        "北京哪里可以租地种菜？",
        "上海的垃圾分类是怎么推行的？",
        "海绵城市怎么应对暴雨？",
        "南京的时间银行是怎么运作的？",
        "深圳的公交车怎么全部变成电动的？",
        "社区花园由谁来维护？",
        "明天的天气怎么样？",
    ),
    ("", "谢谢！", "我在一个小城市工作。", "简单回答就可以。"),
)
KINDS = {
    "command": ("help",),
    "question": tuple(
        "".join(parts) for spoken in (_ENGLISH, _GERMAN, _CHINESE) for parts in product(*spoken)
    ),
}
ASKED = _ENGLISH[1][0]  # what `citybot ask` is asked
