"""`isthmus digest`: to accountants, once a day each, over a real mail server."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace
from sqlalchemy import create_engine

from agents.cli import send_request as asking
from agents.digest.digest import MOST_HOLDS
from agents.digest.sending import WEBHOOK, noted
from agents.digest.words import MOST_LETTERS
from schemas.catalog import encode
from schemas.company import Company
from schemas.dead_letters import DeadLetter
from schemas.envelope import JournalRecord
from schemas.facts import RemovalCounted
from schemas.kept_requests import KeepDigest
from schemas.lane_facts import LaneWaited, LockedOut
from schemas.tenant_facts import (
    CompanySeen,
    DigestBegun,
    DigestSent,
    ReconciliationKept,
    SettingsChanged,
    Suspended,
    TenantConnected,
    TenantPaused,
    WentLive,
)
from schemas.tenant_state import Connected, Live, Pause, Reconciled, Suspension, TenantSettings
from schemas.values import Side
from streams.cluster import Cluster
from streams.kafka.topic_faults import TopicMissingError
from streams.outbox import patience
from streams.secrets.schema import bring_up
from streams.secrets.sealing import new_key
from tests.testing.certificates import authority
from tests.testing.mail import mail_server
from tests.testing.simulated.clock import START
from tests.unit.cli.conftest import TERM
from tests.unit.cli.journal_words import LANE, customer_seen, parked, product_seen, seen
from tests.unit.cli.rich_books import FAR

ANN, BOB = "ann@example.com", "bob@example.com"
COMPANY = Connected(version=1, realm="9130", environment="production")
IN_NEW_YORK = "2026-03-02 04:00 (America/New_York)"


@pytest.fixture
def box(tmp_path, monkeypatch):
    """A mail server that speaks TLS, set as an operator sets it."""
    trusted = authority(tmp_path)
    with mail_server(trusted.issue("mail"), login=True) as found:
        (tmp_path / "password").write_text("of-the-mail-server\n", encoding="utf-8")
        for name, value in {
            "ISTHMUS_DIGEST_TO": f"t1:{ANN}, {BOB}, t2:other@example.com",
            "ISTHMUS_DIGEST_FROM": "isthmus@example.com",
            "ISTHMUS_SMTP_HOST": "127.0.0.1",
            "ISTHMUS_SMTP_PORT": str(found.port),
            "ISTHMUS_SMTP_CA_FILE": str(trusted.file),
            "ISTHMUS_SMTP_USERNAME": "isthmus",
            "ISTHMUS_SMTP_PASSWORD_FILE": str(tmp_path / "password"),
        }.items():
            monkeypatch.setenv(name, value)
        yield found


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """No pause between tries is waited out."""
    monkeypatch.setattr(patience, "WAITS", (0.0, 0.0, 0.0))


@pytest.fixture
def story(world):
    world.tell("t1", TenantConnected(request="r1", connection=COMPANY))
    world.tell("t1", WentLive(request="r2", live=Live(realm="9130", by="ada")))
    world.tell(LANE, customer_seen(), seen(), parked())
    return world


def removed(number, guard=""):
    return RemovalCounted(
        request=f"removal-{number}",
        side=Side.MEDIAOS,
        record=f"qbo/invoice/{number}",
        amount=Decimal(1200),
        at=START,
        guard=guard,
    )


def digest_day(world):
    return date.fromisoformat(world.json("digest", "t1", "--print")[1]["day"])


def notes(world):
    return [request for _, _, request in world.asked if isinstance(request, KeepDigest)]


def test_who_is_set_for_a_tenant_gets_what_waits(story, box):
    done = story.isthmus("digest", "t1")

    assert (done.code, done.err) == (0, "")
    assert f"went to {ANN}, {BOB}." in done.said
    [(sender, received, got)] = box.mails
    assert (sender, received) == ("isthmus@example.com", [ANN, BOB])
    assert box.was_tls == [True]
    text = got.get_body(("plain",)).get_content()
    assert "* Harbour Books: invoice 136 of MediaOS, 1,861.08" in text
    assert "product 7 of MediaOS is not mapped" in text
    [note] = notes(story)
    assert note.to == (noted("t1", ANN), noted("t1", BOB))
    assert note.by == "ada"
    assert "example.com" not in repr(note)


def test_who_has_it_does_not_get_it_twice_a_day(story, box):
    assert story.isthmus("digest", "t1").code == 0
    done = story.isthmus("digest", "t1")

    assert (done.code, len(box.mails), len(notes(story))) == (0, 1, 1)
    assert f"It went today already to {ANN}, {BOB}" in done.said
    assert story.isthmus("digest", "t1", "--again").code == 0
    first, second = (got["Message-ID"] for _, _, got in box.mails)
    assert first != second


def test_half_the_addresses_are_refused_and_the_next_run_is_for_those(story, box):
    box.answers = {BOB: ["550 no such user"]}
    done = story.isthmus("digest", "t1")

    assert done.code == 1
    assert f"went to {ANN}." in done.said
    assert f"It did not reach {BOB}: the mail server says 550 no such user." in done.said
    assert story.isthmus("digest", "t1").code == 0
    assert [received for _, received, _ in box.mails] == [[ANN], [BOB]]
    assert story.json("digest", "t1")[1]["already"] == [ANN, BOB]


def test_a_mail_server_that_is_away_is_said_and_nothing_is_noted(story, box, monkeypatch):
    monkeypatch.setenv("ISTHMUS_SMTP_PORT", "1")
    done = story.isthmus("digest", "t1")

    assert (done.code, [each.to for each in notes(story)], box.mails) == (1, [()], [])
    assert story.isthmus("digest", "t1", "--scheduled").code == 1
    assert notes(story)[0].refused == (noted("t1", ANN), noted("t1", BOB))
    assert "127.0.0.1:1 does not answer" in done.said
    assert "of-the-mail-server" not in done.out + done.err


def test_where_no_worker_notes_it_that_is_said_and_waits(story, box, monkeypatch):
    monkeypatch.setattr(asking, "ANSWER_SECONDS", 0.05)
    story.answering = False
    done = story.isthmus("digest", "t1")

    assert (done.code, len(box.mails)) == (3, 1)
    assert "It is not noted who got it" in done.said
    assert story.isthmus("digest", "t1", "--scheduled").code == 0
    first, second = (got["Message-ID"] for _, _, got in box.mails)
    assert first == second


def test_who_has_it_is_noted_before_others_are_waited_for(story, box, monkeypatch):
    """A run that is ended while it waits for one has told of the others."""
    monkeypatch.setattr(patience, "WAITS", (0.0,))
    box.answers = {BOB: ["451 later", "550 no such user"]}
    assert story.isthmus("digest", "t1").code == 1

    assert [(each.to, each.refused) for each in notes(story)] == [
        ((noted("t1", ANN),), ()),
        ((), (noted("t1", BOB),)),
    ]


def test_the_run_after_one_that_died_sends_it_under_the_same_id_and_says_so(story, box):
    day = digest_day(story)
    begun = (noted("t1", ANN),)
    story.tell("t1", DigestBegun(request="died", day=day, to=begun))
    code, told = story.json("digest", "t1")

    assert (code, told["unsure"]) == (0, [ANN])
    assert story.json("digest", "t1")[1]["unsure"] == []
    story.tell("t1", DigestBegun(request="died-too", day=day - timedelta(days=1), to=begun))
    done = story.isthmus("digest", "t1", "--again")
    assert "A run before this one" not in done.said


def test_it_is_said_that_a_run_before_did_not_tell_how_it_ended(story, box):
    story.tell("t1", DigestBegun(request="r", day=digest_day(story), to=(noted("t1", ANN),)))
    done = story.isthmus("digest", "t1")

    assert f"A run before this one began to send it to {ANN} and did not note" in done.said
    assert f"went to {ANN}, {BOB}." in done.said


def test_who_has_that_of_a_later_day_does_not_get_an_earlier_one(story, box):
    """As where another time zone is set, or a clock was set back."""
    to = (noted("t1", ANN), noted("t1", BOB))
    later = digest_day(story) + timedelta(days=1)
    story.tell("t1", DigestSent(request="r", day=later, to=to))

    assert story.isthmus("digest", "t1").code == 0
    assert box.mails == []
    far = later + timedelta(days=700)
    story.tell("t1", DigestSent(request="r", day=far, to=to))
    story.isthmus("digest", "t1")
    assert len(box.mails) == 1


def test_it_is_shown_here_and_sent_to_nobody(story, box):
    done = story.isthmus("digest", "t1", "--print")

    assert (done.code, box.mails, story.asked) == (0, [], [])
    assert done.out.startswith("Subject: Isthmus, t1, ")
    assert "1 matter needs somebody" in done.out
    assert "* Harbour Books: invoice 136 of MediaOS, 1,861.08" in done.out
    code, told = story.json("digest", "t1", "--print")
    assert (code, told["waits"][0]["number"]) == (0, 1)


def test_what_holds_a_tenant_up_is_told_by_its_own_clock(story):
    """In words, without a key of ours; whoever locked it, a side or a person."""
    settings = TenantSettings(time_zone="America/New_York")
    pause = Pause(since=START, by="Ada", reason="month end")
    off = Suspension(
        id="s1",
        version=1,
        lane=LANE,
        side=Side.QBO,
        reason="revoked",
        detail="its consent was taken back",
        since=START,
    )
    story.tell("t1", SettingsChanged(request="r3", settings=settings))
    story.tell("t1", CompanySeen(company=Company(realm="9130", home="USD")))
    story.tell("t1", TenantPaused(request="p1", pause=pause))
    story.tell("t1", Suspended(request="r4", suspension=off))
    story.tell("t1", *(removed(number) for number in range(3)), removed(3, guard="mediaos-1"))
    until, reason = START.replace(year=2999), "March is closed by hand"
    locked = LockedOut(lockout="l1", lane="t1/qbo/58", until=until, reason=reason)
    story.tell("t1/qbo/58", locked)

    text = " ".join(story.isthmus("digest", "t1", "--print").out.split())

    assert f"Nothing goes to QuickBooks since {IN_NEW_YORK}: revoked" in text
    assert f"Paused since {IN_NEW_YORK} by Ada: month end." in text
    assert (
        "Much was removed in MediaOS at once: what is to be removed in QuickBooks too waits for "
        f"your word since {IN_NEW_YORK}; 3 documents of 3,600.00 USD in all went before."
    ) in text
    assert "The changes of customer 58 of QuickBooks wait: March is closed by hand." in text
    assert "t1/qbo/58" not in text


def test_a_connection_whose_tokens_are_gone_is_told_though_nothing_has_met_that(
    story, tmp_path, monkeypatch
):
    url = f"sqlite:///{tmp_path}/connections"
    monkeypatch.setenv("ISTHMUS_CONNECTIONS_URL", url)
    monkeypatch.setenv("ISTHMUS_TOKEN_KEY", new_key())
    # Where the database is not within reach nobody is called unconnected.
    before = story.isthmus("digest", "t1", "--print")
    assert (before.code, "cannot be used" in before.said) == (0, False)

    bring_up(create_engine(url))

    told = story.isthmus("digest", "t1", "--print").said
    assert "Nothing goes now: the connection to QuickBooks cannot be used." in told
    assert (
        "The connection to QuickBooks cannot be used: its tokens are gone. Connect it again, as "
        "the Master Administrator of the company."
    ) in told


def test_to_whom_the_command_names_alone(story, box):
    assert story.isthmus("digest", "t1", "--to", "eve@example.com").code == 0
    assert [received for _, received, _ in box.mails] == [["eve@example.com"]]
    assert story.isthmus("digest", "t1").code == 0
    assert box.mails[1][1] == [ANN, BOB]


def test_nothing_waits_is_told_or_kept_silent(world, box):
    world.tell("t1", TenantConnected(request="r1", connection=COMPANY))
    world.tell("t1", WentLive(request="r2", live=Live(realm="9130", by="ada")))
    world.tell("t1", product_seen())

    done = world.isthmus("digest", "t1", "--unless-nothing")
    assert (done.code, box.mails, world.asked) == (0, [], [])
    assert "nobody is told" in done.said
    assert world.isthmus("digest", "t1").code == 0
    assert "Nothing waits" in box.mails[0][2]["Subject"]


def test_a_ledger_that_differs_breaks_the_silence(world, box):
    world.tell("t1", TenantConnected(request="r1", connection=COMPANY))
    world.tell("t1", WentLive(request="r2", live=Live(realm="9130", by="ada")))
    kept = Reconciled(at=START, differs=1, waits=0)
    world.tell("t1", ReconciliationKept(request="r3", reconciled=kept))

    assert world.isthmus("digest", "t1", "--unless-nothing").code == 0
    assert "The ledgers differed" in box.mails[0][2]["Subject"]


def test_the_console_is_named_where_its_address_is_set(story, box, monkeypatch):
    monkeypatch.setenv("ISTHMUS_GATEWAY_URL", "https://isthmus.example")
    assert (
        "https://isthmus.example/console/t/t1/attention"
        in story.isthmus("digest", "t1", "--print").out
    )


@pytest.mark.parametrize(
    ("unset", "told"),
    [
        ("ISTHMUS_DIGEST_TO", "Nobody is named who gets the digest of t1"),
        ("ISTHMUS_SMTP_HOST", "ISTHMUS_SMTP_HOST is not set"),
        ("ISTHMUS_DIGEST_FROM", "ISTHMUS_DIGEST_FROM is not set"),
    ],
)
def test_what_lacks_is_named(story, box, monkeypatch, unset, told):
    monkeypatch.delenv(unset)
    done = story.isthmus("digest", "t1")
    assert (done.code, box.mails, story.asked) == (1, [], [])
    assert told in done.told


def test_a_webhook_wants_a_secret_and_its_address_is_never_shown(story, monkeypatch):
    monkeypatch.setenv("ISTHMUS_DIGEST_WEBHOOK_URL", "http://127.0.0.1:1/key-of-ours")
    assert "ISTHMUS_DIGEST_WEBHOOK_SECRET is not set" in story.isthmus("digest", "t1").told
    monkeypatch.setenv("ISTHMUS_DIGEST_WEBHOOK_SECRET", "known-to-both")
    code, told = story.json("digest", "t1")

    assert (code, list(told["refused"])) == (1, [WEBHOOK])
    assert "key-of-ours" not in json.dumps(told)


def test_both_ways_go_by_themselves(story, box, monkeypatch):
    monkeypatch.setenv("ISTHMUS_DIGEST_WEBHOOK_URL", "http://127.0.0.1:1/key-of-ours")
    monkeypatch.setenv("ISTHMUS_DIGEST_WEBHOOK_SECRET", "known-to-both")
    done = story.isthmus("digest", "t1")

    assert (done.code, len(box.mails)) == (1, 1)
    assert f"It did not reach {WEBHOOK}: nobody answers there" in done.said
    assert notes(story)[0].to == (noted("t1", ANN), noted("t1", BOB))


def bury(world, key, reason, *, topic="mediaos-changes", offset=0, at=START):
    letter = DeadLetter(
        topic=topic, partition=0, offset=offset, key=key, reason=reason, value=b"{", at=at
    )
    world.publish("isthmus-dead-letters", b"", encode(letter))


def test_what_could_not_be_used_is_told_by_reason_with_who_can_mend_it(story):
    day = timedelta(days=1)
    for offset in range(3):
        bury(story, b"t1/mediaos/42", "total: expected an amount", offset=offset, at=START - day)
    bury(story, b"t1/qbo/58", "no such record", topic="quickbooks-notices")
    bury(story, b"t1/mediaos/42", "a rule raised KeyError", topic="isthmus-intake")
    bury(story, b"t2/mediaos/1", "another tenant's, a secret")
    done = story.isthmus("digest", "t1", "--print")

    assert "Could not be used: 5 records" in done.said
    assert "* 3 records told by MediaOS, the oldest for " in done.said
    assert ": total: expected an amount" in done.said
    assert "* 1 record told by QuickBooks, the oldest for " in done.said
    assert "* 1 record told by Isthmus itself, the oldest for " in done.said
    assert "Have the system that is named tell them anew, corrected" in done.said
    assert "a secret" not in done.out
    assert "6 matters need somebody" in done.said
    told = story.json("digest", "t1", "--print")[1]
    first = {"told_by": "MediaOS", "reason": "total: expected an amount", "number": 3}
    assert told["letters"][0] == {
        **first,
        "oldest": (START - day).isoformat(),
    }


def test_of_many_reasons_some_are_named_and_all_counted(story):
    for number in range(MOST_LETTERS + 3):
        bury(story, b"t1/mediaos/42", f"Ann\r\nBcc: x {number} " + "z" * 900, offset=number)
    done = story.isthmus("digest", "t1", "--print")

    assert f"Could not be used: {MOST_LETTERS + 3} records" in done.said
    assert done.out.count("told by MediaOS") == MOST_LETTERS
    assert "and 3 more" in done.said
    assert len(done.out) < 8_000
    assert not any(line.startswith("Bcc") for line in done.out.splitlines())


def test_dead_letters_break_the_silence_and_are_told_in_each_form(world, box):
    world.tell("t1", TenantConnected(request="r1", connection=COMPANY))
    world.tell("t1", WentLive(request="r2", live=Live(realm="9130", by="ada")))
    bury(world, b"t1/mediaos/42", "total: expected <b>an amount</b>")
    assert world.isthmus("digest", "t1", "--unless-nothing").code == 0

    [(_, _, got)] = box.mails
    for form in ("plain", "html"):
        text = got.get_body((form,)).get_content()
        assert "Could not be used: 1 record" in text
        assert "Nothing waits" not in text
    assert "expected &lt;b&gt;an amount" in got.get_body(("html",)).get_content()


def test_dead_letters_that_nobody_could_read_are_said_not_to_be_known(story):
    story.unreadable = TopicMissingError(Cluster(brokers="k1:9092"), "isthmus-dead-letters")
    done = story.isthmus("digest", "t1", "--print")
    assert "the dead letters could not be read" in done.said


def test_nobody_is_told_that_all_is_well_while_a_part_of_what_happened_cannot_be_read(world):
    world.tell("t1", TenantConnected(request="r1", connection=COMPANY))
    world.tell("t1", WentLive(request="r2", live=Live(realm="9130", by="ada")))
    assert "In step" in world.isthmus("digest", "t1", "--print").said
    lane = "t2/mediaos/9"
    record = JournalRecord(term=TERM, lane=lane, at=START, facts=(customer_seen(),))
    value = encode(record).replace(b"seen", b"glanced")
    world.journal.keep(world.partition_of(lane), lane.encode(), value)

    done = world.isthmus("digest", "t1", "--print")

    assert "A part of what happened cannot be read, so whether all is on both sides" in done.said
    assert "In step" not in done.said


def test_a_partition_that_stands_still_for_anothers_lock_is_told_and_needs_nobody(world):
    world.tell("t1", TenantConnected(request="r1", connection=COMPANY))
    world.tell("t1", WentLive(request="r2", live=Live(realm="9130", by="ada")))
    locked = LockedOut(lockout="l1", lane="t2/qbo/58", until=FAR, reason="their books are shut")
    world.tell("t2/qbo/58", locked)
    done = world.isthmus("digest", "t1", "--print")

    assert "1 lock of others may hold up some customers here, until" in done.said
    assert "whoever runs Isthmus can end that" in done.said
    assert "their books" not in done.out
    assert "t2" not in done.out
    assert "Nothing waits" in done.said


def test_of_many_locked_customers_some_are_named_and_all_counted(story, box):
    for number in range(MOST_HOLDS + 5):
        lane = f"t1/mediaos/{number + 1000}"
        named = replace(customer_seen().change.record, name="Ann\r\nBcc: x " * 70)
        told = customer_seen()
        story.tell(lane, replace(told, change=replace(told.change, record=named)))
        story.tell(lane, LaneWaited(why="locked", until=FAR, lockout=f"lock-{number}"))
    done = story.isthmus("digest", "t1", "--print")

    assert done.out.count("! The changes of ") == MOST_HOLDS + 1
    assert "The changes of 5 customers more wait so." in done.out
    assert len(done.out) < 20_000
    assert not any(line.startswith("Bcc") for line in done.out.splitlines())
    assert f"{MOST_HOLDS + 6} matters need somebody" in done.out


@pytest.mark.parametrize(
    "wrong",
    ["ann", "Ann <ann@example.com>", "a@b\r\nBcc: c@d.example", "@", "a..b@c.example"],
)
def test_what_is_no_address_is_refused_before_anything_is_sent(story, box, wrong):
    done = story.isthmus("digest", "t1", "--to", wrong)
    assert (done.code, box.tried) == (1, [])
    assert "expected an address of e-mail" in done.told
    assert "Bcc: c" not in done.err.splitlines()
