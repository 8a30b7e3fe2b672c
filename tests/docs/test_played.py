"""README.md and docs/operations.md are played: the talk is held, the commands are run."""

from pathlib import Path

import pytest

from tests.docs.markdown import ROOT, blocks, page, spoken
from tests.docs.workshop import Workshop
from tests.script import Chat

README = blocks(page("README.md"))
COMMANDS = [said for block in README if block.kind == "console" for said in spoken(block)]


async def test_a_visitor_holds_the_talk_of_the_readme(chat: Chat) -> None:
    (talk,) = [block for block in README if block.kind == "talk"]
    await chat.play(talk.text)


@pytest.mark.parametrize("said", COMMANDS, ids=lambda said: said.command)
def test_a_visitor_runs_the_commands_of_the_readme(said, tmp_path: Path) -> None:
    Workshop(ROOT, tmp_path).run(said.command, said.output)


def test_an_organiser_follows_the_page_about_events(tmp_path: Path) -> None:
    example, commands = blocks(page("docs/events.md"))
    (tmp_path / "summer.yaml").write_text(example.text, encoding="utf-8")
    Workshop(tmp_path, tmp_path / "data").play(commands)


def test_an_organiser_follows_the_page_about_polls(tmp_path: Path) -> None:
    example, *played, _recount = blocks(page("docs/polls.md"))
    (tmp_path / "lanes.yaml").write_text(example.text, encoding="utf-8")
    workshop = Workshop(tmp_path, tmp_path / "data")
    for commands in played:
        workshop.play(commands)


def test_an_operator_drills_backup_and_restore(tmp_path: Path) -> None:
    (drill,) = [b for b in blocks(page("docs/operations.md")) if b.kind == "console"]
    Workshop(tmp_path, tmp_path / "data").play(drill)


def test_an_administrator_follows_the_page_about_the_api(tmp_path: Path) -> None:
    workshop = Workshop(ROOT, tmp_path)
    for commands in (b for b in blocks(page("docs/api.md")) if b.kind == "console"):
        workshop.play(commands)


def test_an_organiser_follows_the_page_about_broadcasts(tmp_path: Path) -> None:
    example, commands = blocks(page("docs/broadcasts.md"))
    (tmp_path / "school.yaml").write_text(example.text, encoding="utf-8")
    Workshop(tmp_path, tmp_path / "data").play(commands)
