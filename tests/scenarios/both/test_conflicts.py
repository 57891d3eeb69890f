"""A field that both sides changed waits for a person's word, and that is followed once.

Nobody's edit is run over: what was not looked at when the word was given is a conflict of its own.
"""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from schemas.conflict_facts import Conceded, ConflictResolved
from schemas.facts import RequestTaken
from schemas.requests import ResolveConflict
from schemas.state import ParkReason
from schemas.tenant_state import FieldOwner
from schemas.values import Kind, Side
from tests.scenarios.both.people import (
    a_credit_memo,
    a_customer,
    a_customer_with_an_invoice,
    a_payment,
    a_refund,
    account_called,
    edit,
    keeps,
    lines_of,
    open_shop,
    parts_in_qbo,
)
from tests.scenarios.both.test_credit_applications import a_credit_applied, lines_for
from tests.scenarios.both.town import TENANT, Town
from tests.testing.simulated.lying_proxy import LIES

pytestmark = pytest.mark.few_rows

HUNDRED = ("1", "100")
ASKED = "word"
#: Longer than what waits until a side is asked again.
A_WHILE = 600.0


async def resolves(
    town: Town,
    customer: str,
    kind: str,
    record_id: str,
    keep: Side,
    *fields: str,
    named: str = "mediaos",
    **more: Any,
) -> RequestTaken:
    """A person's word, and the answer to it."""
    lane, asked = f"{TENANT}/mediaos/{customer}", sum(_is_word(fact) for fact in town.told())
    wish = ResolveConflict(
        id=f"{ASKED}-{asked}",
        lane=lane,
        document=f"{named}/{kind}/{record_id}",
        keep=keep,
        fields=fields,
        by="ann",
        **more,
    )
    await town.ask(lane, wish)
    await town.run(60)
    [answer] = [f for f in town.told() if isinstance(f, RequestTaken) and f.request == wish.id]
    return answer


def _is_word(fact: Any) -> bool:
    return isinstance(fact, RequestTaken) and fact.request.startswith(ASKED)


def park_of(town: Town, customer: str, kind: str, record_id: str) -> Any:
    return town.document(customer, f"mediaos/{kind}/{record_id}").park


class Case(NamedTuple):
    """How a field of a linked record is typed and read on either side."""

    kind: Kind
    field: str
    mediaos: dict[str, Any]
    qbo: dict[str, Any]
    here: Callable[[Any], Any]
    there: Callable[[Any], Any]
    #: What each side is to show of MediaOS's, and of QuickBooks', value.
    mine: tuple[Any, Any]
    theirs: tuple[Any, Any] | None


def plain(kind: Kind, field: str, here: str, there: str, mine: Any, theirs: Any) -> Case:
    """A field that both sides hold as one value."""
    return Case(
        kind,
        field,
        {here: mine},
        {there: theirs},
        lambda row: row[here],
        lambda row: row.get(there),
        (mine, mine),
        (theirs, theirs),
    )


def in_a_box(kind: Kind, field: str, here: str, there: str, box: str) -> Case:
    """A text that stands in a field of its own in QuickBooks."""
    return Case(
        kind,
        field,
        {here: "Mine"},
        {there: {box: "Theirs"}},
        lambda row: row[here],
        lambda row: row[there].get(box),
        ("Mine", "Mine"),
        ("Theirs", "Theirs"),
    )


def sold(amount: str) -> list[Any]:
    item = {"ItemRef": {"value": "1"}}
    line = {"Id": "1", "Amount": Decimal(amount), "DetailType": "SalesItemLineDetail"}
    return [line | {"SalesItemLineDetail": item}]


def lines(kind: Kind) -> Case:
    return Case(
        kind,
        "lines",
        {"line_items": lines_of(("1", "80"))},
        {"Line": sold("70")},
        lambda row: row["total"],
        lambda row: row["TotalAmt"],
        ("80", Decimal(80)),
        None,
    )


def due(row: Any) -> str:
    return str(row["date_due"])[:10]


