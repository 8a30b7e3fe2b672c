"""Events that one cannot register for: cancelled, over, closed or unknown; said before all else."""

from collections.abc import Sequence

from bot.dialog import Turn
from bot.i18n import _, sentences
from bot.message import Choice, Reply
from bot.services.event_texts import state_of
from bot.services.events import Event, Events
from bot.understanding.telling import courtesies
from bot.understanding.wordings import is_han, wordings, words
from dialogs.event.finding import RECENT, best_named, telling_words
from dialogs.event.telling import LISTED, label, of_it

_WHETHER = _("cancelled|canceled|called off|still on|still happening|postponed|not happening|off")
_WHAT_OF = _("what about|what happened to|what is with|what's with|how about|what became of")
_REGISTER = _("wordings: register")
_ANY = _(
    "event|events|something|anything|someone|workshop|course|trip|journey|next|one|programme|"
    "myself|friend|us|today|tomorrow|online|here|you"
)


def closed_to(turn: Turn, open_: Sequence[Event]) -> Reply | None:
    """What somebody hears who wants to register for what cannot be registered for.

    None where the words name none of those better than one that is open.
    """
    events = turn.use(Events)
    late = [e for e in events.coming() if not e.is_open(turn.heard_at)]
    others = (*late, *events.called_off(), *events.over(RECENT))
    found = best_named(turn.text, others, open_)
    return _stands(turn, found[0], open_) if found else None


def unknown_to(turn: Turn, open_: Sequence[Event]) -> Reply | None:
    """What somebody hears who names an event that we do not know; None where there is none at all.

    Whoever names nothing is asked which one they mean.
    """
    if not (open_ and names_another(turn)):
        return None
    return _with_open(turn, turn.say(_("I know no event of that name.")), open_)


def asks_whether(turn: Turn) -> bool:
    """Whether somebody asks if an event was cancelled, or what became of it."""
    return _asked(turn) is not None


def whether(turn: Turn) -> Reply | None:
    """How the event stands that somebody asks about."""
    event = _asked(turn)
    return _stands(turn, event, turn.use(Events).open_now()) if event else None


def _asked(turn: Turn) -> Event | None:
    said, events = words(turn.text), turn.use(Events)
    asks = _has(said, _WHETHER)
    if not asks and not _has(said, _WHAT_OF):
        return None
    others = (*events.called_off(), *events.over(RECENT))
    known = (*events.coming(), *others) if asks else others
    found = best_named(turn.text, known, (), least=1 if asks else 2)
    return found[0] if found else None


def _has(said: tuple[str, ...], msgid: str) -> bool:
    return any(said[at : at + len(w)] == w for w in wordings(msgid) for at in range(len(said)))


def _stands(turn: Turn, event: Event, open_: Sequence[Event]) -> Reply:
    state = of_it(turn, event, state_of(event, turn.language, turn.now, turn.heard_at))
    if event.is_open(turn.heard_at):
        return Reply(state, (turn.choice(f"events:{event.id}", _("About this date")),))
    return _with_open(turn, state, open_)


def _with_open(turn: Turn, told: str, open_: Sequence[Event]) -> Reply:
    steps = tuple(Choice(f"registration:{e.id}", label(e, turn.language)) for e in open_[:LISTED])
    note = turn.say(_("You can register for these:")) if steps else ""
    return Reply(sentences(told, note), steps or (turn.choice("events", _("See all events")),))


def names_another(turn: Turn) -> bool:
    """Whether words stand beside the wish that may name something: more than "an event"."""
    faint = wordings(_REGISTER) | wordings(_ANY) | courtesies()
    known = {word for wording in faint for word in wording}
    return any(not known.issuperset(_signs(word)) for word in telling_words(turn.text))


def _signs(word: str) -> tuple[str, ...]:
    """A word; of Chinese, its characters."""
    return tuple(word) if is_han(word) else (word,)
