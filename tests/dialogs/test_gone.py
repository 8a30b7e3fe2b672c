"""Events one cannot register for: cancelled, over, unknown; said before anything is asked."""

from dataclasses import replace

import pytest

from tests.eventful import DAY, JOURNEY, NOW, SCHOOL

TRIP = replace(
    SCHOOL,
    id="trip",
    title={"en": "Study trip to Utrecht", "de": "Studienreise nach Utrecht", "zh": "乌得勒支考察"},
    place="Utrecht",
    state="cancelled",
    programme=None,
)
MEETING = replace(
    SCHOOL,
    id="meeting",
    title={"en": "Meeting in Leipzig"},
    place="Leipzig",
    starts_at=NOW - 5 * DAY,
    ends_at=NOW - 4 * DAY,
    state="closed",
    programme=None,
)
SAID = {
    "Register for the study trip to Utrecht": "Study trip to Utrecht: This event was cancelled.",
    "Was the study trip cancelled?": "Study trip to Utrecht: This event was cancelled.",
    "Was ist mit der Studienreise nach Utrecht?": "Studienreise nach Utrecht: Diese Veranstaltung wurde abgesagt.",
    "Ist die Studienreise abgesagt?": "Studienreise nach Utrecht: Diese Veranstaltung wurde abgesagt.",
    "报名乌得勒支考察": "乌得勒支考察：该活动已取消。",
    "乌得勒支考察取消了吗？": "乌得勒支考察：该活动已取消。",
    "Register for the meeting in Leipzig": "Meeting in Leipzig: This event is over.",
    "Register for the moon festival": "I know no event of that name.",
    "我要报名月亮节": "我没有找到这个名称的活动。",
    "Is the summer school still on?": "Summer School Berlin: 2 seats are left.",
    "register me please": "Which event would you like to register for?",
    "I want to register for an event": "Which event would you like to register for?",
    "Ich möchte mich gern anmelden": "Für welche Veranstaltung möchten Sie sich anmelden?",
    "我想报名参加活动": "您想报名参加哪个活动？",
}


@pytest.mark.parametrize(("said", "told"), SAID.items())
async def test_what_cannot_be_registered_for_is_said_first(town, said, told) -> None:
    for event in (SCHOOL, JOURNEY, TRIP, MEETING):
        town.holds(event)
    await town.anna.say(said)
    assert town.anna.shown[0].text.startswith(told)
    assert town.anna.shown[0].choices