MAY, JUNE = "2026-05-01", "2026-06-01"
CASES = [
    plain(Kind.CUSTOMER, "name", "name", "DisplayName", "Mine", "Theirs"),
    in_a_box(Kind.CUSTOMER, "phone", "phone", "PrimaryPhone", "FreeFormNumber"),
    Case(
        Kind.CUSTOMER,
        "email",
        {"email": {"value": "mine@harbour.example"}},
        {"PrimaryEmailAddr": {"Address": "theirs@harbour.example"}},
        lambda row: row["email"]["value"],
        lambda row: row["PrimaryEmailAddr"]["Address"],
        ("mine@harbour.example",) * 2,
        ("theirs@harbour.example",) * 2,
    ),
    Case(
        Kind.CUSTOMER,
        "billing",
        {"billing_address": {"line1": "1 Mine Street", "city": "Boston"}},
        {"BillAddr": {"Line1": "2 Their Street", "City": "Salem"}},
        lambda row: row["billing_address"]["city"],
        lambda row: row["BillAddr"]["City"],
        ("Boston", "Boston"),
        ("Salem", "Salem"),
    ),
    in_a_box(Kind.INVOICE, "memo", "comments", "CustomerMemo", "value"),
    Case(
        Kind.INVOICE,
        "due",
        {"date_due": f"{MAY} 00:00:00"},
        {"DueDate": JUNE},
        due,
        lambda row: row["DueDate"],
        (MAY, MAY),
        (JUNE, JUNE),
    ),
    lines(Kind.INVOICE),
    in_a_box(Kind.CREDIT_MEMO, "memo", "comments", "CustomerMemo", "value"),
    lines(Kind.CREDIT_MEMO),
    in_a_box(Kind.REFUND, "memo", "comments", "CustomerMemo", "value"),
    lines(Kind.REFUND),
    plain(Kind.PAYMENT, "reference", "reference_number", "PaymentRefNum", "M-1", "T-1"),
    Case(
        Kind.PAYMENT,
        "received",
        {"date_created": "2026-03-01 00:00:00"},
        {"TxnDate": "2026-02-27"},
        lambda row: str(row["date_created"])[:10],
        lambda row: row["TxnDate"],
        ("2026-03-01", "2026-03-01"),
        ("2026-02-27", "2026-02-27"),
    ),
    Case(
        Kind.PAYMENT,
        "amount",
        {"amount": "70"},
        {"TotalAmt": Decimal(80)},
        lambda row: Decimal(row["amount"]),
        lambda row: row["TotalAmt"],
        (Decimal(70), Decimal(70)),
        (Decimal(80), Decimal(80)),
    ),
]
NAMES = [f"{case.kind}-{case.field}" for case in CASES]
PATHS = {
    Kind.CUSTOMER: ("advertisers", "Customer"),
    Kind.INVOICE: ("invoices", "Invoice"),
    Kind.CREDIT_MEMO: ("creditMemos", "CreditMemo"),
    Kind.PAYMENT: ("payments", "Payment"),
    Kind.REFUND: ("refunds", "RefundReceipt"),
}


async def in_conflict(town: Town, case: Case) -> tuple[str, str]:
    """Both sides have changed the field of a record that nobody is set to win."""
    owners = {f"{case.kind}.{case.field}": FieldOwner.PERSON}
    await open_shop(town, owners=owners)
    await keeps(town, "Check", account_called(town, "Checking"))
    customer = await a_customer(town)
    record_id = await MADE[case.kind](town, customer)
    await town.run()
    path, entity = PATHS[case.kind]
    town.qbo.person.edit(entity, town.in_qbo(entity)[0]["Id"], case.qbo)
    await edit(town, path, record_id, **case.mediaos)
    await town.run(60)
    park = park_of(town, customer, case.kind, record_id)
    assert park is not None
    assert (park.reason, park.fields) == (ParkReason.CONFLICT, (case.field,))
    return customer, record_id


async def _customer(_town: Town, customer: str) -> str:
    return customer


async def _invoice(town: Town, customer: str) -> str:
    fields = {"advertiser_id": customer, "line_items": lines_of(HUNDRED)}
    return str((await town.mediaos.people.create("invoices", fields))["id"])


