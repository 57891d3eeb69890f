"""When is it read what a company is set to, and what does the journal hear of it?"""

import asyncio
from datetime import date

import pytest

from agents.rules.fold.tenant_facts import evolve_tenant
from agents.rules.tenant.company import as_described, as_preferred, company_told, keeps
from agents.sweep.companies import Companies
from schemas.company import PREFERENCES, Company
from schemas.outcomes import Unknown
from schemas.tenant_state import Connected, Tenant
from tests.testing.simulated.clock import SimulatedClock, settle

CONNECTED = Connected(version=1, realm="9130", environment="sandbox")
MINUTE = 60


class Quickbooks:
    """A company, and how often it was asked what."""

    def __init__(self):
        self.zone, self.closed = "America/New_York", None
        self.away = self.full = False
        #: What of it is not answered.
        self.unknown = ""
        #: What comes instead of the whole answer.
        self.cut = None
        self.asked = []
        #: Whether it keeps several currencies, None where it says nothing of any; and its list.
        self.several, self.listed = None, ()
        #: The preferences are answered once it comes.
        self.slow = None

    async def acquire(self, _tenant, _patience):
        return 9.0 if self.full else 0.0

    async def preferences(self, _tenant):
        whole = {"AccountingInfoPrefs": self._books(), "SalesFormsPrefs": {}}
        if self.several is not None:
            home = {"MultiCurrencyEnabled": self.several, "HomeCurrency": {"value": "USD"}}
            whole["CurrencyPrefs"] = home
        return await self._told("preferences", whole if self.cut is None else self.cut)

    async def currencies(self, _tenant):
        return await self._told("currencies", {"CompanyCurrency": self.listed})

    async def particulars(self, _tenant):
        whole = {"DefaultTimeZone": self.zone}
        return await self._told("particulars", whole if self.cut is None else self.cut)

    async def _told(self, what, shown):
        self.asked.append(what)
        if what == "preferences" and self.slow is not None:
            await self.slow.wait()
        return Unknown(detail="away") if self.away or what == self.unknown else shown

    def _books(self):
        return {"BookCloseDate": self.closed} if self.closed else {}


class Context:
    """A tenant's own lane."""

    tenant = "t1"

    def __init__(self):
        self.tenant_state, self.written = Tenant(connection=CONNECTED), []

    async def loaded(self):
        await asyncio.sleep(0)

    async def write(self, *facts):
        for fact in facts:
            self.written.append(fact.company)
            self.tenant_state = evolve_tenant(self.tenant_state, fact)
        return True


@pytest.fixture
def qbo():
    return Quickbooks()


@pytest.fixture
def context():
    return Context()


@pytest.fixture
def clock():
    return SimulatedClock()


@pytest.fixture
def companies(qbo, clock):
    return Companies(qbo, clock)


async def test_a_day_asks_for_the_zone_once_and_for_the_rest_every_quarter_of_an_hour(
    companies, qbo, context, clock
):
    for _ in range(24 * 120):
        await companies.look(context)
        await clock.advance(30)

    assert qbo.asked.count("particulars") == 1
    assert qbo.asked.count("preferences") == 24 * 4
    assert context.written == [Company(realm="9130", zone="America/New_York")]


async def test_what_somebody_changed_is_told_once(companies, qbo, context, clock):
    await companies.look(context)
    qbo.closed = "2026-02-28"
    await clock.advance(16 * MINUTE)
    await companies.look(context)
    await clock.advance(16 * MINUTE)
    await companies.look(context)

    assert [each.closed for each in context.written] == [None, date(2026, 2, 28)]


async def test_a_webhook_has_it_read_at_once(companies, qbo, context):
    await companies.look(context)
    qbo.closed = "2026-02-28"
    done, told = await companies.hear(context)

    assert (done, context.tenant_state.company.closed) == (True, date(2026, 2, 28))
    assert "books closed up to 2026-02-28" in told
    assert qbo.asked == ["particulars", "preferences", "preferences"]


@pytest.mark.parametrize("trouble", ["away", "full"])
async def test_what_cannot_be_read_is_as_it_was_and_read_with_the_next_look(
    companies, qbo, context, trouble
):
    setattr(qbo, trouble, True)
    await companies.look(context)
    assert (await companies.hear(context))[0] is False
    assert context.written == []

    setattr(qbo, trouble, False)
    await companies.look(context)
    assert context.tenant_state.company.zone == "America/New_York"


