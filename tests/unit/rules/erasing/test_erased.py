"""What of a record goes, and what stays?"""

from datetime import UTC, datetime
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.rules.erasing.erased import Eraser, Whose, named_in, names_in, with_ends
from schemas.catalog import decode_journal, encode
from schemas.changes import Change
from schemas.command_facts import Unanswered
from schemas.envelope import JournalRecord
from schemas.facts import Parked, Seen
from schemas.lane_facts import LaneWaited
from schemas.ledgers import LedgerReport, LedgerRow
from schemas.note_facts import Noted
from schemas.records import Address, Customer, Invoice, Line
from schemas.state import Park, ParkReason
from schemas.tenant_facts import ReconciliationKept
from schemas.tenant_state import Reconciled
from schemas.values import Kind, Revision, Side
from tests.recorded.record import DAY, EARLIER_DAY

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
OWN, OTHER, TENANT = "t1/mediaos/42", "t1/mediaos/7", "t1"
NAME = "Harbour Books"


def eraser(*held, names=(NAME,)):
    whose = Whose("t1", frozenset({OWN}), frozenset(names), b"salt")
    return Eraser(whose, lambda _lane, _documents: held)


def record(lane, *facts):
    return encode(JournalRecord(term="w", lane=lane, at=AT, facts=facts))


def seen(shown, kind=Kind.CUSTOMER):
    change = Change(
        event="e1",
        tenant="t1",
        side=Side.MEDIAOS,
        kind=kind,
        id="42",
        customer="42",
        revision=Revision(False, 1),
        at=AT,
        record=shown,
    )
    return Seen(document=f"mediaos/{kind}/42", change=change)


def facts(of, value):
    return decode_journal(of.erased(value)).facts


def shown(of, record_):
    [fact] = facts(of, record(OWN, seen(record_)))
    return fact.change.record


def is_gone(text):
    return text.startswith("(erased ")


def test_who_a_customer_was_goes_and_its_flags_and_ids_stay():
    before = Customer(
        name=NAME,
        email="ann@harbour.example",
        phone="555-0199",
        billing=Address(lines=("Quay 1", ""), city="Kiel", country="DE"),
        note="pays late",
        active=False,
        currency="EUR",
        marker="MediaOS t1 customer 42",
    )

    after = shown(eraser(), before)

    gone = (after.name, after.email, after.phone, after.note, after.billing.city)
    assert all(map(is_gone, gone))
    assert is_gone(after.billing.lines[0])
    assert after.billing.lines[1] == ""
    assert (after.active, after.currency, after.marker) == (
        before.active,
        before.currency,
        before.marker,
    )


def test_an_invoice_keeps_its_amounts_days_and_numbers():
    line = Line(
        id="1", product="11", description="for Ann", unit_price=Decimal(5), amount=Decimal(5)
    )
    own_words = r'{"Id":"9","Description":"say \"hi\" to Ann","Amount":5.00,"LinkedTxn":[]}'
    before = Invoice(
        customer="42",
        number="MediaOS-136",
        issued=AT.date(),
        lines=(line,),
        memo="for Ann",
        total=Decimal("5.00"),
        as_shown=(own_words,),
    )

    after = shown(eraser(), before)

    assert is_gone(after.memo)
    assert after.lines[0].description == after.memo
    assert '"Amount":5.00,"LinkedTxn":[]' in after.as_shown[0]
    assert "Ann" not in after.as_shown[0]
    assert msgspec.json.decode(after.as_shown[0])["Id"] == "9"
    rest = {"memo": None, "lines": (), "as_shown": ()}
    assert msgspec.structs.replace(after, **rest) == msgspec.structs.replace(before, **rest)


def test_what_the_fold_holds_stays_wherever_it_stands():
    kept = eraser("555-0100", NAME)

    after = shown(kept, Customer(name=NAME, phone="555-0100", email="old@harbour.example"))

    assert (after.name, after.phone) == (NAME, "555-0100")
    assert is_gone(after.email)


def test_what_people_and_sides_said_of_it_goes():
    park = Park(reason=ParkReason.REFUSED, detail=f"QuickBooks answered 400: {NAME} is no name")
    told = (
        Parked(document="d", event="e", park=park, at=AT),
        Noted(
            document="d", request="r", owner="vera", note="asked Ann", standing="", by="vera", at=AT
        ),
        Unanswered(command="c", document="d", number=1, detail="no answer for Ann"),
    )

    parked, noted, unanswered = facts(eraser(), record(OWN, *told))

    assert all(map(is_gone, (parked.park.detail, noted.note, unanswered.detail)))
    assert (noted.owner, noted.by) == ("vera", "vera")


def test_of_what_earlier_journals_are_folded_by_the_name_alone_goes():
    why = f"QuickBooks says that {NAME} is locked"

    [waited] = facts(eraser(), record(OWN, LaneWaited(why=why, until=None)))

    assert waited.why == "QuickBooks says that (erased) is locked"


def test_in_what_is_told_of_others_only_the_name_goes_as_a_whole_word():
    detail = f"{NAME} has that name, {NAME}hop has not"
    park = Park(reason=ParkReason.NAME_TAKEN, detail=detail)
    mine = seen(Customer(name=NAME))

    [seen_, parked] = facts(
        eraser(), record(OTHER, mine, Parked(document="d", event="e", park=park, at=AT))
    )

    assert parked.park.detail == f"(erased) has that name, {NAME}hop has not"
    assert seen_ == mine


