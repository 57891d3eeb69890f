"""What does QuickBooks make of the tax that a client sends? quickbooks-money.md 0, 5."""

from decimal import Decimal

import pytest

DISCOUNT = {
    "Amount": "10",
    "DetailType": "DiscountLineDetail",
    "DiscountLineDetail": {"PercentBased": False},
}


@pytest.fixture
def taxed(line):
    def make(amount: str, code: str | None):
        return line(amount, TaxCodeRef={"value": code}) if code else line(amount)

    return make


def codes(made):
    lines = (line.get("SalesItemLineDetail", {}) for line in made["Line"])
    return [detail["TaxCodeRef"]["value"] for detail in lines if "TaxCodeRef" in detail]


async def test_without_sales_tax_none_is_stored_whatever_is_sent(api, invoice, taxed):
    body = invoice(Line=[taxed("100", "TAX"), taxed("1", None)], TxnTaxDetail={"TotalTax": "8.25"})

    made = await api.ok("Invoice", body)

    assert (made["TotalAmt"], made["TxnTaxDetail"]) == (101, {"TotalTax": 0})
    assert codes(made) == ["TAX", "NON"]


@pytest.mark.parametrize("model", ["automated", "manual"])
async def test_a_bare_total_of_tax_is_ignored(api, simulator, invoice, taxed, model):
    simulator.person.set_sales_tax(model)
    body = invoice(Line=[taxed("100", "NON")], TxnTaxDetail={"TotalTax": "8.00"})

    made = await api.ok("Invoice", body)

    assert (made["TotalAmt"], made["TxnTaxDetail"]) == (100, {"TotalTax": 0})


async def test_automated_tax_falls_on_lines_that_say_so(api, simulator, invoice, taxed):
    simulator.person.set_sales_tax("automated")
    body = invoice(Line=[taxed("100", "TAX"), taxed("50", "NON")])
    # The value of a header code does not matter: it is replaced (5.2).
    body["TxnTaxDetail"] = {"TxnTaxCodeRef": {"value": "999"}}

    made = await api.ok("Invoice", body)

    assert made["TotalAmt"] == made["Balance"] == Decimal("158.25")
    [code] = (await api.query("SELECT * FROM TaxCode WHERE Active = true"))["TaxCode"]
    assert made["TxnTaxDetail"] == {
        "TxnTaxCodeRef": {"value": code["Id"]},
        "TotalTax": Decimal("8.25"),
        "TaxLine": [
            {
                "Amount": Decimal("8.25"),
                "DetailType": "TaxLineDetail",
                "TaxLineDetail": {
                    "TaxRateRef": {"value": "1"},
                    "PercentBased": True,
                    "TaxPercent": Decimal("8.25"),
                    "NetAmountTaxable": 100,
                },
            }
        ],
    }


@pytest.mark.parametrize(
    ("missing", "header", "total"),
    [
        ("by_preference", False, "108.25"),
        ("TAX", False, "108.25"),
        ("NON", False, "100"),
        ("by_item", False, "100"),
        ("by_header", False, "100"),
        ("by_header", True, "108.25"),
    ],
)
async def test_what_a_missing_line_code_means_is_a_switch(
    api, simulator, invoice, missing, header, total
):
    simulator.person.set_sales_tax("automated")
    simulator.change_settings({"missing_tax_code": missing})
    more = {"TxnTaxDetail": {"TxnTaxCodeRef": {"value": "1"}}} if header else {}

    made = await api.ok("Invoice", invoice("100", **more))

    assert made["TotalAmt"] == Decimal(total)


