"""Every table fits a screen of 80 columns, cuts no id, number or amount, and is whole in JSON."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from agents.audit.findings import Finding as Differs
from agents.audit.findings import How, Waiting, What
from agents.audit.reconciliation import Difference, Reconciliation, Why
from agents.audit.report import Counts, Report
from agents.audit.standing import Figures, Row
from agents.cli import (
    connections,
    console,
    dead_letters,
    demo,
    ledger,
    link,
    preflight,
    reconcile,
    topics,
)
from agents.cli.doctor import look
from agents.cli.doctor.finding import fault
from agents.cli.refusal import Refusal
from agents.lab.demo.outcomes import Outcome
from agents.lab.demo.result import Count, Result
from agents.rules.tenant.preflight_findings import Finding
from schemas.money_words import money_words
from schemas.values import Kind, Revision
from streams.ports import Reading
from streams.topics import TOPICS, Existing
from tests.unit.cli.rich_books import (
    ACROSS,
    FAR,
    GONE,
    GONE_THERE,
    INVOICES,
    LONG,
    NAMES,
    TENANTS,
    WIDE,
    lane_of,
    name_of,
    number,
    tell_rich_books,
)
from tests.unit.cli.test_dead_letters import Cluster, History
from tests.unit.rules.records import ADVERTISER

CLI = Path(connections.__file__).parent
TENANT = TENANTS[0]
FIRST, SECOND = NAMES
INVOICE, OTHER = INVOICES.values()
AMOUNT = "123456789012.34"
#: As people read it.
SHOWN = money_words(Decimal(AMOUNT))
FIGURES = Figures(invoices=Decimal("1234567890123.45"), receivable=Decimal("-1234567890123.45"))
#: By command: what neither cut nor broken stands in it, for a person and for a program.
TABLES = {
    "status": (*(lane_of(each, SECOND) for each in TENANTS), f"{SHOWN} EUR", SHOWN),
    "parked": (name_of(f"{INVOICE}1"), lane_of(TENANT, FIRST), SHOWN, number(INVOICE)),
    "unplaced": (name_of(f"{INVOICE}3"), lane_of(TENANT, FIRST), SHOWN),
    f"explain invoice {INVOICE} --tenant {TENANT}": (number(INVOICE), SHOWN),
    f"explain invoice {INVOICE} --tenant {TENANT} --raw": (name_of(INVOICE), AMOUNT),
    "lockouts list": (f"3-{lane_of(TENANTS[2], SECOND)}-1", "lock-2", lane_of(TENANT, SECOND)),
    f"conflicts list {TENANT}": (name_of(INVOICE), number(INVOICE), SHOWN),
    f"confirm {TENANT}": (f"qbo/invoice/{GONE_THERE}", SHOWN, number(GONE)),
    "map products list": ("7000000000000007", "1900000000000020", *TENANTS),
    f"map products list --tenant {TENANT}": ("7000000000000007", "1900000000000020"),
    f"map products suggest --tenant {TENANT}": ("7000000000000007", "1900000000000019"),
    f"settings get --tenant {TENANT}": ("number_prefix", "assign_invoice_id"),
    f"settings preview --prefix M- --tenant {TENANT}": (name_of(f"{INVOICE}1"),),
    f"observe --tenant {TENANT}": (name_of(f"{OTHER}1"), lane_of(TENANT, SECOND), SHOWN),
    f"preflight {TENANT}": ("invoices-not-empty", "1,234"),
    "connections list": (*TENANTS, "9130000000000001", "2999-03-02 09:00:00Z"),
    "topics describe": (*(each.name for each in TOPICS), "for ever"),
    "dead-letters list": ("mediaos-changes/", lane_of(TENANT, FIRST)),
    f"ledger check --tenant {TENANT} --customers": ("1,234,567,890,123.45", "qbo/invoice/266"),
    f"link customer {FIRST} {ACROSS} --yes --tenant {TENANT}": (FIRST, ACROSS),
    "doctor": ("connections-schema-version", "9130000000000001"),
    f"reconcile {TENANT} --customers": ("1,234,567,890,123.45", name_of(INVOICE), "9,999.99 EUR"),
}
#: What is measured, and what is played, which is looked at by itself below.
OF_THE_LABORATORY = {"bench", "demo"}
#: What a table says in other words than JSON does.
ONLY_SHOWN = {f"{SHOWN} EUR", "2999-03-02 09:00:00Z", "for ever", "1,234,567,890,123.45"}
ONLY_SHOWN |= {"9,999.99 EUR", "mediaos-changes/"}


async def looked(*_, **__):
    told = f"company 9130000000000001 of {WIDE} does not answer: {LONG}"
    return [fault("connections-schema-version", told)]


async def there(*_, **__):
    record = replace(ADVERTISER, name=WIDE * 3, note=LONG)
    shown = {"kind": Kind.CUSTOMER, "id": ACROSS, "revision": Revision(False, 1)}
    return Reading(**shown, customer=ACROSS, record=record, at=FAR, began=FAR)


async def examined(*_, **__):
    told = "MediaOS has invoices already: 1,234 on its first page"
    named = {"what": f"{told} {LONG} {WIDE}", "why": LONG, "remedy": LONG}
    return (Finding(name="invoices-not-empty", blocking=True, **named),)


async def opened(*_, **__):
    return ()


ROWS = (
    Row(customer=LONG, mediaos=FIGURES, qbo=Figures()),
    Row(customer=WIDE * 4, currency="EUR", mediaos=FIGURES, qbo=FIGURES),
)
REPORT = Report(
    tenant=TENANT,
    counts=Counts(invoices=1_234_567),
    home="USD",
    findings=(
        Differs(
            what=What.AMOUNT,
            where="qbo/invoice/266",
            customer=LONG,
            field="total",
            expected=AMOUNT,
            found="0.00",
            amount=Decimal(AMOUNT),
        ),
    ),
    waiting=(
        Waiting(
            how=How.NEIGHBOUR,
            document="qbo/credit-memo/4600000000000046",
            customer=WIDE,
            reason=LONG,
            qbo=Decimal(AMOUNT),
            amount=Decimal(AMOUNT),
            currency="EUR",
        ),
    ),
    rows=ROWS,
    totals=(Row(mediaos=FIGURES),),
)
BOOKS = Reconciliation(
    tenant=TENANT,
    home="USD",
    rows=ROWS,
    totals=(Row(mediaos=FIGURES),),
    differences=(
        Difference(
            document=name_of(INVOICE),
            number=number(INVOICE),
            customer=WIDE,
            currency="EUR",
            mediaos=Decimal("9999.99"),
            amount=Decimal("9999.99"),
            why=Why.PARKED,
            detail=LONG,
            event=f"parked by Isthmus: {LONG}",
            at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        ),
    ),
)


@pytest.fixture
def books(world, capsys, monkeypatch):
    """A world whose books are rich, and in which what is not the journal is put in here."""
    tell_rich_books(world)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(preflight, "examined", examined)
    monkeypatch.setattr(preflight, "opened", opened)

    async def stored(_work):
        return [
            connections.Line(
                tenant=each,
                realm="9130000000000001",
                environment="sandbox",
                version=123_456,
                access_until=FAR,
                state=f"reconnect: {LONG}",
            )
            for each in TENANTS
        ]

    async def found(_cluster, wanted):
        config = {"cleanup.policy": "delete", "retention.ms": "-1", "min.insync.replicas": "2"}
        kept = {each.name: each for each in wanted[1:]}
        return {
            name: Existing(name=name, partitions=120, replication=3, config=config) for name in kept
        }

    def outcome(of):
        async def looked(*_, **__):
            return of

        return looked

    monkeypatch.setattr(look, "looked", looked)
    monkeypatch.setattr(link, "_read", there)
    monkeypatch.setattr(connections, "_stored", stored)
    monkeypatch.setattr(topics, "_read", found)
    monkeypatch.setattr(ledger, "examined", outcome(REPORT))
    monkeypatch.setattr(reconcile, "examined", outcome(BOOKS))
    cluster = Cluster(capsys)
    cluster.bury(b"\x00\xff{", f"value: {LONG}", key=lane_of(TENANT, FIRST).encode())
    monkeypatch.setattr(dead_letters, "KafkaHistory", lambda _brokers: History(cluster.kafka))
    return world


@pytest.fixture(params=["terminal", "pipe"])
def screen(request, monkeypatch):
    """Where the results go."""
    monkeypatch.setattr(console.out, "_force_terminal", request.param == "terminal")


def test_every_module_that_prints_a_table_is_run_here():
    printing = {
        path.relative_to(CLI).parts[0].removesuffix(".py").replace("_", "-")
        for path in CLI.rglob("*.py")
        if re.search(r"import .*show_table|import Table\b", path.read_text())
    }
    run = {command.split()[0] for command in TABLES}
    # The owners of fields are a table of `settings get`, a preview is one of `settings preview`.
    assert printing - run - OF_THE_LABORATORY == {"field-owners", "preview"}


@pytest.mark.usefixtures("screen")
@pytest.mark.parametrize("command", TABLES)
def test_no_line_is_longer_and_nothing_to_be_copied_is_cut(books, command):
    done = books.isthmus(*command.split())

    assert done.out, done.err
    assert [line for line in done.out.splitlines() if cell_len(line) > 80] == []
    assert [each for each in TABLES[command] if each not in done.out] == []


@pytest.mark.parametrize("command", TABLES)
def test_json_has_all_of_it(books, command):
    done = books.isthmus(*command.split(), "--json")

    wanted = [AMOUNT if each == SHOWN else each for each in TABLES[command]]
    assert [each for each in wanted if each not in ONLY_SHOWN and each not in done.out] == []
    # A name is whole there.
    assert "…" not in done.out


#: Those that are about a customer's documents; all others are about something else.
OF_CUSTOMERS = [
    "status",
    "parked",
    "unplaced",
    "lockouts list",
    f"conflicts list {TENANT}",
    f"confirm {TENANT}",
    f"observe --tenant {TENANT}",
]


@pytest.mark.parametrize("command", OF_CUSTOMERS)
def test_the_names_of_customers_stand_beside_the_ids(books, command):
    assert re.search("Portland Regional|日本", books.isthmus(*command.split()).out)


def test_what_a_demo_comes_to_fits_as_well(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    went = (
        Outcome(trouble=LONG, came_of=WIDE * 4, fine=True),
        Outcome(trouble=LONG, came_of=LONG, fine=False),
    )
    result = Result(
        seed=1,
        an_invoice=INVOICE,
        seconds=61.5,
        counts=(Count(kind="invoices", mediaos=200, qbo=200),),
        outcomes=went,
        bookkeeping=went,
        seldom=went,
        meant=("mediaos/payment/1",),
        dead_letters=1,
        qbo_calls=1_234,
        qbo_refused=0,
        mediaos_calls=5_678,
        waiting_lanes=(),
        report=REPORT,
        reconciliation=BOOKS,
        read=(FAR, FAR),
    )
    demo._show(result)

    out = capsys.readouterr().out
    assert [line for line in out.splitlines() if cell_len(line) > 80] == []
    assert " ".join(out.split()).count("NOT RIGHT:") == 3


#: Refusals of every sort, with what stands whole in each.
REFUSED = {
    f"parked --tenant {TENANT}s": (TENANT,),
    f"retry invoice 999 --tenant {TENANT}": ("999",),
    f"explain invoice 999 --tenant {TENANT}": (TENANT,),
    f"conflicts resolve {TENANT} {name_of(f'{INVOICE}1')} --keep mediaos": (
        name_of(f"{INVOICE}1"),
        f"`isthmus conflicts list {TENANT}`",
    ),
    f"lockouts release 3-{lane_of(TENANTS[2], SECOND)}-9": (f"3-{lane_of(TENANTS[2], SECOND)}-9",),
}


@pytest.mark.usefixtures("screen")
@pytest.mark.parametrize("command", REFUSED)
def test_a_refusal_fits_as_well_and_cuts_nothing_that_is_to_be_copied(books, command):
    refused = books.isthmus(*command.split())

    assert refused.code == 1
    lines = refused.err.splitlines()
    assert [line for line in lines if cell_len(line) > 80] == []
    assert [each for each in REFUSED[command] if each not in refused.told] == []


def test_an_id_that_is_longer_than_the_screen_is_whole_in_a_refusal(books):
    longest = f"{'harbour-publishing-' * 6}1"
    told = books.isthmus("parked", "--tenant", longest).err
    assert longest in told
    assert "\n" in told.strip()


SENTENCE = "The database of the connections cannot be used (OperationalError): " + "start it, " * 9


@pytest.mark.parametrize("served", ["worker", "gateway"])
def test_what_is_served_says_no_in_one_line_of_its_log(books, monkeypatch, served):
    def refuses(**_):
        raise Refusal(SENTENCE)

    monkeypatch.setattr("agents.cli.main.cli", refuses)
    assert books.isthmus(served).err.splitlines() == [SENTENCE]
    assert len(books.isthmus("status").err.splitlines()) > 1
