"""What an accountant or a script gets from `isthmus reconcile`."""

import asyncio
import csv
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import typer
from rich.cells import cell_len
from typer.testing import CliRunner

from agents.audit.reconciliation import Difference, Reconciliation, Why
from agents.audit.standing import Figures, Row
from agents.cli import reconcile
from agents.cli.refusal import Refusal
from schemas.facts import RequestTaken

OWED = Figures(invoices=Decimal("12345678.90"), receivable=Decimal("12345678.90"))
MORE = Figures(invoices=Decimal("12345687.15"), receivable=Decimal("12345687.15"))
LONG = "=Portland Regional Harbour Books, Coffee Roasters & Stationers Association"
ALIKE = Reconciliation(
    tenant="t1",
    home="USD",
    rows=(Row(customer="Amy's Birds", mediaos=OWED, qbo=OWED),),
    totals=(Row(mediaos=OWED, qbo=OWED),),
)
DIFFERENCE = Difference(
    document="mediaos/invoice/136",
    number="MediaOS-136",
    customer=LONG,
    mediaos=Decimal("337.50"),
    amount=Decimal("337.50"),
    why=Why.PARKED,
    detail="unmapped-product: product 7 is mapped to nothing, and so this invoice cannot go",
    event="parked by Isthmus: unmapped-product",
    at=datetime(2026, 3, 2, 9, tzinfo=UTC),
)
WAITS = replace(
    ALIKE,
    rows=(*ALIKE.rows, Row(customer=LONG, mediaos=MORE, qbo=OWED)),
    totals=(Row(mediaos=MORE, qbo=OWED),),
    differences=(DIFFERENCE,),
)
DIFFERS = replace(WAITS, differences=(replace(DIFFERENCE, why=Why.UNKNOWN), DIFFERENCE))
EMPTY = Reconciliation(tenant="t1", totals=(Row(),))


@pytest.fixture
def run(monkeypatch):
    """Run the command over books that come to this; what it was asked is in `run.asked`."""
    asked = []

    def examining(outcome):
        async def examined(tenant, look):
            asked.append((tenant, look.keywords["day"]))
            look.keywords["hear"]("QuickBooks' Invoice list", 1_000, None)
            return replace(outcome, day=look.keywords["day"])

        monkeypatch.setattr(reconcile, "examined", examined)

    def ran(outcome, *arguments):
        examining(outcome)
        cli = typer.Typer()
        cli.command()(reconcile.reconcile)
        return CliRunner().invoke(cli, ["t1", *arguments])

    ran.asked = asked
    return ran


@pytest.mark.parametrize(
    ("outcome", "status", "verdict"),
    [
        (ALIKE, 0, "The ledgers agree to the cent: 1 customer."),
        (EMPTY, 0, "The ledgers agree: neither has a document yet."),
        (WAITS, 3, "The ledgers agree except 1 document that waits."),
        (DIFFERS, 4, "The ledgers differ in 1 document, and 1 document that waits."),
    ],
)
def test_it_ends_in_the_verdict_and_its_status(run, outcome, status, verdict):
    result = run(outcome)
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (status, verdict)


def test_each_difference_has_its_document_both_amounts_the_reason_and_the_event(run):
    lines = run(WAITS).stdout.splitlines()
    said = " ".join(" ".join(lines).split())
    assert (
        f"invoice MediaOS-136 ({LONG}, mediaos/invoice/136): MediaOS 337.50, QuickBooks nothing, "
        "between them 337.50 USD" in said
    )
    assert any(line.startswith("  parked: unmapped-product: product 7") for line in lines)
    assert "last: parked by Isthmus: unmapped-product (2026-03-02 09:00:00Z)" in said
    assert "Of 1 customer both sides say the same." in lines
    figures = ["receivables", "12,345,687.15", "12,345,678.90", "-8.25"]
    assert [line.split() for line in lines].count(figures) == 2
    assert max(map(cell_len, lines)) <= 80


def test_as_of_a_day_is_told(run):
    result = run(ALIKE, "--as-of", "2026-11-30")
    assert result.stdout.startswith("t1, as of 2026-11-30 by the dates of documents, read ")
    assert run.asked == [("t1", date(2026, 11, 30))]


