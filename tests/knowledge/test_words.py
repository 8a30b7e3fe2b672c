"""Cutting texts and questions: words, stems, sentences, runs of letters, pieces, slips, meanings."""

import re
from importlib import resources

import numpy as np
import pytest
import yaml

from knowledge.cues import Cue
from knowledge.glossary import glossary
from knowledge.grams import keys_by_line, sizes, weighted_keys
from knowledge.pieces import cut
from knowledge.spelling import Spelling
from knowledge.words import clean, sentences, spellings, stems, terms, words


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("Zürich", "zürich"),
        ("STRASSE Straße", "strasse strasse"),
        ("ＡＢＣ１２３", "abc123"),
        ("soft\u00adhyphen zero\u200bwidth", "softhyphen zerowidth"),
        ("left\u202eright\u200f", "leftright"),
        ("nul\x00inside", "nul inside"),
        ("lone \ud800 surrogate", "lone   surrogate"),
        ("two\nlines", "two\nlines"),
        ("", ""),
    ],
)
def test_a_text_is_compared_without_case_and_without_what_nobody_sees(typed, compared):
    assert clean(typed) == compared


@pytest.mark.parametrize(
    ("text", "cut_into"),
    [
        ("It cost 5.000 euro. Who paid?", ["it cost 5.000 euro.", "who paid?"]),
        ("上海的花园。谁在管？居民。", ["上海的花园。", "谁在管?", "居民。"]),
        ("one line\nand another", ["one line", "and another"]),
        ("   ", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text, cut_into):
    assert sentences(clean(text)) == cut_into


def test_words_and_runs_of_characters_come_in_order():
    assert words("co-working in 上海2024年") == ["co", "working", "in", "上海", "2024", "年"]


@pytest.mark.parametrize(
    ("lang", "one", "other"),
    [
        ("en", "cooperatives", "cooperative"),
        ("en", "Medellín", "medellin"),
        ("de", "Genossenschaften", "genossenschaft"),
        ("de", "Häuser", "haeuser"),
        ("de", "Zürich", "zurich"),
        ("zh", "gardens", "garden"),
    ],
)
def test_forms_of_a_word_have_one_stem(lang, one, other):
    first, second = stems([clean(one), clean(other)], lang)
    assert first == second


@pytest.mark.parametrize(
    ("stem", "indexed_by"),
    [("garten", ("garten",)), ("海绵", ("海", "绵", "海绵")), ("园", ("园",))],
)
def test_characters_are_indexed_by_themselves_and_in_pairs(stem, indexed_by):
    assert terms(stem) == indexed_by


@pytest.mark.parametrize(
    ("lang", "typed", "spelt"),
    [
        ("de", ["fuer", "doctor", "fotografie"], ["fur", "doktor", "fotografie"]),
        ("de", ["photographie"], ["fotografie"]),
        ("en", ["queue", "café"], ["queue", "cafe"]),
        ("zh", ["社区"], ["社区"]),
        ("en", [], []),
    ],
)
def test_letters_are_compared_as_they_sound(lang, typed, spelt):
    assert spellings(typed, lang) == spelt


def test_runs_of_letters_stay_within_their_line():
    together, _lines = keys_by_line("abcdef", (3,))
    apart, lines = keys_by_line("abc\ndef", (3,))
    assert (len(together), lines.tolist()) == (4, [0, 1])
    assert set(apart.tolist()) <= set(together.tolist())


def test_a_forgotten_character_still_finds_its_neighbours():
    wanted, _weights = weighted_keys("社花", np.ones(2), (2,))
    plain, _lines = keys_by_line("社区花园", (2,))
    skipping, _lines = keys_by_line("社区花园", (2,), skipping=True)
    assert wanted[0] not in plain
    assert wanted[0] in skipping


def test_a_run_weighs_as_much_as_its_letters_on_average():
    _keys, weights = weighted_keys("abcd", np.array([1.0, 1.0, 0.4, 0.4]), (4,))
    assert weights.tolist() == pytest.approx([0.7])


@pytest.mark.parametrize("text", ["", "a", "ab"])
def test_a_text_shorter_than_a_run_has_none(text):
    keys, _weights = weighted_keys(text, np.ones(len(text)), sizes("en"))
    assert len(keys) == 0


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("statistk", ["statistik"]),  # a letter left out
        ("shenzhne", ["shenzhen"]),  # two swapped
        ("gardn", ["garden"]),
        ("genosenschft", ["genossenschaft"]),  # two slips in a long word
        ("bnk", []),  # too short to tell
        ("2015", []),  # a number is not mistyped
        ("elephant", []),
    ],
)
def test_a_slip_finds_the_word_that_was_meant(typed, meant):
    known = Spelling.of(
        ["statistik", "shenzhen", "garden", "genossenschaft", "bank", "2014", "花园"]
    )
    assert [form for form, _weight in known.near(typed)] == meant


