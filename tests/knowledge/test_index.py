"""Finding: the right article, in the right language, from any string anybody may send."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from knowledge import Article, Found, Index

KALKBREITE = Article(
    "kalkbreite-zurich",
    "en",
    "Kalkbreite, Zurich: cooperative homes on top of a tram depot",
    "The Kalkbreite is a cooperative city block in Zurich. About 250 people live there in 97 flats."
    "\n\n## What came of it\n\n"
    "Rents at the Kalkbreite stay below the market. The city keeps the land and leases it out.",
    aliases=("How do cooperatives keep rents low?",),
    themes=("housing",),
    country="CH",
)
SPONGE = Article(
    "sponge-cities-china",
    "en",
    "Sponge cities in China: parks and streets that hold the rain",
    "Thirty Chinese cities became pilots. Parks, ponds and green roofs hold the rain where it falls."
    "\n\n## What came of it\n\n"
    "In 2021 heavy rain still flooded Zhengzhou. Critics say a sponge holds only so much.",
    aliases=("Our streets flood after every storm, what can we build?",),
    country="CN",
)
GARDEN = Article(
    "prinzessinnengarten-berlin",
    "en",
    "Prinzessinnengarten, Berlin: a garden in crates",
    "Volunteers cleared a lot at Moritzplatz in 2009 and planted in crates and sacks.\n\n"
    "After ten years the garden moved to a cemetery.",
    aliases=("community garden on land with a short lease",),
    country="DE",
)
GARDEN_DE = Article(
    "prinzessinnengarten-berlin",
    "de",
    "Prinzessinnengarten, Berlin: ein Garten in Kisten",
    "Freiwillige räumten 2009 eine Brache am Moritzplatz und pflanzten in Kisten und Säcke.\n\n"
    "Nach zehn Jahren zog der Garten auf einen Friedhof.",
    aliases=("Gemeinschaftsgarten auf Zeit",),
    country="DE",
)
GARDEN_ZH = Article(
    "prinzessinnengarten-berlin",
    "zh",
    "公主花园：柏林的移动社区花园",
    "2009年，志愿者在莫里茨广场清理出一块空地，用箱子和麻袋种菜。\n\n十年以后，花园搬到了一处墓地。",
    aliases=("短期租来的地能做社区花园吗？",),
    country="DE",
)
SWAP_ZH = Article(
    "curitiba-green-exchange",
    "zh",
    "库里蒂巴：用垃圾换蔬菜",
    "居民把分好的垃圾送到收集点，可以换到新鲜蔬菜。",
    country="BR",
)
ALL = (KALKBREITE, SPONGE, GARDEN, GARDEN_DE, GARDEN_ZH, SWAP_ZH)


@pytest.fixture(scope="module")
def index():
    return Index.build(ALL)


@pytest.mark.parametrize(
    ("lang", "question", "slug"),
    [
        ("en", "why are rents lower in the cooperative above the tram?", "kalkbreite-zurich"),
        ("en", "KALKBREITE", "kalkbreite-zurich"),
        ("en", "kalkbriete zuerich", "kalkbreite-zurich"),  # slips
        ("en", "garden crates moved to a cemetary", "prinzessinnengarten-berlin"),
        ("en", "our roads are under water when it rains", "sponge-cities-china"),
        ("en", "what did Chinese cities do against floods", "sponge-cities-china"),
        ("de", "Wohin ist der Garten umgezogen?", "prinzessinnengarten-berlin"),
        ("de", "Freiwilligengaerten in Kisten", "prinzessinnengarten-berlin"),
        ("zh", "花园后来搬到哪里去了？", "prinzessinnengarten-berlin"),
        ("zh", "拿垃圾换菜的那个巴西城市", "curitiba-green-exchange"),
        ("zh", "箱子种菜的community garden", "prinzessinnengarten-berlin"),
    ],
)
def test_a_resident_finds_the_article_that_answers(index, lang, question, slug):
    assert index.search(question, lang=lang)[0].slug == slug


@pytest.mark.parametrize(
    ("lang", "question", "slug", "found_in"),
    [
        ("de", "Genossenschaft über dem Straßenbahndepot", "kalkbreite-zurich", "en"),
        ("zh", "海绵城市有用吗？", "sponge-cities-china", "en"),
        ("de", "Tausch: Müll gegen Gemüse", "curitiba-green-exchange", "zh"),
        ("en", "swap waste for vegetables", "curitiba-green-exchange", "zh"),
        ("fr", "Kalkbreite", "kalkbreite-zurich", "en"),  # a language we have nothing in
    ],
)
def test_an_article_that_is_not_translated_is_found_in_another_language(
    index, lang, question, slug, found_in
):
    best = index.search(question, lang=lang)[0]
    assert (best.slug, best.lang) == (slug, found_in)


@pytest.mark.parametrize(
    ("lang", "question"),
    [("de", "Freiwillige pflanzen in Kisten"), ("zh", "移动花园"), ("en", "garden in sacks")],
)
def test_an_article_comes_in_the_language_of_the_question_if_there_is_one(index, lang, question):
    best = index.search(question, lang=lang)[0]
    assert (best.slug, best.lang) == ("prinzessinnengarten-berlin", lang)


def test_a_question_in_another_language_than_told_still_gets_the_article_as_told(index):
    best = index.search("社区花园搬到墓地", lang="de")[0]
    assert (best.slug, best.lang) == ("prinzessinnengarten-berlin", "de")
    assert best.passages[0].startswith("Freiwillige")


def test_the_paragraph_that_answers_comes_first(index):
    asked_where = index.search("To which cemetery did the garden move?")[0]
    asked_who = index.search("Who cleared the lot at Moritzplatz for the garden?")[0]
    assert asked_where.passages[0] == "After ten years the garden moved to a cemetery."
    assert asked_who.passages[0].startswith("Volunteers cleared")


def test_passages_are_paragraphs_without_headings(index):
    passages = index.search("Kalkbreite")[0].passages
    assert sorted(passages) == [
        "Rents at the Kalkbreite stay below the market. The city keeps the land and leases it out.",
        "The Kalkbreite is a cooperative city block in Zurich. About 250 people live there in 97"
        " flats.",
    ]


def test_staff_see_which_words_matched_and_what_each_kind_of_evidence_gave(index):
    found = index.search("Do the rents in Zurich really stay low?")
    assert set(found[0].matched) >= {"rents", "zurich", "low"}
    assert "the" not in found[0].matched
    kinds = dict(found[0].evidence)
    assert list(kinds) == ["words", "letters", "close_words", "close_letters", "meaning"]
    assert kinds["words"] > 0
    assert dict(found.signs)["covered"] > 0.5


def test_hits_come_best_first_and_once_a_slug(index):
    found = index.search("a garden in the city, 花园, Garten", lang="en", k=10)
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    assert len({hit.slug for hit in found}) == len(found)


@pytest.mark.parametrize("k", [0, 1, 2, 1000])
def test_no_more_hits_come_than_asked_for_or_than_there_are(index, k):
    found = index.search("city garden rain rents", k=k)
    assert len(found) <= min(k, len({article.slug for article in ALL}))
    assert (len(found) > 0) == (k > 0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "?!…",
        "\x00",
        "\ud800",
        "\ud83d half an emoji",
        "🌱" * 300,
        "👩‍👩‍👧‍👦 garden",
        "\u202egarden\u202c",
        "שלום עולם",
        "مرحبا بالعالم",
        "गार्डन",
        "e" + "\u0301" * 5000,
        "a" * 1_000_000,
        "花" * 1_000_000,
        "garden " * 150_000,
        "' OR 1=1; --",
        "{slug} %s %(x)s",
    ],
)
@pytest.mark.parametrize("lang", ["en", "de", "zh", "fr", ""])
def test_any_string_can_be_asked(index, text, lang):
    found = index.search(text, lang=lang)
    assert 0 <= found.confidence <= 1
    assert len(found) <= 5


@pytest.mark.parametrize("text", ["", " ", "?!", "🌱🌱", "\x00"])
def test_nothing_asked_finds_nothing(index, text):
    assert index.search(text) == Found()


def test_hidden_characters_do_not_hide_a_word(index):
    assert index.search("Kalk\u200bbreite\u202e", k=1) == index.search("Kalkbreite", k=1)


def test_the_same_question_gets_the_same_answer_from_every_build_and_thread():
    question = "garden rents rain 花园 Kisten"
    first = Index.build(ALL).search(question, k=10)
    again = Index.build(ALL)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _n: again.search(question, k=10), range(20))) == [first] * 20


def test_the_order_of_the_articles_does_not_matter():
    question = "how do cities keep rents low and rain out"
    forward = Index.build(ALL).search(question, k=10)
    backward = Index.build(reversed(ALL)).search(question, k=10)
    assert {h.slug: round(h.score, 9) for h in forward} == {
        h.slug: round(h.score, 9) for h in backward
    }


def test_of_two_articles_with_one_slug_and_language_the_later_counts():
    later = Article("garden", "en", "The garden closed", "It closed in 2024.")
    found = Index.build([Article("garden", "en", "The garden", "Open daily."), later]).search(
        "garden"
    )
    assert [hit.passages for hit in found] == [("It closed in 2024.",)]


def test_a_large_store_is_searched_as_well_as_a_small_one():
    streets = [
        Article(
            f"street-{n}", "en", f"Street {n}", f"A garden, a tram and low rents in street {n}."
        )
        for n in range(400)
    ]
    index = Index.build([*streets, *ALL])
    assert index.search("cooperative homes on the tram depot, low rents")[0].slug == (
        "kalkbreite-zurich"
    )
    assert index.search("street 123 garden")[0].slug == "street-123"
    assert index.search("垃圾换蔬菜", lang="en")[0].lang == "zh"


def test_an_empty_index_finds_nothing():
    assert Index.build([]).search("garden") == Found()


@pytest.mark.parametrize(
    "article",
    [
        Article("empty", "en", "", ""),
        Article("title", "en", "A garden", ""),
        Article("headings", "en", "A garden", "## One\n\n## Two"),
        Article("emoji", "en", "🌱", "🌱🌱\n\n🌱"),
        Article("foreign", "fr", "Un jardin", "Un jardin à Paris."),
        Article("hostile", "en", "\ud800\x00", "\u202e" * 100, aliases=("", "\n\n")),
    ],
)
def test_an_article_with_nothing_to_find_does_no_harm(article):
    found = Index.build([KALKBREITE, article]).search("cooperative homes in Zurich")
    assert found[0].slug == "kalkbreite-zurich"


def test_a_found_can_be_read_like_a_tuple(index):
    found = index.search("garden", k=3)
    assert list(found) == [found[place] for place in range(len(found))]
    assert found[1:] == tuple(found)[1:]
    assert found
    assert not Found()
