"""What becomes of a reply on a channel that can show less: looks may go, words stay."""

import time
from dataclasses import replace
from itertools import chain

import pytest
import regex
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from adapters.capabilities import WECHAT
from bot.cutting import cut
from bot.message import MEASURES, Attachment, Capabilities, Choice, Link, Reply
from bot.render import Fitted, can_tap, fit

QUICK = settings(max_examples=100, deadline=None, database=None)

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"  # 1 sign, 11 units, 25 bytes
FLAG = "\U0001f1e9\U0001f1ea"
URL = "https://city.example/journeys/2027?lang=de&place=3#map"

WORDS = (
    *(
        "a",
        "Stadt",
        "城",
        "您好",
        "é",
        "e\u0301\u0323",
        "👍",
        "👍🏽",
        FAMILY,
        FLAG,
        "\U0001f1e9",
        "שלום",
    ),
    *(" ", "  ", "\n", "\n\n", "\t", "\u3000", " \u0308", "\u0600", "क्षि", "1. ", "12. "),
    *(
        ". ",
        "! ",
        "?",
        "…",
        "。",
        "！”",
        "，",
        "；",
        '." ',
        ") ",
        "z. B. ",
        URL,
        f"{URL} ",
        "https://x.org。",
    ),
)
spoken = st.lists(st.sampled_from(WORDS), max_size=40).map("".join)
texts = st.one_of(spoken, st.text(max_size=60))
measures = st.sampled_from(sorted(MEASURES))
channels = st.builds(
    Capabilities,
    choices=st.integers(0, 4),
    choice_length=st.integers(0, 20),
    text_limit=st.integers(1, 60),
    measure=measures,
    attachments=st.sampled_from([(), ("*",), ("image/png",)]),
    links=st.booleans(),
)
choices = st.lists(st.builds(Choice, st.text(max_size=3), texts), max_size=5).map(tuple)
urls = st.sampled_from(
    [URL, "http://x.org", "javascript:alert(1)", "tg://user?id=1", "https://", ""]
)
links = st.lists(st.builds(Link, texts, urls), max_size=2).map(tuple)
files = st.builds(
    Attachment, st.sampled_from(["image/png", "text/calendar"]), urls | st.binary(), texts
)
replies = st.builds(Reply, texts, choices, links, st.lists(files, max_size=2).map(tuple))


def signs(*written: str) -> list[str]:
    """The graphemes of texts without those that are white space."""
    found = chain.from_iterable(regex.findall(r"\X", text) for text in written)
    return [sign for sign in found if not sign.isspace()]


def left_out(whole: str, parts: tuple[str, ...]) -> str:
    """What lies between the parts, before the first and after the last."""
    gaps, position = [], 0
    for part in parts:
        at = whole.index(part, position)
        gaps.append(whole[position:at])
        position = at + len(part)
    return "".join([*gaps, whole[position:]])


def within(text: str, can: Capabilities) -> bool:
    return can.size(text) <= can.text_limit or len(signs(text)) == 1


def looks_fitted(reply: Reply, can: Capabilities) -> bool:
    """Whether all it says is the last piece of a list too long for one part."""
    (said,) = fit(replace(reply, choices=()), replace(can, text_limit=99_999)).parts
    lines = "\n".join(f"{n}. {choice.label}" for n, choice in enumerate(reply.choices, 1))
    return said.text == cut(lines, can)[-1]


@QUICK
@given(texts, st.integers(0, 60), measures)
def test_a_cut_text_loses_only_white_space_at_the_cuts(text, limit, measure) -> None:
    parts = cut(text, Capabilities(text_limit=limit, measure=measure))
    assert left_out(text, parts).strip() == ""
    assert len(parts) == 1 or all(part.strip() for part in parts)


@QUICK
@given(texts, st.integers(0, 60), measures)
def test_a_cut_never_goes_through_a_grapheme(text, limit, measure) -> None:
    assert signs(*cut(text, Capabilities(text_limit=limit, measure=measure))) == signs(text)


@QUICK
@given(texts, st.integers(0, 60), measures)
def test_a_part_is_within_the_limit_or_a_single_grapheme(text, limit, measure) -> None:
    can = Capabilities(text_limit=limit, measure=measure)
    assert all(within(part, can) for part in cut(text, can))


@QUICK
@given(spoken, st.integers(len(URL) * 2, 150), measures)
def test_a_url_is_not_cut_where_it_has_room(text, limit, measure) -> None:
    can = Capabilities(text_limit=limit, measure=measure)
    runs = regex.findall(r"https?://[^\s，。；！…”]+", text)
    assume(all(can.size(run) <= limit for run in runs))
    parts = " ".join(cut(text, can))
    assert regex.findall(r"https?://[^\s，。；！…”]+", parts) == runs


@QUICK
@given(replies, channels)
def test_a_reply_keeps_every_word(reply, can) -> None:
    assume(not looks_fitted(reply, can))
    last = fit(reply, can).parts[-1]
    said = "".join(signs(*(part.text for part in fit(reply, can).parts)))
    shown = {*(link.label for link in last.links), *(file.name for file in last.attachments)}
    if can_tap(reply.choices, can):
        shown |= {choice.label for choice in last.choices}
    words = [reply.text, *(choice.label for choice in reply.choices)]
    words += [link.label for link in reply.links]
    words += [file.name for file in reply.attachments]
    for word in set(words) - shown:
        assert "".join(signs(word)) in said