def test_words_equally_near_share_the_weight():
    near = Spelling.of(["garten", "karten"]).near("tarten")
    assert [form for form, _weight in near] == ["garten", "karten"]
    assert near[0][1] == near[1][1] == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("lang", "text", "pieces"),
    [
        ("zh", "长沙的海绵城市", ["长沙", "的", "海绵城市"]),
        ("zh", "怎么样", ["怎么样"]),
        ("en", "who runs the garden", ["who", "runs", "the", "garden"]),
        ("zh", "co-working空间", ["co", "working", "空间"]),
    ],
)
def test_a_question_is_cut_into_pieces_that_are_the_question_again(lang, text, pieces):
    found = cut(words(text), lang)
    assert [piece.text for piece in found] == pieces


def test_small_words_and_cues_are_known_as_such():
    found = cut(words("what is the weather today"), "en")
    assert [piece.small for piece in found] == [True, True, True, False, False]
    assert [piece.cue for piece in found] == [None, None, None, Cue.NOW, Cue.NOW]


def concepts(word, lang):
    [(whole, parts)] = glossary().of_words([word], lang)
    return {*whole, *parts}


@pytest.mark.parametrize(
    ("lang", "word", "other_lang", "other"),
    [
        ("en", "garden", "de", "garten"),
        ("de", "genossenschaft", "de", "wohngenossenschaft"),
        ("de", "schulkinder", "en", "pupil"),
        ("de", "kinderbeteiligung", "en", "participation"),  # by the last part
        ("de", "mobility", "en", "mobility"),  # an English word in a German text
        ("en", "zurich", "de", "zürich"),
    ],
)
def test_terms_that_mean_the_same_share_a_concept(lang, word, other_lang, other):
    assert concepts(word, lang) & concepts(other, other_lang)


def test_a_chinese_term_shares_the_concept_of_its_translation():
    found = {concept for _start, _length, concept in glossary().of_han("社区花园")}
    phrase = {concept for *_place, concept in glossary().of_phrases(["community", "garden"], "en")}
    assert phrase & found


def test_a_country_is_part_of_the_world_around_it():
    brazil, *around = glossary().country["BR"]
    assert concepts("brasilien", "de") == {brazil}
    assert concepts("lateinamerika", "de") <= {*around}
    assert {brazil, *around} <= glossary().places


def test_every_line_of_the_glossary_can_be_read():
    text = resources.files("knowledge").joinpath("glossary.yaml").read_text("utf-8")
    cells = {"terms": 3, "words": 3, "cities": 3, "countries": 4, "regions": 4}
    parts = yaml.safe_load(text)
    wrong = [
        line
        for part, many in cells.items()
        for line in parts[part].splitlines()
        if len(line.split("|")) != many or not all(term.strip() for term in re.split(r"[|,]", line))
    ]
    assert wrong == []
    assert list(parts) == list(cells)
