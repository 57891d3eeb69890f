"""Which e-mail addresses of a list does QuickBooks hold?

It takes them with commas between, 100 characters in all (quickbooks-money.md 8).  An address is
whole or not there: half of one is nobody's, or another person's.  What does not fit stays in
MediaOS alone and is listed as such (`isthmus unplaced`, `explain`), as any other part of a record
that one side does not hold: parking the record would keep its money back for an address.
"""

from dataclasses import dataclass

from schemas.decision_input import DecisionInput
from schemas.values import Side

#: Characters that QuickBooks holds, the commas between the addresses among them.
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Fitted:
    """A list as QuickBooks can hold it, None where it holds nothing of it, and what is left out."""

    held: str | None
    left_out: tuple[str, ...] = ()


def fitted(text: str | None) -> Fitted:
    """Return the first addresses of a list that fit, as they were typed but for semicolons."""
    parts = [part for part in (text or "").replace(";", ",").split(",") if part.strip()]
    held = ""
    for place, part in enumerate(parts):
        longer = f"{held},{part.rstrip()}" if held else part.strip()
        if len(longer) > LONGEST:
            return Fitted(held or None, tuple(each.strip() for each in parts[place:]))
        held = longer
    return Fitted(held or None)


def emails_across(to: Side, given: DecisionInput, text: str | None) -> str | None:
    """Return a list as the other side is to show it; what QuickBooks never held stays in MediaOS.

    An edit there is one of the addresses that it shows.
    """
    if to is Side.QBO:
        return fitted(text).held
    shown = given.document.mediaos
    left_out = fitted(getattr(shown.record, "email", None) if shown else None).left_out
    return ", ".join(filter(None, (text, *left_out))) or None


def emails_left_out(text: str | None) -> str | None:
    """Return which addresses QuickBooks does not hold, in words for a person, or None."""
    left_out = fitted(text).left_out
    if not left_out:
        return None
    return (
        f"e-mail {', '.join(left_out)} is in MediaOS only: QuickBooks holds {LONGEST} characters "
        "of addresses"
    )
