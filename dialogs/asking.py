"""Finds what a person asks, whatever they say around it: greetings, a story, "tell me about"."""

from bot.understanding.framing import question_behind, without_frame
from bot.understanding.opening import first_of_several, question_after_story, without_opening
from bot.understanding.traditional import TO_SIMPLIFIED
from knowledge.answering import Finding, browse, find_in, language_of
from knowledge.library import Library


def find_asked(library: Library, text: str, language: str, kind: str = "") -> Finding:
    """The answer to the text; where there is none, to a question in it that stands by itself."""
    said = without_opening(text).translate(TO_SIMPLIFIED)
    asked_in = language_of(said, language)
    question = without_frame(said)
    if not kind and (listed := browse(library, question, asked_in)):
        return listed
    finding = find_in(library, question, asked_in, kind)
    if finding.answered:
        return finding
    asked = question_after_story(said) or question_behind(said) or first_of_several(said)
    alone = find_in(library, without_frame(asked), asked_in, kind) if asked else finding
    return alone if alone.answered else finding
