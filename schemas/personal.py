"""Which strings of the journal are about a person, and which are the books'?

Every string of every shape that a record or a row of the journal may hold stands in this table, in
one of its columns; a test finds the one that does not.  Amounts, dates, numbers and ids are the
books', and nobody's to be erased.

`names` say who a customer is; they are looked for in what is told elsewhere too.  `texts` are
typed by people or told of them, addresses among them, and of `pairs` the second is one.
`called` may name a customer among words that the fold of earlier journals reads, or in what is told
of many: of such only the name goes.  `lines` are QuickBooks' own words, of which the descriptions
are such texts.  `plain` is nobody's.  People of the publisher, who asked for something, are none of
its customers.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas import (
    answers,
    changes,
    command_facts,
    commands,
    company,
    conflict_facts,
    decision_input,
    envelope,
    erasure_facts,
    facts,
    held_events,
    lane_facts,
    ledgers,
    note_facts,
    outcomes,
    products,
    records,
    removal_state,
    state,
    tenant_facts,
    tenant_state,
    waiting,
)


@dataclass(frozen=True, slots=True)
class Strings:
    """The strings of one shape, by its fields' names."""

    plain: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    called: frozenset[str] = frozenset()
    pairs: frozenset[str] = frozenset()
    lines: frozenset[str] = frozenset()

    def all(self) -> frozenset[str]:
        """Return all fields that are in the table."""
        return self.plain | self.names | self.texts | self.called | self.pairs | self.lines


def _of(plain: str = "", **columns: str) -> Strings:
    split = {name: frozenset(fields.split()) for name, fields in columns.items()}
    return Strings(plain=frozenset(plain.split()), **split)


_SALE = "customer number foreign currency tax_code calculation class_id location marker"

