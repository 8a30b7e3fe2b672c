"""What the peers of the benchmarks answer: our own "help", and to all else one answer of ours."""

_HELP = (
    "Ask me anything about making cities in your own words, in English, German or Chinese.\n\n"
    "You can also write:\n"
    "human: leave a question for the team\n"
    "language: change the language\n"
    "privacy: see what is kept, get it or delete it\n"
    "stop: no messages from our side\n"
    "cancel or back: inside a form"
)
_ANSWER = (
    "Ghent's circulation plan reportedly cost around 4 million euro. Since 2017 nobody can drive "
    "through the centre from one quarter to another: six zones are reached from the ring road "
    "alone. Before, four of ten cars in the centre only passed through. People on bicycles are "
    "more, and crashes fewer.\n\nSource: City of Ghent, evaluation of the plan (2019)."
)
ELSE = ""  # all that no other answer is for
# As a table, so that contenders which import nothing of ours can be handed it.
ANSWERS = {
    "help": (_HELP, ("Ask a person", "Change the language", "What is kept about me")),
    ELSE: (_ANSWER, ("Read more", "Ask a person", "Not what I meant")),
}


def answer(said: str) -> tuple[str, tuple[str, ...]]:
    """Words and buttons."""
    return ANSWERS.get(said, ANSWERS[ELSE])
