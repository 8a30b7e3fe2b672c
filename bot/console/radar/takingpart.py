"""Who takes part: how far registrations get, and how many vote."""

from typing import Final

from bot.console.radar.chart import UNDRAWN, Cell, Chart, count, not_shown, share, text
from bot.console.radar.look import Look
from bot.i18n import _, format_day, sentences
from bot.services.demand import LEAST
from bot.services.funnel import DAYS, REGISTERED, Funnel, funnels
from bot.services.polls import Poll, Polls
from bot.services.texts import in_language
from bot.services.turnout import Turnout, turnout
from bot.web.charts import Bar, Named, bars

_EVENTS: Final = 6
_CLOSED: Final = 6  # polls that are counted
_ABOUT_FUNNEL = _(
    "Of those who began to register in the chat in the last {days} days: how many registered, and "
    "at which question the others stopped answering. Who said “cancel” is not counted. All "
    "languages and channels; the period above does not count here."
)
_ABOUT_POLLS = _(
    "How many people took part in each poll: those that are open, and those counted last. All "
    "languages and channels; the period above does not count here."
)
_PLACES: Final = {
    REGISTERED: _("registered"),
    "seats": _("stopped at: the number of seats"),
    "abroad": _("stopped at: where the data lies"),
    "page": _("stopped at: the page for personal answers"),
    "sensitive": _("stopped at: the consent to sensitive questions"),
    "check": _("stopped at: the summary"),
    "change": _("stopped at: changing an answer"),
}


def funnel(look: Look) -> Chart:
    """The finding: where most of those stopped who did not register."""
    every = funnels(look.transaction)
    found = [one for one in every if one.began >= LEAST][:_EVENTS]
    title = look.say(_("Where registrations end"))
    named = Named("drawn-funnel", title, look.say(_("All figures are in the table.")))
    drawn = [bar for one in found for bar in _bars(look, one)]
    return Chart(
        "funnel",
        _title(look, found),
        look.say(_ABOUT_FUNNEL, days=DAYS),
        tuple(map(look.say, (_("Event"), _("Where"), _("People"), _("Share of who began")))),
        tuple(line for one in found for line in _lines(look, one)),
        bars(named, drawn) if drawn else UNDRAWN,
        small=len(every) > len(found) or any(None in one.shown.values() for one in found),
    )


def _title(look: Look, found: list[Funnel]) -> str:
    if not found:
        return look.say(_("Fewer than three people began to register for an event lately."))
    one = found[0]
    event = one.event.name(look.language)
    stops = {name: n for name, n in one.shown.items() if n and name != REGISTERED}
    if one.shown[REGISTERED] is None:
        return look.say(_("{event}: see where registrations end."), event=event)
    said = look.plural(
        _("{event}: of {count} person who began, {registered} registered."),
        _("{event}: of {count} people who began, {registered} registered."),
        one.began,
        event=event,
        registered=look.number(one.registered),
    )
    if not stops:
        return said
    worst = max(stops, key=lambda name: stops[name])
    stopped = look.say(_("Most of the others {where}"), where=_where(look, one, worst))
    return sentences(said, stopped)


def _where(look: Look, one: Funnel, name: str) -> str:
    if name in _PLACES:
        return look.say(_PLACES[name])
    field = next((f for f in one.event.fields if f.id == name), None)
    asked = in_language(field.ask, look.language) if field else name
    return look.say(_("stopped at: {question}"), question=asked)


def _told(look: Look, one: Funnel, name: str) -> str:
    event, where = one.event.name(look.language), _where(look, one, name)
    return look.say(_("{event}: {where}"), event=event, where=where)


def _bars(look: Look, one: Funnel) -> list[Bar]:
    return [
        Bar(_told(look, one, name), look.language, (n / one.began,), look.number(n))
        for name, n in one.shown.items()
        if n
    ]


def _lines(look: Look, one: Funnel) -> list[tuple[Cell, ...]]:
    event = text(one.event.name(look.language), f"/events/{one.event.id}")
    began = (event, text(look.say(_("began"))), count(look, one.began), share(look, 1, 1))
    return [began, *(_line(look, (event, one), name, n) for name, n in one.shown.items())]


def _line(look: Look, of: tuple[Cell, Funnel], name: str, n: int | None) -> tuple[Cell, ...]:
    event, one = of
    where = text(_where(look, one, name))
    if n is None:
        return event, where, not_shown(look), not_shown(look)
    return event, where, count(look, n), share(look, n, one.began)


def polls(look: Look) -> Chart:
    """The finding: the poll most people took part in."""
    connection, now = look.transaction.connection, look.transaction.now
    kept = Polls(look.transaction)
    every = (*kept.open_now(), *kept.latest_closed(_CLOSED))
    found = [(poll, turnout(connection, poll, now)) for poll in every]
    most = max((stands.count for _poll, stands in found), default=0)
    named = Named(
        "drawn-polls", look.say(_("Turnout")), look.say(_("All figures are in the table."))
    )
    return Chart(
        "polls",
        _polls_title(look, found),
        look.say(_ABOUT_POLLS),
        tuple(map(look.say, (_("Poll"), _("People"), _("State"), _("Closes")))),
        tuple(_poll_line(look, poll, stands) for poll, stands in found),
        bars(named, [_poll_bar(look, *one, most) for one in found]) if most else UNDRAWN,
    )


def _polls_title(look: Look, found: list[tuple[Poll, Turnout]]) -> str:
    if not found:
        return look.say(_("No poll is open, and none was counted lately."))
    poll, stands = max(found, key=lambda one: one[1].count)
    return look.plural(
        _("Most took part in “{poll}”: {count} person."),
        _("Most took part in “{poll}”: {count} people."),
        stands.count,
        poll=poll.name(look.language),
    )


def _poll_bar(look: Look, poll: Poll, stands: Turnout, most: int) -> Bar:
    share_of_most = stands.count / most
    return Bar(poll.name(look.language), look.language, (share_of_most,), look.number(stands.count))


def _poll_line(look: Look, poll: Poll, stands: Turnout) -> tuple[Cell, ...]:
    day = poll.closes_at.astimezone(poll.local_zone).date()
    state = _("counted") if stands.phase == "over" else _("open")
    return (
        text(poll.name(look.language), f"/polls/{poll.id}"),
        count(look, stands.count, f"/polls/{poll.id}"),
        text(look.say(state)),
        Cell(format_day(look.language, day), day.isoformat()),
    )
