"""The team: who is in it, in which role; and the link by which each chooses a password."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Row, delete, func, insert, select, update

from bot.dialog import Invalid, Transaction
from bot.i18n import _
from bot.models import Base
from bot.services.audit import Audit, Entry
from bot.services.roles import ROLES

LINK_HOURS: Final = 24
FIRST: Final = "admin"
"""What the first member is called, when the house itself invites them."""

_HOUSE = "house"
_STAFF, _LINK = Base.metadata.tables["staff"], Base.metadata.tables["staff_link"]
_SESSION = Base.metadata.tables["staff_session"]
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Member:
    """One of the team. `password`, `totp`, `recovery`: as kept, see bot/models/staff.py."""

    id: int
    name: str
    role: str
    password: str | None
    totp: str | None
    totp_step: int
    recovery: tuple[str, ...]
    created_at: datetime
    disabled_at: datetime | None

    @property
    def actor(self) -> str:
        """As the audit names them."""
        return f"staff:{self.name}"


class Staff:
    """The whole team, bound to a transaction. What changes it is audited in the same one."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection, self._now = transaction.connection, transaction.now
        self._audit = Audit(transaction)

    def all(self) -> tuple[Member, ...]:
        """Everybody, by name."""
        rows = self._connection.execute(select(_STAFF).order_by(_STAFF.c.name))
        return tuple(map(_member, rows))

    def get(self, name: str) -> Member | None:
        """Somebody by name."""
        return self._one(_STAFF.c.name == name.strip().casefold())

    def by_id(self, id_: int, lock: bool = False) -> Member | None:
        """Somebody by number. `lock`: nobody else changes them before this is committed."""
        return self._one(_STAFF.c.id == id_, lock)

    def is_empty(self) -> bool:
        """Whether nobody was ever added."""
        return not self._connection.scalar(select(func.count()).select_from(_STAFF))

    def add(self, name: str, role: str, by: str) -> Member:
        """Somebody new, without a password yet. Raises Invalid."""
        name = name.strip().casefold()
        if not _NAME.fullmatch(name):
            raise Invalid(_("A name has 1 to 40 of a-z, 0-9, dot, hyphen and underscore."))
        if role not in ROLES:
            raise Invalid(_("There is no role {role}."), role=role)
        if self.get(name):
            raise Invalid(_("{name} is in the team already."), name=name)
        row = {"name": name, "role": role, "totp_step": 0, "recovery": [], "created_at": self._now}
        added = insert(_STAFF).values(row).returning(*_STAFF.c)
        member = _member(self._connection.execute(added).one())
        self._write(by, "staff.add", name, role)
        return member

    def invite(self, member: Member, by: str) -> str:
        """A new token for the link to choose a password; earlier ones end. Shown once."""
        token = secrets.token_urlsafe(32)
        self._connection.execute(delete(_LINK).where(_LINK.c.staff_id == member.id))
        expires_at = self._now + timedelta(hours=LINK_HOURS)
        row = {"digest": _digest(token), "staff_id": member.id, "expires_at": expires_at}
        self._connection.execute(insert(_LINK).values(row))
        self._write(by, "staff.invite", member.name)
        return token

    def invited(self, token: str, lock: bool = False) -> Member | None:
        """Whose link that is; None when it is none, was used, or its time is over.

        `lock`: for who uses it; whoever comes at the same moment waits, and then finds it used.
        """
        wanted = select(_LINK.c.staff_id).where(
            _LINK.c.digest == _digest(token), _LINK.c.expires_at > self._now
        )
        wanted = wanted.with_for_update() if lock else wanted
        staff_id = self._connection.scalar(wanted)
        member = self.by_id(staff_id) if staff_id else None
        return member if member and not member.disabled_at else None

    def choose_password(self, member: Member, kept: str) -> None:
        """Their password from now on; ends their link, and every session."""
        self._connection.execute(delete(_LINK).where(_LINK.c.staff_id == member.id))
        self._change(member, password=kept)
        self._write(member.actor, "staff.password", member.name)

    def choose_factor(self, member: Member, totp: str, recovery: Sequence[str]) -> None:
        """Their second factor from now on. `totp`: sealed; `recovery`: digests."""
        self._change(member, totp=totp, totp_step=0, recovery=list(recovery))
        self._write(member.actor, "staff.factor", member.name)

    def used(self, member: Member, *, step: int | None = None, recovery: Any = None) -> None:
        """A code was used: none counts twice."""
        values = {"totp_step": step} if step is not None else {"recovery": list(recovery)}
        where = _STAFF.c.id == member.id
        self._connection.execute(update(_STAFF).where(where).values(values))

    def reset(self, member: Member, by: str) -> str:
        """No password, no second factor, no session any more: gives a token to begin anew."""
        self._change(member, password=None, totp=None, totp_step=0, recovery=[])
        self._write(by, "staff.reset", member.name)
        return self.invite(member, by)

    def give_role(self, member: Member, role: str, by: str) -> None:
        """Another role, at once. Raises Invalid; the last administrator stays one."""
        if role not in ROLES:
            raise Invalid(_("There is no role {role}."), role=role)
        if role != "admin":
            self._refuse_last_admin(member)
        self._connection.execute(update(_STAFF).where(_STAFF.c.id == member.id).values(role=role))
        self._write(by, "staff.role", member.name, f"{member.role} > {role}")

    def disable(self, member: Member, by: str) -> None:
        """They can sign in no more, and are signed out everywhere. Raises Invalid."""
        self._refuse_last_admin(member)
        self._connection.execute(delete(_LINK).where(_LINK.c.staff_id == member.id))
        self._change(member, disabled_at=self._now)
        self._write(by, "staff.disable", member.name)

    def enable(self, member: Member, by: str) -> None:
        """They may sign in again."""
        self._change(member, disabled_at=None)
        self._write(by, "staff.enable", member.name)

    def _refuse_last_admin(self, member: Member) -> None:
        others = (m for m in self.all() if m.role == "admin" and not m.disabled_at)
        if member.role == "admin" and not any(other.id != member.id for other in others):
            raise Invalid(_("Somebody must stay administrator."))

    def _change(self, member: Member, **values: Any) -> None:
        """Whatever opens the door differently from now on closes what stands open."""
        self._connection.execute(update(_STAFF).where(_STAFF.c.id == member.id).values(values))
        self._connection.execute(delete(_SESSION).where(_SESSION.c.staff_id == member.id))

    def _write(self, by: str, action: str, name: str, detail: str = "") -> None:
        self._audit.write(Entry(by, action, f"staff:{name}", detail))

    def _one(self, where: Any, lock: bool = False) -> Member | None:
        wanted = select(_STAFF).where(where)
        row = self._connection.execute(wanted.with_for_update() if lock else wanted).first()
        return _member(row) if row else None


def first_link(transaction: Transaction) -> str | None:
    """A token for the first administrator; None as soon as anybody has chosen a password."""
    staff = Staff(transaction)
    members = staff.all()
    if any(member.password for member in members):
        return None
    admins = (m for m in members if m.role == "admin" and not m.disabled_at)
    first = next(admins, None) or staff.add(FIRST, "admin", _HOUSE)
    return staff.invite(first, _HOUSE)


def _member(row: Row[Any]) -> Member:
    values = dict(row._mapping)
    return Member(**{**values, "recovery": tuple(values["recovery"])})


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()