async def test_manual_tax_is_that_of_the_headers_code(api, simulator, invoice, taxed):
    simulator.person.set_sales_tax("manual", rate="6.5")
    header = {"TxnTaxDetail": {"TxnTaxCodeRef": {"value": "2"}}}

    made = await api.ok("Invoice", invoice(Line=[taxed("345", "TAX")], **header))
    bare = await api.ok("Invoice", invoice(Line=[taxed("345", "TAX")]))

    assert (made["TxnTaxDetail"]["TotalTax"], bare["TotalAmt"]) == (Decimal("22.43"), 345)
    pseudo = {"TxnTaxDetail": {"TxnTaxCodeRef": {"value": "TAX"}}}
    assert (await api.refused("Invoice", invoice(**pseudo)))[0] == "6160"
    dangling = {"TxnTaxDetail": {"TxnTaxCodeRef": {"value": "77"}}}
    assert (await api.refused("Invoice", invoice(**dangling)))[0] == "2500"


@pytest.mark.parametrize(("override", "total"), [("with_code", "108.00"), ("never", "108.25")])
async def test_a_total_beside_a_code_overrides_by_switch(
    api, simulator, invoice, taxed, override, total
):
    simulator.person.set_sales_tax("automated")
    simulator.change_settings({"tax_override": override})
    tax = {"TxnTaxCodeRef": {"value": "2"}, "TotalTax": "8.00"}

    made = await api.ok("Invoice", invoice(Line=[taxed("100", "TAX")], TxnTaxDetail=tax))

    assert made["TotalAmt"] == Decimal(total)
    overridden = made["TxnTaxDetail"].get("TaxReviewStatus") == "AST_TAX_OVERRIDE"
    assert overridden == (override == "with_code")


@pytest.mark.parametrize(("after", "total"), [(False, "98.25"), (True, "97.43")])
async def test_a_discount_comes_before_or_after_tax(api, simulator, invoice, taxed, after, total):
    simulator.person.set_sales_tax("automated")
    lines = [taxed("100", "TAX"), DISCOUNT]

    made = await api.ok("Invoice", invoice(Line=lines, ApplyTaxAfterDiscount=after))

    assert made["TotalAmt"] == Decimal(total)


async def test_a_customer_who_is_exempt_bears_no_tax(api, simulator, invoice, taxed):
    simulator.person.set_sales_tax("automated")
    simulator.person.edit("Customer", "1", {"Taxable": False})

    assert (await api.ok("Invoice", invoice(Line=[taxed("100", "TAX")])))["TotalAmt"] == 100


async def test_a_change_elsewhere_leaves_tax_and_lines_as_they_are(api, simulator, invoice, taxed):
    simulator.person.set_sales_tax("automated")
    tax = {"TxnTaxCodeRef": {"value": "2"}, "TotalTax": "8.00"}
    made = await api.ok("Invoice", invoice(Line=[taxed("100", "TAX")], TxnTaxDetail=tax))
    simulator.person.set_sales_tax("automated", rate="9")
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True}

    noted = await api.ok("Invoice", {**body, "PrivateNote": "x"})
    lines = [taxed("200", "TAX")]
    changed = await api.ok("Invoice", {**body, "SyncToken": "1", "Line": lines})

    assert noted["TxnTaxDetail"] == made["TxnTaxDetail"]
    assert changed["TxnTaxDetail"]["TotalTax"] == 18


@pytest.mark.parametrize("code", ["2", "GST"])
async def test_a_us_line_is_tax_or_non(api, invoice, taxed, code):
    answer = await api.refused("Invoice", invoice(Line=[taxed("1", code)]))

    assert answer == ("6100", "Invalid Line TaxCode : For US, specify TAX or NON")


@pytest.mark.parametrize(("switch", "taken"), [("ignored", True), ("refused", False)])
async def test_a_global_tax_calculation_in_the_us_is_a_switch(
    api, simulator, invoice, switch, taken
):
    simulator.change_settings({"us_global_tax": switch})

    status, answer = await api.post("invoice", invoice(GlobalTaxCalculation="TaxExcluded"))

    assert (status == 200) is taken
    assert "GlobalTaxCalculation" not in answer.get("Invoice", {})


