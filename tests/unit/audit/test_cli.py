"""What a person or a script gets from `isthmus ledger check`."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import typer
from cryptography.fernet import Fernet
from typer.testing import CliRunner

from agents.audit.books import LedgerUnreadableError
from agents.audit.findings import Finding, How, Waiting, What
from agents.audit.report import Counts, Report
from agents.audit.standing import Figures, Row
from agents.cli import ledger
from agents.process.clock import SystemClock
from streams.secrets.connection import Connection
from streams.secrets.connections import Connections

COUNTS = Counts(customers=40, invoices=200, payments=187)
WAITS = Waiting(
    how=How.PARKED,
    document="mediaos/invoice/9",
    reason="unmapped-product",
    mediaos=Decimal("128.35"),
    amount=Decimal("128.35"),
)
AGREED = Report(tenant="t1", counts=COUNTS)
EXCEPT = Report(tenant="t1", counts=replace(COUNTS, parked=1), home="USD", waiting=(WAITS,))
DIFFERING = Report(
    tenant="t1",
    counts=COUNTS,
    findings=(
        Finding(
            what=What.AMOUNT,
            where="mediaos/invoice/136",
            field="total",
            expected="337.50",
            found="337.51",
        ),
    ),
)


@pytest.fixture
def connected(tmp_path, monkeypatch):
    """Connect tenants, in a database of the test's own."""
    key = Fernet.generate_key().decode()
    url = f"sqlite:///{tmp_path}/connections.sqlite"
    for name, value in (
        ("CONNECTIONS_URL", url),
        ("TOKEN_KEY", key),
        ("QBO_ENVIRONMENT", "sandbox"),
        ("QBO_BASE_URL", "https://qbo.test"),
        ("QBO_DISCOVERY_URL", "https://qbo.test/discovery"),
        ("QBO_CLIENT_ID", "id"),
        ("QBO_CLIENT_SECRET", "secret"),
    ):
        monkeypatch.setenv(f"ISTHMUS_{name}", value)

    def connect(*tenants):
        asyncio.run(_connect(Connections(url, [key], SystemClock()), tenants))

    return connect


async def _connect(connections, tenants):
    await connections.prepare()
    for tenant in tenants:
        await connections.put(
            Connection(
                tenant=tenant,
                realm=f"realm-of-{tenant}",
                environment="sandbox",
                access_token="access",
                refresh_token="refresh",
                access_expires_at=datetime(2100, 1, 1, tzinfo=UTC),
                mediaos_base_url="http://mediaos",
                mediaos_api_key="key",
                mediaos_api_password="password",
            )
        )
    await connections.close()


@pytest.fixture
def examined(monkeypatch):
    """Let the examination end so; what it was asked is returned."""
    asked = []

    def end(outcome):
        async def check(*, books, kafka, tenant, journal, hear):
            assert kafka
            assert journal == "isthmus-journal"
            asked.append((books, tenant, await books.qbo_token()))
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        monkeypatch.setattr(ledger, "check", check)
        return asked

    return end


def run(*arguments):
    cli = typer.Typer()
    cli.add_typer(ledger.app, name="ledger")
    # As wide as the screen of a person who looks at tables.
    return CliRunner(env={"COLUMNS": "140"}).invoke(cli, ["ledger", "check", *arguments])


def test_ledgers_that_agree_end_in_the_verdict_and_0(connected, examined):
    connected("t1")
    asked = examined(AGREED)
    result = run()
    assert result.exit_code == 0, result.output
    assert " ".join(result.stdout.split()).endswith(
        "The ledgers agree: 200 invoices, 187 payments, 40 customers."
    )
    ((books, tenant, token),) = asked
    assert (books.realm, tenant, token) == ("realm-of-t1", "t1", "access")
    assert "password" not in repr(books)


def test_ledgers_that_agree_except_for_what_waits_end_in_how_much_that_is_and_3(
    connected, examined
):
    connected("t1")
    examined(EXCEPT)
    result = run()
    assert result.exit_code == 3
    assert "parked, 128.35 USD: mediaos/invoice/9" in result.stdout
    assert "unmapped-product; MediaOS 128.35" in result.stdout
    assert " ".join(result.stdout.split()).endswith(
        "The ledgers agree except 1 that waits (128.35 USD): "
        "200 invoices, 187 payments, 40 customers; 1 parked."
    )
    told = json.loads(run("--json").stdout)
    assert (told["agreement"], told["agrees"]) == ("agree-except", False)
    assert told["waits"] == {"USD": "128.35"}
    (waits,) = told["waiting"]
    assert (waits["amount"], waits["mediaos"], waits["qbo"]) == ("128.35", "128.35", None)


