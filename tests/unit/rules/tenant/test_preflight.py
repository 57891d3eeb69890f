"""What a preflight says of the facts that were gathered."""

import pytest

from agents.rules.tenant.preflight import blocking, examine
from agents.rules.tenant.preflight_findings import Facts, Listed
from schemas.outcomes import Fault
from schemas.tenant_state import TaxBy, TenantSettings
from schemas.values import Kind, Side

EMPTY = Listed(live=0, deleted=0, more=0)
FIT = {
    "AccountingInfoPrefs": {},
    "SalesFormsPrefs": {"CustomTxnNumbers": True, "AutoApplyCredit": False},
    "TaxPrefs": {"UsingSalesTax": False},
    "CurrencyPrefs": {"MultiCurrencyEnabled": False, "HomeCurrency": {"value": "USD"}},
}


def facts(**found) -> Facts:
    books = {Kind.INVOICE: EMPTY, Kind.PAYMENT: EMPTY} | found.pop("books", {})
    defaults = {
        "settings": TenantSettings(number_prefix="MediaOS-"),
        "preferences": FIT,
        "particulars": {"DefaultTimeZone": "America/New_York"},
        "numbers": (),
        "unmapped": (),
    }
    return Facts(books=books, **{**defaults, **found})


def named(found: Facts) -> list[tuple[str, bool]]:
    return [(each.name, each.blocking) for each in examine(found)]


def preferences(section: str, **changes) -> dict:
    return {**FIT, section: {**FIT[section], **changes}}


def test_empty_books_and_fit_preferences_leave_nothing_to_say():
    assert named(facts()) == []


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (
            {"books": {Kind.INVOICE: Listed(live=3, deleted=0, more=0)}},
            ("invoices-not-empty", True),
        ),
        (
            {"books": {Kind.PAYMENT: Listed(live=0, deleted=0, more=1)}},
            ("payments-not-empty", True),
        ),
        ({"books": {Kind.PAYMENT: Listed(live=0, deleted=2, more=0)}}, ("payments-deleted", False)),
        ({"books": {Kind.INVOICE: "timed out"}}, ("mediaos-invoices-unreadable", True)),
        ({"preferences": "timed out"}, ("quickbooks-preferences-unreadable", True)),
        ({"preferences": {}}, ("quickbooks-preferences-unreadable", True)),
        ({"numbers": "timed out"}, ("quickbooks-invoices-unreadable", True)),
        (
            {"preferences": preferences("SalesFormsPrefs", AutoApplyCredit=True)},
            ("automatic-application", True),
        ),
        (
            {"preferences": preferences("SalesFormsPrefs", AutoApplyPayments=True)},
            ("automatic-application", True),
        ),
        (
            {"preferences": preferences("SalesFormsPrefs", CustomTxnNumbers=False)},
            ("custom-numbers", False),
        ),
        (
            {"preferences": preferences("AccountingInfoPrefs", BookCloseDate="2026-02-28")},
            ("closing-date", False),
        ),
        (
            {"preferences": preferences("SalesFormsPrefs", ETransactionPaymentEnabled=True)},
            ("online-payment", False),
        ),
        (
            {"preferences": preferences("SalesFormsPrefs", ETransactionEnabledStatus="Enabled")},
            ("mailing", False),
        ),
        ({"particulars": {}}, ("time-zone", True)),
        ({"particulars": {"DefaultTimeZone": "Mars"}}, ("time-zone", True)),
        ({"particulars": "timed out"}, ("quickbooks-company-unreadable", True)),
        (
            {"preferences": preferences("CurrencyPrefs", MultiCurrencyEnabled=True)},
            ("currency", False),
        ),
        ({"unmapped": ("Full page",)}, ("unmapped-products", False)),
        ({"numbers": ("MediaOS-136",)}, ("number-collision", True)),
        ({"numbers": ("136",), "settings": TenantSettings()}, ("number-collision", False)),
    ],
)
def test_each_fault_of_the_books_is_found_by_its_name(found, expected):
    assert named(facts(**found)) == [expected]


AUTOMATED = {"UsingSalesTax": True, "PartnerTaxEnabled": True}
MANUAL = {"UsingSalesTax": True}
CANADA = {"DefaultTimeZone": "America/Toronto", "Country": "CA"}


@pytest.mark.parametrize(
    ("tax", "by", "company", "mapped", "counts", "lacking"),
    [
        (AUTOMATED, None, {}, (), "QuickBooks", ""),
        (AUTOMATED, TaxBy.MEDIAOS, {}, (), "MediaOS", "taxed"),
        (AUTOMATED, TaxBy.MEDIAOS, {}, ("8.25%",), "MediaOS", ""),
        (MANUAL, None, {}, (), "QuickBooks", "taxed"),
        (MANUAL, None, {}, ("taxed",), "QuickBooks", ""),
        (MANUAL, None, CANADA, (), "MediaOS", "taxed or untaxed"),
        (MANUAL, TaxBy.QUICKBOOKS, CANADA, ("5%",), "QuickBooks", "untaxed"),
        (MANUAL, None, CANADA, ("5%", "untaxed"), "MediaOS", ""),
    ],
)
def test_whose_tax_counts_and_which_is_not_mapped_is_told(
    tax, by, company, mapped, counts, lacking
):
    found = examine(
        facts(
            settings=TenantSettings(number_prefix="MediaOS-", tax=by),
            preferences={**FIT, "TaxPrefs": tax},
            particulars={"DefaultTimeZone": "America/New_York", **company},
            taxes=mapped,
        )
    )
    form, *rest = found
    assert (form.name, form.blocking) == ("tax-form", False)
    assert f"the tax of {counts} counts" in form.what
    told = [f"no tax code of QuickBooks is mapped for what is {lacking}"] if lacking else []
    assert [each.what for each in rest] == told


def test_numbers_of_another_form_or_that_quickbooks_gives_itself_do_not_collide():
    assert named(facts(numbers=("W-1", "MediaOS-136a"))) == []
    by_itself = TenantSettings(number_prefix="MediaOS-", assign_invoice_id=False)
    off = preferences("SalesFormsPrefs", CustomTxnNumbers=False)
    assert named(facts(numbers=("MediaOS-136",), settings=by_itself, preferences=off)) == []


@pytest.mark.parametrize(
    ("status", "remedy"), [(403, "right to read"), (429, "budget"), (500, "answers")]
)
def test_what_cannot_be_read_says_what_helps(status, remedy):
    (finding,) = examine(facts(books={Kind.INVOICE: Fault(side=Side.MEDIAOS, status=status)}))
    assert remedy in finding.remedy


def test_what_blocks_comes_first_and_only_that_can_be_overruled_by_its_name():
    found = examine(facts(unmapped=("Full page",), numbers=("MediaOS-136",)))
    assert [each.name for each in found] == ["number-collision", "unmapped-products"]
    assert blocking(found, ("number-collision",)) == ()
    assert [each.name for each in blocking(found, ())] == ["number-collision"]
    with pytest.raises(ValueError, match="unmapped-products does not block; these do: number-coll"):
        blocking(found, ("unmapped-products",))


def test_a_zone_of_the_tenants_own_leaves_nothing_to_say_of_its_companys():
    settings = TenantSettings(number_prefix="MediaOS-", time_zone="Asia/Tokyo")
    assert named(facts(particulars={}, settings=settings)) == []
