"""Whom a broadcast is for: conditions on people, and the one place where each of them gets it.

All of it is one SELECT, so that a million people are counted and queued without a row in Python.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
)

from bot.message import Capabilities, Mass
from bot.models import Base
from bot.quiet import Assumed

if TYPE_CHECKING:
    from bot.channel import Channel

Reach = Literal["now", "night", "mass", "mass-night", "looks", "writes"]
"""When somebody gets it: at once; after their quiet hours; soon, by a mass message; by one, after
quiet hours, theirs or those of who is on the list with them; when they open our page; when they
write to us again."""
REACHES: Final[tuple[str, ...]] = get_args(Reach)
MISSED: Final = ("failed", "expired", "cancelled")  # all others have it, or may still get it
_OWN_WISH: Final = ("unsubscribed", "stopped", "linked")  # they want no more of it, or have it
STATUSES: Final = ("confirmed", "waiting", "offered", "attended", "no_show", "cancelled")
GROUP = "%:-%"  # the number of a group: https://core.telegram.org/bots/api#chat
_TABLES = Base.metadata.tables
_PERSON, _PLACE, _TALK = (_TABLES[name].c for name in ("person", "address", "conversation"))
_ROOM, _OUTBOX, _PICKED = (_TABLES[name].c for name in ("allowance", "outbox", "hand_picked"))
_EVENT, _REGISTRATION, _CONSENT = (_TABLES[n].c for n in ("event", "registration", "consent"))
_FOLLOWER, _SUBSCRIPTION = _TABLES["poll_follower"].c, _TABLES["subscription"].c


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Conditions, all of which must hold; without any it is everybody who wants to hear from us.

    topics    ids of topics, of which people asked for one at least
    statuses  of registrations for `events` or `programmes`; without any: who has a place, or waits
    polls     whose result they wanted to hear
    consents  purposes of which they agreed to one
    seen_within, not_seen_within  days since they last wrote
    missed    the number of an earlier broadcast that did not reach them
    named     nobody but who was named by hand
    """

    languages: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    polls: tuple[str, ...] = ()
    consents: tuple[str, ...] = ()
    seen_within: int = 0
    not_seen_within: int = 0
    missed: int = 0
    named: bool = False

    def to_json(self) -> dict[str, Any]:
        """What is not asked for is left out."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {k: list(v) if isinstance(v, tuple) else v for k, v in values.items() if v}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Audience":
        """As it was kept."""
        known = {f.name for f in fields(cls)}
        plain: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in stored.items()
        }
        return cls(**{k: v for k, v in plain.items() if k in known})


@dataclass(frozen=True, slots=True)
class Open:
    """The channels of this house: what each can, and those whose people come and look.

    masses  those whose account may send mass messages, with the limits of these
    assumed  when the night is for who has not said; None: nothing is known of nights
    """

    channels: Mapping[str, Capabilities]
    fetched: Set[str] = frozenset()
    masses: Mapping[str, Mass] = field(default_factory=dict)
    assumed: Assumed | None = None

    @classmethod
    def of(cls, channels: "Iterable[Channel]") -> "Open":
        """Those of a house."""
        opened = tuple(channels)
        can = {channel.name: channel.can for channel in opened}
        fetched = frozenset(channel.name for channel in opened if channel.fetches)
        return cls(can, fetched, {c.name: c.mass for c in opened if c.mass})

    @property
    def windowed(self) -> tuple[str, ...]:
        """Where a platform lets us write only for a while after they wrote."""
        return tuple(n for n, can in self.channels.items() if can.reply_window is not None)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An audience at a moment: of which broadcast, in which languages its text is written.

    begins_at  when it begins, where nobody gets it at night; None where they do
    """

    audience: Audience
    broadcast: int
    texts: tuple[str, ...]
    fallback: str
    now: datetime
    begins_at: datetime | None = None
    open: Open = field(default_factory=lambda: Open({}))


def recipients(wanted: Wanted) -> Subquery:
    """Each person once: person_id, address, channel, language (of the text), reach.

    own          whether that is their own language, as far as we know
    zone, quiet  their clock, and their quiet hours
    """
    best = _best(wanted)
    spoken = best.c.spoken
    language = case(
        *((spoken == code, literal(code)) for code in wanted.texts), else_=wanted.fallback
    )
    is_theirs = or_(~best.c.foreign, spoken != wanted.fallback)
    own = and_(spoken.in_(wanted.texts), is_theirs).label("own")
    chosen = select(
        *(best.c.person_id, best.c.address, best.c.channel, best.c.reach),
        *(language.label("language"), own, best.c.zone, best.c.quiet),
    ).where(best.c.place == 1)
    if wanted.audience.languages:
        speaks = best.c.spoken.in_(wanted.audience.languages)
        chosen = chosen.where(or_(speaks, is_besides(wanted, best.c.person_id)))
    return chosen.subquery("recipients")


def _best(wanted: Wanted) -> Subquery:
    """The places of everybody, each person's best first: where it arrives soonest, then lately."""
    reach = _reach(wanted)
    soonest = case(*((reach == name, place) for place, name in enumerate(REACHES)))
    order = (soonest, _TALK.heard_at.desc().nulls_last(), _PLACE.id)
    foreign = func.coalesce(_TALK.state["foreign"].as_boolean(), false()).label("foreign")
    place = func.row_number().over(partition_by=_PLACE.person_id, order_by=order)
    return (
        select(
            *(_PLACE.person_id, _PLACE.id.label("address"), _PLACE.channel),
            *(_TALK.language.label("spoken"), foreign, reach.label("reach"), place.label("place")),
            *(_PERSON.zone, _PERSON.quiet),
        )
        .join(_TABLES["person"], _PERSON.id == _PLACE.person_id)
        .outerjoin(_TABLES["conversation"], _TALK.address == _PLACE.id)
        .where(_PERSON.stopped_at.is_(None), is_there(wanted), *conditions(wanted))
        .subquery("places")
    )