@pytest.fixture
async def by_line(api, simulator):
    simulator.person.set_sales_tax("per_line")
    found = await api.query("SELECT * FROM TaxCode")
    return {code["Name"]: code["Id"] for code in found["TaxCode"]}


async def test_each_line_needs_a_code_where_tax_is_by_line(api, by_line, invoice, taxed):
    code, detail = await api.refused("Invoice", invoice())

    assert code == "6000"
    assert detail == (
        "Business Validation Error: Make sure all your transactions have a GST/HST rate before "
        "you save."
    )
    assert (await api.refused("Invoice", invoice(Line=[taxed("1", "TAX")])))[0] == "6100"
    assert (await api.refused("Invoice", invoice(Line=[taxed("1", "99")])))[0] == "2500"
    assert "TAX" not in by_line


async def test_tax_by_line_is_reckoned_rate_by_rate_on_the_sum(api, by_line, invoice, taxed):
    lines = [taxed("0.10", by_line["GST"])] * 5 + [taxed("100", by_line["GST/PST BC"])]

    made = await api.ok("Invoice", invoice(Line=lines))

    rates = [
        (line["Amount"], line["TaxLineDetail"]["NetAmountTaxable"])
        for line in made["TxnTaxDetail"]["TaxLine"]
    ]
    # Line by line 0.005 five times would be five cents.
    assert rates == [(Decimal("5.03"), Decimal("100.50")), (Decimal(7), Decimal(100))]
    assert (made["GlobalTaxCalculation"], made["TotalAmt"]) == ("TaxExcluded", Decimal("112.53"))


async def test_amounts_that_include_tax_are_taken_apart_line_by_line(api, by_line, invoice, taxed):
    lines = [taxed("10.00", by_line["HST ON"])] * 3

    made = await api.ok("Invoice", invoice(Line=lines, GlobalTaxCalculation="TaxInclusive"))

    assert made["TotalAmt"] == 30
    assert made["Line"][0]["Amount"] == Decimal("8.85")
    assert made["Line"][0]["SalesItemLineDetail"]["TaxInclusiveAmt"] == 10
    assert made["TxnTaxDetail"]["TotalTax"] == Decimal("3.45")


async def test_what_includes_tax_may_have_its_memo_changed(api, by_line, invoice, taxed):
    line = taxed("10.00", by_line["HST ON"])
    line["SalesItemLineDetail"] |= {"Qty": 2, "UnitPrice": 5}
    made = await api.ok("Invoice", invoice(Line=[line], GlobalTaxCalculation="TaxInclusive"))
    memo = {name: made[name] for name in ("Id", "SyncToken", "CustomerRef")}
    memo |= {"sparse": True, "CustomerMemo": {"value": "April"}}

    changed = await api.ok("Invoice", memo)

    assert (changed["TotalAmt"], changed["Line"][0]["Amount"]) == (10, Decimal("8.85"))


async def test_an_override_by_line_names_every_rate(api, by_line, invoice, taxed):
    lines = [taxed("100", by_line["GST/PST BC"])]
    reckoned = (await api.ok("Invoice", invoice(Line=lines)))["TxnTaxDetail"]["TaxLine"]
    own = [{**reckoned[0], "Amount": "5.01"}, reckoned[1]]

    kept = await api.ok(
        "Invoice", invoice(Line=lines, TxnTaxDetail={"TotalTax": "12.01", "TaxLine": own})
    )
    partial = await api.ok(
        "Invoice", invoice(Line=lines, TxnTaxDetail={"TotalTax": "5.01", "TaxLine": own[:1]})
    )

    assert (kept["TotalAmt"], partial["TotalAmt"]) == (Decimal("112.01"), 112)


