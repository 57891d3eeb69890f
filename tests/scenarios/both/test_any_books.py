"""Whatever happens in the books of a company, of every kind of record and on both sides.

People edit, void, delete, bring back, move and merge; tax is reckoned and money of other currencies
comes in; replies are lost, workers start anew, sides are not heard, the connection is taken away
and made again, and somebody decides what both sides changed.  In the end the two books agree to the
cent, or each document on which they differ waits by name; and the journal, played again, comes to
the same bytes.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, note, seed, settings
from hypothesis import strategies as st

from agents.audit.reconciliation import reconciled
from agents.audit.report import Agreement
from agents.rules.kinds.owners import choices, defaults
from schemas.state import ParkReason
from schemas.tenant_state import BornInQuickbooks, FieldOwner
from tests.scenarios.both.company_deeds import COMPANY, ends
from tests.scenarios.both.credit_deeds import CREDITS
from tests.scenarios.both.currency_deeds import MONEY
from tests.scenarios.both.deeds import DEEDS, Deed, do
from tests.scenarios.both.people import (
    a_credit_memo,
    a_customer,
    a_payment,
    a_refund,
    account_called,
    an_invoice,
    keeps,
    open_shop,
)
from tests.scenarios.both.tax_deeds import MODELS, TAXES
from tests.scenarios.both.test_tax_mapped import maps
from tests.scenarios.both.town import Town, opened
from tests.testing.plain_words import raw_words, sentences
from tests.testing.simulated.replay import differences

#: Other books in every run; the run's header names the seed, and DAYS=<seed> plays them again.
SEED = int(os.environ["DAYS"])
#: How many books are played: a few in every run, and by `make explore` many.
BOOKS = int(os.environ.get("BOOKS", "6"))

ROOMS: Mapping[str, Mapping[str, Deed]] = {
    "day": DEEDS,
    "credits": CREDITS,
    "money": MONEY,
    "tax": TAXES,
    "company": COMPANY,
}
ALL = {f"{room}: {name}": deed for room, deeds in ROOMS.items() for name, deed in deeds.items()}
BY_PERSON = {name: FieldOwner.PERSON for name in defaults() if FieldOwner.PERSON in choices(name)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """How a company and its tenant are set, from the beginning."""

    model: str
    tax: str
    several_currencies: bool
    owners: Mapping[str, FieldOwner]
    born: BornInQuickbooks
    unapply_first: bool
    void_paid: str
    void_keeps_lines: bool
    merged_loser: str


companies = st.builds(
    Company,
    model=st.sampled_from([*MODELS]),
    tax=st.sampled_from(["quickbooks", "mediaos"]),
    several_currencies=st.booleans(),
    owners=st.sampled_from([{}, BY_PERSON]),
    born=st.sampled_from(BornInQuickbooks),
    unapply_first=st.booleans(),
    void_paid=st.sampled_from(["unlink", "refuse_6000", "refuse_if_deposited"]),
    void_keeps_lines=st.booleans(),
    merged_loser=st.sampled_from(["gone", "inactive"]),
)
#: What is done, to which of the records, and how long nobody does anything afterwards.
deeds = st.tuples(
    st.sampled_from(sorted(ALL)),
    st.integers(min_value=0, max_value=59),
    st.sampled_from([0, 0, 0.3, 2, 15, 45]),
)


async def opens(town: Town, company: Company) -> None:
    """Two customers, the second perhaps in another currency, each with one record of every kind."""
    switches = ("void_paid", "void_keeps_lines", "merged_loser")
    town.qbo.change_settings({name: getattr(company, name) for name in switches})
    town.qbo.person.set_sales_tax(company.model)
    await open_shop(
        town,
        tax=company.tax,
        owners=company.owners,
        born_in_quickbooks=company.born,
        unapply_first=company.unapply_first,
    )
    if company.several_currencies:
        town.qbo.person.set_currencies(several=True)
    for said, name in MODELS[company.model].items():
        await maps(town, said, name)
    await keeps(town, "Check", account_called(town, "Checking"))
    code = "EUR" if company.several_currencies else "USD"
    for name, currency in (("Harbour Books", "USD"), ("North Light", code)):
        customer = await a_customer(town, name, currency_code=currency)
        invoice = await an_invoice(town, customer, ("2", "33.335"))
        await a_payment(town, customer, "12.35", {invoice: "12.35"})
        await a_credit_memo(town, customer, ("1", "25"))
        await a_refund(town, customer, ("1", "19.99"))
    await town.run(60)


@pytest.mark.slow
@pytest.mark.few_rows
@pytest.mark.timeout(0)
@seed(SEED)
@settings(
    max_examples=BOOKS,
    derandomize=False,
    print_blob=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    company=companies,
    story=st.lists(deeds, min_size=20, max_size=60),
    records_a_read=st.sampled_from([1, 7, 500]),
)
async def test_after_any_story_the_books_agree_or_differ_by_name_and_replay_to_the_same_bytes(
    company, story, records_a_read
):
    note(f"drawn by DAYS={SEED}")
    async with opened(lockout_minutes=1) as town:
        await opens(town, company)
        for name, n, pause in story:
            await do(town, name, n, ALL)
            await town.run(pause)
        await ends(town)

        assert town.letters() == []
        await agree_or_differ_by_name(town)
        worker = town.workers[-1]
        assert (
            await differences(
                town.kafka,
                worker.engine.journal,
                town.kept.store,
                town.clock,
                row_limit=town.kept.row_limit,
                records_a_read=records_a_read,
            )
            == []
        )


async def agree_or_differ_by_name(town: Town) -> None:
    """Every document on which the books differ waits, in words that a person understands."""
    report = await town.report()
    assert report.findings == ()
    reconciliation = reconciled(report, town._history())
    assert reconciliation.unexplained == ()
    assert reconciliation.agreement is not Agreement.DIFFER
    for each in reconciliation.differences:
        assert each.document
        assert each.detail
    assert ParkReason.BUG not in {one.reason for one in report.waiting}
    assert {each: raw for each in sentences(town.told()) if (raw := raw_words(each))} == {}
