"""How much one address may say at once, against a clock the test moves."""

import pytest

from bot.flood import FloodGate


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gate(clock: Clock) -> FloodGate:
    """Four at once, and again four in two seconds."""
    return FloodGate(4, 2.0, clock)


def knocks(gate: FloodGate, times: int, who: str = "anna") -> str:
    """One letter a knock: w welcome, n notice, q quiet."""
    return "".join(gate.knock(who)[0] for _ in range(times))


def test_somebody_hears_once_that_it_is_too_much(gate: FloodGate) -> None:
    assert knocks(gate, 10) == "wwwwnqqqqq"


def test_others_are_not_touched(gate: FloodGate) -> None:
    knocks(gate, 10)
    assert knocks(gate, 4, "bert") == "wwww"


def test_a_pause_fills_up_again_but_not_over_the_brim(gate: FloodGate, clock: Clock) -> None:
    knocks(gate, 4)
    clock.now += 0.5
    assert knocks(gate, 2) == "wn"
    clock.now += 3600
    assert knocks(gate, 6) == "wwwwnq"


def test_who_goes_on_flooding_is_not_told_again_at_each_refilled_place(
    gate: FloodGate, clock: Clock
) -> None:
    told = knocks(gate, 5)
    for _ in range(20):
        clock.now += 0.5
        told += knocks(gate, 3)
    assert told.count("n") == 1
    assert told.count("w") == 24


def test_who_calmed_down_is_told_again_the_next_time(gate: FloodGate, clock: Clock) -> None:
    assert knocks(gate, 6) == "wwwwnq"
    clock.now += 2
    assert knocks(gate, 6) == "wwwwnq"


def test_the_wait_is_as_long_as_the_next_place_takes(gate: FloodGate, clock: Clock) -> None:
    assert gate.wait("anna") == 0
    knocks(gate, 4)
    assert gate.wait("anna") == pytest.approx(0.5)
    clock.now += gate.wait("anna") - 0.001
    assert gate.knock("anna") == "notice"
    clock.now += 0.002
    assert gate.knock("anna") == "welcome"


def test_a_clock_that_stands_still_or_one_place_only_is_fine(clock: Clock) -> None:
    assert knocks(FloodGate(1, 60, clock), 3) == "wnq"


def test_a_million_strangers_do_not_fill_the_memory(clock: Clock) -> None:
    """The oldest are forgotten; who just flooded is not."""
    gate = FloodGate(4, 2.0, clock, remembered=100)
    for n in range(10_000):
        gate.knock(n)
    knocks(gate, 5)
    for n in range(99):
        gate.knock(n)
    assert gate.knock("anna") == "quiet"
    assert len(gate._buckets) == 100


def test_who_has_been_quiet_for_long_is_not_remembered(clock: Clock) -> None:
    """Their bucket is full again: day by day new people come, and memory would grow with them."""
    gate = FloodGate(4, 2.0, clock)
    for n in range(100):
        clock.now += 0.1
        gate.knock(n)
    assert len(gate._buckets) == 21
    assert knocks(gate, 5) == "wwwwn"
