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
    """Return what is printed on a terminal, or into a file."""

    def printed(*, terminal=True, every=False):
        told = io.StringIO()
        console = Console(
            file=told, force_terminal=terminal, width=80, color_system=None, soft_wrap=True
        )
        for module in (formatting, ledger_report):
            monkeypatch.setattr(module, "out", console)
        ledger_report.show(REPORT, every=every)
        return told.getvalue().splitlines()

    return printed


def test_nothing_is_wider_than_80_columns_and_no_id_is_broken(lines):
    shown = lines(every=True)
    assert max(map(cell_len, shown)) <= 80
    assert shown[0].startswith("wrong amount, 8.25 USD: total of mediaos/invoice/20003 (Portland")
    assert "  expected 12345678.90, found 12345687.15" in shown
    assert any("neighbour, 61.08 EUR: qbo/credit-memo/46 (" in line for line in shown)


def test_customers_stand_by_name_with_both_sides_under_it(lines):
    shown = lines()
    first = next(place for place, line in enumerate(shown) if line.startswith("Portland"))
    assert shown[first - 1].split() == list(ledger_report.COLUMNS)
    assert [line.split()[:2] for line in shown[first + 1 : first + 3]] == [
        ["MediaOS", "12,345,678.90"],
        ["QuickBooks", "12,345,687.15"],
    ]


def test_a_name_that_is_cut_keeps_its_currency(lines):
    (named,) = [line for line in lines() if line.startswith("日本")]
    assert named.endswith("… (EUR)")


def test_customers_on_whom_both_sides_agree_are_counted_and_shown_when_asked_for(lines):
    assert "Of 1 customer both sides say the same." in lines()
    assert "Amy's Birds" not in lines()
    assert "Amy's Birds" in lines(every=True)


def test_the_total_of_each_currency_stands_by_itself(lines):
    shown = lines()
    place = shown.index("All customers (EUR)")
    assert shown[place + 2].split() == ["QuickBooks", "0.00", "0.00", "61.08", "20.00", "-20.00"]
    assert shown[place - 2].split()[:2] == ["MediaOS", "24,691,357.80"]


def test_a_file_gets_names_whole_and_one_line_a_sentence(lines):
    shown = lines(terminal=False)
    assert LONG in shown
    assert any(line.endswith(f"({LONG})") for line in shown)
