"""Where does an edit of a linked document go, field by field, and who wins when both edit?"""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from agents.rules.documents.settle import Settlement, edited, settle
from agents.rules.kinds.owners import BY_KIND, Owners, choices, defaults
from agents.rules.kinds.table import POLICIES
from schemas.records import (
    Address,
    Allocation,
    CreditApplication,
    CreditMemo,
    CreditPart,
    Customer,
    Invoice,
    Line,
    Payment,
    Record,
    Refund,
)
from schemas.state import Agreed, Document
from schemas.tenant_state import FieldOwner
from schemas.values import Kind, Side
from tests.unit.rules.records import shown

DAY = date(2026, 3, 1)
#: Where one side's edit ends: in the other books, beside no field of theirs, or at a person's.
QBO, MEDIAOS, LISTED, CONFLICT = "in QuickBooks", "in MediaOS", "listed", "conflict"

TEXTS = ("mine", "theirs")
DAYS = (date(2026, 4, 1), date(2026, 5, 1))
RATES = (Decimal("1.25"), Decimal("0.0067"))
AMOUNTS = (Decimal("1.00"), Decimal("2.00"))


def sold(amount: Decimal) -> Line:
    """Return the line that QuickBooks calls 1."""
    return Line(id="1", product="7", unit_price=amount, amount=amount)


#: By kind and field: two other values, where MediaOS's edit goes, QuickBooks', and when both edit.
POLICY: dict[Kind, dict[str, tuple[Any, str, str, str]]] = {
    Kind.CUSTOMER: {
        "name": (TEXTS, QBO, MEDIAOS, CONFLICT),
        "email": (TEXTS, QBO, MEDIAOS, QBO),
        "phone": (TEXTS, QBO, MEDIAOS, QBO),
        "billing": (tuple(Address(city=text) for text in TEXTS), QBO, MEDIAOS, QBO),
    },
    Kind.INVOICE: {
        "customer": (TEXTS, QBO, LISTED, QBO),
        "issued": (DAYS, QBO, LISTED, QBO),
        "due": (DAYS, QBO, MEDIAOS, MEDIAOS),
        "memo": (TEXTS, QBO, MEDIAOS, QBO),
        "email": (TEXTS, QBO, MEDIAOS, QBO),
        "lines": (
            tuple((sold(each),) for each in AMOUNTS),
            QBO,
            LISTED,
            CONFLICT,
        ),
        "tax": (AMOUNTS, QBO, LISTED, QBO),
        "discount": (AMOUNTS, QBO, LISTED, QBO),
        # What QuickBooks shows stands in MediaOS, whatever anyone types there.
        "number": (TEXTS, MEDIAOS, MEDIAOS, MEDIAOS),
        "rate": (RATES, QBO, LISTED, QBO),
        "marker": (TEXTS, MEDIAOS, "", MEDIAOS),
    },
    Kind.CREDIT_MEMO: {
        "customer": (TEXTS, QBO, LISTED, QBO),
        "issued": (DAYS, QBO, LISTED, QBO),
        "memo": (TEXTS, QBO, MEDIAOS, QBO),
        "email": (TEXTS, QBO, MEDIAOS, QBO),
        "lines": (tuple((sold(each),) for each in AMOUNTS), QBO, LISTED, CONFLICT),
        "tax": (AMOUNTS, QBO, LISTED, QBO),
        "discount": (AMOUNTS, QBO, LISTED, QBO),
        "number": (TEXTS, MEDIAOS, MEDIAOS, MEDIAOS),
        "rate": (RATES, QBO, LISTED, QBO),
        "marker": (TEXTS, MEDIAOS, "", MEDIAOS),
    },
    Kind.PAYMENT: {
        "customer": (TEXTS, QBO, LISTED, QBO),
        "amount": (AMOUNTS, QBO, MEDIAOS, MEDIAOS),
        "received": (DAYS, QBO, MEDIAOS, MEDIAOS),
        "reference": (TEXTS, QBO, MEDIAOS, MEDIAOS),
        "memo": (TEXTS, QBO, MEDIAOS, MEDIAOS),
        "applied": (
            tuple((Allocation(invoice="136", amount=each),) for each in AMOUNTS),
            QBO,
            MEDIAOS,
            MEDIAOS,
        ),
        "rate": (RATES, QBO, MEDIAOS, MEDIAOS),
        "marker": (TEXTS, MEDIAOS, "", MEDIAOS),
    },
    Kind.CREDIT_APPLICATION: {
        "customer": (TEXTS, QBO, LISTED, QBO),
        "applied": (DAYS, QBO, MEDIAOS, MEDIAOS),
        "parts": (
            tuple((CreditPart(credit="9", invoice="136", amount=each),) for each in AMOUNTS),
            QBO,
            MEDIAOS,
            MEDIAOS,
        ),
        "marker": (TEXTS, MEDIAOS, "", MEDIAOS),
    },
    Kind.REFUND: {
        "customer": (TEXTS, QBO, LISTED, QBO),
        "issued": (DAYS, QBO, LISTED, QBO),
        "memo": (TEXTS, QBO, MEDIAOS, QBO),
        "lines": (tuple((sold(each),) for each in AMOUNTS), QBO, LISTED, CONFLICT),
        "tax": (AMOUNTS, QBO, LISTED, QBO),
        "discount": (AMOUNTS, QBO, LISTED, QBO),
        "number": (TEXTS, MEDIAOS, MEDIAOS, MEDIAOS),
        "rate": (RATES, QBO, LISTED, QBO),
        "marker": (TEXTS, MEDIAOS, "", MEDIAOS),
    },
}

