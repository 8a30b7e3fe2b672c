"""CONTRIBUTING.md is played: what it says one writes is written, what it says one runs is run."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.markdown import ROOT, blocks, page, section
from tests.docs.workshop import Workshop

CONTRIBUTING = page("CONTRIBUTING.md")
RECIPES = ("Add a channel", "Add a dialog", "Add a language", "Add an article")


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_newcomer_follows_a_recipe_word_by_word(recipe: str, tmp_path: Path) -> None:
    steps = blocks(section(CONTRIBUTING, recipe))
    assert any(step.path for step in steps)
    assert any(step.kind == "console" for step in steps)
    workshop = Workshop.furnished(tmp_path)
    for step in steps:
        workshop.play(step)


def test_every_block_belongs_to_a_recipe() -> None:
    in_recipes = [b for recipe in RECIPES for b in blocks(section(CONTRIBUTING, recipe))]
    assert list(blocks(CONTRIBUTING)) == in_recipes


@pytest.mark.parametrize("order", [("check", "-"), ("format", "--check", "-")])
def test_the_code_shown_is_as_tidy_as_ours(order: tuple[str, ...]) -> None:
    for block in blocks(CONTRIBUTING):
        if block.kind == "python" and not (ROOT / block.path).exists():
            ruff = [sys.executable, "-m", "ruff", *order, f"--stdin-filename={block.path}"]
            done = subprocess.run(
                ruff, input=block.text, capture_output=True, text=True, cwd=ROOT, check=False
            )
            assert done.returncode == 0, done.stdout + done.stderr
