"""What would go if a tenant were set otherwise?  In documents and money, before anything is asked.

A worker does the same once it is: it judges again what has all that it waits for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.gateway.console.book.awaited import MOST_DOCUMENTS, AwaitingDocument
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
    """What goes, and what `stays` since it waits for something else too: `for_what`, in words.

    `home` is the currency of what names none.  `is_whole` is False where more waits than one look
    counts; `then` is what still holds up what goes, "" where nothing does.
    """

    goes: int
    worth: Worth
    home: str
    named: tuple[tuple[AwaitingDocument, str], ...]
    stays: int
    for_what: str
    is_whole: bool
    then: str


def effect_of(visit: Visit, after: Tenant, words: Sequence[str]) -> Effect:
    """Return what would go of what waits for conditions of these words."""
    before = visit.book.tenant(visit.tenant)
    awaited = visit.book.awaited.sums(visit.tenant, words)
    news = newly_met(dict.fromkeys(each.condition for each in awaited), before, after)
    found = visit.book.awaited.documents(visit.tenant, news) if news else []
    lacking = _lacking(found, after)
    going = [each for each in found if not each.conditions & lacking]
    amounts = ((each.currency, each.amount) for each in going if each.amount is not None)
    also = lacking.intersection(*([each.conditions for each in found if each not in going][:1]))
    return Effect(
        goes=len(going),
        worth=worth_of(amounts, before.company.home),
        home=before.company.home,
        named=tuple((each, record_page(visit, record_of(each.row.name))) for each in going[:NAMED]),
        stays=len(found) - len(going),
        for_what=awaited_words(sorted(also)[:NAMED]),
        is_whole=len(found) < MOST_DOCUMENTS,
        then=_then(after),
    )


def _lacking(found: Sequence[AwaitingDocument], after: Tenant) -> frozenset[str]:
    """Return what these documents wait for that would not be there either."""
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
