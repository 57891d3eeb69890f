"""May this tenant go live, and what should be put right before?

The guide asks for empty books before connecting: what stands there already would be written twice,
or stand on one side only.  What cannot be read counts as not empty.  A finding that blocks can be
overruled by a person, by its name.
"""

from collections.abc import Sequence

from agents.rules.tenant.opening import NAME as OPENING
from agents.rules.tenant.preflight_company import days, preferences
from agents.rules.tenant.preflight_findings import Facts, Finding, Listed, some, unreadable
from schemas.outcomes import Fault
from schemas.values import Kind


def examine(facts: Facts) -> tuple[Finding, ...]:
    """Return the findings, those that block first."""
    found = [
        *(each for kind, listed in facts.books.items() for each in _book(kind, listed)),
        *preferences(facts),
        *days(facts),
        *_numbers(facts),
        *_unmapped(facts.unmapped),
    ]
    return tuple(sorted(found, key=lambda each: not each.blocking))


def gone_over(named: Sequence[str], explained: str) -> tuple[str, ...]:
    """Return the names of all that a person goes over: what is owed, where they say why."""
    return (*named, OPENING) if explained.strip() else tuple(named)


def blocking(findings: tuple[Finding, ...], overruled: tuple[str, ...]) -> tuple[Finding, ...]:
    """Return what stands in the way still; ValueError names what is overruled and not there."""
    names = {each.name for each in findings if each.blocking}
    unknown = [name for name in overruled if name not in names]
    if unknown:
        known = ", ".join(sorted(names)) or "none"
        raise ValueError(f"{', '.join(unknown)} does not block; these do: {known}")
    return tuple(each for each in findings if each.blocking and each.name not in overruled)


def _book(kind: Kind, listed: Listed | Fault | str) -> list[Finding]:
    if not isinstance(listed, Listed):
        return [unreadable(f"mediaos-{kind}s", f"MediaOS's {kind}s", "MediaOS", listed)]
    found = []
    if listed.live or listed.more:
        found.append(
            Finding(
                name=f"{kind}s-not-empty",
                what=f"MediaOS has {kind}s already: {_counted(listed)}",
                why="each would be created in QuickBooks, where it may stand already",
                remedy="empty the list, or overrule when none of them is in QuickBooks",
                blocking=True,
            )
        )
    if listed.deleted:
        found.append(
            Finding(
                name=f"{kind}s-deleted",
                what=f"MediaOS keeps {listed.deleted} deleted {kind}s",
                why="a deleted one is not sent; restored, it is a new one to QuickBooks",
                remedy="nothing, unless they are to be restored",
                blocking=False,
            )
        )
    return found


def _counted(listed: Listed) -> str:
    if not listed.more:
        return str(listed.live)
    return f"{listed.live} on its first page, and {listed.more} more that were not looked at"


def _numbers(facts: Facts) -> list[Finding]:
    if not facts.settings.assign_invoice_id:
        return []
    prefix, numbers = facts.settings.number_prefix, facts.numbers
    if isinstance(numbers, Fault | str):
        what = "QuickBooks' invoices"
        return [unreadable("quickbooks-invoices", what, "QuickBooks", numbers)]
    taken = [each for each in numbers if each.startswith(prefix) and each[len(prefix) :].isdigit()]
    if not taken:
        return []
    return [
        Finding(
            name="number-collision",
            what=f"QuickBooks has invoices of such numbers already: {some(taken)}",
            why="an invoice of MediaOS whose number is taken there parks",
            remedy="choose another prefix: isthmus settings set --prefix",
            # Without a prefix any numbered book collides; only what is met will park.
            blocking=bool(prefix),
        )
    ]


def _unmapped(names: tuple[str, ...]) -> list[Finding]:
    if not names:
        return []
    return [
        Finding(
            name="unmapped-products",
            what=f"products without an item of QuickBooks: {some(list(names))}",
            why="an invoice that names one waits until it is mapped",
            remedy="isthmus map products suggest, then isthmus map products add",
            blocking=False,
        )
    ]