MADE: dict[Kind, Callable[[Town, str], Awaitable[str]]] = {
    Kind.CUSTOMER: _customer,
    Kind.INVOICE: _invoice,
    Kind.CREDIT_MEMO: lambda town, customer: a_credit_memo(town, customer, HUNDRED),
    Kind.PAYMENT: lambda town, customer: a_payment(town, customer, "60", {}),
    Kind.REFUND: lambda town, customer: a_refund(town, customer, HUNDRED),
}


def shown(town: Town, case: Case) -> tuple[Any, Any]:
    path, entity = PATHS[case.kind]
    return case.here(town.in_mediaos(path)[0]), case.there(town.in_qbo(entity)[0])


@pytest.mark.parametrize("keep", list(Side))
@pytest.mark.parametrize("case", CASES, ids=NAMES)
async def test_what_a_person_keeps_stands_on_both_sides(town, case, keep):
    customer, record_id = await in_conflict(town, case)
    before = shown(town, case)
    answer = await resolves(town, customer, case.kind, record_id, keep)

    wanted = case.mine if keep is Side.MEDIAOS else case.theirs
    assert (answer.done, answer.by) == (wanted is not None, "ann"), answer.detail
    if wanted is None:
        assert "is never written to MediaOS" in answer.detail
        assert shown(town, case) == before
        return
    assert shown(town, case) == wanted
    assert park_of(town, customer, case.kind, record_id) is None
    await town.agrees()


@pytest.mark.parametrize("keep", list(Side))
async def test_what_credits_are_applied_is_whose_a_person_keeps(town, keep):
    customer, invoice, memo, application = await a_credit_applied(town)
    await town.settings(owners={"credit-application.parts": FieldOwner.PERSON})
    await town.run(1)
    [paid] = town.in_qbo("Payment")
    parts = [{**line, "Amount": Decimal(20)} for line in paid["Line"]]
    town.qbo.person.edit("Payment", paid["Id"], {"Line": parts})
    await edit(town, "creditApplications", application, lines=lines_for((memo, invoice, "15")))
    await town.run(60)
    park = park_of(town, customer, "credit-application", application)
    assert (park.reason, park.fields) == (ParkReason.CONFLICT, ("parts",))

    answer = await resolves(town, customer, "credit-application", application, keep)
    assert answer.done, answer.detail
    owed = Decimal(45) if keep is Side.MEDIAOS else Decimal(40)
    assert town.in_qbo("Invoice")[0]["Balance"] == owed
    assert Decimal(town.in_mediaos("invoices")[0]["balance"]) == owed
    await town.agrees()


@pytest.mark.parametrize("keep", list(Side))
async def test_what_a_payment_settles_is_whose_a_person_keeps(town, keep):
    owners = {"payment.applied": FieldOwner.PERSON}
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED, owners=owners)
    payment = await a_payment(town, customer, "60", {invoice: "60"})
    await town.run()
    there = town.in_qbo("Invoice")[0]["Id"]
    [paid] = town.in_qbo("Payment")
    town.qbo.person.edit("Payment", paid["Id"], {"Line": parts_in_qbo({there: "40"})})
    await edit(town, "payments", payment, lines=[{"invoice_id": invoice, "amount": "50"}])
    await town.run(60)
    assert park_of(town, customer, "payment", payment).fields == ("applied",)

    assert (await resolves(town, customer, "payment", payment, keep)).done
    owed = Decimal(50) if keep is Side.MEDIAOS else Decimal(60)
    assert town.in_qbo("Invoice")[0]["Balance"] == owed
    assert Decimal(town.in_mediaos("invoices")[0]["balance"]) == owed
    await town.agrees()


# One word, followed once.

MEMO = next(case for case in CASES if (case.kind, case.field) == (Kind.INVOICE, "memo"))


