"""What the door lets through of a text, and how texts are shortened."""

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.message import MEASURES
from bot.text import CLUSTER_LIMIT, MARKS_LIMIT, clean, graphemes, shorten

QUICK = settings(max_examples=100, deadline=None, database=None)

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
KISS = "\U0001f469\U0001f3fd\u200d❤️\u200d\U0001f48b\u200d\U0001f468\U0001f3ff"
SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
GERMANY = "\U0001f1e9\U0001f1ea"

# Whatever `clean` looks for, and what stands around it.
PARTS = (
    *(
        "a",
        "é",
        "e\u0301",
        "ß",
        "城",
        "가",
        "\u1100\u1161",
        "م",
        "ی",
        "\u064b",
        "क",
        "\u094d",
        "\u0958",
    ),
    *(
        "\n",
        "\r\n",
        "\r",
        "\t",
        " ",
        "\u3000",
        "\x00",
        "\x1b",
        "\x85",
        "\u2028",
        "\ud83d",
        "\udc00",
    ),
    *(
        "\u200b",
        "\u200c",
        "\u200d",
        "\u200e",
        "\u202e",
        "\u2066",
        "\u2060",
        "\ufeff",
        "\xad",
        "\ufffe",
    ),
    *("\u0301", "\u0316", "\u0344", "\u0301" * 9, "\ufe0f", "\u20e3", "\U0001f3fd", "\U000e0067"),
    *("\U0001f3f4", "\U000e007f", "👍", "❤", FAMILY, KISS, SCOTLAND, GERMANY, "\U0001f1e9"),
)
hostile = st.lists(st.sampled_from(PARTS), max_size=25).map("".join)
anything = st.one_of(hostile, st.text(max_size=40))

DOOR = {
    "spaces at the ends go": ("  Hallo \n", "Hallo"),
    "letters are composed": ("Mu\u0308nchen", "München"),
    "line ends become one": ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
    "paragraphs and tabs stay": ("a\n\nb\tc", "a\n\nb\tc"),
    "NUL and escapes go": ("a\x00b\x1b[31mc\x9bd\x7f", "ab[31mcd"),
    "a half of a pair goes": ("a\ud83db\udc00c", "abc"),
    "noncharacters, which XML forbids, go": ("a\ufffeb\uffff\ufdd0c", "abc"),
    "an override cannot turn a name round": ("\u202egnp.exe\u202c", "gnp.exe"),
    "isolates go": ("\u2066evil\u2069", "evil"),
    "right-to-left writing itself stays": ("שלום עולם", "שלום עולם"),
    "a name with a gap of no width is the same name": ("An\u200bna\ufeff\u2060", "Anna"),
    "a soft hyphen goes": ("Bürger\xadbeteiligung", "Bürgerbeteiligung"),
    "a blank letter is no name": ("\u3164", ""),
    "a family stays": (FAMILY, FAMILY),
    "a kiss with two skins stays": (KISS, KISS),
    "a flag stays": (GERMANY, GERMANY),
    "the flag of Scotland stays": (SCOTLAND, SCOTLAND),
    "text hidden in tag letters goes": ("hi\U000e0068\U000e0069 there", "hi there"),
    "tag letters behind any other flag go": ("\U0001f3f4\U000e0041\U000e007f!", "\U0001f3f4!"),
    "a keycap stays": ("1\ufe0f\u20e3", "1\ufe0f\u20e3"),
    "Persian keeps its joiner": ("می\u200cخواهم", "می\u200cخواهم"),
    "Sinhala keeps its joiner": ("ශ්\u200dරී", "ශ්\u200dරී"),
    "a joiner between Latin letters goes": ("a\u200db\u200cc", "abc"),
    "letters are composed across what goes": ("e\u200c\u0301", "é"),
    "a joiner with one emoji goes": ("\U0001f468\u200d", "\U0001f468"),
    "Vietnamese keeps its marks": ("Tiếng Việt", "Tiếng Việt"),
    "a pile of marks is cut": ("x" + "\u0335" * 50 + "y", "x" + "\u0335" * MARKS_LIMIT + "y"),
    "a pile of skins is cut": ("👍" + "\U0001f3fd" * 99, "👍" + "\U0001f3fd" * MARKS_LIMIT),
    "Chinese stays": ("您好，我想报名！", "您好，我想报名！"),
}


@pytest.mark.parametrize(("given_text", "expected"), DOOR.values(), ids=DOOR)
def test_the_door_cleans_a_text(given_text: str, expected: str) -> None:
    assert clean(given_text) == expected


