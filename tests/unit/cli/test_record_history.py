import re

from msgspec.structs import replace

from agents.rules.record_history import Story
from schemas.command_facts import Attempted, Unanswered
from schemas.facts import Asked, RequestTaken
from schemas.lane_facts import HomeChanged, LaneWaited, LaneWentOn, LockedOut, LockoutEnded
from tests.testing.plain_words import raw_words
from tests.testing.simulated.clock import START
from tests.unit.cli.journal_words import (
    COMMAND,
    INVOICE_136,
    LANE,
    LATER,
    change,
    crossed,
    customer_seen,
    decided,
    echo,
    held,
    parked,
    product_seen,
    released,
    seen,
    taken,
)

NAMES = frozenset({INVOICE_136, "qbo/invoice/266"})
WAITED = LaneWaited(why="budget", until=LATER)
WENT_ON = LaneWentOn(why="its time came")


def heard(*facts, lane=LANE):
    return Story("t1", NAMES).hear(lane, facts)


def test_a_story_leaves_out_what_is_about_others():
    mine = (seen(), parked())
    assert heard(customer_seen(), *mine, seen("137"), product_seen()) == mine
    assert Story("t2", NAMES).hear(LANE, mine) == ()


def test_attempts_and_outcomes_belong_to_the_record_of_their_command():
    again = Attempted(command=COMMAND, number=2, at=START)
    other = replace(again, command="another")
    lost = Unanswered(command=COMMAND, number=1, detail="timed out")
    told = (seen(), decided(), lost, again, *crossed())
    assert heard(*told[:3], other, *told[3:]) == told


def test_a_lane_s_wait_is_told_only_while_the_record_is_in_work():
    assert heard(seen(), WAITED, WENT_ON) == (seen(),)
    told = (seen(), decided(), WAITED, WENT_ON, *crossed())
    assert heard(*told, WAITED) == told


def test_a_lockout_is_told_with_its_end():
    lockout = LockedOut(lockout="3-x-1", lane=LANE, until=LATER, reason="QuickBooks says locked")
    ended = LockoutEnded(lockout="3-x-1", why="its time came")
    other = replace(ended, lockout="another")
    assert heard(seen(), decided(), lockout, other, ended) == (seen(), decided(), lockout, ended)


def test_a_held_event_of_the_record_across_belongs_to_the_story():
    told = (held(echo()), WAITED, taken(echo()))
    assert heard(held(change(record_id="137")), *told, WENT_ON) == told


def test_what_a_person_asked_for_is_told_with_its_answer():
    asked = Asked(document=INVOICE_136, request="r1", pushed=True)
    answer = RequestTaken(request="r1", done=True, detail="ok")
    other = replace(answer, request="r2")
    assert heard(seen(), asked, other, answer) == (seen(), asked, answer)


def test_moving_home_belongs_to_the_story():
    moved = HomeChanged(home="t1/mediaos/42", event="e")
    assert heard(seen(), moved, lane="t1/qbo/58") == (seen(), moved)


def tell_whole_story(world):
    world.tell("t1/qbo/58", held(echo()))
    world.tell(LANE, seen(), parked())
    world.tell(LANE, released(), decided(), at=LATER)
    world.tell(LANE, *crossed(), at=LATER)
    world.tell(LANE, parked(), term="a-term-that-is-over", at=LATER)


def test_the_story_of_an_invoice_is_told_in_plain_sentences_in_order(world):
    tell_whole_story(world)
    world.tell(LANE, customer_seen(), at=LATER)

    done = world.isthmus("explain", "invoice", "136")

    assert done.code == 0
    assert done.out.startswith("Harbour Books: invoice MediaOS-136, 1,861.08\n")
    told = [
        "A change of it waits for its turn: too many are queued.",
        "MediaOS shows invoice 136, 1,861.08, changed there 2026-03-02 09:00:00Z.",
        "It waits: product 7 of MediaOS is not mapped. It goes on by itself: it waits for",
        "It waits no more.",
        "Decided: make this invoice in QuickBooks as MediaOS-136, 1,861.08.",
        "Done: invoice MediaOS-136 is made in QuickBooks (invoice 266 there).",
        "From here on invoice 136 of MediaOS and invoice 266 of QuickBooks are one.",
        "Both sides agree on total.",
        "Where it stands: MediaOS has it as invoice 136. QuickBooks has it as invoice 266.",
        "Both sides have agreed, and nothing of it waits.",
    ]
    places = [done.said.replace("2026-03-02 09:07:00Z ", "").find(each) for each in told]
    assert -1 not in places
    assert places[2:] == sorted(places[2:])
    assert done.out.count("2026-03-02 09:07:00Z") == 1, "a time is told once"
    assert raw_words(done.out.partition("\n\n")[2].partition("Where it")[0]) == []


def test_raw_tells_every_fact_with_its_place_and_our_ids(world):
    tell_whole_story(world)

    done = world.isthmus("explain", "invoice", "136", "--raw")

    words = re.findall(r"Z \d@\d+ (\S+):", done.said)
    told = ["held", "seen", "parked", "released", "decided", "applied", "linked", "settled"]
    assert sorted(words[:3]) == sorted(told[:3])
    assert words[3:] == told[3:]
    assert f"request id {'r' * 32}" in done.said
    assert "number = MediaOS-136" in done.out


def test_an_invoice_is_explained_by_its_id_in_quickbooks_too(world):
    tell_whole_story(world)
    code, found = world.json("explain", "invoice", "266", "--side", "qbo")
    assert code == 0
    assert found["lane"] == LANE
    assert len(found["chapters"]) == 8
    decision = next(each["fact"] for each in found["chapters"] if each["fact"]["type"] == "decided")
    assert decision["command"]["record"]["total"] == "1861.08"
    assert {each["partition"] for each in found["chapters"]} == {
        world.partition_of(LANE),
        world.partition_of("t1/qbo/58"),
    }


def test_a_parked_invoice_says_what_it_waits_for(world):
    world.tell(LANE, seen(), parked())
    assert (
        "(waits for product 7 of MediaOS to be mapped"
        in world.isthmus("explain", "invoice", "136").said
    )


def test_a_record_that_is_only_held_is_explained(world):
    world.tell(LANE, held(change()))
    done = world.isthmus("explain", "invoice", "136")
    assert done.code == 0
    assert "No lane has it yet: it is held." in done.out


def test_a_record_that_nobody_knows_is_refused(world):
    world.tell(LANE, seen())
    refused = world.isthmus("explain", "payment", "9")
    assert refused.code == 1
    assert "no word of payment 9 of MediaOS in t1" in refused.told
