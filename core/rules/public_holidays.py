"""Public holidays where a person lives, by their time zone: the law of the place, computed, no network.

France and its overseas places each have their own (20 December in Réunion, 27 May in Guadeloupe …). A zone that is not
in the table has none that we know of.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache

PLACES: Mapping[str, tuple[str, str | None]] = {
    "Europe/Paris": ("FR", None),
    "America/Guadeloupe": ("FR", "971"),
    "America/Martinique": ("FR", "972"),
    "America/Cayenne": ("FR", "973"),
    "Indian/Reunion": ("FR", "974"),
    "Indian/Mayotte": ("FR", "976"),
    "America/Miquelon": ("FR", "PM"),
    "America/St_Barthelemy": ("FR", "BL"),
    "America/Marigot": ("FR", "MF"),
    "Pacific/Noumea": ("FR", "NC"),
    "Pacific/Tahiti": ("FR", "PF"),
    "Pacific/Marquesas": ("FR", "PF"),
    "Pacific/Gambier": ("FR", "PF"),
    "Pacific/Wallis": ("FR", "WF"),
    "Europe/Brussels": ("BE", None),
    "Europe/Luxembourg": ("LU", None),
    "Europe/Monaco": ("MC", None),
}
"""Zone → country and, for overseas places, the part of it, as ISO 3166 or the number of the department writes it."""


@cache
def public_holidays(zone: str, year: int) -> frozenset[date]:
    if zone not in PLACES:
        return frozenset()
    import holidays  # noqa: PLC0415 (only campaigns that keep holidays free need it)

    country, part = PLACES[zone]
    return frozenset(holidays.country_holidays(country, subdiv=part, years=year))
