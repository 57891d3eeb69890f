"""A journal told by hand: what an engine would have written about two books that agree."""

from datetime import UTC, date, datetime
from decimal import Decimal

from msgspec.structs import replace

from agents.audit.books import Book, Entry
from agents.audit.history import History
from agents.audit.journal import Terms
from schemas.catalog import decode_journal, encode
from schemas.changes import Change
from schemas.command_facts import CommandApplied, Decided
from schemas.decision_input import DecisionInput
from schemas.envelope import JournalRecord
from schemas.facts import Linked, Seen, Settled
from schemas.identity import event_id, marker
from schemas.records import Allocation as Part
from schemas.records import Customer, Invoice, Line, Payment
from schemas.state import Document, Snapshot
from schemas.tenant_state import TenantSettings
from schemas.values import Kind, RecordRef, Revision, Side
from tests.testing.commands import write

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
TENANT = "t1"
LANE = "t1/mediaos/42"
SETTINGS = TenantSettings(number_prefix="MediaOS-")
ITEMS = {"101": "1"}


def at_revision(number, shape, *, deleted=False):
    return Entry(Revision(deleted=deleted, number=number), shape)


def change(side, kind, record_id, entry):
    record = RecordRef(side, kind, record_id)
    return Change(
        event=event_id(TENANT, record, entry.revision),
        tenant=TENANT,
        side=side,
        kind=kind,
        id=record_id,
        customer="42",
        revision=entry.revision,
        at=AT,
        record=None if entry.revision.deleted else entry.shape,
    )


class Journal:
    """Records of one partition, written under one term and read back through the catalog."""

    def __init__(self, items=None):
        self.items = items or ITEMS
        self.records = [JournalRecord(term="term-1", claim="term-1", lane="", at=AT)]

    def say(self, *facts, lane=LANE, term="term-1"):
        self.records.append(JournalRecord(term=term, lane=lane, at=AT, facts=facts))

    def saw(self, side, kind, record_id, entry, *, document=None, lane=LANE):
        name = document or str(RecordRef(side, kind, record_id))
        self.say(Seen(document=name, change=change(side, kind, record_id, entry)), lane=lane)

    def decided(self, kind, source, entry, *, to, target=None, fields=(), shape=None, number=1):
        source = RecordRef(to.other, kind, source)
        shown = Snapshot(id=source.id, revision=entry.revision, record=entry.shape, at=AT)
        document = Document(kind=kind, **{str(to.other): shown})
        command = write(
            id=f"{source}@{entry.revision}#{number}/0",
            request_id="0" * 32,
            side=to,
            kind=kind,
            about=source,
            target=target,
            record=shape or entry.shape,
            fields=fields or ("lines",),
        )
        self.say(
            Decided(
                decision=f"{source}@{entry.revision}#{number}",
                document=str(source),
                given=DecisionInput(
                    tenant=TENANT, document=document, settings=SETTINGS, items=self.items
                ),
                rules="test",
                command=command,
                at=AT,
            )
        )
        return command

    def applied(self, command, record_id, entry, *facts):
        told = CommandApplied(
            command=command.id,
            side=command.side,
            kind=command.kind,
            id=record_id,
            revision=entry.revision,
            record=entry.shape,
            at=AT,
        )
        self.say(told, *facts)

    def crossed(self, kind, mediaos, qbo, *, born=Side.MEDIAOS):
        """Tell how a record crossed from the side where it was born; both are (id, entry)."""
        ends = {Side.MEDIAOS: mediaos, Side.QBO: qbo}
        source, made = ends[born], ends[born.other]
        self.saw(born, kind, *source)
        command = self.decided(kind, *source, to=born.other, shape=made[1].shape)
        document = str(RecordRef(born, kind, source[0]))
        self.applied(
            command,
            *made,
            Linked(kind=kind, document=document, mediaos=mediaos[0], qbo=qbo[0], home=LANE),
            Settled(document=document, fields=(), mediaos=mediaos[1].shape, qbo=qbo[1].shape),
        )

    def history(self, tenant=TENANT):
        history, terms = History(tenant), Terms()
        for record in self.records:
            read = decode_journal(encode(record))
            if terms.count(0, read):
                history.take(read)
        return history


class Story:
    """One customer with invoices and payments, alike on both sides, and the journal of it."""

    def __init__(self, *, amounts=("337.50", "100.10"), paid=("100.00",)):
        self.mediaos = Book(side=Side.MEDIAOS)
        self.qbo = Book(side=Side.QBO)
        self.journal = Journal()
        self._customer()
        for place, amount in enumerate(amounts):
            mine = sum(map(Decimal, paid[place :: len(amounts)]), Decimal(0))
            self._invoice(str(136 + place), str(266 + place), Decimal(amount), mine)
        for place, amount in enumerate(paid):
            self._payment(str(500 + place), str(900 + place), place % len(amounts), Decimal(amount))

    def put(self, side, kind, record_id, **changes):
        """Change a record in its book, silently."""
        book = self.mediaos if side is Side.MEDIAOS else self.qbo
        entry = book.of(kind)[record_id]
        book.of(kind)[record_id] = Entry(entry.revision, replace(entry.shape, **changes))

    def _customer(self):
        shape = Customer(name="Amy's Birds", email="amy@example.com", phone="(650) 555-3311")
        marked = replace(shape, marker=marker(TENANT, Kind.CUSTOMER, "42"))
        self.mediaos.customers["42"] = at_revision(1, shape)
        self.qbo.customers["5"] = at_revision(0, marked)
        self._cross(Kind.CUSTOMER, "42", "5")

    def _invoice(self, m, q, amount, paid):
        here = marker(TENANT, Kind.INVOICE, m)
        line = Line(product="101", description="Page", unit_price=amount, amount=amount)
        shape = Invoice(
            customer="42",
            number=f"MediaOS-{m}",
            issued=date(2026, 3, 1),
            due=date(2026, 3, 31),
            lines=(line,),
            memo="Spring issue",
            email="amy@example.com",
            total=amount,
            balance=amount - paid,
            marker=q,
        )
        across = replace(shape, customer="5", lines=(replace(line, product="1"),), marker=here)
        self.mediaos.invoices[m] = at_revision(2, shape)
        self.qbo.invoices[q] = at_revision(0, across)
        self._cross(Kind.INVOICE, m, q)

    def _payment(self, m, q, place, amount):
        part = Part(invoice=str(136 + place), amount=amount)
        shape = Payment(
            customer="42", amount=amount, received=date(2026, 3, 2), reference=m, applied=(part,)
        )
        across = replace(
            shape,
            customer="5",
            applied=(replace(part, invoice=str(266 + place)),),
            marker=marker(TENANT, Kind.PAYMENT, m),
        )
        self.mediaos.payments[m] = at_revision(1, shape)
        self.qbo.payments[q] = at_revision(0, across)
        self._cross(Kind.PAYMENT, m, q)

    def _cross(self, kind, m, q):
        self.journal.crossed(kind, (m, self.mediaos.of(kind)[m]), (q, self.qbo.of(kind)[q]))
