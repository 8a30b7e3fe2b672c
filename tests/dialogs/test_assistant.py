"""Somebody asks for the assistant where nobody of the team is talking."""

import pytest

from tests.script import Chat


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("back to the assistant", "I am the assistant, and I am here. …"),
        ("zurück zur Assistenz", "Ich bin die Assistenz und bin da. …"),
        ("返回助手", "我是助手，我在这里。…"),
    ],
)
async def test_it_says_that_it_is_here(chat: Chat, said: str, told: str) -> None:
    await chat.play(f"""
        > {said}
        < {told}
    """)
