"""What a typed answer means among the choices that were offered."""

import pytest

from bot.message import Choice
from bot.numbering import numbers_of
from bot.understanding.choices import number, picked, yes_or_no

CITIES = (
    Choice("zurich", "Zürich: Kalkbreite"),
    Choice("berlin", "Berlin: Haus der Statistik"),
    Choice("vienna", "Sonnwendviertel"),
)
EVENTS = (Choice("e11", "Workshop 11"), Choice("e12", "Workshop 12"))
CHINESE = (Choice("join", "报名参加"), Choice("later", "以后再说"))
SURE = (Choice("yes", "Yes, delete everything"), Choice("no", "No, keep it"))


@pytest.mark.parametrize(
    "text",
    [
        "2", "2.", "#2", "(2)", "２", "②", "2️⃣", " 2 ", "No. 2", "nr 2", "option 2", "2 please",
        "two", "Two!", "second", "the second", "the second one", "2nd", "number two",
        "I'll take the second one, please",
        "zwei", "das zweite", "Die Zweite bitte", "der zweite", "Nummer zwei", "Nr. 2", "Option 2",
        "ich nehme das zweite",
        "二", "第二个", "第2个", "第二", "2号", "选2", "我选第二个", "第二个吧", "两",
    ],
)  # fmt: skip
def test_a_person_picks_the_second_choice(text):
    assert picked(text, CITIES) == "berlin"


LABELS = ("0 – not at all", *map(str, range(1, 10)), "10 – very", "I do not know")
SCALE = tuple(Choice(f"value-{label[:2].strip()}", label) for label in LABELS)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((str(point), f"value-{point}") for point in range(11)), ("zero", "value-0"),
        ("０", "value-0"), ("null", "value-0"), ("零", "value-0"), ("drei", "value-3"),
        ("10 please", "value-10"), ("very", None), ("11", "value-I"), ("12", None),
        ("I do not know", "value-I"), ("the last one", "value-I"),
    ],
)  # fmt: skip
def test_on_a_scale_the_number_is_what_the_point_is_called(text, value):
    assert picked(text, SCALE) == value


@pytest.mark.parametrize("text", ["0", "zero", "null"])
def test_where_nothing_is_called_zero_nothing_is_meant(text):
    assert picked(text, CITIES) is None


@pytest.mark.parametrize(
    ("labels", "numbers"),
    [
        (LABELS, (*range(11), 11)),
        (("Yes", "No"), (1, 2)),
        (("3", "4", "5", "Skip"), (3, 4, 5, 6)),
        (("2", "0", "1", "Skip"), (2, 0, 1, 3)),
        (("2 lanes", "3 lanes"), (1, 2)),
        (("7", "Skip", "9"), (1, 2, 3)),
        (("5", "5 – very"), (1, 2)),
        (("2026", "2027"), (1, 2)),
        ((), ()),
    ],
)
def test_no_two_choices_have_the_same_number(labels, numbers):
    assert numbers_of(labels) == numbers
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize(
    "text",
    ["last", "the last one", "Last!", "das letzte", "die letzte bitte", "最后一个", "最后", "3"],
)
def test_a_person_picks_the_last_choice(text):
    assert picked(text, CITIES) == "vienna"


@pytest.mark.parametrize(
    ("text", "offered", "meant"),
    [
        ("sonnwendviertel", CITIES, "vienna"),
        ("SONNWENDVIERTEL!", CITIES, "vienna"),
        ("Sonwendviertel", CITIES, "vienna"),
        ("Sonnwend", CITIES, "vienna"),
        ("Sonnwendviertel, please", CITIES, "vienna"),
        ("zurich kalkbreite", CITIES, "zurich"),
        ("Zuerich: Kalkbreite", CITIES, "zurich"),
        ("Berlin: Haus der", CITIES, "berlin"),
        ("vienna", CITIES, "vienna"),
        ("workshop 12", EVENTS, "e12"),
        ("12", (*EVENTS, *CITIES), None),
        ("报名", CHINESE, "join"),
        ("以后再说", CHINESE, "later"),
        ("yes please", SURE, "yes"),
        ("ja klar", SURE, "yes"),
        ("好的", SURE, "yes"),
        ("不用了，谢谢", SURE, "no"),
        ("👍", SURE, "yes"),
    ],
)
def test_a_person_picks_by_label_or_by_agreeing(text, offered, meant):
    assert picked(text, offered) == meant


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "?", "2 people are coming", "wir sind zu zweit", "2 or 3", "4", "0", "-", "2.5",
        "no one", "one of my friends lives there", "ich habe zwei Kinder", "我有两个孩子",
        "第二次世界大战", "What is Haus der Statistik?", "Be", "the", "das", "yes", "Leipzig",
        "the last tram depot", "Workshop 13", "x" * 500, "2" * 300,
    ],
)  # fmt: skip
def test_a_sentence_is_no_pick(text):
    assert picked(text, CITIES) is None