async def test_what_was_asked_before_is_not_written_over_what_was_asked_later(
    companies, qbo, context
):
    qbo.closed, qbo.slow = "2026-02-28", asyncio.Event()
    looking = asyncio.create_task(companies.look(context))
    await settle()
    slow, qbo.closed, qbo.slow = qbo.slow, None, None
    hearing = asyncio.create_task(companies.hear(context))
    await settle()
    slow.set()
    await asyncio.gather(looking, hearing)

    assert context.tenant_state.company.closed is None


async def test_the_next_worker_goes_by_what_the_journal_knows_and_reads_anew_soon(
    companies, qbo, context, clock
):
    await companies.look(context)
    following = Companies(qbo, clock)
    await following.look(context)
    assert len(qbo.asked) == 2

    await clock.advance(5 * MINUTE)
    await following.look(context)
    assert len(qbo.asked) == 4
    assert len(context.written) == 1


async def test_where_half_could_be_read_the_other_half_is_read_with_the_next_look(
    companies, qbo, context
):
    qbo.unknown = "preferences"
    qbo.closed = "2026-02-28"
    await companies.look(context)
    qbo.unknown = ""
    await companies.look(context)

    company = context.tenant_state.company
    assert (company.zone, company.closed) == ("America/New_York", date(2026, 2, 28))


@pytest.mark.parametrize(
    ("unread", "told"),
    [
        ("preferences", "time zone America/New_York; whether its books are closed and whether"),
        ("particulars", "time zone not read yet, books closed up to 2026-02-28, it mails nothing"),
    ],
)
async def test_of_a_company_that_was_half_read_it_is_said_what_nobody_knows(
    companies, qbo, context, unread, told
):
    qbo.unknown, qbo.closed = unread, "2026-02-28"
    await companies.look(context)
    assert told in company_told(context.tenant_state.company)

    qbo.unknown = ""
    await companies.look(context)
    whole = "time zone America/New_York, books closed up to 2026-02-28, it mails nothing"
    assert whole in company_told(context.tenant_state.company)


@pytest.mark.parametrize("cut", [{}, {"AccountingInfoPrefs": {}}, {"SalesFormsPrefs": None}])
async def test_an_empty_or_cut_answer_opens_no_books_and_is_asked_for_again(
    companies, qbo, context, cut
):
    qbo.closed = "2026-02-28"
    await companies.look(context)
    qbo.cut = cut
    assert (await companies.hear(context))[0] is False
    assert context.tenant_state.company.closed == date(2026, 2, 28)
    assert not context.tenant_state.company.knows(PREFERENCES)

    qbo.cut, qbo.closed = None, "2026-03-31"
    assert (await companies.hear(context))[0] is True
    assert context.tenant_state.company.closed == date(2026, 3, 31)
    assert context.tenant_state.company.knows(PREFERENCES)


async def test_what_somebody_waits_for_is_told_whether_it_changed_or_not(
    companies, qbo, context, clock
):
    await companies.look(context)
    before = context.tenant_state.company
    heard = []
    for _ in range(2):
        await companies.hear(context, awaited=True)
        heard.append(context.tenant_state.heard)

    # The clock has stood still in between, and one reading is not the other.
    assert heard[0] == clock.now() < heard[1]
    assert context.tenant_state.company == before


@pytest.mark.parametrize("taken_over", [True, False])
async def test_what_could_not_be_read_when_somebody_changed_it_is_read_by_the_next_look(
    companies, qbo, context, clock, taken_over
):
    await companies.look(context)
    qbo.away = True
    for _ in range(3):
        await companies.hear(context)
    assert len(context.written) == 2
    assert not context.tenant_state.company.knows(PREFERENCES)

    qbo.away = False
    following = Companies(qbo, clock) if taken_over else companies
    await following.look(context)
    assert context.tenant_state.company.knows(PREFERENCES)
    assert context.tenant_state.heard == clock.now()


