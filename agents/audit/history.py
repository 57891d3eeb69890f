"""What does the journal say about one tenant, read by somebody who did not write it?

Facts are added up here anew, and less of them than the engine does: links, who waits, what is open
or held, what was seen last.  While it reads, it names every step that goes back in time.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from msgspec import structs

from agents.audit.findings import Finding, Waiting, What, finding
from agents.audit.lanes import Lane, lanes_waiting, stand
from agents.audit.touches import Touch, touch
from agents.audit.writes import (
    Strayed,
    is_undone_tax,
    money_of,
    strayed,
    untaxed_by_person,
)
from schemas.changes import Change
from schemas.command_facts import CommandApplied, Decided
from schemas.commands import Command, Create, Remove
from schemas.envelope import JournalRecord
from schemas.facts import Fact, Linked, Regenerated, Seen, Unlinked
from schemas.identity import tenant_of
from schemas.kinds import customer_of
from schemas.lane_facts import HomeChanged
from schemas.records import CreditMemo, Customer, Invoice, Record, Sale
from schemas.state import Snapshot
from schemas.tenant_facts import SettingsChanged, WentLive
from schemas.values import ZERO, Kind, RecordRef, Side, is_later

#: What is examined line by line.
SOLD = frozenset({Kind.INVOICE, Kind.CREDIT_MEMO, Kind.REFUND})


@dataclass(frozen=True, slots=True)
class Made:
    """The create that made a record of QuickBooks, and the number that it first showed."""

    decided: Decided
    number: str | None


class History:
    """One tenant's journal, added up; `take` its records in the order of each partition."""

    def __init__(self, tenant: str) -> None:
        self.tenant = tenant
        self.lanes: dict[str, Lane] = {}
        #: (kind, MediaOS's id, QuickBooks' id).
        self.links: set[tuple[Kind, str, str]] = set()
        #: Of customers, those that held once: what was made then stands where it was made.
        self.former: set[tuple[Kind, str, str]] = set()
        #: By the customer of QuickBooks that was merged away: the one of which it is a part.
        self.merged: dict[str, str] = {}
        self.made: dict[RecordRef, Made] = {}
        #: By the document of QuickBooks that sells: the items under which its lines were sent last.
        self.items: dict[RecordRef, Mapping[str, str]] = {}
        self.backwards: list[Finding] = []
        #: The zone that a person has set for the tenant, in the place of its company's.
        self.zone = ""
        #: Since when the tenant is live, where that is known.
        self.live_since: datetime | None = None
        #: By what MediaOS sells, and we made of a document of QuickBooks: the products.
        self.products: dict[RecordRef, Mapping[str, str]] = {}
        #: By the record of QuickBooks: the zone that decided the day under which it was sent last.
        self.zones: dict[RecordRef, str] = {}
        #: By the record: what its last write did not bring about, or took away.
        self.strayed: dict[RecordRef, tuple[Strayed, ...]] = {}
        #: By the customer of QuickBooks: whose tax a write took off, since he was seen last.
        self._taken_off: dict[str, set[RecordRef]] = {}
        #: By the record, or by the document that has none: what happened to it last.
        self.last: dict[str, Touch] = {}
        self._facts = 0

    def take(self, record: JournalRecord) -> None:
        """Add one record that counts; those of other tenants change nothing."""
        if record.claim is not None or tenant_of(record.lane) != self.tenant:
            return
        for fact in record.facts:
            lane = self.lanes.setdefault(record.lane, Lane())
            self._take(record.lane, lane, fact)
            self._facts += 1
            touched = touch(fact, record.at, self._facts)
            self.last |= dict.fromkeys(touched.records, touched) if touched else {}

    def newest(self) -> dict[RecordRef, Snapshot]:
        """Return the newest that any lane has seen of each record, held events included."""
        newest: dict[RecordRef, Snapshot] = {}
        for lane in self.lanes.values():
            held = ((change.name, _as_shown(change)) for change in lane.held.values())
            for record, shown in (*lane.shown.items(), *held):
                known = newest.get(record)
                if known is None or is_later(record.side, shown.revision, known.revision):
                    newest[record] = shown
        return newest

    def waiting(self) -> dict[RecordRef, Waiting]:
        """Return, by each record of a waiting document, how it waits."""
        return {
            record: lane.waits[document]
            for document, lane in lanes_waiting(self.lanes.values()).items()
            for record in lane.records.get(document, set())
        }

    def documents_waiting(self) -> Iterator[Waiting]:
        """Yield each waiting document once, with the records that it consists of."""
        for document, lane in lanes_waiting(self.lanes.values()).items():
            names = sorted(str(record) for record in lane.records.get(document, set()))
            yield replace(lane.waits[document], records=tuple(names))

    def _take(self, key: str, lane: Lane, fact: Fact) -> None:
        match fact:
            case Seen():
                self._seen(lane, fact)
            case Decided():
                self._decided(lane, fact)
            case CommandApplied():
                self._applied(lane, fact)
            case Linked():
                self._linked(lane, fact)
            case Regenerated() | Unlinked():
                self._parted(lane, fact)
            case HomeChanged():
                self.lanes[key] = Lane()
            case SettingsChanged() | WentLive():
                self._set_so(fact)
            case _:
                stand(lane, fact)

    def _set_so(self, fact: SettingsChanged | WentLive) -> None:
        if isinstance(fact, WentLive):
            self.live_since = fact.live.since
        else:
            self.zone = fact.settings.time_zone

    def _seen(self, lane: Lane, fact: Seen) -> None:
        change = fact.change
        if change.merged_into is not None and change.kind is Kind.CUSTOMER:
            self.merged[change.id] = change.merged_into
        self._changed_by_others(lane, change, lane.records.get(fact.document, set()))
        self._saw(lane, fact.document, change.name, _as_shown(change))

    def _saw(self, lane: Lane, document: str, record: RecordRef, shown: Snapshot) -> None:
        lane.records.setdefault(document, set()).add(record)
        self._excuse(record, shown.record)
        known = lane.shown.get(record)
        if known is None or not is_later(record.side, known.revision, shown.revision):
            lane.shown[record], lane.shown_as[record] = shown, document
        elif lane.shown_as[record] == document:  # else another lane's, which a create answered
            self._went_back(record, f"revision {known.revision} or newer", shown.revision)

    def _await_customer(self, record: RecordRef, shown: Record | None) -> None:
        """Keep in mind whose tax a write took off: it may be exempt since a moment ago."""
        customer = customer_of(shown)
        if customer is not None and any(map(is_undone_tax, self.strayed[record])):
            self._taken_off.setdefault(customer, set()).add(record)

    def _excuse(self, record: RecordRef, shown: Record | None) -> None:
        """Take the tax off nobody's account whose customer is exempt when next he is seen."""
        if record.side is not Side.QBO or not isinstance(shown, Customer):
            return
        left = self._taken_off.pop(record.id, set())
        for each in left if shown.exempt else ():
            found = self.strayed.get(each, ())
            self.strayed[each] = tuple(one for one in found if not is_undone_tax(one))

    def _decided(self, lane: Lane, fact: Decided) -> None:
        if lane.in_flight is not None:
            if lane.in_flight.decision != fact.decision:
                self._went_back(
                    fact.document, f"{lane.in_flight.decision} ended first", fact.decision
                )
            return
        lane.in_flight = fact
        lane.waits.pop(fact.document, None)
        source = fact.given.document.shown(fact.command.side.other)
        if source is None:
            return
        record = RecordRef(fact.command.side.other, fact.command.kind, source.id)
        known = lane.shown.get(record)
        if known is not None and is_later(record.side, known.revision, source.revision):
            wrote = f"{source.revision} written to {fact.command.side} by {fact.command.id}"
            self._went_back(record, f"revision {known.revision} written", wrote)

    def _applied(self, lane: Lane, fact: CommandApplied) -> None:
        decided = lane.in_flight
        if decided is None or decided.command.id != fact.command:
            return
        lane.in_flight = None
        record = RecordRef(fact.side, fact.kind, fact.id)
        before = lane.shown.get(record)
        was = before.record if before is not None else None
        shown = Snapshot(id=fact.id, revision=fact.revision, record=fact.record, at=fact.at)
        if _is_anothers(decided.command, fact.record):
            self._saw(lane, decided.document, record, shown)
            return
        untaxed = untaxed_by_person(decided.given)
        found = strayed(decided.command, was, fact.record, untaxed=untaxed)
        self.strayed[record] = tuple(found)
        self._await_customer(record, fact.record)
        self._saw(lane, decided.document, record, shown)
        if fact.side is not Side.QBO:
            if isinstance(decided.command, Create) and fact.kind in SOLD:
                of_items = decided.given.sources.items()
                self.products[record] = {item: of[0] for item, of in of_items if of}
            return
        if isinstance(decided.command, Create):
            number = fact.record.number if isinstance(fact.record, Sale) else None
            self.made[record] = Made(decided, number)
        if _writes_lines(decided.command):
            self.items[record] = decided.given.items
        given = decided.given
        zone = given.settings.time_zone or given.company.zone
        if zone and _writes_day(decided.command):
            self.zones[record] = zone

    def _changed_by_others(self, lane: Lane, change: Change, one: Iterable[RecordRef]) -> None:
        """Forget what a write did to a record that somebody has changed since.

        And what it was asked, where the other record of the `one` document has other amounts now.
        """
        known = lane.shown.get(change.name)
        if known is None or _but_balance(known.record) == _but_balance(change.record):
            return
        self.strayed.pop(change.name, None)
        for record in (change.name, *one):
            self.products.pop(record, None)
        if change.record and known.record and money_of(change.record) != money_of(known.record):
            for record in one:
                self.strayed.pop(record, None)

    def _linked(self, lane: Lane, fact: Linked) -> None:
        self.links.add((fact.kind, fact.mediaos, fact.qbo))
        lane.linked.add(fact.document)
        lane.records.setdefault(fact.document, set()).update(
            {
                RecordRef(Side.MEDIAOS, fact.kind, fact.mediaos),
                RecordRef(Side.QBO, fact.kind, fact.qbo),
            }
        )

    def _parted(self, lane: Lane, fact: Regenerated | Unlinked) -> None:
        """Note that a customer of QuickBooks is no advertiser's any more."""
        gone = fact.gone if isinstance(fact, Regenerated) else (fact.record,)
        ids = {each.id for each in gone if (each.side, each.kind) == (Side.QBO, Kind.CUSTOMER)}
        parted = {link for link in self.links if link[0] is Kind.CUSTOMER and link[2] in ids}
        self.links -= parted
        self.former |= parted
        if parted:
            lane.records[fact.document] -= set(gone)

    def _went_back(self, where: RecordRef | str, expected: object, found: object) -> None:
        self.backwards.append(finding(What.ORDER, where, expected, found))


def _but_balance(record: Record | None) -> Record | None:
    # Payments move it, or applications, and no person.
    match record:
        case Invoice():
            return structs.replace(record, balance=ZERO)
        case CreditMemo():
            return structs.replace(record, remaining=ZERO)
        case _:
            return record


def _as_shown(change: Change) -> Snapshot:
    return Snapshot(id=change.id, revision=change.revision, record=change.record, at=change.at)


def _is_anothers(command: Command, shown: Record | None) -> bool:
    """Tell whether a create was answered with what another lane made of it, for another customer.

    One that changed its customer before it crossed goes by one request id from both their lanes.
    """
    if not isinstance(command, Create):
        return False
    asked, found = customer_of(command.record), customer_of(shown)
    return asked is not None and found is not None and asked != found


def _writes_day(command: Command) -> bool:
    return not isinstance(command, Remove) and not {"issued", "received"}.isdisjoint(command.fields)


def _writes_lines(command: Command) -> bool:
    if isinstance(command, Remove):
        return False
    return command.kind in SOLD and "lines" in command.fields
