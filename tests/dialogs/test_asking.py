"""People ask in set phrases: "tell me about …", "ich möchte mehr über … erfahren", "我想了解…".

Whatever stands around it, the subject is found as if it stood alone.
"""

import pytest

from bot.understanding.framing import question_behind, without_frame
from bot.understanding.opening import first_of_several
from dialogs.asking import find_asked
from knowledge.library import Library

FRAMES = {
    "en": (
        "Tell me about {}",
        "Tell me more about {}",
        "Can you tell me something about {}?",
        "I would like to know more about {}",
        "I'd like to learn about {}",
        "I want to know about {} please",
        "What can I learn from {}?",
        "What can you tell me about {}?",
        "What do you know about {}?",
        "Give me an overview of {}",
        "Give me some information on {}",
        "I am interested in {}",
        "I'm looking for information about {}",
        "Do you have anything on {}?",
        "Please explain {} to me",
        "Could you explain {}?",
        "Show me {}",
        "More about {}",
        "Let me know more about {}",
        "I have a question about {}",
        "I've heard of {}",
        "Have you heard of {}?",
        "Tell me what you know about {}",
        "What about {}?",
        "I'd like to hear about {}",
        "Could you please tell me a bit more about {}",
        "Can you summarise {}?",
        "Do you know {}?",
        "recommend me an example of {}",
    ),
    "de": (
        "Erzähl mir von {}",
        "Erzählen Sie mir etwas über {}",
        "Erzähl mir was über {}",
        "erzaehl mir mehr ueber {}",
        "Ich möchte mehr über {} erfahren",
        "Ich möchte gern etwas über {} wissen",
        "Ich würde gerne mehr über {} lernen",
        "Ich will etwas über {} hören",
        "Können Sie mir etwas über {} erzählen?",
        "Kannst du mir mehr zu {} sagen?",
        "Was wissen Sie über {}?",
        "Was weißt du über {}?",
        "Was können Sie mir über {} sagen?",
        "Was kann ich von {} lernen?",
        "Ich interessiere mich für {}",
        "Mich interessiert {}",
        "Ich suche Informationen zu {}",
        "Haben Sie Infos zu {}?",
        "Geben Sie mir einen Überblick über {}",
        "Gib mir bitte einen kurzen Überblick über {}",
        "Was hat es mit {} auf sich?",
        "Worum geht es bei {}?",
        "Erklär mir {}",
        "Erklären Sie mir bitte {}",
        "Mehr über {}",
        "Ich habe eine Frage zu {}",
        "Kennen Sie {}?",
        "Zeig mir {}",
        "Was gibt es über {} zu wissen?",
        "Ich hätte gern Informationen über {}",
    ),
    "zh": (
        "跟我说说{}",
        "给我讲讲{}",
        "我想了解{}",
        "我想了解一下{}",
        "我想知道{}",
        "请介绍一下{}",
        "介绍一下{}",
        "能不能给我介绍一下{}？",
        "可以跟我聊聊{}吗",
        "我对{}很感兴趣",
        "我对{}感兴趣",
        "告诉我{}的情况",
        "请告诉我关于{}的信息",
        "有没有关于{}的资料？",
        "你知道{}吗？",
        "你了解{}吗",
        "我想听听{}的故事",
        "给我推荐一个{}的案例",
        "能推荐几个{}的例子吗",
        "我们想学习{}的经验",
        "说说{}",
        "讲一下{}",
        "关于{}",
        "我能从{}学到什么？",
        "我想问一下{}",
        "想了解{}的做法",
        "帮我介绍一下{}",
    ),
}
SUBJECTS = {
    "en": {
        "Kalkbreite": "kalkbreite-zurich",
        "Decidim": "decidim-barcelona",
        "ExRotaprint": "exrotaprint-berlin",
        "Taoxichuan": "taoxichuan-jingdezhen",
        "PlanBude": "planbude-hamburg",
        "Xiaoxihu": "xiaoxihu-nanjing",
        "Samtweberei": "samtweberei-krefeld",
        "BigFish": "bigfish-xinhua-shanghai",
        "superblocks": "superblocks-barcelona",
        "sponge cities": "sponge-cities-china",
        "the time bank in Nanjing": "time-bank-nanjing",
    },
    "de": {
        "Kalkbreite": "kalkbreite-zurich",
        "Decidim": "decidim-barcelona",
        "ExRotaprint": "exrotaprint-berlin",
        "Taoxichuan": "taoxichuan-jingdezhen",
        "PlanBude": "planbude-hamburg",
        "Xiaoxihu": "xiaoxihu-nanjing",
        "Samtweberei": "samtweberei-krefeld",
        "BigFish": "bigfish-xinhua-shanghai",
        "Superblocks": "superblocks-barcelona",
        "Schwammstädte": "sponge-cities-china",
        "Housing First": "housing-first-finland",
    },
    "zh": {
        "卡尔克布莱特": "kalkbreite-zurich",
        "陶溪川": "taoxichuan-jingdezhen",
        "小西湖": "xiaoxihu-nanjing",
        "大鱼": "bigfish-xinhua-shanghai",
        "永庆坊": "yongqingfang-guangzhou",
        "海绵城市": "sponge-cities-china",
        "时间银行": "time-bank-nanjing",
        "超级街区": "superblocks-barcelona",
        "大鱼怎么运作": "bigfish-xinhua-shanghai",
    },
}


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.packaged()


