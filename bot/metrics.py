"""Counters for whoever watches the house; no label ever holds anything of a person."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sqlalchemy import func, literal_column, select

from bot.database import Database
from bot.models import Inbox, Outbox

# What is counted by name; anybody may send a method of their own making, and each would be kept.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_TIMES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


def waiting_rows(database: Database) -> dict[str, int]:
    """How many rows wait: events for their turn, replies for being sent. One read, two indexes."""
    # Written out, not bound: a partial index serves only who says its condition.
    new = Inbox.state == literal_column("'new'")
    queued = Outbox.state == literal_column("'queued'")
    counted = select(
        select(func.count()).select_from(Inbox).where(new).scalar_subquery().label("inbox"),
        select(func.count()).select_from(Outbox).where(queued).scalar_subquery().label("outbox"),
    )
    with database.read() as connection:
        return dict(connection.execute(counted).mappings().one())


class Metrics:
    """One registry a house, so that two houses in one process do not share it."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "citybot_requests",
            "Web requests by method and status.",
            ("method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "citybot_request_seconds",
            "How long a web request took.",
            buckets=_TIMES,
            registry=self._registry,
        )
        self._waiting = Gauge(
            "citybot_waiting", "Rows that wait, by table.", ("table",), registry=self._registry
        )

    def request(self, method: str, status: int, seconds: float) -> None:
        """One web request was answered."""
        self._requests.labels(method if method in _METHODS else "other", str(status)).inc()
        self._seconds.observe(seconds)

    def waiting(self, rows: Mapping[str, int]) -> None:
        """How many rows wait now, by table; a table that is not named is not known."""
        self._waiting.clear()
        for table, count in rows.items():
            self._waiting.labels(table).set(count)

    def page(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self._registry)