BASE = Decimal("9.00")

MIRRORED = {"number", "marker"}
#: What is said when a record is made, and is each side's own from then on.
HOW_TAXED = {"tax_code": TEXTS, "calculation": TEXTS, "after_discount": (False, True)}
SALE_ONCE = {**HOW_TAXED, "currency": TEXTS, "class_id": TEXTS, "location": TEXTS}
SAID_ONCE = {
    Kind.CUSTOMER: {"currency": TEXTS},
    Kind.INVOICE: {**SALE_ONCE, "term": TEXTS},
    Kind.CREDIT_MEMO: SALE_ONCE,
    Kind.PAYMENT: {"method": TEXTS, "account": TEXTS, "currency": TEXTS},
    Kind.CREDIT_APPLICATION: {"currency": TEXTS, "rate": RATES},
    Kind.REFUND: {"method": TEXTS, "account": TEXTS, **SALE_ONCE},
}

RECORDS: dict[Kind, Record] = {
    Kind.CUSTOMER: Customer(name="Harbour Books", marker="2"),
    Kind.INVOICE: Invoice(customer="42", issued=DAY, lines=(sold(BASE),), marker="2"),
    Kind.CREDIT_MEMO: CreditMemo(customer="42", issued=DAY, lines=(sold(BASE),), marker="2"),
    Kind.PAYMENT: Payment(customer="42", amount=Decimal(9), received=DAY, marker="2"),
    Kind.CREDIT_APPLICATION: CreditApplication(customer="42", applied=DAY, marker="2"),
    Kind.REFUND: Refund(customer="42", issued=DAY, lines=(sold(BASE),), marker="2"),
}

EDITS = [(kind, field, *row) for kind, rows in POLICY.items() for field, row in rows.items()]
VALUES = [(kind, field, values) for kind, field, values, *_ in EDITS]
NAMES = [f"{kind}-{field}" for kind, field, *_ in EDITS]


def linked(kind: Kind, mediaos: dict[str, Any], qbo: dict[str, Any]) -> Document:
    """Return a document on which both sides agreed, after these edits of either side."""
    record = RECORDS[kind]
    return Document(
        kind=kind,
        mediaos=shown(replace(record, **mediaos), "1", 2),
        qbo=shown(replace(record, **qbo), "2", 2),
        agreed=Agreed(mediaos=record, qbo=record),
    )


def settled(document: Document, over: Side | None = None, owners: Owners = BY_KIND) -> Settlement:
    """Settle as if both sides named everything alike."""
    return settle(document, lambda record, _to: record, over=over, owners=owners)


def told(result: Settlement, field: str) -> str:
    names = [
        *(
            name
            for side, name in ((Side.QBO, QBO), (Side.MEDIAOS, MEDIAOS))
            if written(result, side)
        ),
        *([LISTED] if field in result.no_home else []),
        *([CONFLICT] if any(each.startswith(field) for each in result.conflict) else []),
    ]
    assert len(names) <= 1
    return names[0] if names else ""


def written(result: Settlement, side: Side) -> dict[str, Any]:
    return result.write.get(side, {})


def test_every_field_that_is_kept_in_step_has_its_row_here():
    assert {k: {*rows, *SAID_ONCE.get(k, ())} for k, rows in POLICY.items()} == {
        kind: set(policy.fields) for kind, policy in POLICIES.items()
    }


@pytest.mark.parametrize(("kind", "field", "values", "mine", "theirs", "both"), EDITS, ids=NAMES)
def test_an_edit_goes_where_its_field_may_be_written_and_its_owner_wins(
    kind, field, values, mine, theirs, both
):
    mediaos, qbo = ({field: value} for value in values)
    for edits, expected in (((mediaos, {}), mine), (({}, qbo), theirs), ((mediaos, qbo), both)):
        result = settled(linked(kind, *edits))
        assert told(result, field) == expected, edits

    assert told(settled(linked(kind, {}, {})), field) == ""


