"""What a refusal asks for."""

import pytest
from msgspec.structs import replace

from agents.rules.faults import judge
from schemas.locks import LockSign
from schemas.outcomes import Fault, Verdict
from schemas.values import Side


def qbo(code="", status=400, detail=""):
    return Fault(side=Side.QBO, status=status, code=code, detail=detail)


@pytest.mark.parametrize(
    ("fault", "verdict"),
    [
        (qbo("5010"), Verdict.STALE),
        (qbo("610"), Verdict.STALE),
        (qbo("6140"), Verdict.TAKEN),
        (qbo("6240"), Verdict.TAKEN),
        (qbo("6210"), Verdict.PARK),
        (qbo("2500"), Verdict.PARK),
        (qbo("6540"), Verdict.PARK),
        (qbo("2010"), Verdict.BUG),
        (qbo("140"), Verdict.SUSPEND),
        (qbo("150"), Verdict.SUSPEND),
        (qbo("6190"), Verdict.SUSPEND),
        (qbo("120"), Verdict.SUSPEND),
        (qbo("3200", 401), Verdict.RENEW),
        (qbo("", 401), Verdict.RENEW),
        (qbo("3100", 403), Verdict.SUSPEND),
        (qbo("3001", 429), Verdict.RETRY),
        (qbo("", 429), Verdict.RETRY),
        (qbo("", 503), Verdict.RETRY),
        (qbo("", 504), Verdict.RETRY),
        (qbo("unreachable", 0), Verdict.RETRY),
        (qbo("10000", 500), Verdict.RETRY),
        (qbo("6000", detail="You can only add or edit one name at a time."), Verdict.RETRY),
        (qbo("6000", detail="This invoice is locked."), Verdict.LOCKED),
        (qbo("6000", detail="something else"), Verdict.PARK),
        (qbo("6000", detail="The account is blocked."), Verdict.PARK),
        (qbo("6000", detail="The list must be unlocked first."), Verdict.PARK),
        (qbo("6000", detail="It is matched and locked by it."), Verdict.PARK),
        (qbo("6000", detail="The period is closed and locked."), Verdict.PARK),
        (qbo("99999"), Verdict.PARK),
    ],
    ids=str,
)
def test_quickbooks(fault, verdict):
    assert judge(fault) is verdict


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (401, Verdict.SUSPEND),
        (404, Verdict.STALE),
        (409, Verdict.BUG),
        (412, Verdict.STALE),
        (422, Verdict.PARK),
        (429, Verdict.RETRY),
        (500, Verdict.RETRY),
        (0, Verdict.RETRY),
    ],
)
def test_mediaos(status, verdict):
    assert judge(Fault(side=Side.MEDIAOS, status=status)) is verdict


def test_what_counts_as_a_lock_is_a_table():
    assert judge(qbo("5010"), (LockSign(code="5010"),)) is Verdict.LOCKED
    assert judge(qbo("6000", detail="locked"), ()) is Verdict.PARK
    assert judge(qbo("7", detail="Matched."), (LockSign(text="matched"),)) is Verdict.LOCKED


def test_a_code_of_a_meaning_of_its_own_is_a_lock_only_where_it_is_named():
    taken = qbo("6140", detail="The number is in use")
    assert judge(taken, (LockSign(text="in use"),)) is Verdict.TAKEN
    assert judge(taken, (LockSign(code="6140", text="in use"),)) is Verdict.LOCKED


def test_a_record_that_a_person_deleted_is_read_again():
    taken = Fault(side=Side.MEDIAOS, status=409, code="name_taken")
    assert judge(taken) is Verdict.TAKEN
    fault = Fault(side=Side.MEDIAOS, status=409, code="record_deleted")
    assert judge(fault) is Verdict.STALE


def test_a_lock_is_one_code_with_its_text_on_one_side():
    locked = Fault(side=Side.QBO, status=400, code="6000", detail="It is LOCKED by another")
    assert judge(locked) is Verdict.LOCKED
    for other in (
        replace(locked, side=Side.MEDIAOS),
        replace(locked, code="6001"),
        replace(locked, detail="closed"),
    ):
        assert judge(other) is not Verdict.LOCKED
