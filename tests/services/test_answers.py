"""What people answer to organisers is read into one form, or refused with a reason."""

import time

import pytest

from bot.dialog import Invalid
from bot.i18n import translate
from bot.services.answers import countries, fits, read_answer, shown
from bot.services.fields import check_fields

OPTIONS = [
    {"id": "vegan", "label": {"en": "Vegan food", "de": "Veganes Essen", "zh": "素食"}},
    {"id": "halal", "label": {"en": "Halal"}},
]
FIELDS = {
    field.id: field
    for field in check_fields(
        [
            {"id": "text", "kind": "text", "ask": "?"},
            {"id": "long", "kind": "long_text", "ask": "?"},
            {"id": "number", "kind": "number", "ask": "?", "least": 1, "most": 99},
            {"id": "choice", "kind": "choice", "ask": "?", "options": OPTIONS},
            {"id": "choices", "kind": "choices", "ask": "?", "options": OPTIONS},
            {"id": "date", "kind": "date", "ask": "?"},
            {"id": "day", "kind": "date", "ask": "?", "least": "2027-05-03", "most": "2027-05-07"},
            {"id": "email", "kind": "email", "ask": "?", "reason": "news"},
            {"id": "phone", "kind": "phone", "ask": "?", "reason": "news"},
            {"id": "country", "kind": "country", "ask": "?"},
            {"id": "city", "kind": "city", "ask": "?"},
        ]
    )
}


def read(name, text, zone="Europe/Berlin"):
    return read_answer(FIELDS[name], text, zone)


@pytest.mark.parametrize(
    ("name", "said", "kept"),
    [
        ("text", "  Ännä 王 🦄\x00\u200b ", "Ännä 王 🦄"),
        ("text", "'; DROP TABLE event; --", "'; DROP TABLE event; --"),
        ("text", "{{7*7}} %s%n <script>", "{{7*7}} %s%n <script>"),
        ("number", "3", 3), ("number", "drei", 3), ("number", "９", 9), ("number", "1,5", 1.5),
        ("number", "三", 3), ("number", "two, please", 2),
        ("choice", "2", "halal"), ("choice", "vegan food", "vegan"), ("choice", "素食", "vegan"),
        ("choices", "1, 2", ["vegan", "halal"]), ("choices", "2 1 2", ["halal", "vegan"]),
        ("choices", "veganes Essen und Halal", ["vegan", "halal"]), ("choices", "素食", ["vegan"]),
        ("date", "2027-05-14", "2027-05-14"), ("date", "14.5.2027", "2027-05-14"),
        ("date", "2027年5月14日", "2027-05-14"), ("date", "29.02.2028", "2028-02-29"),
        ("day", "3.5.2027", "2027-05-03"), ("day", "2027年5月7日", "2027-05-07"),
        ("email", "Anna@Example.ORG", "Anna@example.org"),
        ("email", "my mail is a.b@example.org.", "a.b@example.org"),
        ("email", "我的邮箱abc@qq.com。", "abc@qq.com"),
        ("email", "änna@exämple.de", "änna@exämple.de"), ("email", "张@例子.中国", "张@例子.中国"),
        ("phone", "0170 1234567", "+491701234567"), ("phone", "0221/12345678", "+4922112345678"),
        ("phone", "+86 138 1234 5678", "+8613812345678"), ("phone", "13812345678", "+8613812345678"),
        ("phone", "＋４９ １７０ １２３４５６７", "+491701234567"),
        ("country", "Deutschland", "DE"), ("country", "china", "CN"), ("country", "中国", "CN"),
        ("country", "USA", "US"), ("country", "de", "DE"), ("country", "Österreich", "AT"),
        ("city", "Köln", "Köln"), ("city", "上海", "上海"),
    ],
)  # fmt: skip
def test_an_answer_is_kept_in_one_form(name, said, kept) -> None:
    assert read(name, said) == kept
    assert fits(FIELDS[name], kept)


@pytest.mark.parametrize(
    ("name", "said", "why"),
    [
        ("text", " \x00", "Please write a few words."),
        ("text", "🦄" * 301, "That is 301 characters; please use at most 300."),
        ("long", "a" * 8000, "That is 8000 characters; please use at most 3000."),
        ("number", "many", "Please write a number, for example 3."),
        ("number", "9" * 400, "Please write a number, for example 3."),
        ("number", "0", "It must be at least 1."),
        ("number", "100", "It can be at most 99."),
        ("choice", "3", "Please pick one of these, or write its number."),
        ("choice", "1, 2", "Please pick one of these, or write its number."),
        ("choices", "none", "Please write the numbers of those that fit, for example: 1, 3"),
        ("date", "tomorrow", "Please write the date like this: 2027-05-14 or 14.5.2027"),
        ("date", "31.2.2027", "31.2.2027 is not in the calendar. Which day is meant?"),
        ("date", "29.02.2027", "29.02.2027 is not in the calendar. Which day is meant?"),
        ("day", "2.5.2027", "It must be May 3, 2027 or later."),
        ("day", "2027-05-08", "It must be May 7, 2027 or earlier."),
        ("email", "anna@example", "That is no e-mail address I could write to. It looks like name@example.org"),
        ("email", "a@b.de and c@d.de", "That is no e-mail address I could write to. It looks like name@example.org"),
        ("email", "a" * 1000 + "@b.de", "That is no e-mail address I could write to. It looks like name@example.org"),
        ("phone", "12", "That is no phone number I know. Please begin with the country code: +49 …"),
        ("country", "Atlantis", "I do not know that country. Please write its name, or two letters: DE"),
        ("city", "50667", "Please write the name of a city."),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused_with_a_reason(name, said, why) -> None:
    with pytest.raises(Invalid) as invalid:
        read(name, said)
    assert translate("en", invalid.value.why, **invalid.value.values) == why


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("piece", ["a@", "1,", "+4", "=", "王", "\u202e", "和 "])
def test_a_million_characters_take_no_time(name, piece) -> None:
    begun = time.perf_counter()
    with pytest.raises(Invalid):
        read(name, piece * (1_000_000 // len(piece)))
    assert time.perf_counter() - begun < 3


@pytest.mark.parametrize(
    ("name", "kept", "told"),
    [
        ("choices", ["vegan", "halal"], "Veganes Essen und Halal"),
        ("date", "2027-05-14", "14. Mai 2027"),
        ("country", "CN", "China"),
        ("number", 1.5, "1,5"),
        ("text", "", "–"),
    ],
)
def test_an_answer_is_shown_as_people_read_it(name, kept, told) -> None:
    assert shown(FIELDS[name], kept, "de") == told


def test_an_option_that_is_gone_is_no_answer_any_more() -> None:
    assert not fits(FIELDS["choice"], "kosher")
    assert not fits(FIELDS["choices"], "vegan")
    assert not fits(FIELDS["email"], "nobody")
    assert not fits(FIELDS["text"], "")


@pytest.mark.parametrize("language", ["en", "de", "zh"])
def test_the_list_of_countries_holds_countries(language: str) -> None:
    known = countries(language)
    assert {"DE", "CN", "CH", "ZA"} <= known.keys()
    assert not {"XA", "XB", "EZ", "UN", "ZZ", "QO", "EU", "CP"} & known.keys()
    assert len(known) > 240
