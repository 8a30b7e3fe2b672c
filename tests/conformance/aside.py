"""Which talks are not played on the stages, and why. This table only shrinks."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Aside:
    """Why these are not played; on these channels, or on none."""

    why: str
    talks: tuple[str, ...]
    channels: tuple[str, ...] = ("telegram", "wechat", "wecom", "web", "terminal")


ASIDE: Final = (
    Aside(
        "one person sits at a terminal",
        (
            "test_link::test_a_code_is_good_once",
            "test_link::test_a_code_pushed_on_somebody_changes_nothing",
            "test_link::test_a_link_can_be_undone",
            "test_link::test_a_person_links_two_channels",
            "test_link::test_each_conversation_is_asked_and_told_in_its_own_language",
            "test_link::test_guessing_ends_soon",
            "test_link::test_linked_channels_speak_the_chosen_language",
            "test_places::test_a_number_in_a_form_is_for_the_form_whatever_comes_in_between",
            "test_places::test_a_seat_is_given_back_for_a_place_on_the_waiting_list",
            "test_places::test_an_offer_is_taken_once",
            "test_places::test_who_comes_while_others_wait_is_told_so",
            "test_places::test_who_has_a_seat_and_lets_it_go_is_asked_first",
            "test_registration::test_a_reminder_is_promised_only_where_one_comes",
            "test_registration::test_what_is_sensitive_is_asked_only_of_who_agreed_to_that",
        ),
        ("terminal",),
    ),
    Aside(
        "what is tapped was never offered: nobody can do that with a messenger's own application",
        (
            "test_answer::test_an_article_that_was_tapped_is_what_one_goes_on_from",
            "test_answer::test_interest_needs_no_more_words_and_can_be_given_up",
            "test_places::test_after_the_event_people_are_asked_once_how_it_was",
            "test_remarks::test_a_choice_that_nobody_offers_is_gone_and_no_question",
        ),
    ),
    Aside(
        "neither sends a place",
        ("test_poll::test_a_scale_and_a_place_that_is_sent",),
        ("web", "terminal"),
    ),
    Aside(
        "the house is opened twice over one database, and a platform is not",
        ("test_registration::test_a_form_goes_on_after_a_day_and_a_restart",),
    ),
    Aside(
        "it is about a channel with limits of its own",
        (
            "test_remarks::test_why_is_told_of_follow_ups_taps_and_examples_too",
            "test_reminder::test_where_we_may_not_write_it_waits_and_a_calendar_file_goes_along",
        ),
    ),
    Aside(
        "no file can be sent there: a calendar file is not spoken of, one's data are elsewhere",
        (
            "test_first_talks::test_a_slash_is_only_another_way_to_say_it",
            "test_registration::test_a_reminder_is_promised_only_where_one_comes",
        ),
        ("wechat",),
    ),
    Aside(
        "three full stops are a mere sign there: they ask for what waits",
        ("test_poll::test_somebody_adds_a_statement_and_others_vote_on_it",),
        ("wechat",),
    ),
    Aside(
        "a week later the platform lets nobody be written to first",
        ("test_reminder::test_the_evening_before_counts_from_ones_only_event",),
        ("wechat",),
    ),
    Aside(
        "what a page of ours began is told when they look (web, terminal), or five seconds later",
        ("test_personal_answers::test_on_a_messenger_what_is_personal_is_given_on_a_page",),
        ("web", "wechat", "terminal"),
    ),
)
MOST: Final = 58  # talks, each counted once a channel


def pairs() -> Iterator[tuple[str, str]]:
    """Talk and channel, one after the other."""
    for aside in ASIDE:
        for talk in aside.talks:
            yield from ((talk, channel) for channel in aside.channels)


_PAIRS: Final = frozenset(pairs())


def is_aside(talk: str, channel: str) -> bool:
    """Whether the table says so."""
    return (talk, channel) in _PAIRS


@cache
def has_script(test: Callable[..., Any]) -> bool:
    """Whether it is a talk: what plays no script asks for one thing that dialogs alone decide."""
    return ".play(" in inspect.getsource(test)