async def test_the_losing_value_and_who_decided_stay_in_the_journal(town):
    customer, invoice = await in_conflict(town, MEMO)
    await resolves(town, customer, "invoice", invoice, Side.MEDIAOS)

    [said] = [fact for fact in town.told() if isinstance(fact, ConflictResolved)]
    assert (said.keep, said.fields, said.lost.memo) == (Side.MEDIAOS, ("memo",), "Theirs")


async def test_a_conflict_is_decided_once(town):
    customer, invoice = await in_conflict(town, MEMO)
    assert (await resolves(town, customer, "invoice", invoice, Side.MEDIAOS)).done
    asked = town.writes()
    again = await resolves(town, customer, "invoice", invoice, Side.QBO)

    assert not again.done
    assert "is in no conflict" in again.detail
    assert (town.writes(), shown(town, MEMO)) == (asked, ("Mine", "Mine"))


async def test_of_several_fields_each_may_be_kept_of_another_side(town):
    owners = {"invoice.memo": FieldOwner.PERSON, "invoice.due": FieldOwner.PERSON}
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED, owners=owners)
    changes = {"CustomerMemo": {"value": "Theirs"}, "DueDate": JUNE}
    town.qbo.person.edit("Invoice", town.in_qbo("Invoice")[0]["Id"], changes)
    await edit(town, "invoices", invoice, comments="Mine", date_due=f"{MAY} 00:00:00")
    await town.run(60)

    wrong = await resolves(town, customer, "invoice", invoice, Side.QBO, "email")
    assert (wrong.done, "due date, memo is" in wrong.detail) == (False, True), wrong.detail
    assert (await resolves(town, customer, "invoice", invoice, Side.MEDIAOS, "memo")).done
    assert park_of(town, customer, "invoice", invoice).fields == ("due",)
    assert (await resolves(town, customer, "invoice", invoice, Side.QBO, "due")).done
    assert shown(town, MEMO) == ("Mine", "Mine")
    assert due(town.in_mediaos("invoices")[0]) == town.in_qbo("Invoice")[0]["DueDate"] == JUNE
    await town.agrees()


@pytest.mark.parametrize("side", list(Side))
async def test_what_changed_since_it_was_looked_at_is_not_decided(town, side):
    customer, invoice = await in_conflict(town, MEMO)
    document = town.document(customer, f"mediaos/invoice/{invoice}")
    seen = {each.value: str(document.shown(each).revision) for each in Side}
    if side is Side.QBO:
        changes = {"CustomerMemo": {"value": "Third"}}
        town.qbo.person.edit("Invoice", town.in_qbo("Invoice")[0]["Id"], changes)
    else:
        await edit(town, "invoices", invoice, comments="Third")
    await town.run(60)
    answer = await resolves(town, customer, "invoice", invoice, side.other, **seen)

    assert not answer.done
    assert f"has changed in {side.called} since you looked" in answer.detail
    assert "Third" in shown(town, MEMO)
    document = town.document(customer, f"mediaos/invoice/{invoice}")
    seen = {each.value: str(document.shown(each).revision) for each in Side}
    assert (await resolves(town, customer, "invoice", invoice, side.other, **seen)).done
    assert shown(town, MEMO) == (("Mine", "Mine") if side is Side.QBO else ("Theirs", "Theirs"))
    await town.agrees()


async def test_an_edit_that_nobody_has_heard_of_is_not_run_over(town):
    customer, invoice = await in_conflict(town, MEMO)
    town.qbo.webhooks.misbehave("drop")
    changes = {"CustomerMemo": {"value": "Third"}}
    town.qbo.person.edit("Invoice", town.in_qbo("Invoice")[0]["Id"], changes)
    answer = await resolves(town, customer, "invoice", invoice, Side.MEDIAOS)

    assert answer.done
    assert shown(town, MEMO) == ("Mine", "Third")
    document = town.document(customer, f"mediaos/invoice/{invoice}")
    assert document.park.reason is ParkReason.CONFLICT
    assert document.agreed.qbo.memo == "Theirs"
    assert (await resolves(town, customer, "invoice", invoice, Side.MEDIAOS)).done
    assert shown(town, MEMO) == ("Mine", "Mine")
    await town.agrees()


