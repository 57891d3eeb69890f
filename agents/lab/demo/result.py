"""What came of the day?  Figures of both books, of what was done on purpose, and the verdict."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from agents.audit.reconciliation import Reconciliation
from agents.audit.report import Agreement, Report
from agents.lab.demo.deeds import BothChangeCustomer
from agents.lab.demo.outcomes import Outcome
from agents.lab.demo.plan import Day


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many records of a kind stand in each book; deleted and voided ones do not count."""

    kind: str
    mediaos: int
    qbo: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """All that a run says; `waiting_lanes` names what did not come to rest.

    `an_invoice` is the id in MediaOS of the day's first one, to look at; `meant` are the documents
    that wait for a reason that the day gave them.  `reconciliation` is the accountant's report of
    both books, which were `read` from then to then.
    """

    seed: int
    an_invoice: str
    seconds: float
    counts: tuple[Count, ...]
    outcomes: tuple[Outcome, ...]
    bookkeeping: tuple[Outcome, ...] = ()
    seldom: tuple[Outcome, ...] = ()
    meant: tuple[str, ...] = ()
    dead_letters: int
    qbo_calls: int
    qbo_refused: int
    mediaos_calls: int
    waiting_lanes: tuple[str, ...]
    report: Report
    reconciliation: Reconciliation
    read: tuple[datetime, datetime]

    @property
    def faults(self) -> tuple[str, ...]:
        """Return, in words, all but the ledgers' differences that must not be."""
        effects = (
            f"{one.trouble}: {one.came_of}, which is not what it must lead to"
            for one in (*self.outcomes, *self.bookkeeping, *self.seldom)
            if not one.fine
        )
        surprises = (
            f"{one.document} waits, which nobody meant: {one.reason}"
            for one in self.report.excepted
            if one.document not in self.meant
        )
        return (*self.waiting_lanes, *effects, *surprises)

    @property
    def good(self) -> bool:
        """Tell whether the ledgers agree, nothing waits, and all came to rest."""
        return self.report.agreement is not Agreement.DIFFER and not self.faults

    def as_json(self) -> dict[str, object]:
        """Return the result as plain values for a program."""
        values = {**asdict(self), "report": self.report.as_json()}
        # For a person: the report has all of it.
        del values["reconciliation"]
        return {**values, "faults": self.faults, "good": self.good}


def counts(mediaos: Mapping[str, Any], qbo: Mapping[str, Any]) -> tuple[Count, ...]:
    """Count the live records of both books, as the simulators show them whole."""
    # In QuickBooks a payment of nothing links a credit with what it settles.
    linked = [one for one in qbo.get("Payment", ()) if not one.get("TotalAmt", 1)]
    bills = mediaos["invoices"].values()
    # An invoice below zero is a credit memo in QuickBooks.
    below = [one for one in bills if Decimal(one["total"]) < 0]
    memos = [*mediaos["creditMemos"].values(), *below]
    kinds = (
        ("customers", mediaos["advertisers"].values(), qbo.get("Customer", ())),
        ("invoices", [one for one in bills if one not in below], qbo.get("Invoice", ())),
        (
            "payments",
            mediaos["payments"].values(),
            [one for one in qbo.get("Payment", ()) if one.get("TotalAmt", 1)],
        ),
        ("credit memos", memos, qbo.get("CreditMemo", ())),
        ("credit applications", mediaos["creditApplications"].values(), linked),
        ("refunds", mediaos["refunds"].values(), qbo.get("RefundReceipt", ())),
    )
    return tuple(
        Count(kind=name, mediaos=len(_live(here)), qbo=sum(not _is_void(one) for one in there))
        for name, here, there in kinds
    )


def edits_at_once(day: Day, mediaos: Mapping[str, Any], qbo: Mapping[str, Any]) -> list[Outcome]:
    """Say whether both of two edits of one customer at once stand in both books."""
    wanted = [act.deed for act in day.acts if isinstance(act.deed, BothChangeCustomer)]
    shown = {(*_of_mediaos(one), "MediaOS") for one in mediaos["advertisers"].values()}
    shown |= {(*_of_qbo(one), "QuickBooks") for one in qbo.get("Customer", ())}
    found = []
    for deed in wanted:
        kept = [s for s in ("MediaOS", "QuickBooks") if (deed.email, deed.phone, s) in shown]
        came_of = f"both stand in {' and '.join(kept) or 'neither book'}"
        fine = len(kept) == 2  # noqa: PLR2004 - both sides
        found.append(Outcome(trouble="two edits at once", came_of=came_of, fine=fine))
    return found


def _live(records: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [record for record in records if record["date_deleted"] is None]


def _is_void(record: Mapping[str, Any]) -> bool:
    return not record.get("TotalAmt", 1) and record.get("PrivateNote", "").startswith("Voided")


def _of_mediaos(advertiser: Mapping[str, Any]) -> tuple[str, str]:
    return (advertiser["email"] or {}).get("value", ""), advertiser["phone"] or ""


def _of_qbo(customer: Mapping[str, Any]) -> tuple[str, str]:
    email = customer.get("PrimaryEmailAddr", {}).get("Address", "")
    return email, customer.get("PrimaryPhone", {}).get("FreeFormNumber", "")
