"""The themes articles are sorted by, with their names."""

from collections.abc import Mapping

from bot.i18n import _

THEMES: Mapping[str, str] = {
    "climate-adaptation": _("Heat, rain and climate"),
    "coproduction": _("Making the city together"),
    "culture-creative": _("Culture and creative work"),
    "education": _("Learning and schools"),
    "energy": _("Energy"),
    "financing": _("Money and ownership"),
    "governance": _("City government"),
    "health": _("Health"),
    "heritage": _("Old buildings and quarters"),
    "housing": _("Housing"),
    "migration-inclusion": _("Arriving and belonging"),
    "mobility": _("Getting around"),
    "participation": _("Having a say"),
    "public-space": _("Streets and squares"),
    "safety": _("Safety"),
    "smart-city": _("Digital city"),
    "social-innovation": _("Neighbours and new ideas"),
    "urban-agriculture": _("Gardens and urban farming"),
    "waste-circular": _("Waste and reuse"),
    "water": _("Water"),
}
