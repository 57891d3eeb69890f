"""A payment: made on either side, and in QuickBooks' hands from then on.

One that came back, as a bounced cheque does, stays in QuickBooks' books: a bookkeeper records the
return by a journal entry, or an expense, on receivables, and links the payment with that in the
place of its invoice, which is open again (quickbooks-money.md 2.2).  MediaOS shows what is left of
it: no line, and an amount without what was returned, so that its customer owes there what he does
in QuickBooks.  Taken off its invoice alone it would be on account there, money to be applied
again; `date_refunded` has no amount, says nothing of the invoice, and the API writes none; and a
deletion would take away what is left of it.  What was linked so is a person's: money of such a
payment is not written to QuickBooks, and it is not voided.
"""

from msgspec.structs import replace

from agents.rules.kinds.currency import same_rate
from agents.rules.kinds.days import Day
from agents.rules.kinds.merging import merged_links
from agents.rules.kinds.money import (
    payment_gap,
    payment_hangs_on,
    payment_parts_gap,
    payment_unsayable,
    payment_variance,
)
from agents.rules.kinds.named import customer_across
from agents.rules.kinds.on_account import (
    fitting_links,
    held_back,
    on_account_told,
    overpaid,
    taken_links,
)
from agents.rules.kinds.payers import of_several
from agents.rules.kinds.policy import (
    AS_MONEY,
    BOTH,
    SAID_ONCE,
    TO_MEDIAOS,
    TO_QBO,
    Field,
    Limit,
    Need,
    SyncPolicy,
)
from schemas.credit_parts import credited_otherwise
from schemas.decision_input import DecisionInput, link_key
from schemas.money_words import money_words
from schemas.records import Allocation, CreditApplication, Payment, Refund
from schemas.state import Park, ParkReason
from schemas.values import Kind, MappingKind, RecordRef, Side

#: Lengths that QBO holds (quickbooks-online.md 2.9 and 7).
REFERENCE, MEMO = 21, 1000


def _convert(payment: Payment, to: Side, given: DecisionInput) -> Payment:
    return replace(
        payment,
        customer=customer_across(to, given, payment.customer),
        method=_mapped(MappingKind.PAYMENT_TYPE, payment, to, given),
        account=_mapped(MappingKind.PAYMENT_ACCOUNT, payment, to, given),
        applied=tuple(
            Allocation(
                invoice=given.across(RecordRef(to.other, Kind.INVOICE, part.invoice)) or "",
                amount=part.amount,
            )
            for part in payment.applied
            if to is Side.QBO or link_key(_invoice(part)) not in given.one_sided
        ),
    )


def _mapped(kind: MappingKind, payment: Payment, to: Side, given: DecisionInput) -> str | None:
    """Return to what its type is mapped in QuickBooks; what is mapped to nothing is left out.

    MediaOS takes no word for either.
    """
    if to is Side.MEDIAOS or payment.method is None:
        return None
    return given.target(kind, payment.method)


def _no_money_came(payment: Payment, given: DecisionInput) -> str | None:
    """Return that a payment is an alternative one: what was got for it is no money."""
    method = payment.method or ""
    if method.casefold() not in {each.casefold() for each in given.settings.alternative_payments}:
        return None
    return f"it is a payment by {method}, which brings no money (`isthmus settings get`)"


def deposited(shown: Payment | CreditApplication | Refund, given: DecisionInput) -> str | None:
    """Return that what QuickBooks shows is part of a bank deposit, which nobody changes then."""
    if shown.deposited is None:
        return None
    day = given.deposited
    which = f"the bank deposit of {day}" if day else f"bank deposit {shown.deposited}"
    return (
        f"it is part of {which} in QuickBooks: take it out of that deposit there first, or record "
        "the change in QuickBooks"
    )


def _no_money(shown: Payment, given: DecisionInput) -> str | None:
    if shown.voided:
        return "it was voided in QuickBooks before it crossed"
    if shown.amount:
        return None
    if others := _credits(shown, given):
        return f"no money came: it applies {others} in QuickBooks"
    if shown.returned:
        return f"no money came that is left: {_owed_again(shown)}"
    if shown.parts:
        return "no money came: what it applies is a credit application"
    return "no money came: nothing is paid and nothing applied in it in QuickBooks"


