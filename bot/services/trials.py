"""What asking questions again shows before an article is published."""

from dataclasses import dataclass

from bot.services.gaps import Sample


@dataclass(frozen=True, slots=True)
class Trial:
    """A question of a gap asked again.

    slug   the article it finds then; "" for none
    plain  the one it finds without the wordings of these questions: how new words will fare
    """

    sample: Sample
    slug: str
    plain: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Lost:
    """A question that went well until now. `before`, `slug`: what it found, and would find."""

    text: str
    language: str
    before: str
    slug: str


@dataclass(frozen=True, slots=True)
class Tried:
    """What publishing would change. `guarded`: how many were asked again; `lost`: which went."""

    trials: tuple[Trial, ...]
    guarded: int
    lost: tuple[Lost, ...]

    @property
    def found(self) -> int:
        """How many questions of the gap find an article then."""
        return sum(bool(trial.slug) for trial in self.trials)
