"""Where people ask: languages and channels, and what share had no good answer."""

from bot.console.radar.chart import (
    DOUBT,
    UNDRAWN,
    Cell,
    Chart,
    count,
    counted,
    not_shown,
    share,
    text,
)
from bot.console.radar.look import Look
from bot.i18n import _, clauses
from bot.services.demand import LEAST, Figure
from bot.services.suppression import hidden
from bot.web.charts import Bar, Named, bars

_ABOUT = _(
    "Questions by the language and the channel they were asked in, with the share that had no good "
    "answer: none was known, it was left for the team, or the person said that it missed."
)
_Place = tuple[str, str]


def places(look: Look) -> Chart:
    """The finding: where most goes without an answer."""
    asked = look.demand.places(look.scope).items()
    # A week is counted with the people of the three before: of them alone there is no share.
    found = _shown({place: figure for place, figure in asked if figure.questions})
    known = {place: figure for place, figure in found.items() if figure}
    order = sorted(known, key=lambda p: (-known[p].unanswered / (known[p].questions + DOUBT), p))
    title = look.say(_("Share without a good answer"))
    named = Named("drawn-places", title, look.say(_("All figures are in the table.")))
    gone = sorted(place for place, figure in found.items() if figure is None)
    return Chart(
        "places",
        _title(look, known, order),
        look.say(_ABOUT),
        tuple(
            map(
                look.say,
                (
                    _("Language"),
                    _("Channel"),
                    _("Questions"),
                    _("without a good answer"),
                    _("Share"),
                ),
            )
        ),
        tuple(_line(look, place, found[place]) for place in (*order, *gone)),
        bars(named, [_bar(look, place, known[place]) for place in order]) if order else UNDRAWN,
        small=bool(gone),
    )


def _shown(figures: dict[_Place, Figure]) -> dict[_Place, Figure | None]:
    """Hidden by language and by channel, until no sum of either gives a hidden one away."""
    gone, before = set[_Place](), None
    while gone != before:
        before = set(gone)
        for side, name in {(side, place[side]) for place in figures for side in (0, 1)}:
            line = {place[1 - side]: f for place, f in figures.items() if place[side] == name}
            also = {place[1 - side] for place in gone if place[side] == name}
            small = hidden({other: f.counted for other, f in line.items()}, LEAST, also)
            gone |= {(name, other) if side == 0 else (other, name) for other in small}
    return {place: None if place in gone else figure for place, figure in figures.items()}


def _title(look: Look, known: dict[_Place, Figure], order: list[_Place]) -> str:
    if not order:
        return look.say(_("No language and channel had questions of three people or more."))
    language, channel = order[0]
    figure = known[order[0]]
    if not figure.unanswered:
        return look.say(_("Every question had a good answer, in every language and channel."))
    return look.plural(
        _("Most often without a good answer: {spoken}, {channel}; {share} of {count} question."),
        _("Most often without a good answer: {spoken}, {channel}; {share} of {count} questions."),
        figure.questions,
        spoken=look.spoken(language),
        channel=look.channel(channel),
        share=look.share(figure.unanswered, figure.questions),
    )


def _bar(look: Look, place: _Place, figure: Figure) -> Bar:
    label = clauses(look.language, (look.spoken(place[0]), look.channel(place[1])))
    part = figure.unanswered / figure.questions
    said = f"{look.share(figure.unanswered, figure.questions)} ({look.number(figure.questions)})"
    return Bar(label, look.language, (part,), said)


def _line(look: Look, place: _Place, figure: Figure | None) -> tuple[Cell, ...]:
    language, channel = place
    names = text(look.spoken(language), language=language), text(look.channel(channel))
    if figure is None:
        return (*names, *(not_shown(look) for _column in range(3)))
    vain = look.questions(outcome="", language=language, channel=channel)
    return (
        *names,
        counted(look, figure, look.questions(language=language, channel=channel)),
        count(look, figure.unanswered, vain),
        share(look, figure.unanswered, figure.questions, vain),
    )
