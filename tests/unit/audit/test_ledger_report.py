"""What an examination looks like in a terminal of 80 columns, with names of real length."""

import io
from decimal import Decimal

import pytest
from rich.cells import cell_len
from rich.console import Console

from agents.audit.findings import Finding, How, Waiting, What
from agents.audit.report import Counts, Report
from agents.audit.standing import Figures, Row
from agents.cli import formatting, ledger_report

LONG = "Portland Regional Harbour Books, Coffee Roasters & Stationers Association, Incorporated"
WIDE = "日本書籍出版販売協会連合会 " * 4
MILLIONS = Figures(invoices=Decimal("12345678.90"), receivable=Decimal("12345678.90"))
MORE = Figures(invoices=Decimal("12345687.15"), receivable=Decimal("12345687.15"))
CREDIT = Figures(credits=Decimal("61.08"), unapplied=Decimal(20), receivable=Decimal(-20))

REPORT = Report(
    tenant="t1",
    counts=Counts(),
    home="USD",
    findings=(
        Finding(
            what=What.AMOUNT,
            where="mediaos/invoice/20003",
            customer=LONG,
            field="total",
            expected="12345678.90",
            found="12345687.15",
            amount=Decimal("8.25"),
        ),
    ),
    waiting=(
        Waiting(
            how=How.NEIGHBOUR,
            document="qbo/credit-memo/46",
            customer=WIDE,
            reason="credit memo R681874717 takes off what is owed",
            qbo=Decimal("61.08"),
            amount=Decimal("61.08"),
            currency="EUR",
        ),
    ),
    rows=(
        Row(customer="Amy's Birds", mediaos=MILLIONS, qbo=MILLIONS),
        Row(customer=LONG, mediaos=MILLIONS, qbo=MORE),
        Row(customer=WIDE, currency="EUR", qbo=CREDIT),
    ),
    totals=(Row(mediaos=MILLIONS + MILLIONS, qbo=MILLIONS + MORE), Row(currency="EUR", qbo=CREDIT)),
)


@pytest.fixture
def lines(monkeypatch):
    """Return what is printed."""

    def printed(*, terminal=True, every=False):
        told = io.StringIO()
        console = Console(
            file=told, force_terminal=terminal, width=80, color_system=None, soft_wrap=True
        )
        monkeypatch.setattr(formatting, "out", console)
        ledger_report.show(REPORT, every=every)
        return told.getvalue().splitlines()

    return printed


def test_nothing_is_wider_than_80_columns_and_no_id_is_broken(lines):
    shown = lines(every=True)
    assert max(map(cell_len, shown)) <= 80
    assert shown[0].startswith("wrong amount, 8.25 USD: total of mediaos/invoice/20003 (Portland")
    assert "  expected 12345678.90, found 12345687.15" in shown
    assert any("neighbour, 61.08 EUR: qbo/credit-memo/46" in line for line in shown)


def test_customers_stand_by_name_with_what_differs_under_it(lines):
    shown = lines()
    last = next(place for place, line in enumerate(shown) if line == "  Incorporated (USD)")
    assert shown[last - 2].split() == ["MediaOS", "QuickBooks", "difference"]
    assert [line.split() for line in shown[last + 1 : last + 3]] == [
        ["invoices", "12,345,678.90", "12,345,687.15", "8.25"],
        ["receivables", "12,345,678.90", "12,345,687.15", "8.25"],
    ]


def test_a_name_of_wide_letters_stands_with_its_currency(lines):
    assert "日本書籍出版販売協会連合会 (EUR)" in " ".join(" ".join(lines()).split())


def test_customers_on_whom_both_sides_agree_are_counted_and_shown_when_asked_for(lines):
    assert "Of 1 customer both sides say the same." in lines()
    assert "Amy's Birds (USD)" not in lines()
    assert "Amy's Birds (USD)" in lines(every=True)


def test_the_total_of_each_currency_stands_by_itself(lines):
    shown = lines()
    place = shown.index("All customers (EUR)")
    assert shown[place + 2].split() == ["credits", "0.00", "61.08", "61.08"]
    assert shown[place - 6].split() == ["invoices", "24,691,357.80", "24,691,366.05", "8.25"]


def test_a_file_gets_the_same(lines):
    assert lines(terminal=False) == lines()
