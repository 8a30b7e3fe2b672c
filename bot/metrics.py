"""Counters for whoever watches the house; no label ever holds anything of a person."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from bot.figures import Figures
from bot.networks import Network, is_within

# What is counted by name; anybody may send a method of their own making, and each would be kept.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_TIMES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """One registry a house, so that two houses in one process do not share it."""

    def __init__(self, seen_from: Sequence[Network] = ()) -> None:
        """`seen_from`: who may read them besides this machine."""
        self._seen_from, self._registry = seen_from, CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._requests = _remembered(
            self._counter("requests", "Web requests by method and status.", "method", "status")
        )
        self._seconds = self._times("request_seconds", "How long a web request took.")
        self._turns = _remembered(
            self._counter("turns", "Turns by how they ended: taken, failed.", "result")
        )
        self._thought = self._times(
            "turn_seconds", "How long a turn was thought about, without its commit."
        )
        self._sends = _remembered(
            self._counter(
                "sends",
                "Tries to send, by channel and what became of the row.",
                "channel",
                "result",
            )
        )
        self._waiting = self._gauge("waiting", "Rows that wait, by table.", "table")
        self._outbox = self._gauge(
            "outbox", "Open rows of the outbox, by channel and state.", "channel", "state"
        )
        self._oldest = self._gauge(
            "outbox_oldest_seconds", "Since a row that waits should have been sent.", "channel"
        )
        self._overdue = self._gauge(
            "overdue_seconds", "Since the first of what is due should have been done.", "what"
        )
        self._progress = self._gauge(
            "broadcast_recipients", "Recipients of the broadcasts under way, by state.", "state"
        )
        self._rights = self._gauge(
            "right", "1 where this process does what one does at a time, 0 where it waits.", "what"
        )

    def shows(self, remote: str) -> bool:
        """Whether whoever asks from there may read this."""
        return is_within(remote, self._seen_from)

    def request(self, method: str, status: int, seconds: float) -> None:
        """One web request was answered."""
        self._requests(method if method in _METHODS else "other", str(status)).inc()
        self._seconds.observe(seconds)

    def turn(self, result: str, seconds: float) -> None:
        """One turn was thought about."""
        self._turns(result).inc()
        self._thought.observe(seconds)

    def sent(self, channel: str, result: str, people: int = 1) -> None:
        """One try to send ended, to so many."""
        self._sends(channel, result).inc(people)

    def right(self, what: str, holds: bool) -> None:
        """This process got the right to do something alone, or lost it."""
        self._rights.labels(what).set(holds)

    def stands(self, at: Figures | None) -> None:
        """How it stands in the database; None where that is not known: an old figure would lie."""
        known = at or Figures()
        _say(self._waiting, {(table,): count for table, count in known.waiting.items()})
        _say(self._outbox, {tuple(row): count for row, count in known.outbox.items()})
        _say(self._oldest, {(channel,): age for channel, age in known.oldest.items()})
        _say(self._overdue, {(what,): age for what, age in known.overdue.items()})
        _say(self._progress, {(state,): count for state, count in known.progress.items()})

    def page(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self._registry)

    def _counter(self, name: str, told: str, *labels: str) -> Counter:
        return Counter(f"citybot_{name}", told, labels, registry=self._registry)

    def _times(self, name: str, told: str) -> Histogram:
        return Histogram(f"citybot_{name}", told, buckets=_TIMES, registry=self._registry)

    def _gauge(self, name: str, told: str, *labels: str) -> Gauge:
        return Gauge(f"citybot_{name}", told, labels, registry=self._registry)


def _remembered(counter: Counter) -> Callable[..., Counter]:
    """The counter of some labels: they are few, and to look each up takes a lock."""
    return cache(counter.labels)


def _say(gauge: Gauge, values: Mapping[tuple[str, ...], float]) -> None:
    """These values and no others: what is not named is not known."""
    gauge.clear()
    for labels, value in values.items():
        gauge.labels(*labels).set(value)
