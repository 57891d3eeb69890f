"""A refusal that parks a record says what an accountant can do about it."""

import pytest

from agents.rules import remedies
from agents.rules.remedies import BY_CODE, remedy, with_remedy
from schemas.outcomes import Fault
from schemas.values import Side


def fault(code="6000", detail="", message="", side=Side.QBO):
    return Fault(side=side, status=400, code=code, detail=detail, message=message)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("5020", "Master Administrator"),
        ("5030", "subscription"),
        ("6200", "closed in QuickBooks: open the period"),
        ("6210", "closed in QuickBooks: open the period"),
        ("6540", "take it out of that deposit"),
        ("6480", "undo the match"),
        ("6430", "isthmus map accounts"),
        ("6450", "refund it in QuickBooks"),
        ("2500", "deleted or merged"),
    ],
)
def test_a_code_has_its_remedy_behind_what_quickbooks_said(code, words):
    told = with_remedy(fault(code, detail="It says so"))
    assert told.startswith(f"QuickBooks answered 400 {code}: It says so; ")
    assert words in told


@pytest.mark.parametrize(
    ("detail", "helps"),
    [
        ("It is matched in the bank feed and is locked by it", remedies.MATCHED),
        ("This transaction has been reconciled and is closed", remedies.RECONCILED),
        ("The transaction has been deposited", remedies.DEPOSITED),
        ("The account books have been closed", remedies.CLOSED),
        ("This payment was settled", remedies.SETTLED),
        ("You do not have permission to do this", remedies.NO_RIGHT),
        ("Please upgrade to use classes", remedies.NO_FEATURE),
        (
            "Make sure all your transactions have a GST/HST rate before you save.",
            remedies.TAX,
        ),
        ("This is an unmatched lineage", None),
        ("", None),
    ],
)
def test_the_catch_all_code_is_told_by_its_words(detail, helps):
    assert remedy(fault(detail=detail)) == helps


def test_a_code_says_more_than_words():
    assert remedy(fault("6210", detail="reconciled")) == BY_CODE["6210"]


def test_what_mediaos_refuses_has_no_remedy_of_quickbooks():
    said = fault("6540", detail="deposited", side=Side.MEDIAOS)
    assert with_remedy(said) == str(said)


@pytest.mark.parametrize(
    ("detail", "helps"),
    [
        ("lines[0].amount: must be at most 0, what the invoice still owes", remedies.SPENT),
        ("lines[0].invoice_id: is an invoice of another advertiser", remedies.OTHERS),
    ],
)
def test_what_mediaos_refuses_is_told_by_its_words(detail, helps):
    assert remedy(fault("invalid_fields", detail=detail, side=Side.MEDIAOS)) == helps
