"""Questions on what the team has decided: not our subject, for a person, or set aside."""

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from bot.dialog import Transaction
from bot.services.gap_news import Decision
from bot.services.gap_sorting import sort_questions
from bot.services.gaps import Gaps
from tests.script import Chat

PARKING = "Wie bekomme ich einen Parkausweis für Anwohner?"
ANNA = SimpleNamespace(name="Anna", actor="staff:anna")
REFERRAL = {"de": "Das macht das Bürgeramt: 030 115.", "en": "The citizens' office does that."}


def decided(chat: Chat, state: str, **more: Any) -> int:
    """What was asked so far is sorted, and decided so; gives how many people are told."""
    house = chat.house
    sort_questions(house.database, house.now(), house.library.marks)
    with house.database.write() as connection:
        gaps = Gaps(Transaction(connection, house.now()))
        gap = gaps.find(least=1)[0]
        return gaps.decide(gap.id, Decision(state, gap.version, **more), ANNA)


async def test_what_is_not_our_subject_is_said_kindly_with_where_to_turn(chat: Chat) -> None:
    await chat.play(f"""
        > {PARKING}
        < Das weiß ich nicht, und raten möchte ich nicht. … [Sagen Sie mir, wenn Sie es wissen] [Einen Menschen fragen]
    """)
    assert decided(chat, "out_of_scope", referral=REFERRAL) == 0  # nobody wanted to hear it
    await chat.play(f"""
        > {PARKING}
        < Es tut mir leid, dabei können wir Ihnen hier nicht weiterhelfen. Das macht das Bürgeramt: 030 115.
        > Wo bekomme ich den Parkausweis?
        < Es tut mir leid, dabei können wir Ihnen hier nicht weiterhelfen. Das macht das Bürgeramt: 030 115.
        > Wer hat gestern das Fußballspiel gewonnen?
        < Das weiß ich nicht, und raten möchte ich nicht. …
    """)


async def test_without_a_referral_there_is_a_person(chat: Chat) -> None:
    await chat.play(f"""
        > {PARKING}
        < Das weiß ich nicht, …
    """)
    decided(chat, "out_of_scope")
    await chat.play(f"""
        > {PARKING}
        < Es tut mir leid, dabei können wir Ihnen hier nicht weiterhelfen. [Einen Menschen fragen]
    """)


async def test_what_is_for_a_person_is_handed_over_at_once(chat: Chat) -> None:
    await chat.play(f"""
        > {PARKING}
        < Das weiß ich nicht, …
    """)
    decided(chat, "for_a_person")
    await chat.play(f"""
        > {PARKING}
        < Fragen dazu beantwortet ein Mensch aus unserem Team. Das Büro ist …
        < Was darf ich an das Team weitergeben? Schreiben Sie es hier, oder schicken Sie Ihre letzte Frage: „{PARKING}“ [Meine letzte Frage schicken] [Abbrechen]
        > [Meine letzte Frage schicken]
        < Danke. Ihre Frage steht jetzt auf der Liste des Teams. …
    """)


@pytest.mark.parametrize("state", ["ignored", "open"])
async def test_what_is_set_aside_or_open_is_simply_not_known(chat: Chat, state: str) -> None:
    await chat.play(f"""
        > {PARKING}
        < Das weiß ich nicht, …
    """)
    decided(chat, state)
    await chat.play(f"""
        > {PARKING}
        < Das weiß ich nicht, …
    """)


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (
            "out_of_scope",
            "dabei können wir Ihnen hier nicht weiterhelfen.\\n\\nDas macht das Bürger",
        ),
        ("for_a_person", "Das kann Ihnen ein Mensch aus unserem Team beantworten."),
    ],
)
async def test_who_wanted_to_hear_is_told_once(chat: Chat, state: str, told: str) -> None:
    await chat.play(f"""
        > {PARKING}
        < Das weiß ich nicht, …
        > Sagen Sie mir, wenn Sie es wissen
        < Gern. …
    """)
    assert decided(chat, state, referral=REFERRAL) == 1
    with chat.house.database.write() as connection:
        said = str(connection.scalars(text("SELECT body FROM outbox ORDER BY id")).all()[-1])
        assert said.startswith(f'{{"text":"Sie haben uns gefragt: „{PARKING}“')
        assert told in said
        gaps = Gaps(Transaction(connection, chat.house.now()))
        gap = gaps.find(state, 1)[0]
        assert (gap.heard, gap.waiting) == (1, 0)
        again = Decision(state, gap.version, referral=REFERRAL)
        assert gaps.decide(gap.id, again, ANNA) == 0
