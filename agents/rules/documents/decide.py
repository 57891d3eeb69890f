"""What is to be done about a document, as both sides stand now?

Asked after every change, every outcome and every release; it looks at the whole document and
never at what happened last, so asking twice is harmless.
"""

from agents.rules.documents.activity import switched
from agents.rules.documents.at_rest import at_rest
from agents.rules.documents.bearing import bears_our_marker
from agents.rules.documents.conversion import Crossing
from agents.rules.documents.crossing import crossed, empty
from agents.rules.documents.figures import returned, unsaid
from agents.rules.documents.linking import linked_as_asked, unlinked_as_asked
from agents.rules.documents.merged import CUSTOMER, merged_away
from agents.rules.documents.mirroring import stays_here, stays_there
from agents.rules.documents.removal import removed
from agents.rules.documents.settle import Settlement, record_of, settle
from agents.rules.documents.unapplying import unapplied_first
from agents.rules.documents.updating import updated
from agents.rules.kinds.table import POLICIES
from agents.rules.wording import fields_called
from schemas.decision_input import DecisionInput
from schemas.decisions import Decision, InStep, OnlyOnOneSide
from schemas.state import Document, Park, ParkReason, Snapshot
from schemas.values import Side

#: Named in every `Decided`, since a recorded decision is only made again by the rules that made it:
#: whoever changes an answer names them anew, and records again (tests/recorded).
RULES = "2026-11-30.3"


def decide(given: DecisionInput, decision: str) -> Decision:
    """Answer for one document; `decision` is the id that a command will carry."""
    document = given.document
    if document.link_to or document.unlinks:
        as_asked = linked_as_asked if document.link_to else unlinked_as_asked
        return as_asked(given, decision)
    first = unapplied_first(given, decision)
    if first is not None:
        return first
    if document.agreed is not None:
        return _linked(given, decision)
    if document.mediaos is not None:
        stays = stays_here(given, document.mediaos)
        return stays or crossed(given, document.mediaos, Side.MEDIAOS, decision)
    if document.qbo is not None:
        return _born_in_qbo(given, document.qbo, decision)
    return InStep(why="neither side shows it")


def _born_in_qbo(given: DecisionInput, shown: Snapshot, decision: str) -> Decision:
    kind = given.document.kind
    policy = POLICIES[kind]
    alone = bears_our_marker(given) or empty(shown) or stays_there(given, shown)
    if alone is not None:
        return alone
    if Side.QBO in policy.born:
        return crossed(given, shown, Side.QBO, decision)
    if shown.record is None:
        return InStep(why="deleted in QuickBooks before it had a home")
    return OnlyOnOneSide(reason=f"this {kind.called} was made in QuickBooks")


def _linked(given: DecisionInput, decision: str) -> Decision:
    document = given.document
    mediaos, qbo = document.mediaos, document.qbo
    if mediaos is None or qbo is None:
        raise ValueError("a linked document shows both sides")
    away = merged_away(given) or switched(given, decision) or removed(given, decision)
    if away is not None:
        return away
    crossing = Crossing(given)
    asked = crossing(record_of(document, Side.MEDIAOS), Side.QBO)
    result = settle(
        document,
        crossing,
        over=Side.MEDIAOS if given.overwrite else None,
        owed=given.owed,
        returned=returned(given, asked),
        unsaid=unsaid(given, asked),
        owners=given.settings.owners,
    )
    for to in _order(document, result):
        if result.write.get(to):
            return updated(given, asked, to, result, decision)
    return _conflict(result.conflict) if result.conflict else at_rest(given, asked, result)


def _order(document: Document, result: Settlement) -> tuple[Side, ...]:
    """Return to which side to write first.

    What is made anew for another customer is made as MediaOS has it, so that hears first what
    somebody has typed on the one that goes.
    """
    anew = POLICIES[document.kind].moves_anew and CUSTOMER in result.write.get(Side.QBO, {})
    return (Side.MEDIAOS, Side.QBO) if anew else (Side.QBO, Side.MEDIAOS)


def _conflict(fields: tuple[str, ...]) -> Park:
    return Park(
        reason=ParkReason.CONFLICT,
        detail=(
            f"both sides changed {fields_called(fields)}: make them equal on either side, or say "
            "whose stands (`isthmus conflicts list`)"
        ),
        fields=tuple(dict.fromkeys(name.partition(" (")[0] for name in fields)),
    )
