"""Which item of QuickBooks may a product of MediaOS be, by their names?

A suggestion with its reason, never a mapping: two names may look alike and be sold to different
accounts.  Names are compared without case, accents, marks and the order of their words.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from schemas.state import CatalogEntry, Tenant

#: Names that are less alike than this, of 100, are no suggestion.
ALIKE = 75.0
#: Suggestions of one product.
MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """An item that a product may be sold as; `score` of 100."""

    product: str
    name: str
    item: str
    item_name: str
    score: int
    reason: str


def suggestions(tenant: Tenant) -> list[Suggestion]:
    """Return what each unmapped product may be sold as, the likeliest first."""
    items = {key: plain_name(ware.name) for key, ware in tenant.qbo_items.items() if ware.active}
    return [
        suggestion
        for product, ware in sorted(tenant.mediaos_products.items(), key=lambda each: each[1].name)
        if product not in tenant.items and ware.active
        for suggestion in _for(product, ware, items, tenant)
    ]


def plain_name(name: str) -> str:
    """Return a name as it is compared: lower case, no accents or marks, `and` for `&`."""
    text = unicodedata.normalize("NFKD", name.casefold().replace("&", " and "))
    kept = "".join(letter for letter in text if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", kept))


def _for(
    product: str, ware: CatalogEntry, items: Mapping[str, str], tenant: Tenant
) -> list[Suggestion]:
    wanted = plain_name(ware.name)
    if not wanted:
        return []
    found = process.extract(
        wanted, items, scorer=fuzz.token_sort_ratio, limit=MOST, score_cutoff=ALIKE
    )
    return [
        Suggestion(
            product=product,
            name=ware.name,
            item=item,
            item_name=tenant.qbo_items[item].name,
            score=int(score),
            reason=_reason(ware.name, tenant.qbo_items[item].name),
        )
        for _, score, item in found
    ]


def _reason(product: str, item: str) -> str:
    ours, theirs = plain_name(product), plain_name(item)
    if product == item:
        return "the same name"
    if ours == theirs:
        return "the same name but for case, accents and marks"
    if sorted(ours.split()) == sorted(theirs.split()):
        return "the same words in another order"
    shared = [word for word in ours.split() if word in theirs.split()]
    return f"a similar name, both with {' '.join(shared)}" if shared else "a similar name"