def test_what_it_comes_to_is_kept_under_a_name(run, monkeypatch):
    asked = []

    def asking(work, by):
        async def ask(request):
            asked.append((request, by))
            return RequestTaken(request=request.id, done=True, detail="it is kept")

        return asyncio.run(work(None, ask))

    monkeypatch.setattr(reconcile, "asking", asking)
    assert run(DIFFERS, "--keep", "--by", "Ada").exit_code == 4
    ((request, by),) = asked
    assert (request.tenant, request.differs, request.waits, by) == ("t1", 1, 1, "Ada")
    assert request.amount == sum(each.amount for each in DIFFERS.unexplained)
    assert [each.customer for each in request.report.rows] == [LONG, "Amy's Birds"]
    assert [each.waits for each in request.report.differences] == [False, True]


@pytest.mark.parametrize("outcome", [ALIKE, WAITS, DIFFERS])
def test_a_scheduler_s_run_is_done_once_it_is_kept_whatever_it_came_to(run, monkeypatch, outcome):
    answers = [True, False]

    def asking(work, by):
        async def ask(request):
            return RequestTaken(request=request.id, done=answers.pop(0), detail="as it went")

        return asyncio.run(work(None, ask))

    monkeypatch.setattr(reconcile, "asking", asking)
    kept = run(outcome, "--keep", "--scheduled")
    assert (kept.exit_code, kept.exception) == (0, None)
    refused = run(outcome, "--keep", "--scheduled")
    assert str(refused.exception) == "It is not kept: as it went."
    assert not answers


def test_what_a_scheduler_does_not_keep_nobody_would_hear_of(run):
    result = run(DIFFERS, "--scheduled")
    assert str(result.exception).startswith("--scheduled goes with --keep")
    assert run.asked == []


def test_what_no_worker_would_take_is_kept_without_its_customers(run, monkeypatch):
    asked = []

    def asking(work, by):
        async def ask(request):
            asked.append(request)
            return RequestTaken(request=request.id, done=True, detail="it is kept")

        return asyncio.run(work(None, ask))

    monkeypatch.setattr(reconcile, "asking", asking)
    odd = replace(ALIKE, rows=(Row(customer="no\0name", mediaos=OWED, qbo=OWED),))
    assert run(odd, "--keep").exit_code == 0
    assert [each.report for each in asked] == [None]


def test_of_an_earlier_day_nothing_is_kept(run):
    result = run(ALIKE, "--keep", "--as-of", "2026-11-30")
    assert isinstance(result.exception, Refusal)
    assert run.asked == []


def test_a_day_that_is_none_is_refused(run):
    result = run(ALIKE, "--as-of", "30.11.2026")
    assert isinstance(result.exception, Refusal)
    assert str(result.exception) == "--as-of is '30.11.2026', expected a day: 2026-11-30."
    assert run.asked == []


def test_a_table_has_a_figure_a_line_and_no_formula(run, tmp_path):
    file = tmp_path / "books.csv"
    assert run(WAITS, "--csv", str(file)).exit_code == 3
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    total = next(row for row in rows if (row["row"], row["figure"]) == ("total", "receivables"))
    assert (total["mediaos"], total["difference"]) == ("12345687.15", "-8.25")
    document = rows[-1]
    assert (document["document"], document["mediaos"], document["quickbooks"]) == (
        "mediaos/invoice/136",
        "337.50",
        "",
    )
    assert (document["why"], document["currency"]) == ("parked", "USD")
    assert document["customer"] == f"'{LONG}"


def test_a_file_that_cannot_be_written_is_told(run, tmp_path):
    result = run(WAITS, "--csv", str(tmp_path))
    assert isinstance(result.exception, Refusal)


def test_a_script_gets_one_json_document(run):
    told = json.loads(run(WAITS, "--json", "--as-of", "2026-11-30").stdout)
    assert (told["agreement"], told["as_of"], told["home"]) == (
        "agree-except",
        "2026-11-30",
        "USD",
    )
    assert told["totals"][0]["mediaos"]["receivable"] == "12345687.15"
    (one,) = told["differences"]
    assert (one["why"], one["amount"], one["qbo"]) == ("parked", "337.50", None)
