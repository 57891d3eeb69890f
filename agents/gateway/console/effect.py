"""What would go if a tenant were set otherwise?  In documents and money, before anything is asked.

A worker does the same once it is: it judges again what has all that it waits for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.gateway.console.book.awaited import AwaitedSet, AwaitingDocument
from agents.gateway.console.page import Visit
from agents.gateway.console.record_address import record_page
from agents.rules.documents.tenant_readiness import met_by_tenant, newly_met
from agents.rules.kinds.worth import Worth, worth_of
from agents.rules.wording import awaited_words
from schemas.rows import record_of
from schemas.tenant_state import Tenant

#: How many are named; how many are counted stands in the sentence.
NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What goes, and what `stays` since it waits for something else too: mostly `for_what`.

    `home` is the currency of what names none; `then` is what still holds up what goes, "" where
    nothing does.
    """

    goes: int
    worth: Worth
    home: str
    named: tuple[tuple[AwaitingDocument, str], ...]
    stays: int
    for_what: str
    then: str


def effect_of(visit: Visit, after: Tenant, words: Sequence[str]) -> Effect:
    """Return what would go of what waits for conditions of these words."""
    book, before = visit.book.awaited, visit.book.tenant(visit.tenant)
    awaited = dict.fromkeys(each.condition for each in book.sums(visit.tenant, words))
    news = frozenset(newly_met(awaited, before, after))
    found = [each for each in book.sets(visit.tenant) if not news.isdisjoint(each.conditions)]
    lacking = _lacking(found, after)
    going = [each for each in found if lacking.isdisjoint(each.conditions)]
    staying = [each for each in found if not lacking.isdisjoint(each.conditions)]
    most = max(staying, key=lambda each: (each.number, each.awaits), default=None)
    also = most.conditions & lacking if most is not None else frozenset()
    first = book.oldest(visit.tenant, going, NAMED)
    return Effect(
        goes=sum(each.number for each in going),
        worth=worth_of(((each.currency, each.amount) for each in going), before.company.home),
        home=before.company.home,
        named=tuple((each, record_page(visit, record_of(each.row.name))) for each in first),
        stays=sum(each.number for each in staying),
        for_what=awaited_words(sorted(also)[:NAMED]),
        then=_then(after),
    )


def _lacking(found: Sequence[AwaitedSet], after: Tenant) -> frozenset[str]:
    """Return what is waited for here that would not be there either."""
    conditions = {text for each in found for text in each.conditions}
    return frozenset(text for text in conditions if not met_by_tenant(text, after))


def _then(after: Tenant) -> str:
    if after.paused is not None:
        return "They go once it is resumed: it is paused."
    if after.suspended is not None:
        return "They go once the connection answers again."
    if after.observes:
        return "Nothing is written before going live: they are judged, and wait for that."
    if after.settings.manual_push:
        return "Two-way sync is off: each waits for a push then."
    return ""
