"""Which time zone did a person mean who typed none?"""

from difflib import get_close_matches
from zoneinfo import available_timezones


def nearest_zone(typed: str) -> str:
    """Return the zone that is named most like what was typed: by its whole name or its city."""
    zones = sorted(available_timezones())
    cities = {_plain(each.rpartition("/")[2]): each for each in reversed(zones)}
    named = cities | {_plain(each): each for each in zones}
    [near] = get_close_matches(_plain(typed), named, n=1, cutoff=0)
    return named[near]


def _plain(name: str) -> str:
    return name.casefold().replace(" ", "_")
