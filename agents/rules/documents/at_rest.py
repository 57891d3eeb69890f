"""Do the sides of a linked document agree, when nothing is to be written, and to the cent?"""

from agents.rules.documents.figures import differs, not_wholly_there
from agents.rules.documents.settle import Settlement, record_of
from agents.rules.kinds.table import POLICIES
from agents.rules.wording import fields_called
from schemas.decision_input import DecisionInput
from schemas.decisions import Decision, InStep, OnlyOnOneSide
from schemas.records import Record
from schemas.values import Side


def at_rest(given: DecisionInput, asked: Record, result: Settlement) -> Decision:
    """Answer for a document of which nothing is to be written: does it agree, to the cent?

    `asked` is what MediaOS has, as QuickBooks is to show it.
    """
    apart = differs(given, asked, listed=bool(result.no_home))
    if apart is not None:
        return apart
    held = not_wholly_there(given, asked)
    if held is not None:
        return held
    one_sided = _one_sided(given, result, asked)
    if one_sided:
        return OnlyOnOneSide(reason=one_sided, settled=result.agree)
    return InStep(why="the sides agree", settled=result.agree)


def _one_sided(given: DecisionInput, result: Settlement, asked: Record) -> str:
    """Return what one side of a linked document has for itself, in words for a person."""
    document, policy = given.document, POLICIES[given.document.kind]
    changed = (
        f"changed in QuickBooks only: {fields_called(result.no_home)}" if result.no_home else None
    )
    left_out = policy.left_out(record_of(document, Side.MEDIAOS))
    shown = record_of(document, Side.QBO)
    more = policy.not_shown(shown, given), policy.variance(asked, shown)
    return "; ".join(told for told in (changed, left_out, *more) if told)