def _not_shown(shown: Payment, given: DecisionInput) -> str | None:
    """Return what QuickBooks shows of a payment and MediaOS cannot."""
    told_of = [
        f"{money_words(part.amount)} settles {given.called(_invoice(part))}, which MediaOS does "
        "not have, and is on account there"
        for part in shown.applied
        if link_key(_invoice(part)) in given.one_sided
    ]
    if others := _credits(shown, given):
        told_of.append(f"it applies {others}")
    if shown.returned:
        told_of.append(_given_back(shown, given) or _owed_again(shown))
    return "; ".join(told_of) or None


def _given_back(shown: Payment, given: DecisionInput) -> str | None:
    """Return that money came back since both sides agreed on a payment for the first time."""
    agreed = given.document.agreed
    was = agreed.qbo.returned if agreed and isinstance(agreed.qbo, Payment) else shown.returned
    back = shown.returned - was
    if back <= 0:
        return None
    return (
        f"{money_words(back)} of it was returned in QuickBooks, where a journal entry or an "
        "expense stands against it: its invoice is owed again, and in MediaOS it comes to what is "
        "left"
    )


def _owed_again(shown: Payment) -> str:
    return (
        f"{money_words(shown.returned)} of it stands against a journal entry or an expense in "
        "QuickBooks, as a returned payment does, and is none of its amount in MediaOS"
    )


def _room(wanted: Payment, shown: Payment | None, to: Side, given: DecisionInput) -> Park | None:
    """Return why the money of a payment must not be written to a side, or None."""
    if shown is None or wanted.applied != shown.applied:
        park = of_several(to, given) or overpaid(wanted, shown, to, given)
        if park is not None:
            return park
    if to is Side.MEDIAOS or shown is None or not shown.returned:
        return None
    if (wanted.amount, wanted.applied) == (shown.amount, shown.applied):
        return None
    return Park(
        reason=ParkReason.UNSAYABLE,
        detail=(
            f"{money_words(shown.returned)} of it was returned in QuickBooks, where a journal "
            f"entry or an expense stands against it, and {money_words(shown.amount)} is left: take "
            "the change back in MediaOS, and record money that came since as a payment of its own"
        ),
    )


def _credits(shown: Payment, given: DecisionInput) -> str:
    """Return the credits that no credit memo gives: those of journal entries cross nowhere."""
    return ", ".join(
        f"a credit of {money_words(part.amount)} to {given.called(_invoice(part))}"
        for part in credited_otherwise(shown)
    )


def _invoice(part: Allocation) -> RecordRef:
    return RecordRef(Side.QBO, Kind.INVOICE, part.invoice)


def names_no_other(qbo: str, named: str | None) -> bool:
    """Tell whether MediaOS's payment need not be told which one of QuickBooks it is.

    It is told when it is made, and when it is another one since.
    """
    return named in {None, qbo}


POLICY = SyncPolicy(
    kind=Kind.PAYMENT,
    fields={
        "customer": Field(TO_QBO, Side.MEDIAOS, on_create=True, names=True),
        "amount": Field(BOTH, Side.QBO, on_create=True),
        "received": Field(BOTH, Side.QBO, on_create=True),
        "reference": Field(BOTH, Side.QBO, limit=Limit(REFERENCE)),
        "memo": Field(BOTH, Side.QBO, limit=Limit(MEMO)),
        "method": Field(TO_QBO, Side.QBO, once=True),
        "account": Field(TO_QBO, Side.QBO, once=True),
        "applied": Field(
            BOTH,
            Side.QBO,
            on_create=True,
            names=True,
            merge=merged_links,
            fits=fitting_links,
            rest="on_account",
            taken=taken_links,
        ),
        "currency": SAID_ONCE,
        "rate": Field(BOTH, Side.QBO, same=same_rate),
        "marker": Field(TO_MEDIAOS, Side.QBO, mirror=True, same=names_no_other),
    },
    born=BOTH,
    day=Day("received", "received_at"),
    needs=(Need.CUSTOMER, Need.APPLIED),
    convert=_convert,
    unsayable=lambda payment, _to: payment_unsayable(payment),
    hangs_on=payment_hangs_on,
    removals=AS_MONEY,
    moves_anew=True,
    gap=payment_gap,
    parts_gap=payment_parts_gap,
    variance=payment_variance,
    frozen=deposited,
    not_made=_no_money,
    not_sent=_no_money_came,
    not_shown=_not_shown,
    held_back=held_back,
    held_told=on_account_told,
    room=_room,
    # It may have come back already.
    same=lambda asked, found: (
        (asked.customer, asked.amount) == (found.customer, found.amount + found.returned)
    ),
)
