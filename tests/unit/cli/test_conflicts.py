"""Is an open conflict shown whole, and a person's word on it sent with what was looked at?"""

from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from schemas.facts import Parked, Seen
from schemas.requests import ResolveConflict
from schemas.state import Park, ParkReason
from schemas.tenant_facts import Suspended
from schemas.values import Side
from tests.testing.simulated.clock import START
from tests.unit.cli.journal_words import (
    INVOICE_136,
    LANE,
    change,
    crossed,
    customer_seen,
    decided,
    seen,
)
from tests.unit.cli.test_suspended import STANDING
from tests.unit.rules.records import INVOICE, QBO_INVOICE

BOTH = Park(reason=ParkReason.CONFLICT, detail="both sides changed memo", fields=("memo",))
LONG = "As it was printed in the April issue, on the second page, upper half, " * 2


def edited(record, side, revision, record_id, after=0):
    told = change(record, side=side, revision=revision, record_id=record_id)
    told = replace(told, at=START + timedelta(minutes=after))
    return Seen(document=INVOICE_136, change=told)


def waits(park):
    return Parked(document=INVOICE_136, event="e", park=park, at=START)


@pytest.fixture
def apart(world):
    """Both sides have changed the memo of invoice 136, and QuickBooks its due date besides."""
    mine, theirs = replace(INVOICE, memo="Mine"), replace(QBO_INVOICE, memo=LONG)
    world.tell(LANE, customer_seen(), seen(), decided(), *crossed())
    world.tell(
        LANE,
        edited(mine, Side.MEDIAOS, 2, "136", after=1),
        edited(theirs, Side.QBO, 1, "266", after=2),
        waits(BOTH),
    )
    return world


@pytest.fixture
def gone(world):
    """Invoice 136 was deleted in MediaOS, and its memo changed in QuickBooks."""
    theirs = replace(QBO_INVOICE, memo="Theirs")
    park = Park(reason=ParkReason.CONFLICT, detail="deleted in MediaOS, and memo changed")
    world.tell(LANE, customer_seen(), seen(), decided(), *crossed())
    world.tell(
        LANE,
        edited(None, Side.MEDIAOS, 2, "136"),
        edited(theirs, Side.QBO, 1, "266"),
        waits(park),
    )
    return world


def test_a_conflict_is_shown_with_base_and_both_sides_within_eighty_columns(apart):
    done = apart.isthmus("conflicts", "list", "t1")

    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert "Harbour Books: invoice MediaOS-136, 1,861.08, open for" in " ".join(lines)
    for told in (
        "    agreed      March issue",
        "    MediaOS     Mine",
        "    QuickBooks  As it was printed in the April issue",
        "  changed in MediaOS 2026-03-02 09:01:00Z",
        "  changed in QuickBooks 2026-03-02 09:02:00Z",
        "  isthmus conflicts resolve t1 mediaos/invoice/136 --keep mediaos|quickbooks",
    ):
        assert any(line.startswith(told) for line in lines), told
    assert max(map(len, lines)) <= 80


def test_the_amount_of_one_in_another_currency_names_it(world):
    in_euros = {"currency": "EUR", "rate": Decimal("1.25")}
    mine, theirs = (replace(each, memo="M", **in_euros) for each in (INVOICE, QBO_INVOICE))
    world.tell(LANE, customer_seen(), seen(), decided(), *crossed())
    world.tell(
        LANE, edited(mine, Side.MEDIAOS, 2, "136"), edited(theirs, Side.QBO, 1, "266"), waits(BOTH)
    )
    assert "invoice MediaOS-136, 1,861.08 EUR" in world.isthmus("conflicts", "list", "t1").out
    _, [told] = world.json("conflicts", "list", "t1")
    assert (told["amount"], told["currency"]) == ("1861.08", "EUR")


def test_json_has_all_of_it_whole(apart):
    code, [told] = apart.json("conflicts", "list", "t1")
    assert code == 0
    assert (told["record"], told["customer"], told["amount"]) == (
        INVOICE_136,
        "Harbour Books",
        "1861.08",
    )
    [memo] = told["fields"]
    assert (memo["agreed"], memo["mediaos"], memo["qbo"]) == ("March issue", "Mine", LONG)
    assert told["revisions"] == {"mediaos": "2", "qbo": "1"}


def test_a_deletion_that_met_an_edit_is_shown_as_one(gone):
    out = gone.isthmus("conflicts", "list", "t1").out
    assert "taken away in MediaOS" in out
    assert "    QuickBooks  Theirs" in out
    assert "    MediaOS     taken away" in out
    _, [told] = gone.json("conflicts", "list", "t1")
    [memo] = told["fields"]
    assert (memo["mediaos"], memo["qbo"]) == (None, "Theirs")


