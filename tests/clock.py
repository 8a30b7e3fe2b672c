"""A clock that goes when a test says so; a house's (`app.build(..., clock)`), and a fake's."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Stands at a moment. Call it for the time."""

    def __init__(self, at: datetime = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **units: float) -> None:
        """`advance(minutes=5)`."""
        self.at += timedelta(**units)