def test_a_reconcile_that_was_kept_names_it_no_more():
    rows = (LedgerRow(customer=NAME), LedgerRow(customer="Other"))
    kept = ReconciliationKept(
        request="r",
        reconciled=Reconciled(at=AT, differs=0, waits=0),
        report=LedgerReport(rows=rows),
    )

    [after] = facts(eraser(), record(TENANT, kept))

    assert [row.customer for row in after.report.rows] == ["(erased)", "Other"]


@pytest.mark.parametrize("lane", ["t2/mediaos/42", "t11/mediaos/42", ""])
def test_another_tenant_is_left_alone(lane):
    value = record(lane, seen(Customer(name=NAME)))

    assert eraser().erased(value) is value


def test_what_is_erased_once_is_left_alone():
    once = eraser().erased(record(OWN, seen(Customer(name=NAME))))
    again = eraser()

    assert again.erased(once) is once
    assert (again.count.records, again.count.strings) == (0, 0)
    assert list(names_in(once)) == []


@pytest.mark.parametrize("value", [b"", b"no JSON", b"[]", b'{"lane":1}', b"\xff"])
def test_what_is_none_of_ours_is_left_alone(value):
    assert eraser().erased(value) is value


def test_what_cannot_be_read_of_its_lane_is_counted():
    one = eraser()
    newer = (
        b'{"term":"w","lane":"t1/mediaos/42","at":"2026-03-02T09:00:00Z","facts":[{"type":"new"}]}'
    )

    assert one.erased(newer) is newer
    assert one.count.unread == 1


def test_what_no_shape_here_has_goes_as_a_text():
    value = record(OWN, seen(Customer(name="kept"))).replace(b'"kept"', b'"kept","nick":"Annie"')

    after = msgspec.json.decode(eraser("kept").erased(value))

    assert is_gone(after["facts"][0]["change"]["record"]["nick"])


def test_an_older_spelling_is_put_into_todays():
    told = [
        line for line in EARLIER_DAY.read_bytes().splitlines() if b'"lane":"t1/mediaos/' in line
    ]
    whose = Whose("t1", frozenset({"t1/mediaos/1001"}), frozenset(), b"salt")
    one = Eraser(whose, lambda _lane, _documents: ())

    for value in told:
        assert decode_journal(one.erased(value)).lane == "t1/mediaos/1001"
    assert one.count.unread == 0
    assert one.count.records > 10


def test_the_first_record_says_where_all_end():
    first = DAY.read_bytes().splitlines()[0]

    after = with_ends(first, (3, 4))

    assert decode_journal(after).whole == (3, 4)
    assert decode_journal(with_ends(after, (5,))).whole == (5,)


texts = st.text(min_size=1, max_size=6)


@given(st.lists(texts, min_size=2, max_size=5))
def test_what_was_equal_is_equal_still_and_nothing_else_is(names):
    whose = Whose("t1", frozenset({OWN}), frozenset(), b"salt")

    after = [whose.stand_in(name) for name in names]

    assert [one == other for one in after for other in after] == [
        one == other for one in names for other in names
    ]


@given(st.lists(texts, max_size=4), texts)
def test_a_text_without_its_names_is_never_longer(names, text):
    found = named_in({name for name in names if len(name.strip()) >= 3})
    after = eraser(names=names or ("x",))

    [waited] = facts(after, record(OWN, LaneWaited(why=text, until=None)))

    assert len(waited.why) <= len(text)
    assert found is None or found.search(text) is None or waited.why != text


@pytest.mark.parametrize("name", ['Joe "X" Ltd', "A\\B and Co", "Tab\tStop and Co", "Café 😀"])
def test_a_name_goes_out_of_anothers_line_of_quickbooks_however_json_spells_it(name):
    """A line is JSON within the journal's JSON: what needs a backslash there has three here."""
    line = msgspec.json.encode({"Id": "1", "Description": f"for {name}, 5.00"}).decode()
    before = Invoice(customer="7", number="1", issued=AT.date(), lines=(), as_shown=(line,))

    [fact] = facts(eraser(names=(name,)), record(OTHER, seen(before, Kind.INVOICE)))

    [after] = fact.change.record.as_shown
    said = msgspec.json.decode(after)["Description"]
    assert said in ("for (erased), 5.00", "for (…), 5.00")


@pytest.mark.parametrize("name", ["Ann", "Books", "Bob & Co", "Harbour Books"])
def test_what_stands_behind_a_name_stays_and_no_text_grows(name):
    text = f"{name} and {name} owe 1,234.56"
    park = Park(reason=ParkReason.REFUSED, detail=text)
    before = record(OTHER, Parked(document="mediaos/invoice/9", event="e", park=park, at=AT))

    [fact] = facts(eraser(names=(name,)), before)

    detail = fact.park.detail
    assert name not in detail
    assert detail.endswith(" owe 1,234.56")
    assert len(detail) <= len(text)
    again = encode(JournalRecord(term="w", lane=OTHER, at=AT, facts=(fact,)))
    assert eraser(names=(name,)).erased(again) == again
