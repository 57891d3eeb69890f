"""What can a person do about what a side refused?  In an accountant's words, by QuickBooks' code.

Only of refusals that park one record; what holds the whole tenant (a lapsed subscription, a lost
right) has its remedy in agents/rules/tenant/suspension.py, a taken name or number in
agents/rules/documents/adoption.py.  6000 says anything, so its words are looked at; no API shows
whether a payment is matched or reconciled.
"""

import re

from schemas.outcomes import Fault
from schemas.values import Side

CLOSED = (
    "its date is in a period that is closed in QuickBooks: open the period there (Account and "
    "settings, Advanced, Accounting), or date it after the closing date, then retry it"
)
DEPOSITED = (
    "it is part of a bank deposit: take it out of that deposit in QuickBooks, then retry it, or "
    "record the change there"
)
MATCHED = (
    "it is matched to the bank feed: undo the match in QuickBooks (Bank transactions, "
    "Categorized), then retry it, or record the change there"
)
RECONCILED = (
    "it is reconciled with a bank statement: have the accountant undo that in QuickBooks, then "
    "retry it, or record the change there in an open period"
)
SETTLED = (
    "its money was settled by QuickBooks Payments and can no longer be voided: refund it in "
    "QuickBooks, and record that in MediaOS"
)
NO_RIGHT = (
    "the user who connected QuickBooks may not do this: connect as the company's Master "
    "Administrator (isthmus connect), then retry it"
)
NO_FEATURE = (
    "the company's subscription of QuickBooks does not have this: change the subscription or the "
    "setting there, then retry it"
)
GONE = (
    "something that it names is no more in QuickBooks, deleted or merged into another: map it to "
    "what is there (isthmus map products), or make it anew, then retry it"
)
SPENT = (
    "it settles more of an invoice than that still owes there, since another payment or a credit "
    "has settled it already: look at the invoice on both sides, take off what is too much, then "
    "retry it"
)
OTHERS = (
    "it settles an invoice that MediaOS has under another advertiser, as after a merge of their "
    "customers in QuickBooks: move that invoice to this advertiser in MediaOS, then retry it, or "
    "record the payment there by hand"
)
OWES = (
    "the customer has an open balance there: settle or void what is open in QuickBooks, and it "
    "goes by itself"
)
TAX = "give its lines a sales tax code in QuickBooks' settings for sales, then retry it"

ACCOUNT = (
    "an account that it names is of a type that QuickBooks does not take here: where it is a "
    "refund, map its payment type to a bank account (isthmus map accounts), then retry it"
)

#: quickbooks-online.md 3.2, quickbooks-money.md 2.3 and 5.3.
BY_CODE: dict[str, str] = {
    "620": "what it is applied to takes nothing of it: look at both in QuickBooks, then retry it",
    "2500": GONE,
    "5020": NO_RIGHT,
    "5030": NO_FEATURE,
    "6100": TAX,
    "6200": CLOSED,
    "6220": OWES,
    "6210": CLOSED,
    "6430": ACCOUNT,
    "6450": SETTLED,
    "6480": MATCHED,
    "6540": DEPOSITED,
}
#: In this order: what is matched may say that it is locked, what is reconciled that it is closed.
BY_WORDS: tuple[tuple[str, str], ...] = (
    (r"reconciled", RECONCILED),
    (r"matched|bank feed", MATCHED),
    (r"deposited", DEPOSITED),
    (r"settled", SETTLED),
    (r"(period|books?) (is|are|has been|have been|has) closed", CLOSED),
    (r"permissions?|not authori[sz]ed|access denied", NO_RIGHT),
    (r"subscription|upgrade", NO_FEATURE),
    (r"(gst|hst|vat|tax) (rate|code)", TAX),
    (r"applied [^.]* open balance", SPENT),
)
#: What MediaOS refuses has no code but that of its fields.
BY_WORDS_OF_MEDIAOS: tuple[tuple[str, str], ...] = (
    (r"the invoice still owes", SPENT),
    (r"invoice of another advertiser", OTHERS),
)


def remedy(fault: Fault) -> str | None:
    """Return what a person can do about a refusal, None where nothing is known."""
    of_qbo = fault.side is Side.QBO
    said = f"{fault.message} {fault.detail}"
    by_words = (
        told
        for words, told in (BY_WORDS if of_qbo else BY_WORDS_OF_MEDIAOS)
        if re.search(rf"\b({words})\b", said, re.IGNORECASE)
    )
    return (BY_CODE.get(fault.code) if of_qbo else None) or next(by_words, None)


def is_spent(fault: Fault) -> bool:
    """Tell whether QuickBooks refused because an invoice does not owe what is to settle it."""
    return fault.side is Side.QBO and remedy(fault) == SPENT


def with_remedy(fault: Fault) -> str:
    """Return a refusal in words, with what helps where that is known."""
    helps = remedy(fault)
    return f"{fault}; {helps}" if helps else str(fault)
