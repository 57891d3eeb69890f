"""What does the log say of a step?  A line for each decision, and for what came of it.

Said once the journal has the step, in the one place where every lane writes: so a decision has
exactly one line, whichever way it was reached, and one that was never kept has none.  Ids, words of
ours and a side's codes alone: no name, no amount, no text that somebody wrote.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from schemas.command_facts import CommandApplied, Decided, Declined, Refused, Unanswered
from schemas.commands import Command, Create, Remove
from schemas.facts import (
    Fact,
    Linked,
    OnOneSide,
    Parked,
    Released,
    Seen,
    Settled,
    Unlinked,
)
from schemas.identity import tenant_of
from schemas.lane_facts import Held, LaneWaited, LaneWentOn

log = logging.getLogger("isthmus.decisions")

#: A sentence, and what stands beside it.
Said = tuple[str, dict[str, Any]]

DECIDED = "decided"


def log_step(lane: str, facts: Sequence[Fact]) -> None:
    """Say what a lane decided, and what came of it, once that is in the journal."""
    if facts and log.isEnabledFor(logging.INFO):
        where = {"tenant": tenant_of(lane), "lane": lane}
        for sentence, more in said_of(facts):
            log.info(sentence, extra={**where, **more})


def said_of(facts: Sequence[Fact]) -> Iterator[Said]:
    """Yield the lines of a step, in its order."""
    decided = {document for fact in facts if (document := _decides(fact))}
    goes_on = {each.document for each in facts if isinstance(each, Decided | Parked | OnOneSide)}
    for fact in facts:
        # What a command made equal is no decision where the next is about what is left.
        if not (isinstance(fact, Settled) and fact.document in goes_on):
            yield from _decision(fact)
        yield from _outcome(fact)
        yield from _of_lane(fact)
    yield from _nothing_to_write(facts, decided)


def _decides(fact: Fact) -> str:
    """Return the document that a fact decides about; blank for any other fact."""
    match fact:
        case Decided() | Parked() | OnOneSide() | Settled() | Linked() | Unlinked() | Held():
            return str(fact.change.name) if isinstance(fact, Held) else fact.document
        case _:
            return ""


def _decision(fact: Fact) -> Iterator[Said]:
    match fact:
        case Decided(command=command):
            about = {"event": fact.given.document.event, "decision": fact.decision}
            yield DECIDED, {"record": fact.document, "what": _what(command), **about} | _to(command)
        case Parked(park=park):
            why = {"reason": str(park.reason), "waits_for": list(park.waits_for)}
            yield DECIDED, {"record": fact.document, "what": "wait", "event": fact.event, **why}
        case OnOneSide():
            yield DECIDED, {"record": fact.document, "what": "only on one side"}
        case Settled():
            agreed = {"fields": list(fact.fields)}
            yield DECIDED, {"record": fact.document, "what": "in step", **agreed}
        case Released():
            yield "waits no more", {"record": fact.document}
        case _:
            return


def _outcome(fact: Fact) -> Iterator[Said]:
    match fact:
        case CommandApplied():
            found = {"side": str(fact.side), "id": fact.id, "adopted": fact.adopted}
            yield "carried out", {"record": fact.document, "command": fact.command, **found}
        case Refused(fault=fault):
            why = {"verdict": str(fact.verdict), "status": fault.status, "code": fault.code}
            yield "refused", {"record": fact.document, "command": fact.command, **why}
        case Declined(fault=fault):
            why = {"attempt": fact.number, "status": fault.status, "code": fault.code}
            yield "refused for now", {"record": fact.document, "command": fact.command, **why}
        case Unanswered():
            attempt = {"attempt": fact.number}
            yield "no answer", {"record": fact.document, "command": fact.command, **attempt}
        case Linked() | Unlinked():
            both = {"mediaos": fact.mediaos, "qbo": fact.qbo, "kind": str(fact.kind)}
            word = "linked" if isinstance(fact, Linked) else "unlinked"
            yield word, {"record": fact.document, **both}
        case _:
            return


def _of_lane(fact: Fact) -> Iterator[Said]:
    match fact:
        case Held(change=change):
            yield "held", {"record": str(change.name), "event": change.event}
        case LaneWaited():
            until = None if fact.until is None else fact.until.isoformat()
            yield "lane waits", {"reason": str(fact.reason or ""), "until": until}
        case LaneWentOn():
            yield "lane goes on", {}
        case _:
            return


def _nothing_to_write(facts: Iterable[Fact], decided: set[str]) -> Iterator[Said]:
    """Yield a line for each change that came in and asks for nothing: an echo, say."""
    seen = {fact.document: fact.change.event for fact in facts if isinstance(fact, Seen)}
    for document, event in seen.items():
        if document not in decided:
            yield DECIDED, {"record": document, "what": "nothing to write", "event": event}


def _what(command: Command) -> str:
    if isinstance(command, Remove):
        return str(command.how)
    return "create" if isinstance(command, Create) else "update"


def _to(command: Command) -> dict[str, str]:
    target = "" if isinstance(command, Create) else command.target
    about = {"command": command.id, "request": command.request_id, "to": str(command.side)}
    return {**about, "target": target} if target else about
