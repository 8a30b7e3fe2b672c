"""What a person meant, in any of our languages: language, choice, yes or no, a wanted dialog."""

from bot.understanding.choices import picked
from bot.understanding.language import detect
from bot.understanding.phrases import Phrases
from bot.understanding.telling import is_question

__all__ = ["Phrases", "detect", "is_question", "picked"]