@pytest.mark.parametrize(("kind", "field", "values", "mine", "theirs", "both"), EDITS, ids=NAMES)
def test_what_is_written_is_what_the_winner_shows(kind, field, values, mine, theirs, both):
    mediaos, qbo = ({field: value} for value in values)
    result = settled(linked(kind, mediaos, qbo))
    won = {QBO: values[0], MEDIAOS: values[1], CONFLICT: None}[both]
    if field == "marker":
        won = "2"

    assert [changes for side in Side if (changes := written(result, side))] == (
        [{field: won}] if won is not None else []
    )


#: Where an edit of both ends, by who is set to win.
ENDS = {
    FieldOwner.MEDIAOS: QBO,
    FieldOwner.QUICKBOOKS: MEDIAOS,
    FieldOwner.PERSON: CONFLICT,
}
SET = [
    (kind, field, values, owner)
    for kind, field, values in VALUES
    if field not in MIRRORED
    for owner in choices(f"{kind}.{field}")
]


@pytest.mark.parametrize(("kind", "field", "values", "owner"), SET)
def test_who_a_tenant_sets_wins_where_both_edit_and_nowhere_else(kind, field, values, owner):
    owners = {f"{kind}.{field}": owner}
    mediaos, qbo = ({field: value} for value in values)
    result = settled(linked(kind, mediaos, qbo), owners=owners)

    assert told(result, field) == ENDS[owner]
    won = {QBO: [{field: values[0]}], MEDIAOS: [{field: values[1]}], CONFLICT: []}[ENDS[owner]]
    assert [changes for side in Side if (changes := written(result, side))] == won
    for edits in ((mediaos, {}), ({}, qbo), (mediaos, mediaos), ({}, {})):
        document = linked(kind, *edits)
        assert settled(document, owners=owners) == settled(document), edits


def test_by_default_each_field_is_won_as_its_kind_has_it():
    known = defaults()
    for kind, field, *_, both in EDITS:
        if field not in MIRRORED:
            assert ENDS[known[f"{kind}.{field}"]] == both, (kind, field)


@pytest.mark.parametrize(("kind", "field", "values"), VALUES, ids=NAMES)
def test_over_an_edit_of_quickbooks_mediaos_wins_wherever_anyone_has_edited(kind, field, values):
    mediaos, qbo = ({field: value} for value in values)
    mirrored = field in MIRRORED
    result = settled(linked(kind, mediaos, qbo), over=Side.MEDIAOS)
    assert told(result, field) == (MEDIAOS if mirrored else QBO)

    back = settled(linked(kind, {}, qbo), over=Side.MEDIAOS)
    assert told(back, field) == (POLICY[kind][field][2] if mirrored else QBO)
    untouched = settled(linked(kind, {}, {}), over=Side.MEDIAOS)
    assert (untouched.write, untouched.agree) == ({}, ())


@pytest.mark.parametrize(("kind", "field", "values"), VALUES, ids=NAMES)
def test_the_same_edit_on_both_sides_is_agreed_and_written_nowhere(kind, field, values):
    same = {field: values[0]}
    result = settled(linked(kind, same, same))
    mirrored = field in MIRRORED

    assert result.agree == (() if mirrored else (field,))
    assert told(result, field) == (MEDIAOS if field == "marker" else "")


@pytest.mark.parametrize(("kind", "field", "values"), VALUES, ids=NAMES)
def test_what_a_person_edited_is_told_but_for_what_only_mirrors(kind, field, values):
    document = linked(kind, {field: values[0]}, {})
    mirrored = field in MIRRORED

    assert edited(document, Side.MEDIAOS) == (() if mirrored else (field,))
    assert edited(document, Side.QBO) == ()


@pytest.mark.parametrize(
    ("kind", "field", "values"),
    [(kind, *each) for kind, rows in SAID_ONCE.items() for each in rows.items()],
)
@pytest.mark.parametrize("over", [None, *Side])
def test_what_is_said_once_is_each_sides_own_from_then_on(kind, field, values, over):
    mediaos, qbo = ({field: value} for value in values)
    for edits in ((mediaos, {}), ({}, qbo), (mediaos, qbo)):
        document = linked(kind, *edits)
        assert settled(document, over=over) == settled(linked(kind, {}, {}), over=over)
        assert edited(document, Side.MEDIAOS) == edited(document, Side.QBO) == ()


def test_a_document_that_is_not_linked_or_is_deleted_has_no_edits():
    document = linked(Kind.INVOICE, {"memo": "mine"}, {})

    assert edited(replace(document, agreed=None), Side.MEDIAOS) == ()
    assert edited(replace(document, mediaos=None), Side.MEDIAOS) == ()
    assert edited(replace(document, mediaos=shown(None, "1", 3)), Side.MEDIAOS) == ()