def _reach(wanted: Wanted) -> ColumnElement[str]:
    room = exists().where(_ROOM.address == _PLACE.id, _ROOM.until > wanted.now, _ROOM.left > 0)
    closed = and_(_PLACE.channel.in_(wanted.open.windowed), ~room)
    looks = _PLACE.channel.in_(tuple(wanted.open.fetched))
    listed = and_(closed, _PLACE.channel.in_(tuple(wanted.open.masses)))
    return case(
        *((looks, literal("looks")), (listed, literal("mass")), (closed, literal("writes"))),
        else_=literal("now"),
    )


def is_there(wanted: Wanted) -> ColumnElement[bool]:
    """A place we can write to: they have not left it, and its channel is open here."""
    return and_(_PLACE.left_at.is_(None), is_meant(wanted))


def is_meant(wanted: Wanted) -> ColumnElement[bool]:
    """A place of one person on a channel that is open here."""
    names = tuple(wanted.audience.channels or wanted.open.channels)
    known = tuple(name for name in names if name in wanted.open.channels)
    return and_(_PLACE.channel.in_(known), _PLACE.id.not_like(GROUP))


def conditions(wanted: Wanted) -> tuple[ColumnElement[bool], ...]:
    """What must hold of a person; who was picked by hand is in, or out, whatever else."""
    audience = wanted.audience
    asked = [
        part
        for part in (
            _subscribed(audience),
            _registered(audience),
            _follows(audience),
            _agreed(audience),
            *_seen(audience, wanted.now),
            _missed(audience),
        )
        if part is not None
    ]
    out = exists().where(_is_picked(wanted, _PERSON.id), not_(_PICKED.wanted))
    added = is_added(wanted)
    if audience.named:
        return and_(added, *asked), ~out
    return (or_(and_(*asked), added), ~out) if asked else (~out,)


def is_added(wanted: Wanted, person: ColumnElement[str] = _PERSON.id) -> ColumnElement[bool]:
    """Who was named by hand, to be told."""
    return exists().where(_is_picked(wanted, person), _PICKED.wanted)


def is_besides(wanted: Wanted, person: ColumnElement[str] = _PERSON.id) -> ColumnElement[bool]:
    """Who was, and need not fulfil the conditions, in whatever language they speak."""
    return false() if wanted.audience.named else is_added(wanted, person)


def _is_picked(wanted: Wanted, person: ColumnElement[str]) -> ColumnElement[bool]:
    return and_(_PICKED.broadcast_id == wanted.broadcast, _PICKED.person_id == person)


def _subscribed(audience: Audience) -> ColumnElement[bool] | None:
    if not audience.topics:
        return None
    of = _SUBSCRIPTION.topic_id.in_(audience.topics)
    return exists().where(_SUBSCRIPTION.person_id == _PERSON.id, of)


def _registered(audience: Audience) -> ColumnElement[bool] | None:
    if not (audience.events or audience.programmes):
        return None
    meant = or_(
        _REGISTRATION.event_id.in_(audience.events),
        _REGISTRATION.event_id.in_(
            select(_EVENT.id).where(_EVENT.programme.in_(audience.programmes))
        ),
    )
    statuses = audience.statuses or ("confirmed", "offered", "waiting")
    counts = _REGISTRATION.status.in_(statuses)
    return exists().where(_REGISTRATION.person_id == _PERSON.id, meant, counts)


def _follows(audience: Audience) -> ColumnElement[bool] | None:
    if not audience.polls:
        return None
    of = _FOLLOWER.poll_id.in_(audience.polls)
    return exists().where(_FOLLOWER.person_id == _PERSON.id, of)


def _agreed(audience: Audience) -> ColumnElement[bool] | None:
    if not audience.consents:
        return None
    valid = (_CONSENT.person_id == _PERSON.id, _CONSENT.withdrawn_at.is_(None))
    return exists().where(*valid, _CONSENT.purpose.in_(audience.consents))


def _seen(audience: Audience, now: datetime) -> tuple[ColumnElement[bool] | None, ...]:
    def since(days: int) -> ColumnElement[bool] | None:
        theirs = _TABLES["conversation"].alias("seen").c
        after = theirs.heard_at > now - timedelta(days=days)
        return exists().where(theirs.person_id == _PERSON.id, after) if days else None

    gone = since(audience.not_seen_within)
    return since(audience.seen_within), None if gone is None else ~gone


def _missed(audience: Audience) -> ColumnElement[bool] | None:
    if not audience.missed:
        return None
    o = _OUTBOX
    row = (o.broadcast_id == audience.missed, o.kind == "broadcast")
    own_wish = and_(o.error.is_not(None), o.error.in_(_OWN_WISH))
    missed = and_(or_(o.state.in_(MISSED), _is_called_off(audience.missed)), ~own_wish)
    at, elsewhere = (select(o.address).where(*row, what) for what in (missed, ~missed))
    return and_(_has_place_in(at), ~_has_place_in(elsewhere))


def _is_called_off(number: int) -> ColumnElement[bool]:
    """The clock will cancel it; of what was sent once already nobody knows whether it arrived."""
    o, b = _OUTBOX, _TABLES["broadcast"].c
    cancelled = exists().where(b.id == number, b.state == "cancelled")
    return and_(o.state.in_(("queued", "parked")), ~o.maybe_sent, cancelled)


def _has_place_in(addresses: Select[Any]) -> ColumnElement[bool]:
    theirs = _TABLES["address"].alias().c
    return exists().where(theirs.person_id == _PERSON.id, theirs.id.in_(addresses))