def test_another_owner_decides_no_conflict_that_is_open(apart):
    told = "1 open conflict of these fields would wait for a person as before"
    owner = ("settings", "preview", "--owner")
    assert told in apart.isthmus(*owner, "invoice.memo=quickbooks").out
    assert told not in apart.isthmus(*owner, "invoice.due=mediaos").out
    assert apart.json(*owner, "invoice.memo=quickbooks")[1]["open_conflicts"] == [INVOICE_136]


def test_nothing_in_conflict_is_said(world):
    world.tell(LANE, seen(), decided(), *crossed())
    done = world.isthmus("conflicts", "list", "t1")
    assert (done.code, "Nothing of tenant t1 is in conflict" in done.out) == (0, True)
    assert world.json("conflicts", "list", "t1") == (0, [])


def test_what_would_be_done_is_shown_and_nothing_is_asked(apart):
    done = apart.isthmus("conflicts", "resolve", "t1", INVOICE_136, "--keep", "mediaos")

    assert (done.code, apart.asked) == (0, [])
    assert "QuickBooks would get memo: Mine" in done.out
    assert "Nothing is done yet: --yes does it." in done.out


@pytest.mark.parametrize("record", [INVOICE_136, "qbo/invoice/266"])
def test_the_word_goes_to_the_lane_with_what_was_looked_at(apart, record):
    done = apart.isthmus(
        "conflicts", "resolve", "t1", record, "--keep", "quickbooks", "--yes", "--by", "Ann"
    )

    assert done.code == 0, done.err
    [(_, key, request)] = apart.asked
    assert key == LANE
    assert request == ResolveConflict(
        id=request.id,
        lane=LANE,
        document=INVOICE_136,
        keep=Side.QBO,
        mediaos="2",
        qbo="1",
        by="Ann",
    )
    assert "Done: ok." in done.out
    assert "nothing of it waits" in done.out


def test_one_field_of_it_is_named(apart):
    arguments = ("conflicts", "resolve", "t1", INVOICE_136, "--keep", "mediaos", "--yes")
    assert apart.isthmus(*arguments, "--field", "memo").code == 0
    assert apart.asked[0][2].fields == ("memo",)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((INVOICE_136, "--field", "memmo"), "the nearest is memo"),
        ((INVOICE_136, "--field", "due"), "in no conflict there: the nearest is memo"),
        (("mediaos/invoice/137",), "is in no conflict: `isthmus explain invoice 137"),
        (("136",), "such as mediaos/invoice/136"),
        (("mediaos/invoices/136",), "such as mediaos/invoice/136"),
    ],
)
def test_what_cannot_be_decided_is_refused_before_it_is_asked_for(apart, arguments, told):
    done = apart.isthmus("conflicts", "resolve", "t1", *arguments, "--keep", "mediaos", "--yes")
    assert (done.code, apart.asked) == (1, [])
    assert told in done.told


def test_what_mediaos_deleted_is_not_brought_back_from_here(gone):
    stays = gone.isthmus("conflicts", "resolve", "t1", INVOICE_136, "--keep", "quickbooks")
    assert (stays.code, gone.asked) == (1, [])
    assert "bring it back in MediaOS" in stays.told

    goes = gone.isthmus("conflicts", "resolve", "t1", INVOICE_136, "--keep", "mediaos")
    assert goes.code == 0
    assert "It would be taken away in QuickBooks too." in goes.out


def test_the_story_of_a_record_tells_who_decided_and_what_went(apart):
    apart.isthmus(
        "conflicts", "resolve", "t1", INVOICE_136, "--keep", "mediaos", "--yes", "--by", "Ann"
    )
    out = apart.isthmus("explain", "invoice", "136").said
    assert "A person decided: what MediaOS has stands. QuickBooks had memo: March issue" in out
    assert "Ann asked: ok." in out
    raw = apart.isthmus("explain", "invoice", "136", "--raw").said
    assert "conflict-resolved: decided: what MediaOS has stands" in raw


def test_one_that_is_decided_says_so_and_why_it_has_not_gone(apart):
    apart.tell("t1", Suspended(request="r1", suspension=STANDING))
    apart.stands_still = True
    done = apart.isthmus(
        "conflicts", "resolve", "t1", INVOICE_136, "--keep", "mediaos", "--yes", "--by", "Ann"
    )
    assert done.code == 3
    told = " ".join(done.out.split())
    assert "its tenant is suspended: reconnect: connect QuickBooks again" in told

    listed = apart.isthmus("conflicts", "list", "t1").out
    assert "  decided: by what MediaOS shows; it goes by itself" in listed
    assert "isthmus conflicts resolve" not in listed
    assert max(map(len, listed.splitlines())) <= 80
    parked = " ".join(apart.isthmus("parked").out.split())
    assert "somebody has decided it by what MediaOS shows: it goes by itself" in parked
    assert "both sides changed memo" not in parked
