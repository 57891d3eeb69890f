"""Who sees to a document that waits, and does anybody have to?  Told to people; it decides nothing.

What is dismissed waits as before, and stands in no list of what needs somebody until something new
happens to it: a side changes it, or it is judged again.
"""

from datetime import datetime

from schemas.note_facts import Noted
from schemas.requests import NoteDocument
from schemas.state import Document


def noted(
    document: Document | None, asked: NoteDocument, now: datetime
) -> tuple[bool, str, tuple[Noted, ...]]:
    """Judge what somebody says of a document: whether it is kept, in words, and the fact."""
    if document is None or (document.park is None and document.unplaced is None):
        return False, f"{asked.document} does not wait", ()
    if asked.dismiss and not asked.note:
        return False, "a note says why nobody has to see to it, and there is none", ()
    fact = Noted(
        document=asked.document,
        request=asked.id,
        owner=asked.owner,
        note=asked.note,
        dismissed=asked.dismiss,
        standing=standing(document),
        by=asked.by,
        at=now,
    )
    return True, "it is dismissed" if asked.dismiss else "it is noted", (fact,)


def standing(document: Document) -> str:
    """Return how a document stands: of which event, and judged how often since."""
    return f"{document.event}#{document.decisions}"


def is_dismissed(fact: Noted | None, document: Document) -> bool:
    """Tell whether nobody has to see to a document that waits."""
    return fact is not None and fact.dismissed and fact.standing == standing(document)
