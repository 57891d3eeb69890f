"""How many invoices and payments of a tenant stand on both sides?"""

from agents.rules.documents.ended import has_ended
from agents.rules.kinds.table import POLICIES
from agents.view.lane_context import LaneContext
from schemas.rows import DOCUMENT_ROWS
from schemas.state import Document
from schemas.values import Side


async def standing(context: LaneContext, most: int) -> int:
    """Return how many there are, or `most` where there are more: nobody counts a million."""
    found = 0
    async for page in context.journal.pages(f"{DOCUMENT_ROWS}{context.tenant}/"):
        found += sum(_stands(document) for _, document in page)
        if found >= most:
            return most
    return found


def _stands(document: Document) -> bool:
    follows = bool(POLICIES[document.kind].removals)
    return follows and document.agreed is not None and not any(has_ended(document, s) for s in Side)
