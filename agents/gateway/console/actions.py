"""What can be done in the console, and by whom?  Each action is one request, as of a command.

Names are those of the command line where it has a command for it.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial

from agents.dead_letters.manage import Filed
from agents.gateway.console.customers import lane_meant
from agents.gateway.console.form_ids import one_of_many
from agents.gateway.console.forms import Form
from agents.gateway.console.holds import locked
from agents.gateway.console.letters import TOLD_BY
from agents.gateway.console.page import Act, Deed, NotPossible, Visit
from agents.gateway.console.people import Role
from agents.rules.documents.noting import standing
from schemas.identity import tenant_of
from schemas.limits import LONGEST_LINE, MOST_MINUTES
from schemas.requests import (
    ConfirmRemovals,
    ImposeLockout,
    Link,
    NoteDocument,
    OfSomebody,
    PauseTenant,
    Push,
    ReleaseLockout,
    ResolveConflict,
    ResumeTenant,
    Retry,
    TryNow,
)
from schemas.rows import DocumentRow, record_of
from schemas.state import Document
from schemas.values import Side

#: So many are retried together: each is a request of its own, and somebody waits for them.
MOST_AT_ONCE = 200
GONE = "It does not wait any more: somebody else, or a newer change, was faster."


def typed(visit: Visit, form: Form) -> None:
    """Raise NotPossible where somebody has not typed which tenant is meant."""
    if form.one("named") != visit.tenant:
        raise NotPossible(
            f"Nothing was done: to confirm it, type the tenant's name, {visit.tenant}."
        )


def row_of(visit: Visit, form: Form) -> DocumentRow:
    """Return the document that a form is about; NotPossible where it is not this tenant's."""
    row = DocumentRow(form.one("lane"), form.one("document"))
    if tenant_of(row.lane) != visit.tenant or not row.name:
        raise NotPossible("The form names no document of this tenant.")
    return row


def document_of(visit: Visit, form: Form) -> tuple[DocumentRow, Document]:
    """Return the document as it stands; NotPossible where it is no more there."""
    row = row_of(visit, form)
    document = visit.book.documents([row]).get(row)
    if document is None:
        raise NotPossible(GONE)
    return row, document


def _retry(visit: Visit, form: Form) -> OfSomebody:
    row, document = document_of(visit, form)
    if document.park is None:
        raise NotPossible(GONE)
    return Retry(id=visit.request, lane=row.lane, document=row.name)


def _retry_all(visit: Visit, form: Form) -> Sequence[OfSomebody]:
    """Retry what waits for one reason, the longest waiting first, so many at once."""
    reason = form.one("reason")
    found = visit.book.waiting(visit.tenant, reason=reason, limit=MOST_AT_ONCE) if reason else []
    if not found:
        raise NotPossible(GONE)
    rows = [each.row for each in found]
    ids = [one_of_many(visit.request, str(row)) for row in rows]
    return [
        Retry(id=own, lane=row.lane, document=row.name) for own, row in zip(ids, rows, strict=True)
    ]


def _push(visit: Visit, form: Form) -> OfSomebody:
    row, _ = document_of(visit, form)
    side = record_of(row.name).side
    return Push(id=visit.request, lane=row.lane, document=row.name, side=side)


def _link(visit: Visit, form: Form) -> OfSomebody:
    row, _ = document_of(visit, form)
    target = form.one("target")
    if not target:
        raise NotPossible("Fill in the number of the customer in QuickBooks.")
    return Link(id=visit.request, lane=row.lane, document=row.name, target=target)


def _note(visit: Visit, form: Form) -> OfSomebody:
    """Say who sees to it, and what is known; what was dismissed is listed again."""
    row, _ = document_of(visit, form)
    owner, note = form.one("owner"), form.one("note")
    return NoteDocument(id=visit.request, lane=row.lane, document=row.name, owner=owner, note=note)


def _dismiss(visit: Visit, form: Form) -> OfSomebody:
    row, document = document_of(visit, form)
    owner, note = form.one("owner"), form.one("note")
    if not note:
        raise NotPossible("Say in the note why nobody has to see to it.")
    # A page shows no news while somebody writes on it.
    if form.one("standing") != standing(document):
        raise NotPossible("Something new happened to it meanwhile. Nothing was done: look at it.")
    return NoteDocument(
        id=visit.request, lane=row.lane, document=row.name, owner=owner, note=note, dismiss=True
    )


def _resolve(visit: Visit, form: Form) -> OfSomebody:
    """Decide by what was shown: the form says which revisions that were."""
    row = row_of(visit, form)
    keep = form.one("keep")
    if keep not in frozenset(Side):
        raise NotPossible("Say whose value stands: MediaOS' or QuickBooks'.")
    return ResolveConflict(
        id=visit.request,
        lane=row.lane,
        document=row.name,
        keep=Side(keep),
        mediaos=form.one("mediaos"),
        qbo=form.one("qbo"),
    )