@QUICK
@given(replies, channels)
def test_choices_links_and_files_stand_on_the_last_part_only(reply, can) -> None:
    *before, last = fit(reply, can).parts
    assert before == [Reply(part.text) for part in before]
    assert [choice.value for choice in last.choices] == [choice.value for choice in reply.choices]
    assert set(last.links) <= set(reply.links)
    assert set(last.attachments) <= set(reply.attachments)


@QUICK
@given(replies, measures)
def test_a_reply_within_the_limits_is_sent_as_it_is(reply, measure) -> None:
    can = Capabilities(choices=5, choice_length=9999, text_limit=9999, measure=measure)
    plain = Reply(reply.text, reply.choices)
    assert fit(plain, can) == Fitted((plain,), ())


@QUICK
@given(replies, channels)
def test_a_fitted_reply_is_within_the_limits_of_its_channel(reply, can) -> None:
    for part in fit(reply, can).parts:
        assert within(part.text, can)
        assert can.links or not part.links
        assert can.attachments or not part.attachments
        assert all(link.url.startswith("http") and len(link.url) > 8 for link in part.links)


@QUICK
@given(replies, channels)
def test_fitting_a_part_once_more_changes_nothing(reply, can) -> None:
    for part in fit(reply, can).parts:
        assert fit(part, can) == Fitted((part,), ())


@pytest.mark.parametrize("limit", [4095, 4096, 4097])
@pytest.mark.parametrize("sign", ["a", "👍", FLAG, FAMILY, "e\u0301\u0323", "ש", "城"])
def test_a_sign_at_the_border_goes_whole_into_the_next_part(sign: str, limit: int) -> None:
    can = Capabilities(text_limit=limit, measure="utf16")
    for lead in range(12):
        text = "x" * (limit - lead) + sign * 8
        parts = cut(text, can)
        assert "".join(parts) == text
        assert signs(*parts) == signs(text)
        assert max(map(can.size, parts)) <= limit


def test_three_thousand_chinese_characters_go_out_in_parts_of_at_most_1800_bytes() -> None:
    text = "城" * 3000
    parts = fit(Reply(text), WECHAT).parts
    assert [len(part.text.encode()) for part in parts] == [1800] * 5
    assert "".join(part.text for part in parts) == text


def test_chinese_prose_is_cut_after_its_sentences() -> None:
    text = "城市学习之旅为期三天，参加者走访社区。" * 100
    parts = fit(Reply(text), WECHAT).parts
    assert "".join(part.text for part in parts) == text
    assert {part.text[-1] for part in parts} == {"。"}


def test_three_thousand_signs_are_cut_in_linear_time() -> None:
    for sign in ("a ", "。", FAMILY, FLAG, URL, "e" + "\u0301" * 40, "\u0600", ". "):
        started = time.process_time()
        assert signs("".join(cut(sign * 3_000, WECHAT))) == signs(sign * 3_000)
        assert time.process_time() - started < 5


CUTS = [
    (24, "Guten Tag.\n\nWie geht es Ihnen?", "Guten Tag.|Wie geht es Ihnen?"),
    (24, "Eins zwei drei.\n\nVier. Fünf sechs", "Eins zwei drei.|Vier. Fünf sechs"),
    (20, "Hi.\n\nWir treffen uns heute am Markt.", "Hi.\n\nWir treffen uns|heute am Markt."),
    (16, "Berlin, im Mai\nWuhan, Oktober", "Berlin, im Mai|Wuhan, Oktober"),
    (20, "Das geht. Gut so! Wirklich.", "Das geht. Gut so!|Wirklich."),
    (20, 'He said "go on." Then he left.', 'He said "go on."|Then he left.'),
    (12, "他说：“好的。”我们走吧，就现在。", "他说：“好的。”|我们走吧，就现在。"),
    (12, "请报名！名额有限，先到先得。", "请报名！|名额有限，先到先得。"),
    (18, "Wir treffen uns. z. B. heute um acht", "Wir treffen uns.|z. B. heute um|acht"),
    (16, "Am 3. Mai um 12. Stock", "Am 3. Mai um 12.|Stock"),
    (12, "可以的，我们明天在那里见面吧", "可以的，|我们明天在那里见面吧"),
    (7, "可以的，我们见面吧", "可以的，|我们见面吧"),
    (10, "good practices", "good|practices"),
    (20, "Hi. " + "x" * 36, "Hi.|" + "x" * 20 + "|" + "x" * 16),
    (18, "Mehr:https://x.org/abc", "Mehr:|https://x.org/abc"),
    (12, "https://x.org/abc", "https://x.or|g/abc"),
    (4, "Bürgerrat", "Bürg|erra|t"),
    (2, "ab👍🏽" + FAMILY + "cd", f"ab|👍🏽|{FAMILY}|cd"),
    (0, "ab c", "a|b|c"),
    (4, "       ", ""),
    (4, "  ab  ", "ab"),
    (6, "  ab  ", "  ab  "),
]


@pytest.mark.parametrize(("limit", "text", "parts"), CUTS)
def test_a_text_is_cut_where_a_reader_would_pause(limit: int, text: str, parts: str) -> None:
    assert cut(text, Capabilities(text_limit=limit)) == tuple(parts.split("|"))