STRINGS: Mapping[type, Strings] = {
    envelope.JournalRecord: _of("term lane claim"),
    # What a side shows.
    records.Customer: _of("currency parent marker", names="name email phone", texts="note"),
    records.Address: _of(texts="lines city region postal_code country"),
    records.Invoice: _of(f"{_SALE} term", names="email", texts="memo", lines="as_shown"),
    records.CreditMemo: _of(_SALE, names="email", texts="memo", lines="as_shown"),
    records.Refund: _of(f"{_SALE} method account deposited", texts="memo", lines="as_shown"),
    records.Line: _of("id product line_type tax class_id", texts="description"),
    records.Payment: _of(
        "customer reference deposited foreign currency marker method account",
        texts="memo",
        lines="as_shown",
    ),
    records.CreditApplication: _of("customer deposited foreign currency marker", lines="as_shown"),
    records.Allocation: _of("invoice"),
    records.CreditPart: _of("credit invoice"),
    products.Product: _of("name path unsold code ledger"),
    changes.Change: _of("event tenant id customer merged_into"),
    # How something stands.
    state.Snapshot: _of("id merged_into"),
    state.Document: _of("event said link_to", texts="unplaced unlike"),
    state.InFlight: _of("decision document", texts="failure"),
    state.Park: _of("waits_for fields", texts="detail"),
    state.Resolution: _of("fields"),
    state.Lane: _of("key home customers inactive exempt"),
    state.Waits: _of("lockout", called="why"),
    state.Underway: _of("document command"),
    state.Owner: _of("lane document"),
    state.Creating: _of("commands"),
    answers.RequestAnswer: _of("request said"),
    state.Lockout: _of("id lane", texts="reason"),
    held_events.HeldEvents: _of("parts"),
    waiting.Waiting: _of("parts"),
    waiting.WaitingPart: _of("parked conditions by_fact woken moved one_sided"),
    waiting.ParkedEntry: _of("lacks"),
    # What is decided, asked, answered.
    commands.Create: _of("id request_id about fields body"),
    commands.Update: _of("id request_id about target fields"),
    commands.Remove: _of("id request_id about target"),
    decision_input.DecisionInput: _of(
        "tenant items inactive names sources invoices below merged_into applied leaving guard owed "
        "numbers open strangers owners write_offs credited_in",
        texts="one_sided listed told used",
        pairs="held away",
    ),
    command_facts.Decided: _of("decision document rules"),
    command_facts.Attempted: _of("command document"),
    command_facts.Unanswered: _of("command document", texts="detail"),
    command_facts.Declined: _of("command document"),
    command_facts.Answered: _of("command document"),
    command_facts.CommandApplied: _of("command document id", texts="unlike"),
    command_facts.Refused: _of("command document owed"),
    outcomes.Done: _of("id", texts="unlike"),
    outcomes.Fault: _of("code field", texts="message detail"),
    # What is said of documents.
    facts.Seen: _of("document"),
    facts.Linked: _of("document mediaos qbo home"),
    facts.Settled: _of("document fields"),
    facts.Parked: _of("document event"),
    facts.Released: _of("document", called="why"),
    facts.Asked: _of("document request"),
    facts.LinkAsked: _of("document request target"),
    facts.LinkTargetShown: _of("document"),
    facts.UnlinkAsked: _of("document request"),
    facts.Unlinked: _of("document mediaos qbo"),
    facts.OnOneSide: _of("document", texts="reason"),
    facts.Regenerated: _of("document gone"),
    facts.RemovalCounted: _of("request record guard currency"),
    facts.RemovalsConfirmed: _of("request guard"),
    facts.RequestTaken: _of("request by said", texts="detail"),
    conflict_facts.ConflictResolved: _of("document request fields"),
    conflict_facts.Conceded: _of("document fields"),
    note_facts.Noted: _of("document request owner standing by", texts="note"),
    erasure_facts.Erased: _of("document by"),
    # Of lanes.
    lane_facts.Held: _of(called="why"),
    lane_facts.Taken: _of("event"),
    lane_facts.LaneWaited: _of("lockout document", called="why"),
    lane_facts.LaneWentOn: _of(called="why"),
    lane_facts.HomeChanged: _of("home event documents"),
    lane_facts.LockedOut: _of("lockout lane document", texts="reason"),
    lane_facts.LockoutEnded: _of("lockout", texts="why"),
    # Of tenants.
    tenant_facts.SettingsChanged: _of("request"),
    tenant_facts.Mapped: _of("request source target"),
    tenant_facts.SourceSeen: _of("source name sort code ledger"),
    tenant_facts.TargetSeen: _of("target name path unsold sort code ledger"),
    tenant_facts.TenantConnected: _of("request"),
    tenant_facts.TokenRefreshed: _of("request"),
    tenant_facts.TenantDisconnected: _of("request"),
    tenant_facts.WentLive: _of("request"),
    tenant_facts.ReconciliationKept: _of("request"),
    tenant_facts.DigestBegun: _of("request to"),
    tenant_facts.DigestSent: _of("request to refused"),
    tenant_facts.Suspended: _of("request"),
    tenant_facts.Resumed: _of("request suspension"),
    tenant_facts.TenantPaused: _of("request"),
    tenant_facts.TenantGoesOn: _of("request"),
    tenant_state.TenantSettings: _of("number_prefix time_zone owners alternative_payments"),
    tenant_state.Connected: _of("realm environment installation"),
    tenant_state.Live: _of("realm by overruled", texts="explained"),
    tenant_state.Suspension: _of("id lane", texts="reason detail"),
    tenant_state.Pause: _of("by", texts="reason"),
    tenant_state.Tenant: _of("mappings defaults sources targets write_offs"),
    tenant_state.CatalogEntry: _of("name path unsold sort code ledger"),
    tenant_state.Digested: _of("to begun"),
    removal_state.Removals: _of("guard confirmed"),
    removal_state.RemovalPassed: _of("record currency"),
    company.Company: _of("realm zone country sales_tax home currencies unread"),
    ledgers.LedgerReport: _of("home"),
    ledgers.LedgerRow: _of("records currency", called="customer"),
    ledgers.LedgerDifference: _of(
        "document number currency event", texts="why detail", called="customer"
    ),
}
