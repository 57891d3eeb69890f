"""How is a removal counted before it is made?  By the tenant's own lane, among those of all lanes.

It is asked before the document waits for the answer, so that a kill between both loses none.
"""

from agents.rules.documents.ended import amount_of, currency_of, to_follow
from agents.sync.tenant_requests import Ask
from agents.view.lane_context import LaneContext
from schemas.decisions import InStep, OnlyOnOneSide
from schemas.engine_requests import CountRemoval
from schemas.state import Document, Park
from schemas.tenant_conditions import Counted


async def counted_first(
    ask: Ask,
    context: LaneContext,
    document: Document,
    decision: str,
    answer: InStep | Park | OnlyOnOneSide,
) -> None:
    """Have a removal counted that waits for that; any other answer of the rules asks nothing."""
    if not isinstance(answer, Park):
        return
    left = to_follow(document)
    if left is None or answer.waits_for != (str(Counted(str(left))),):
        return
    await ask(
        CountRemoval(
            id=f"removal-{decision}",
            tenant=context.tenant,
            side=left.side.other,
            record=str(left),
            amount=amount_of(document, left.side),
            currency=currency_of(document, context.tenant_state.company.home),
        )
    )
