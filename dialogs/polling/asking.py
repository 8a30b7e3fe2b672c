"""One question of a poll to one voter, and how their answer gets onto the ballot."""

from dataclasses import dataclass

from bot.dialog import Answers, Turn
from bot.services.ballots import Ballots, NotTaken, Voter
from bot.services.marks import Answer, Marks
from bot.services.polls import Option, Poll, Question
from dialogs.polling.tokens import shown, token

DONE, MORE, AGAIN, REFUSED = "done", "more", "again", "refused"
PAGE, PART = "page", "part"


@dataclass(frozen=True, slots=True)
class Asking:
    """One question to one voter at one moment."""

    turn: Turn
    poll: Poll
    question: Question
    answers: Answers

    @property
    def name(self) -> str:
        """The slot's name: short, for it travels with each tap."""
        return slot_name(self.poll, self.question)

    @property
    def person(self) -> str:
        """The voter."""
        return self.turn.talk.person_id

    @property
    def begun(self) -> str:
        """How far we are with this question: what the talk notes instead of the answer."""
        return str(self.answers.get(self.name) or "")

    def options(self) -> tuple[Option, ...]:
        """The options in this voter's order."""
        return shown(self.poll, self.question, self.person)

    def so_far(self) -> Marks:
        """What this voter has marked, once the question was begun in this round."""
        mine = self.turn.use(Ballots).mine(self.poll, self.person)
        found = mine.answers.get(self.question.id) if mine else None
        return found.marks if found else {}

    def value(self, said: str) -> str:
        """The value of a tap that means this."""
        return token(self.poll, self.question, self.person, said)


def slot_name(poll: Poll, question: Question) -> str:
    """`K7Q4M.2`: the second question of that poll."""
    return f"{poll.code}.{poll.questions.index(question) + 1}"


def cast(asking: Asking, turn: Turn, answer: Answer) -> str:
    """Write it onto the ballot; gives "", or what the talk notes when it does not count."""
    try:
        turn.use(Ballots).cast(asking.poll, voter(turn, asking.answers), asking.question.id, answer)
    except NotTaken as late:
        return f"{REFUSED} {late.why}"
    return ""


def is_begun(answers: Answers) -> bool:
    """Whether something was answered in this round."""
    return any(str(noted).split(" ")[0] in (DONE, MORE, AGAIN, PART) for noted in answers.values())


def receipt_in(answers: Answers) -> str | None:
    """The receipt that was noted in this round: it is said even if the poll is counted by then."""
    noted = (str(a).partition(" ") for a in answers.values())
    return next((rest for head, _blank, rest in noted if head == DONE and rest), None)


def voter(turn: Turn, answers: Answers) -> Voter:
    """Who votes."""
    return Voter(
        person_id=turn.talk.person_id,
        channel=turn.talk.address.channel,
        language=turn.language,
        heard_at=turn.heard_at,
        invitation=str(answers.get("invitation", "")),
        name=str(answers.get("name", "")),
    )