async def test_where_tax_does_not_apply_a_detail_of_it_is_6170(api, by_line, invoice):
    plain = invoice(GlobalTaxCalculation="NotApplicable")

    assert (await api.ok("Invoice", plain))["TotalAmt"] == 100
    detail = {"TotalTax": 5, "TaxLine": [{"Amount": 5, "DetailType": "TaxLineDetail"}]}
    assert (await api.refused("Invoice", {**plain, "TxnTaxDetail": detail}))[0] == "6170"
    odd = {**plain, "GlobalTaxCalculation": "Perhaps"}
    assert (await api.refused("Invoice", odd))[0] == "2170"


async def test_pseudo_codes_come_first_and_are_counted(api, simulator):
    simulator.person.set_sales_tax("manual")

    found = (await api.query("SELECT * FROM TaxCode MAXRESULTS 1"))["TaxCode"]

    assert [code["Id"] for code in found] == ["TAX", "NON", "CustomSalesTax", "2"]
    assert await api.query("SELECT COUNT(*) FROM TaxCode") == {"totalCount": 4}
    assert "SyncToken" not in found[0]
    assert (await api.read("TaxCode", "NON"))["Taxable"] is False
    [detail] = found[3]["SalesTaxRateList"]["TaxRateDetail"]
    rate = await api.read("TaxRate", detail["TaxRateRef"]["value"])
    assert (rate["RateValue"], rate["AgencyRef"]["value"]) == (Decimal("8.25"), "1")
    assert (await api.read("TaxAgency", "1"))["TaxTrackedOnSales"] is True


async def test_the_tax_service_makes_a_code_with_its_rates_at_once(api, simulator):
    agency = await api.ok("TaxAgency", {"DisplayName": "County"})
    rate = {"TaxRateName": "County 2", "RateValue": "2", "TaxAgencyId": agency["Id"]}
    body = {"TaxCode": "C2", "TaxRateDetails": [{**rate, "TaxApplicableOn": "Sales"}]}

    status, made = await api.post("taxservice/taxcode", body)

    assert (status, made["TaxCodeId"]) == (200, "2")
    again = {"TaxCode": "C3", "TaxRateDetails": [{"TaxRateId": "1"}]}
    assert (await api.post("taxservice/taxcode", again))[1]["TaxCodeId"] == "3"
    assert (await api.read("TaxRate", "1"))["RateValue"] == 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"TaxCode": "c2"}, "6240"),
        ({"TaxRateDetails": []}, "2020"),
        ({"TaxRateDetails": ["x"]}, "2020"),
        ({"TaxRateDetails": [{"TaxRateId": "9"}]}, "2500"),
        ({"TaxRateDetails": [{"TaxRateName": "M", "RateValue": 1, "TaxAgencyId": "9"}]}, "2500"),
        ({"TaxRateDetails": [{"TaxRateName": "M", "RateValue": 101, "TaxAgencyId": 1}]}, "2090"),
        ({"TaxRateDetails": [{"TaxRateName": "n", "RateValue": 1, "TaxAgencyId": 1}]}, "6240"),
        ({"TaxRateDetails": [{"TaxRateName": "N", "RateValue": 1}]}, "2020"),
    ],
)
async def test_the_tax_service_refuses_by_name(api, change, code):
    agency = await api.ok("TaxAgency", {"DisplayName": "County"})
    rate = {"TaxRateName": "N", "RateValue": 2, "TaxAgencyId": agency["Id"]}
    await api.post("taxservice/taxcode", {"TaxCode": "C2", "TaxRateDetails": [rate]})

    body = {"TaxCode": "C4", "TaxRateDetails": [{"TaxRateId": "1"}], **change}
    _, answer = await api.post("taxservice/taxcode", body)

    assert answer["Fault"]["Error"][0]["code"] == code


async def test_an_agency_has_a_name_of_its_own(api):
    await api.ok("TaxAgency", {"DisplayName": "County"})

    assert (await api.refused("TaxAgency", {"DisplayName": "COUNTY"}))[0] == "6240"
    assert (await api.refused("TaxAgency", {}))[0] == "2020"