def test_a_number_that_differs_is_no_slip():
    assert picked("Workshop 13", EVENTS[1:]) is None


def test_a_beginning_that_two_labels_share_is_no_pick():
    assert picked("Workshop", EVENTS) is None


def test_nothing_offered_is_nothing_picked():
    assert picked("2", ()) is None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("3", 3), ("３", 3), ("three", 3), ("drei", 3), ("三", 3), ("12", 12), ("twelve", 12),
        ("zwölf", 12), ("zwoelf", 12), ("十二", 12), ("40", 40), ("2 bitte", 2), ("third", 3),
        ("three people", 3), ("just one", 1), ("1 person", 1), ("just me", 1), ("thirteen", 13),
        ("twenty-five", 25), ("eine Person", 1), ("ein Platz", 1), ("zwei Personen", 2),
        ("fünfundzwanzig", 25), ("nur ich", 1), ("一个", 1), ("一位", 1), ("一个人", 1), ("两个人", 2),
        ("二十五", 25), ("九十九", 99), ("就我一个", 1), ("我自己", 1), ("me and you", None),
        ("no one", None), ("last", None), ("", None), ("drei oder vier", None),
        ("1" * 20, None),
    ],
)  # fmt: skip
def test_a_person_writes_a_count(text, count):
    assert number(text) == count


@pytest.mark.parametrize(
    ("text", "agrees"),
    [
        ("yes", True), ("Yes!", True), ("yes please", True), ("yep", True), ("ok", True),
        ("sure, thanks", True), ("of course", True), ("sounds good", True),
        ("ja", True), ("ja klar", True), ("Ja, gerne!", True), ("na klar", True), ("passt", True),
        ("好", True), ("好的", True), ("可以", True), ("好的，谢谢", True), ("没问题", True),
        ("是的", True), ("👍", True), ("👍🏽", True), ("👍👍", True),
        ("no", False), ("no thanks", False), ("nope", False), ("rather not", False),
        ("nein", False), ("Nein danke", False), ("lieber nicht", False), ("noch nicht", False),
        ("不", False), ("不用了", False), ("不可以", False), ("不好", False), ("算了吧", False),
        ("👎", False), ("yes and no", None), ("ja nein", None), ("no idea where that is", None),
        ("", None), ("please", None), ("👍👎", None), ("yesterday", None), ("yes, in Berlin", None),
        ("好奇", None), ("not right now I am at work", None),
    ],
)  # fmt: skip
def test_a_person_agrees_or_declines(text, agrees):
    assert yes_or_no(text) is agrees


def test_a_beginning_that_fits_one_label_alone_is_that_label():
    offered = (Choice("k", "Kalkbreite, Zurich: homes above a tram depot"), Choice("g", "Gardens"))
    assert picked("Kalk", offered) == "k"
    assert picked("gard", offered) == "g"
    assert picked("Ka", offered) is None
    assert picked("Kalk", (*offered, Choice("s", "Kalk in Cologne"))) is None


def test_where_any_text_is_an_answer_half_of_a_label_has_to_be_there():
    offered = (Choice("k", "Kalkbreite, Zurich: homes above a tram depot"), Choice("g", "Gardens"))
    assert picked("Kalk", offered, begun=False) is None
    assert picked("gard", offered, begun=False) == "g"
