"""Is a day good only when everything is?"""

from datetime import UTC, date, datetime

import orjson
import pytest

from agents.audit.findings import Finding, How, Waiting, What
from agents.audit.reconciliation import Reconciliation
from agents.audit.report import Counts, Report
from agents.lab.demo.deeds import BothChangeCustomer
from agents.lab.demo.outcomes import Outcome
from agents.lab.demo.plan import plan
from agents.lab.demo.result import Count, Result, counts, edits_at_once

FINE = Outcome(trouble="worker killed", came_of="taken over in 9.0 s", fine=True)
USELESS = Outcome(trouble="duplicate webhook", came_of="0 notices came twice", fine=False)
WRONG = Finding(what=What.AMOUNT, where="mediaos/invoice/1", expected="1.00", found="1.01")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = plan(1, date(2026, 3, 2))
BOTH = next(act.deed for act in DAY.acts if isinstance(act.deed, BothChangeCustomer))


WAITS = Waiting(how=How.PARKED, document="mediaos/invoice/9", reason="unmapped-product")


def result(*, outcomes=(FINE,), waiting_lanes=(), findings=(), waiting=(), **more):
    return Result(
        seed=1,
        an_invoice="20001",
        seconds=100.0,
        counts=(Count(kind="invoices", mediaos=200, qbo=200),),
        outcomes=outcomes,
        dead_letters=1,
        qbo_calls=500,
        qbo_refused=0,
        mediaos_calls=300,
        waiting_lanes=waiting_lanes,
        report=Report(tenant="demo", counts=Counts(), findings=findings, waiting=waiting),
        reconciliation=Reconciliation(tenant="demo"),
        read=(NOON, NOON),
        **more,
    )


def test_a_day_on_which_all_came_right_is_good():
    assert result().good
    assert result().faults == ()


@pytest.mark.parametrize(
    "bad",
    [
        {"findings": (WRONG,)},
        {"waiting": (WAITS,)},
        {"waiting_lanes": ("3 events wait on isthmus-intake",)},
        {"outcomes": (FINE, USELESS)},
        {"bookkeeping": (USELESS,)},
        {"seldom": (USELESS,)},
        {"waiting": (WAITS,), "meant": ("mediaos/invoice/8",)},
    ],
    ids=[
        "the ledgers differ",
        "a document waits",
        "something does not rest",
        "a trouble had no effect",
        "something of the bookkeeper's was undone",
        "something that is seldom went wrong",
        "another document is meant to wait",
    ],
)
def test_one_thing_that_is_wrong_spoils_the_day(bad):
    assert not result(**bad).good


def test_a_document_that_is_meant_to_wait_spoils_nothing():
    assert result(waiting=(WAITS,), meant=(WAITS.document,)).good


def test_what_waits_is_named():
    [told] = result(waiting=(WAITS,)).faults
    assert told == "mediaos/invoice/9 waits, which nobody meant: unmapped-product"


def test_faults_name_what_did_not_rest_and_what_had_no_effect():
    assert result(waiting_lanes=("x",), outcomes=(USELESS,)).faults == (
        "x",
        "duplicate webhook: 0 notices came twice, which is not what it must lead to",
    )


def test_a_result_can_be_told_as_json():
    told = orjson.loads(orjson.dumps(result(findings=(WRONG,)).as_json()))
    assert (told["good"], told["report"]["agrees"]) == (False, False)


def test_deleted_records_do_not_count_and_invoices_below_zero_are_credits():
    gone = {"date_deleted": "2026-03-02 09:00:00"}
    mediaos = {
        "advertisers": {"1": {"date_deleted": None}},
        "invoices": {
            "1": {**gone, "total": "5"},
            "2": {"date_deleted": None, "total": "5"},
            "3": {"date_deleted": None, "total": "-5"},
            "4": {**gone, "total": "-5"},
        },
        "payments": {},
        "creditMemos": {"1": {"date_deleted": None}},
        "creditApplications": {"1": {"date_deleted": None}},
        "refunds": {"1": {"date_deleted": None}},
    }
    void = {"TotalAmt": 0, "PrivateNote": "Voided"}
    qbo = {
        "Customer": [{}],
        "Invoice": [{}, void],
        "Payment": [{"TotalAmt": 0}, void],
        "CreditMemo": [{}, {}],
        "RefundReceipt": [{}],
    }
    found = counts(mediaos, qbo)
    assert [(one.kind, one.mediaos, one.qbo) for one in found] == [
        ("customers", 1, 1),
        ("invoices", 1, 1),
        ("payments", 0, 0),
        ("credit memos", 2, 2),
        ("credit applications", 1, 1),
        ("refunds", 1, 1),
    ]


def shown(mediaos_phone, qbo_email):
    advertiser = {"email": {"value": BOTH.email}, "phone": mediaos_phone}
    customer = {
        "PrimaryEmailAddr": {"Address": qbo_email},
        "PrimaryPhone": {"FreeFormNumber": BOTH.phone},
    }
    return {"advertisers": {"1": advertiser}}, {"Customer": [customer]}


def test_two_edits_at_once_must_stand_in_both_books():
    [outcome] = edits_at_once(DAY, *shown(BOTH.phone, BOTH.email))
    assert outcome.fine


@pytest.mark.parametrize(
    ("phone", "email"), [("lost", BOTH.email), (BOTH.phone, "lost@example.com")]
)
def test_an_edit_that_was_lost_on_the_other_side_is_told(phone, email):
    [outcome] = edits_at_once(DAY, *shown(phone, email))
    assert not outcome.fine
