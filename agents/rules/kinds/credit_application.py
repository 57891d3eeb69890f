"""A credit application: credit memos settle invoices, made on either side.

In QuickBooks it is a payment, or a part of one (schemas.credit_parts), and shows no pairs: what
each memo gives and each invoice gets is compared.  More than is left is never sent.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from msgspec.structs import replace

from agents.rules.kinds.days import Day
from agents.rules.kinds.named import customer_across
from agents.rules.kinds.payment import deposited, names_no_other
from agents.rules.kinds.policy import (
    AS_MONEY,
    BOTH,
    SAID_ONCE,
    TO_MEDIAOS,
    TO_QBO,
    Field,
    Need,
    SyncPolicy,
)
from agents.rules.wording import Called, by_id
from schemas.credit_parts import brings_money, by_credit, by_invoice, same_sums
from schemas.decision_input import DecisionInput, link_key
from schemas.lane_conditions import News, OwesAgain, StandsRight
from schemas.money_words import money_words
from schemas.records import CreditApplication, CreditPart
from schemas.state import Park, ParkReason
from schemas.values import ZERO, Kind, RecordRef, Side


def _convert(application: CreditApplication, to: Side, given: DecisionInput) -> CreditApplication:
    def across(kind: Kind, record_id: str) -> str:
        return given.across(RecordRef(to.other, kind, record_id)) or ""

    return replace(
        application,
        customer=customer_across(to, given, application.customer),
        parts=tuple(
            CreditPart(
                credit=across(Kind.CREDIT_MEMO, part.credit),
                invoice=across(Kind.INVOICE, part.invoice),
                amount=part.amount,
            )
            for part in application.parts
        ),
    )


def _unsayable(application: CreditApplication, _to: Side) -> str | None:
    if any(part.amount <= 0 for part in application.parts):
        return "a part of it is not above zero"
    return None


def _stays_there(application: CreditApplication, given: DecisionInput) -> str | None:
    """Return why one of QuickBooks is not made in MediaOS, or None."""
    alone = [each for each in _named(application, Side.QBO) if link_key(each) in given.one_sided]
    if not alone:
        return None
    named = ", ".join(map(given.called, alone))
    return (
        f"it applies a credit of {money_words(sum((p.amount for p in application.parts), ZERO))}, "
        f"and {named} is in QuickBooks alone: once that crosses, push it"
    )


def _named(application: CreditApplication, side: Side) -> tuple[RecordRef, ...]:
    """Return the credit memos and the invoices that it names, each once."""
    return (
        *(RecordRef(side, Kind.CREDIT_MEMO, each) for each in by_credit(application.parts)),
        *(RecordRef(side, Kind.INVOICE, each) for each in by_invoice(application.parts)),
    )


def _parts_gap(
    asked: CreditApplication, shown: CreditApplication, called: Called = by_id
) -> str | None:
    """Return where QuickBooks has applied another amount than it was asked for, or None."""
    if not asked.parts and not shown.parts:
        return None
    sums = ((by_invoice, Kind.INVOICE, "to"), (by_credit, Kind.CREDIT_MEMO, "of"))
    gaps = (
        f"MediaOS applies {money_words(wanted)} {word} {called(RecordRef(Side.QBO, kind, each))}, "
        f"and QuickBooks has {money_words(there)} applied"
        for look, kind, word in sums
        for each, wanted, there in _apart(look(asked.parts), look(shown.parts))
    )
    return "; ".join(gaps) or None


def _apart(
    wanted: Mapping[str, Decimal], there: Mapping[str, Decimal]
) -> Iterator[tuple[str, Decimal, Decimal]]:
    for each in dict.fromkeys((*wanted, *there)):
        one, other = wanted.get(each, ZERO), there.get(each, ZERO)
        if one != other:
            yield each, one, other


def lacking_room(
    wanted: CreditApplication, shown: CreditApplication | None, to: Side, given: DecisionInput
) -> Park | None:
    """Return that a side has less left of a credit, or owes less, than is to be applied, or None.

    What the application takes there already it may keep.  Of what was not read nothing is said.  A
    credit of one customer settles no invoice of another's.
    """
    if given.strangers:
        return _of_another(given, to)
    short = tuple(_short(wanted, shown, to, given))
    if not short:
        return None
    invoices = tuple(by_invoice(wanted.parts))
    if to is Side.QBO:
        waits_for = tuple(str(OwesAgain(each)) for each in invoices)
    else:
        waits_for = tuple(str(News(each)) for each in _lacking(wanted, shown, to, given))[:1]
    remedy = f": {given.used}" if given.used and to is Side.QBO else ""
    detail = f"{'; '.join(short)}{remedy}"
    return Park(reason=ParkReason.CREDIT_USED, detail=detail, waits_for=waits_for)


def _of_another(given: DecisionInput, to: Side) -> Park:
    records = [RecordRef(to.other, *each) for each in given.strangers]
    named = ", ".join(map(given.called, records))
    theirs = (
        "customer than it is: apply a credit to its own customer"
        if to is Side.QBO
        else "advertiser in MediaOS than it is, and a credit settles there what is of its own "
        "advertiser: take it off in QuickBooks, or have both of one advertiser"
    )
    across = (RecordRef(to, each.kind, given.across(each) or "") for each in records)
    # Whichever of both its document is named after; the other one is none.
    waits_for = tuple(str(StandsRight(str(each))) for each in (*records, *across))
    detail = f"{named} is of another {theirs}"
    return Park(reason=ParkReason.UNSAYABLE, detail=detail, waits_for=waits_for)


def _short(
    wanted: CreditApplication, shown: CreditApplication | None, to: Side, given: DecisionInput
) -> Iterator[str]:
    sums = _sums(wanted)
    for record, left in _lacking(wanted, shown, to, given).items():
        standing = "has {} left" if record.kind is Kind.CREDIT_MEMO else "owes {}"
        yield (
            f"{money_words(sums[record.kind, record.id])} is to be applied, and "
            f"{given.called(record)} {standing.format(money_words(left))} in {to.called}"
        )


def _lacking(
    wanted: CreditApplication, shown: CreditApplication | None, to: Side, given: DecisionInput
) -> dict[RecordRef, Decimal]:
    """Return what has less open than is to be applied, and how much that is."""
    kept = _sums(shown) if shown is not None else {}
    found: dict[RecordRef, Decimal] = {}
    for (kind, record_id), amount in _sums(wanted).items():
        record = RecordRef(to, kind, record_id)
        left = given.open.get(link_key(record))
        if left is not None and amount > left + kept.get((kind, record_id), ZERO):
            found[record] = left + kept.get((kind, record_id), ZERO)
    return found


def _sums(application: CreditApplication) -> dict[tuple[Kind, str], Decimal]:
    memos = by_credit(application.parts).items()
    invoices = by_invoice(application.parts).items()
    return {
        **{(Kind.CREDIT_MEMO, each): amount for each, amount in memos},
        **{(Kind.INVOICE, each): amount for each, amount in invoices},
    }


def without(application: CreditApplication) -> CreditApplication | None:
    """Return what stays of a payment of QuickBooks that brings money too; None where none does."""
    return replace(application, parts=()) if brings_money(application) else None


POLICY = SyncPolicy(
    kind=Kind.CREDIT_APPLICATION,
    fields={
        "customer": Field(TO_QBO, Side.MEDIAOS, on_create=True, names=True),
        "applied": Field(BOTH, Side.QBO, on_create=True),
        "parts": Field(BOTH, Side.QBO, on_create=True, names=True, same=same_sums),
        "currency": SAID_ONCE,
        "rate": SAID_ONCE,
        "marker": Field(TO_MEDIAOS, Side.QBO, mirror=True, same=names_no_other),
    },
    born=BOTH,
    day=Day("applied", "applied_at"),
    needs=(Need.CUSTOMER, Need.APPLIED),
    convert=_convert,
    unsayable=_unsayable,
    removals=AS_MONEY,
    parts_gap=_parts_gap,
    frozen=deposited,
    not_made=_stays_there,
    room=lacking_room,
    taken_off=without,
    same=lambda asked, found: (
        asked.customer == found.customer and same_sums(asked.parts, found.parts)
    ),
)
