"""What we say when we know no answer, or when ours missed; and who wants to hear when we know."""

from bot.config import Settings
from bot.dialog import Answered, Command, Outcome, Turn
from bot.i18n import _
from bot.message import Choice, Reply
from bot.services.decided import DecidedGaps
from bot.services.gap_news import Contact, beyond_us
from bot.services.office import Office
from bot.services.questions import Questions
from bot.services.retention import QUESTIONS
from dialogs.handoff import when_read
from knowledge.answering import UNKNOWN, Finding
from knowledge.article import Article
from knowledge.library import Library
from knowledge.themes import THEMES

_NOTED = _("Your question is noted: the team sees what I could not answer.")
_MOST_THEMES = 3  # themes offered when we do not know


def decided(turn: Turn, question: str) -> Answered | None:
    """What the team decided is said to questions on this matter; None where it decided nothing."""
    found = turn.use(DecidedGaps).of(question, turn.language)
    if found is None:
        return None
    if found.state == "for_a_person":
        return _for_a_person(turn)
    settings = turn.use(Settings)
    contact = Contact(settings.organisation, settings.contact)
    return Answered((beyond_us(turn.language, found.referral, contact),))


def _for_a_person(turn: Turn) -> Answered:
    """The team answers it: when it is there, and what it may be given at once."""
    office = turn.use(Office)
    said = turn.say(_("Questions on this are answered by a person of our team."))
    when = when_read(turn, office) if office.hours else ""
    return Answered((Reply(f"{said} {when}".strip()),), open="human")


def unknown(turn: Turn, finding: Finding) -> tuple[Reply, ...]:
    """Said where we know no answer: what comes near, themes, and who else may know."""
    text = f"{turn.say(UNKNOWN)}\n{turn.say(_NOTED)}"
    near = titles(turn, [hit.slug for hit in finding.near])
    themes = (*_nearest_themes(turn, finding), *_other_ways(turn))
    offer = _("Perhaps one of these themes helps, or a person?")
    offer_near = _("This comes near. Perhaps it helps, or one of these themes, or a person?")
    return (Reply(f"{text}\n\n{turn.say(offer_near if near else offer)}", (*near, *themes)),)


def unsaid(turn: Turn, article: Article) -> Reply:
    """Said where the article one goes on from lacks what is asked."""
    text = turn.say(_("My article “{title}” does not say that."), title=article.title)
    more = turn.choice(f"answer:more={article.slug}", _("Read more"))
    return Reply(f"{text}\n{turn.say(_NOTED)}", (more, *_other_ways(turn)))


def missed(turn: Turn) -> Outcome:
    """The last question is marked as missed; what else was found for it is offered."""
    question = turn.talk.memory.get("question")
    if isinstance(question, int):
        turn.use(Questions).missed(turn.talk, question)
    others = turn.talk.memory.get("others")
    near = titles(turn, [str(s) for s in others] if isinstance(others, list) else [])
    lead = _("Thank you for telling me. Did you mean one of these? Or ask again in other words.")
    alone = _("Thank you for telling me. Please ask again in other words, or ask a person.")
    text = turn.say(lead if near else alone)
    return Reply(text, (*near, turn.choice("human", _("Ask a person"))))


def tell(turn: Turn) -> Outcome:
    """They want to hear when the last question can be answered."""
    question = turn.talk.memory.get("question")
    if not (isinstance(question, int) and turn.use(Questions).tell(turn.talk, question)):
        return Reply(turn.say(_("What would you like to know? A few words are enough.")))
    days = QUESTIONS.days
    said = _(
        "Good. If we can answer it within {days} days, I write to you once. After that I no "
        "longer know who asked."
    )
    return Reply(turn.say(said, days=days))


def _other_ways(turn: Turn) -> tuple[Choice, ...]:
    """What one can do where we know no answer."""
    told = turn.choice("tell-me", _("Tell me when you know"))
    return (told, turn.choice("human", _("Ask a person")))


def titles(turn: Turn, slugs: list[str]) -> tuple[Choice, ...]:
    """The first articles of these, to be tapped."""
    library = turn.use(Library)
    articles = (library.article(slug, turn.language) for slug in slugs[:3])
    return tuple(Choice(f"answer:{a.slug}", a.title) for a in articles if a)


def _nearest_themes(turn: Turn, finding: Finding) -> tuple[Choice, ...]:
    library = turn.use(Library)
    articles = (library.article(hit.slug, turn.language) for hit in finding.found)
    themes = [theme for a in articles if a for theme in a.themes]
    nearest = list(dict.fromkeys(themes or ("housing", "urban-agriculture", "participation")))
    return tuple(
        turn.choice(f"answer:theme={theme}", THEMES[theme])
        for theme in nearest[:_MOST_THEMES]
        if theme in THEMES
    )


dialog = Command(
    "tell-me",
    answer=tell,
    triggers=(_("tell me when you know|tell me when you can answer|let me know when you know it"),),
)