async def test_another_company_is_read_anew_and_keeps_nothing_of_the_last(
    companies, qbo, context, clock
):
    qbo.closed = "2026-02-28"
    await companies.look(context)
    qbo.closed, qbo.zone = None, "Asia/Tokyo"
    moved = Connected(version=2, realm="9131", environment="sandbox")
    context.tenant_state = Tenant(connection=moved, seen=context.tenant_state.seen)
    assert context.tenant_state.company == Company()
    await companies.look(context)

    assert context.tenant_state.company == Company(realm="9131", zone="Asia/Tokyo")


async def test_of_a_tenant_without_a_company_nothing_is_asked(companies, qbo, context):
    context.tenant_state = Tenant()
    await companies.look(context)
    assert qbo.asked == []


async def test_without_a_quickbooks_nothing_is_read(context, clock):
    assert (await Companies(None, clock).hear(context))[0] is False
    assert context.written == []


def test_an_odd_company_is_none_and_closes_nothing():
    odd = {"AccountingInfoPrefs": {"BookCloseDate": "soon"}, "SalesFormsPrefs": None}

    assert as_preferred(Company(realm="1"), odd) == Company(realm="1")
    assert as_described(Company(realm="1"), {"DefaultTimeZone": None}) == Company(realm="1")
    known = Company(realm="1", zone="America/New_York")
    assert as_described(known, {"CompanyName": "Harbour"}) == known


@pytest.mark.parametrize(
    ("books", "told"),
    [
        ({"ClassTrackingPerTxnLine": True}, "It keeps a class for each line."),
        ({"ClassTrackingPerTxn": True}, "It keeps a class for each sale."),
        (
            {"ClassTrackingPerTxnLine": True, "TrackDepartments": True},
            "It keeps a class for each line and a location for each sale.",
        ),
        ({"TrackDepartments": True}, "It keeps a location for each sale."),
        ({"ClassTrackingPerTxnLine": False, "TrackDepartments": "yes"}, "sales tax is not known."),
    ],
)
def test_what_a_company_puts_its_sales_under_is_read_and_told(books, told):
    shown = {"AccountingInfoPrefs": books, "SalesFormsPrefs": {}}
    company = as_preferred(Company(realm="1"), shown)
    assert company_told(company).endswith(told)


def euro(**shown):
    return {"Code": "EUR", "Active": True, **shown}


async def test_the_list_of_currencies_is_asked_for_where_there_are_several(
    companies, qbo, context, clock
):
    qbo.several = False
    await companies.look(context)
    assert "currencies" not in qbo.asked
    assert (context.written[-1].home, context.written[-1].several) == ("USD", False)

    qbo.several, qbo.listed = True, (euro(), euro(Code="GBP", Active=False))
    await clock.advance(16 * MINUTE)
    await companies.look(context)
    assert qbo.asked.count("currencies") == 1
    assert (context.written[-1].several, context.written[-1].currencies) == (True, ("EUR",))
    assert "Its currency is USD, besides it keeps: EUR." in company_told(context.written[-1])

    qbo.listed = (euro(), euro(Code="GBP"))
    await clock.advance(16 * MINUTE)
    await companies.look(context)
    assert context.written[-1].currencies == ("EUR", "GBP")


async def test_a_list_that_cannot_be_read_leaves_what_is_known(companies, qbo, context, clock):
    qbo.several, qbo.listed, qbo.unknown = True, (euro(),), "currencies"
    await companies.look(context)
    assert context.written[-1].currencies is None
    assert not keeps(context.written[-1], "USD")
    assert "not read yet" in company_told(context.written[-1])

    qbo.unknown = ""
    await companies.look(context)
    assert context.written[-1].currencies == ("EUR",)


@pytest.mark.parametrize(
    ("company", "kept"),
    [
        (Company(), set()),
        (Company(home="USD"), {"", "USD"}),
        (Company(home="USD", several=True), set()),
        (Company(home="USD", several=True, currencies=()), {"", "USD", "*"}),
        (Company(home="USD", several=True, currencies=("EUR",)), {"", "USD", "EUR", "*"}),
    ],
)
def test_which_currencies_a_company_keeps_is_known_once_all_of_it_was_read(company, kept):
    assert {code for code in ("", "USD", "EUR", "GBP", "*") if keeps(company, code)} == kept