def test_a_script_gets_every_customer_with_money_to_the_cent(connected, examined):
    connected("t1")
    owed = Figures(invoices=Decimal("1E+2"), receivable=Decimal("100.0"))
    row = Row(customer="Amy's Birds", ids=("mediaos/customer/42",), mediaos=owed, qbo=owed)
    examined(replace(AGREED, rows=(row,), totals=(row,)))
    told = json.loads(run("--json").stdout)
    assert told["rows"] == told["totals"]
    assert told["rows"][0]["customer"] == "Amy's Birds"
    assert told["rows"][0]["qbo"] == {
        "invoices": "100.00",
        "payments": "0.00",
        "credits": "0.00",
        "credited": "0.00",
        "unapplied": "0.00",
        "receivable": "100.00",
        "refunds": "0.00",
    }


def test_ledgers_that_differ_end_in_the_findings_and_4(connected, examined):
    connected("t1")
    examined(DIFFERING)
    result = run()
    assert result.exit_code == 4
    assert "337.51" in result.stdout
    assert result.stdout.splitlines()[-1] == "The ledgers differ: 1 finding."


def test_a_script_gets_one_json_document(connected, examined):
    connected("t1")
    examined(DIFFERING)
    told = json.loads(run("--json").stdout)
    assert (told["agreement"], told["counts"]["invoices"]) == ("differ", 200)
    assert told["findings"][0]["found"] == "337.51"


@pytest.mark.parametrize(
    ("passed_over", "told"),
    [(1, "1 record of the journal is none"), (2, "2 records of the journal are none")],
)
def test_what_was_gone_past_in_the_journal_is_counted(connected, examined, passed_over, told):
    connected("t1")
    examined(replace(AGREED, passed_over=passed_over))
    lines = run().stdout.splitlines()
    assert lines[-2] == f"{told} of ours: gone past, as workers do."
    assert lines[-1].startswith("The ledgers agree")
    assert json.loads(run("--json").stdout)["passed_over"] == passed_over


def test_a_side_that_is_away_ends_in_one_sentence_and_2(connected, examined):
    connected("t1")
    examined(LedgerUnreadableError("QuickBooks does not answer."))
    result = run()
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1] == "QuickBooks does not answer."


def test_one_of_several_tenants_must_be_named(connected, examined):
    connected("t1", "t2")
    asked = examined(AGREED)
    result = run()
    assert result.exit_code == 2
    assert "Name one by --tenant: t1, t2." in result.stderr
    assert run("--tenant", "t2").exit_code == 0
    assert [tenant for _, tenant, _ in asked] == ["t2"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [((), "No tenant is connected"), (("--tenant", "t9"), "Tenant t9 is not connected")],
)
def test_a_tenant_that_is_not_connected_is_told(connected, examined, arguments, told):
    examined(AGREED)
    connected()
    result = run(*arguments)
    assert result.exit_code == 2
    assert told in result.stderr


def test_a_slip_of_the_hand_is_told_the_nearest_name(connected, examined):
    connected("harbour", "t1")
    asked = examined(AGREED)
    result = run("--tenant", "harbuor")
    assert (result.exit_code, asked) == (2, [])
    told = " ".join(result.stderr.split())
    assert "Tenant harbuor is not connected; the nearest name is harbour (" in told


def test_settings_that_lack_are_all_named(monkeypatch, connected):
    connected("t1")
    monkeypatch.delenv("ISTHMUS_QBO_CLIENT_ID")
    monkeypatch.delenv("ISTHMUS_QBO_CLIENT_SECRET")
    result = run()
    assert result.exit_code == 2
    assert "ISTHMUS_QBO_CLIENT_ID is not set" in result.stderr
    assert "ISTHMUS_QBO_CLIENT_SECRET is not set" in result.stderr


def test_connections_that_no_key_opens_are_told(monkeypatch, connected, examined):
    connected("t1")
    examined(AGREED)
    monkeypatch.setenv("ISTHMUS_TOKEN_KEY", Fernet.generate_key().decode())
    result = run()
    assert result.exit_code == 2
    assert "cannot be read (KeyLostError)" in result.stderr