async def test_what_is_put_back_as_it_was_before_is_written_still(town):
    customer, invoice = await in_conflict(town, MEMO)
    town.qbo.faults.answer_next(503, times=3)
    lane = f"{TENANT}/mediaos/{customer}"
    wish = ResolveConflict(
        id=ASKED, lane=lane, document=f"mediaos/invoice/{invoice}", keep=Side.MEDIAOS, by="ann"
    )
    await town.ask(lane, wish)
    assert any(isinstance(each, Conceded) for each in town.told())
    await edit(town, "invoices", invoice, comments="")
    await town.run(A_WHILE)

    assert [each or "" for each in shown(town, MEMO)] == ["", ""]
    await town.agrees()


@pytest.mark.parametrize("keep", list(Side))
@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
async def test_a_lost_answer_costs_nothing(town, keep, lie):
    customer, invoice = await in_conflict(town, MEMO)
    proxy = town.qbo_proxy if keep is Side.MEDIAOS else town.mediaos_proxy
    proxy.lie(lie, "/invoice", method="POST" if keep is Side.MEDIAOS else "PATCH")
    await resolves(town, customer, "invoice", invoice, keep)
    await town.run(A_WHILE)

    assert proxy.told == 1
    text = "Mine" if keep is Side.MEDIAOS else "Theirs"
    assert shown(town, MEMO) == (text, text)
    await town.agrees()


async def test_a_worker_that_dies_with_the_word_leaves_it_to_the_next(town):
    customer, invoice = await in_conflict(town, MEMO)
    lane = f"{TENANT}/mediaos/{customer}"
    wish = ResolveConflict(
        id=ASKED, lane=lane, document=f"mediaos/invoice/{invoice}", keep=Side.QBO, by="ann"
    )
    town.workers[-1].kill()
    await town.ask(lane, wish)
    await town.worker()
    await town.run(A_WHILE)

    assert shown(town, MEMO) == ("Theirs", "Theirs")
    await town.agrees()


async def test_what_has_no_record_is_in_no_conflict(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED)
    for record_id in (invoice, "999"):
        answer = await resolves(town, customer, "invoice", record_id, Side.MEDIAOS)
        assert (answer.done, "is in no conflict" in answer.detail) == (False, True)


async def test_an_observing_tenant_decides_nothing(town):
    customer, invoice = await in_conflict(town, MEMO)
    await town.settings(observe=True, owners={"invoice.memo": FieldOwner.PERSON})
    asked = town.writes()
    answer = await resolves(town, customer, "invoice", invoice, Side.MEDIAOS)

    assert (answer.done, "only observes" in answer.detail) == (False, True)
    assert town.writes() == asked


async def test_a_word_sends_where_two_way_sync_is_off(town):
    customer, invoice = await in_conflict(town, MEMO)
    await town.settings(manual_push=True, owners={"invoice.memo": FieldOwner.PERSON})
    await resolves(town, customer, "invoice", invoice, Side.MEDIAOS)
    assert shown(town, MEMO) == ("Mine", "Mine")


async def test_a_line_that_both_changed_is_decided_and_the_others_stay(town):
    customer, invoice = await a_customer_with_an_invoice(town, HUNDRED, ("1", "50"))
    [there] = town.in_qbo("Invoice")
    both = [dict(each) for each in there["Line"] if each["DetailType"] == "SalesItemLineDetail"]
    both[0] |= {"Amount": Decimal(70), "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}
    town.qbo.person.edit("Invoice", there["Id"], {"Line": both})
    await edit(town, "invoices", invoice, line_items=lines_of(("1", "80"), ("1", "50")))
    await town.run(60)
    assert park_of(town, customer, "invoice", invoice).fields == ("lines",)

    assert (await resolves(town, customer, "invoice", invoice, Side.MEDIAOS)).done
    after = [each for each in town.in_qbo("Invoice")[0]["Line"] if each.get("Id")]
    assert [each["Id"] for each in after] == [each["Id"] for each in both]
    assert [each["Amount"] for each in after] == [Decimal(80), Decimal(50)]
    await town.agrees()