def _release(visit: Visit, form: Form) -> OfSomebody:
    lockout, lane = form.one("lockout"), form.one("lane")
    # A worker takes the id alone, also that of another tenant's lock in the same partition.
    if (lockout, lane) not in {(each.id, each.lane) for each in locked(visit)}:
        raise NotPossible("This tenant has no such lockout, or not any more. Nothing was done.")
    return ReleaseLockout(id=visit.request, lane=lane, lockout=lockout)


def _impose(visit: Visit, form: Form) -> OfSomebody:
    """Hold a customer's work back, and that of all that share its partition."""
    lane, reason = lane_meant(visit, form.one("customer")), form.one("reason")
    if not reason:
        raise NotPossible("Say why: who meets the lock must know what it is for.")
    return ImposeLockout(
        id=visit.request, lane=lane, minutes=_minutes(form.one("minutes")), reason=reason
    )


def _minutes(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 0 < int(text) <= MOST_MINUTES:
        raise NotPossible(f"Say for how many whole minutes: from 1 to {MOST_MINUTES}.")
    return float(text)


def _try_now(visit: Visit, _form: Form) -> OfSomebody:
    if visit.book.tenant(visit.tenant).suspended is None:
        raise NotPossible("Nothing is suspended any more.")
    return TryNow(id=visit.request, tenant=visit.tenant)


def _pause(visit: Visit, form: Form) -> OfSomebody:
    reason = form.one("reason")
    if not reason:
        raise NotPossible("Say why: who meets the pause must know what it is for.")
    return PauseTenant(id=visit.request, tenant=visit.tenant, reason=reason)


def _resume(visit: Visit, _form: Form) -> OfSomebody:
    if visit.book.tenant(visit.tenant).paused is None:
        raise NotPossible("It is not paused any more.")
    return ResumeTenant(id=visit.request, tenant=visit.tenant)


def _confirm(visit: Visit, form: Form) -> OfSomebody:
    guard = form.one("guard")
    if not guard:
        raise NotPossible("The form names nothing that was removed.")
    return ConfirmRemovals(id=visit.request, tenant=visit.tenant, guard=guard)


def _letter(visit: Visit, form: Form) -> Filed:
    place = form.one("place")
    waiting = visit.letters.waiting(visit.tenant) or ()
    filed = next((each for each in waiting if str(each.place) == place), None)
    if filed is None:
        raise NotPossible(GONE)
    return filed


def _retry_letter(visit: Visit, form: Form) -> Deed:
    """Give a dead letter to its readers again, which the gateway does itself."""
    filed = _letter(visit, form)
    if filed.place.topic not in TOLD_BY:
        raise NotPossible(f"It is retried by `isthmus dead-letters retry {filed.place}` alone.")
    return partial(visit.letters.retry, filed, visit.person.name)


def _discard_letter(visit: Visit, form: Form) -> Deed:
    """Give a dead letter up, which the gateway writes down itself."""
    filed, why = _letter(visit, form), form.one("reason")
    if not why:
        raise NotPossible("Say why nobody has to see to it: who looks later must know.")
    if len(why) > LONGEST_LINE or not why.isprintable():
        raise NotPossible(
            f"A reason has at most {LONGEST_LINE:,} characters, all of which one sees."
        )
    return partial(visit.letters.discard, filed, visit.person.name, why)


Request = Callable[[Visit, Form], OfSomebody | Sequence[OfSomebody] | Deed]


def _by_admins(request: Request) -> Act:
    return Act(least=Role.ADMIN, request=request)


def _by_operators(request: Request) -> Act:
    return Act(least=Role.OPERATOR, request=request)


#: By the word that a form says it with.
NOTE, DISMISS = "note", "dismiss"
RETRY, RETRY_ALL, PUSH, LINK, RESOLVE = "retry", "retry-all", "push", "link", "resolve"
RELEASE, IMPOSE, RETRY_NOW, CONFIRM = "release", "impose", "retry-now", "confirm"
PAUSE, RESUME = "pause", "resume"
RETRY_LETTER, DISCARD_LETTER = "retry-letter", "discard-letter"
ACTIONS: dict[str, Act] = {
    RETRY: _by_operators(_retry),
    RETRY_ALL: _by_operators(_retry_all),
    PUSH: _by_operators(_push),
    LINK: _by_operators(_link),
    NOTE: _by_operators(_note),
    DISMISS: _by_operators(_dismiss),
    RESOLVE: _by_operators(_resolve),
    RELEASE: _by_operators(_release),
    # It may hold up customers of other tenants too.
    IMPOSE: _by_admins(_impose),
    RETRY_NOW: _by_operators(_try_now),
    PAUSE: _by_operators(_pause),
    RESUME: _by_operators(_resume),
    RETRY_LETTER: _by_operators(_retry_letter),
    DISCARD_LETTER: _by_operators(_discard_letter),
    CONFIRM: _by_operators(_confirm),
}
