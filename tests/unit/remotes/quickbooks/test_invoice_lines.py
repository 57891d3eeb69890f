"""An update says every line as QuickBooks shows it, but for what is ours."""

import json
from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from schemas.records import Invoice, Line
from schemas.values import Kind
from streams.remotes.quickbooks.kinds.invoice_lines import kept, written
from streams.remotes.quickbooks.wire_replies import shown

TEXT = {
    "Id": "2",
    "LineNum": 2,
    "Description": "PO 4411",
    "DetailType": "DescriptionOnly",
    "DescriptionLineDetail": {},
}
SOLD = {
    "Id": "1",
    "LineNum": 1,
    "Description": "Full page",
    "Amount": Decimal("128.35"),
    "DetailType": "SalesItemLineDetail",
    "SalesItemLineDetail": {
        "ItemRef": {"value": "7", "name": "Full page"},
        "ClassRef": {"value": "7", "name": "Print"},
        "ServiceDate": "2026-03-01",
        "Qty": 1,
        "UnitPrice": Decimal("128.35"),
        "TaxCodeRef": {"value": "TAX"},
    },
    "LineEx": {"any": [{"name": "x"}]},
}
BUNDLE = {
    "Id": "5",
    "Description": "Launch pack",
    "Amount": 0,
    "DetailType": "GroupLineDetail",
    "GroupLineDetail": {
        "GroupItemRef": {"value": "9"},
        "Quantity": 1,
        "Line": [{**SOLD, "Id": "6"}],
    },
}
DISCOUNT = {
    "Id": "8",
    "Amount": Decimal("12.84"),
    "DetailType": "DiscountLineDetail",
    "DiscountLineDetail": {
        "PercentBased": True,
        "DiscountPercent": 10,
        "DiscountAccountRef": {"value": "86", "name": "Discounts given"},
    },
}
SUBTOTAL = {
    "Amount": Decimal("128.35"),
    "DetailType": "SubTotalLineDetail",
    "SubTotalLineDetail": {},
}


def invoice(*lines: dict, **fields: object) -> Invoice:
    """Return an invoice as QuickBooks shows it with these lines."""
    entity = {"Id": "1", "TxnDate": "2026-03-01", "CustomerRef": {"value": "5"}, "Line": [*lines]}
    record = shown(Kind.INVOICE, entity).record
    return replace(record, **fields)


def body(record: Invoice) -> list[dict]:
    return written(record)


def test_what_nobody_changed_is_said_as_it_stands():
    record = invoice(SOLD, TEXT, BUNDLE, DISCOUNT, SUBTOTAL)
    sold, text, bundle, discount = body(record)

    ours = {"Id", "Description", "Amount", "DetailType", "SalesItemLineDetail"}
    assert set(sold) == ours
    assert sold["SalesItemLineDetail"] == {
        **SOLD["SalesItemLineDetail"],
        "ItemRef": {"value": "7"},
        "ClassRef": {"value": "7"},
    }
    assert text == {name: value for name, value in TEXT.items() if name != "LineNum"}
    assert [each["Id"] for each in bundle["GroupLineDetail"]["Line"]] == ["6"]
    assert discount["DiscountLineDetail"] == {
        "PercentBased": True,
        "DiscountPercent": 10,
        "DiscountAccountRef": {"value": "86"},
    }


def test_a_changed_quantity_keeps_class_date_code_and_text():
    record = invoice(SOLD, TEXT)
    [line] = record.lines
    doubled = replace(line, quantity=Decimal(2), amount=Decimal("256.70"))
    sold, text = body(replace(record, lines=(doubled,)))

    assert (sold["Id"], sold["Amount"]) == ("1", Decimal("256.70"))
    detail = sold["SalesItemLineDetail"]
    assert (detail["Qty"], detail["TaxCodeRef"]) == (Decimal(2), {"value": "TAX"})
    assert (detail["ClassRef"], detail["ServiceDate"]) == ({"value": "7"}, "2026-03-01")
    assert text["Description"] == "PO 4411"


def test_a_line_of_a_bundle_is_changed_in_its_place():
    record = invoice(BUNDLE)
    [line] = record.lines
    [bundle] = body(replace(record, lines=(replace(line, description="Two pages"),)))

    [child] = bundle["GroupLineDetail"]["Line"]
    assert (child["Id"], child["Description"]) == ("6", "Two pages")


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("12.84", {"PercentBased": True, "DiscountPercent": 10}),
        ("20.00", {"PercentBased": False}),
    ],
)
def test_a_discount_keeps_its_account_and_its_percent_while_it_is_the_same(amount, said):
    _, discount = body(replace(invoice(SOLD, DISCOUNT), discount=Decimal(amount)))

    assert discount["Amount"] == Decimal(amount)
    assert discount["DiscountLineDetail"] == {"DiscountAccountRef": {"value": "86"}, **said}


def test_a_discount_of_nothing_goes_and_a_new_one_stands_last():
    assert len(body(replace(invoice(SOLD, DISCOUNT), discount=Decimal(0)))) == 1
    assert body(replace(invoice(SOLD), discount=Decimal(5)))[-1] == {
        "Amount": Decimal(5),
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": False},
    }


def test_a_line_that_is_gone_is_left_out_and_a_new_one_comes_before_the_discount():
    record = invoice(SOLD, TEXT, DISCOUNT)
    new = Line(product="8", unit_price=Decimal(5), amount=Decimal(5))
    lines = body(replace(record, lines=(new,)))

    assert [each["DetailType"] for each in lines] == [
        "DescriptionOnly",
        "SalesItemLineDetail",
        "DiscountLineDetail",
    ]
    assert "Id" not in lines[1]


@pytest.mark.parametrize(("tax", "code"), [("0", "NON"), ("8.00", "TAX")])
def test_the_code_of_a_new_line_is_said_since_quickbooks_would_assume_one(tax, code):
    line = Line(product="8", unit_price=Decimal(5), amount=Decimal(5))
    record = Invoice(customer="5", issued=date(2026, 3, 1), lines=(line,), tax=Decimal(tax))

    assert body(record)[0]["SalesItemLineDetail"]["TaxCodeRef"] == {"value": code}


def test_a_line_typed_by_its_amount_alone_stays_so():
    typed = {**SOLD, "SalesItemLineDetail": {"ItemRef": {"value": "7"}}}
    record = invoice(typed)

    assert body(record)[0]["SalesItemLineDetail"] == {"ItemRef": {"value": "7"}}
    [line] = record.lines
    priced = replace(line, quantity=Decimal(2), unit_price=Decimal("64.18"))
    assert body(replace(record, lines=(priced,)))[0]["SalesItemLineDetail"]["Qty"] == Decimal(2)


def test_a_line_of_nothing_sold_stays_one():
    free = {
        **SOLD,
        "Amount": 0,
        "SalesItemLineDetail": {"ItemRef": {"value": "7"}, "Qty": 0, "UnitPrice": 10},
    }

    assert body(invoice(free))[0]["SalesItemLineDetail"]["Qty"] == 0


def test_money_is_kept_to_the_last_digit():
    price = Decimal("0.53066670")
    typed = {**DISCOUNT, "Amount": price}
    [text] = kept(json.dumps([typed], default=lambda _: "0").encode())

    assert text
    assert '"Amount":0.53066670' in invoice(SOLD, typed).as_shown[-1]