@pytest.mark.parametrize("lang", FRAMES)
def test_a_subject_is_found_in_every_stock_phrase(library: Library, lang: str):
    """A name asks for its article, and is answered in the language of the phrase around it."""
    asked = [
        (frame.format(subject), slug)
        for frame in FRAMES[lang]
        for subject, slug in SUBJECTS[lang].items()
    ]
    found = [(text, find_asked(library, text, "en")) for text, _slug in asked]
    told = [
        (text, finding.article.slug, finding.language) for text, finding in found if finding.article
    ]
    assert told == [(text, slug, lang) for text, slug in asked]


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("I'd like to know how Kalkbreite was financed", "kalkbreite-zurich"),
        ("Could you tell me who runs ExRotaprint?", "exrotaprint-berlin"),
        ("Ich würde gern wissen, was PlanBude macht", "planbude-hamburg"),
        ("我想知道大鱼怎么运作", "bigfish-xinhua-shanghai"),
        ("海绵城市真的有用吗？郑州不是淹了吗", "sponge-cities-china"),
        (
            "I'm a planner in Leeds and I wonder how Barcelona reduced through traffic",
            "superblocks-barcelona",
        ),
    ],
)
def test_a_question_is_found_in_a_stock_phrase(library: Library, text: str, slug: str):
    article = find_asked(library, text, "en").article
    assert article
    assert article.slug == slug


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Tell me more about Kalkbreite.", "Kalkbreite"),
        ("Could you please tell me what you know about Decidim?", "Decidim"),
        ("Erklären Sie uns bitte, wie das Losverfahren geht", "wie das Losverfahren geht"),
        ("Was können Sie mir über die PlanBude sagen?", "die PlanBude"),
        ("能不能给我介绍一下小西湖？", "小西湖"),
        ("Tell me", "Tell me"),
        ("tell me more", "tell me more"),
        ("How do cooperatives keep rents low?", "How do cooperatives keep rents low?"),
        ("Wie sagt man Garten auf Chinesisch?", "Wie sagt man Garten auf Chinesisch?"),
        ("社区花园怎么开始？", "社区花园怎么开始？"),
        ("", ""),
    ],
)
def test_the_request_around_a_subject_is_left_out(text: str, subject: str):
    assert without_frame(text) == subject


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("I'm from Leeds and I wonder how Ghent did that plan", ""),
        ("I'm from Leeds and I wonder how Ghent planned", "how Ghent planned"),
        ("Ich bin neu hier, ich frage mich, wer PlanBude bezahlt", "wer PlanBude bezahlt"),
        ("我是规划师，想知道巴塞罗那怎么减少车流", "巴塞罗那怎么减少车流"),
        ("I live in Lyon and would like to know how they do it there", ""),
        ("Barcelona and I wonder how trams run", ""),
    ],
)
def test_a_question_stands_behind_a_word_about_oneself(text: str, question: str):
    """What points back to that word cannot be asked without it."""
    assert question_behind(text) == question


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (
            "Do sponge cities really work? Was Zhengzhou not flooded?",
            "Do sponge cities really work?",
        ),
        ("海绵城市真的有用吗？郑州不是淹了吗", "海绵城市真的有用吗？"),
        ("How does a participatory budget work? In Paris.", ""),
        ("How does a community garden start?", ""),
        ("Really? How does a community garden start?", ""),
    ],
)
def test_of_several_questions_the_first_is_found(text: str, question: str):
    assert first_of_several(text) == question