@QUICK
@given(anything)
def test_a_clean_text_is_not_changed_by_cleaning(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@QUICK
@given(anything)
def test_a_clean_text_can_be_stored_and_compared(text: str) -> None:
    tidy = clean(text)
    assert tidy.encode().decode() == unicodedata.normalize("NFC", tidy)
    assert {c for c in tidy if unicodedata.category(c) in {"Cc", "Cs"}} <= {"\n", "\t"}


@QUICK
@given(st.text(alphabet=st.characters(categories=("Lu", "Ll", "Nd", "Po")), max_size=40))
def test_letters_digits_and_punctuation_are_never_lost(text: str) -> None:
    assert clean(text) == unicodedata.normalize("NFC", text).strip()


MEGABYTE = 1_000_000
FLOODS = {
    "10,000 emoji": (KISS * 10_000, KISS * 10_000),
    "marks": ("a" + "\u0301" * MEGABYTE, "á" + "\u0301" * (MARKS_LIMIT - 1)),
    "marks of two classes": ("a" + "\u0301\u0316" * (MEGABYTE // 2), None),
    "marks between joiners": ("م" + ("\u0301" * 8 + "\u200d") * (MEGABYTE // 9), None),
    "marks between tags": ("a" + "\u0301\u0316\U000e0001" * (MEGABYTE // 3), None),
    "joiners": ("\u200d" * MEGABYTE, ""),
    "emoji and joiners": ("\U0001f468\u200d" * (MEGABYTE // 2), None),
    "tags": ("\U0001f3f4" + "\U000e0067" * MEGABYTE, "\U0001f3f4"),
    "regional indicators": (GERMANY * (MEGABYTE // 2), GERMANY * (MEGABYTE // 2)),
    "syllables to be": ("\u1100" * MEGABYTE, "\u1100" * MEGABYTE),
    "spaces": (" " * MEGABYTE + "a" + "\n" * MEGABYTE, "a"),
    "controls": ("\x00\r" * (MEGABYTE // 2) + "a", "a"),
    "letters": ("a" * MEGABYTE + "!", "a" * MEGABYTE + "!"),
}


@pytest.mark.parametrize(("flood", "expected"), FLOODS.values(), ids=FLOODS)
def test_a_flood_is_cleaned_in_linear_time(flood: str, expected: str | None) -> None:
    started = time.process_time()
    tidy = clean(flood)
    # A quadratic step would take minutes: NFC alone twenty, on marks of two classes.
    assert time.process_time() - started < 5
    assert expected is None or tidy == expected


@pytest.mark.parametrize("flood", [flood for flood, _ in FLOODS.values()], ids=FLOODS)
def test_a_flood_is_shortened_in_linear_time(flood: str) -> None:
    started = time.process_time()
    short = shorten(flood[:200_000], 300)
    assert "".join(graphemes(flood[:200_000])) == flood[:200_000]
    assert time.process_time() - started < 5
    assert len(short) <= 300


SIGNS = {
    "letters": ("ab", ["a", "b"]),
    "a composed and a piled letter": ("e\u0301x", ["e\u0301", "x"]),
    "flags": (GERMANY * 2 + "\U0001f1e9", [GERMANY, GERMANY, "\U0001f1e9"]),
    "a family and a kiss": (FAMILY + KISS, [FAMILY, KISS]),
    "the flag of Scotland": (SCOTLAND + "!", [SCOTLAND, "!"]),
    "a line end of two": ("\r\n\n", ["\r\n", "\n"]),
    "Hindi": ("हिन्दी", ["हि", "न्दी"]),
    "Chinese": ("城市", ["城", "市"]),
    "too long for a sign": ("a" + "\u0301" * 70, ["a" + "\u0301" * 63, "\u0301" * 7]),
}


@pytest.mark.parametrize(("text", "signs"), SIGNS.values(), ids=SIGNS)
def test_graphemes_are_what_a_reader_counts(text: str, signs: list[str]) -> None:
    assert list(graphemes(text)) == signs


@QUICK
@given(anything)
def test_graphemes_give_the_text_back(text: str) -> None:
    signs = list(graphemes(text))
    assert "".join(signs) == text
    assert all(0 < len(sign) <= CLUSTER_LIMIT for sign in signs)


SHORTENED = [
    ("Lernreise", 9, "characters", "Lernreise"),
    ("Lernreise", 8, "characters", "Lernrei…"),
    ("Lernreise Berlin", 11, "characters", "Lernreise…"),
    ("柏林学习之旅", 18, "utf8", "柏林学习之旅"),
    ("柏林学习之旅", 17, "utf8", "柏林学习…"),
    ("👍👍👍", 5, "utf16", "👍👍…"),
    ("👍👍👍", 4, "utf16", "👍…"),
    (FAMILY + "!", 11, "utf16", "…"),
    ("Lernreise", 1, "characters", "…"),
    ("城", 2, "utf8", ""),
    ("Lernreise", 0, "characters", ""),
    ("", 0, "characters", ""),
]


@pytest.mark.parametrize(("text", "limit", "measure", "short"), SHORTENED)
def test_a_text_is_shortened_as_the_platform_counts(text, limit, measure, short) -> None:
    assert shorten(text, limit, MEASURES[measure]) == short


@QUICK
@given(st.text(max_size=30), st.integers(0, 30), st.sampled_from(sorted(MEASURES)))
def test_a_shortened_text_fits_and_begins_like_the_text(text, limit, measure) -> None:
    size = MEASURES[measure]
    short = shorten(text, limit, size)
    assert size(short) <= limit
    assert short == text or text.startswith(short.removesuffix("…"))
