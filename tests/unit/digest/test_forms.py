"""What the digest says, in each of its three forms, to whom keeps the books."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest

from agents.digest import words
from agents.digest.digest import MOST_NAMED, Digest, Row, SideTold
from agents.digest.document import as_document, as_json
from agents.digest.letter import letter
from agents.digest.page import as_html
from agents.digest.text import WIDTH, as_text
from agents.rules.documents.waiting_sort import Sort
from schemas.tenant_state import Reconciled

#: In New York it is the evening before.
AT = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")
PARKED = Row(
    sort=Sort.PARKED,
    reason="unmapped-product",
    customer="Harbour Books",
    called="invoice 136",
    amount=Decimal("1861.08"),
    currency="",
    why="product 7 of MediaOS is not mapped",
    since=AT - timedelta(days=3),
)
IN_EUROS = replace(PARKED, called="invoice 137", amount=Decimal(1200), currency="EUR")
CONFLICT = replace(PARKED, sort=Sort.CONFLICT, reason="conflict", called="invoice 9")
ONE_SIDED = replace(PARKED, sort=Sort.ONE_SIDED, reason="one-sided", called="payment 5")
IN_STEP = Digest(
    tenant="t1",
    at=AT,
    zone=NEW_YORK,
    headline="In step: everything that is known is on both sides.",
    is_well=True,
    sides=(SideTold(called="MediaOS", until=AT, is_late=False),),
    holds=(),
    rows=(),
    home="USD",
    reconciled=Reconciled(at=AT - timedelta(hours=4), differs=0, waits=0),
    link="https://isthmus.example/console/t/t1/attention",
)
WAITS = replace(
    IN_STEP,
    headline="3 matters need somebody.",
    is_well=False,
    sides=(
        SideTold(called="MediaOS", until=AT - timedelta(hours=2), is_late=True),
        SideTold(called="QuickBooks", until=None, is_late=False),
    ),
    rows=(PARKED, IN_EUROS, CONFLICT, ONE_SIDED),
    reconciled=Reconciled(at=AT - timedelta(days=2), differs=2, waits=3, amount=Decimal("12.5")),
)
#: As somebody may call a customer who means ill, or wrote a memo.
HOSTILE = (
    "Ann\r\nBcc: all@example.com\r\n\r\n<script>x</script>\x1b[2J\u202egnp.exe\x00 & {{ 7*7 }}"
)


def test_nothing_that_waits_is_said_so():
    text = as_text(IN_STEP)

    assert "Nothing waits." in text
    assert "In step: everything that is known is on both sides." in text
    assert "They agreed." in text
    assert IN_STEP.says_nothing_new
    assert words.subject(IN_STEP) == (
        "Isthmus, t1, 2026-03-01: Nothing waits. In step: everything that is known is on both sides"
    )


@pytest.mark.parametrize(
    "other",
    [
        replace(IN_STEP, rows=(ONE_SIDED,)),
        replace(IN_STEP, holds=("Paused.",)),
        replace(IN_STEP, is_well=False),
        replace(IN_STEP, unread=("Some was not read.",)),
        replace(IN_STEP, reconciled=WAITS.reconciled),
    ],
)
def test_what_somebody_has_to_know_is_never_left_out_for_silence(other):
    assert not other.says_nothing_new


def test_what_waits_is_told_by_reason_with_its_money_and_what_helps():
    text = as_text(WAITS)

    for told in (
        "t1, 2026-03-01 21:30 (America/New_York)",
        "MediaOS: all changes up to 2026-03-01 19:30 (America/New_York), 2 hours behind",
        "QuickBooks: not read to its end yet",
        "Changed on both sides: 1 document, 1,861.08 USD",
        "Cannot cross yet: 2 documents, 1,861.08 USD and 1,200.00 EUR",
        "Product not mapped: 2 documents, 1,861.08 USD and 1,200.00 EUR",
        "What helps: Map it; what waits for it goes by itself.",
        "* Harbour Books: invoice 136, 1,861.08 USD",
        "* Harbour Books: invoice 137, 1,200.00 EUR",
        "product 7 of MediaOS is not mapped (for 3 days)",
        "2 documents differed, by 12.50 USD in all; 3 documents waited.",
        "https://isthmus.example/console/t/t1/attention",
    ):
        assert told in " ".join(text.split()), told
    assert text.index("Changed on both sides") < text.index("Cannot cross yet")


def test_no_line_is_wider_than_a_mail_but_the_address():
    wide = [line for line in as_text(WAITS).splitlines() if len(line) > WIDTH]
    assert [line for line in wide if "https://" not in line] == []


def test_all_are_counted_and_the_oldest_named():
    many = tuple(
        replace(PARKED, called=f"invoice {n}", since=AT - timedelta(days=n)) for n in range(1, 101)
    )
    text = as_text(replace(WAITS, rows=many))

    assert "Product not mapped: 100 documents, 186,108.00 USD" in text
    assert f"and {100 - MOST_NAMED} more" in text
    assert "invoice 100," in text
    assert "invoice 1," not in text
    assert len(as_html(replace(WAITS, rows=many * 50))) < 20_000


def test_without_a_console_it_is_said_how_the_rest_is_seen():
    assert "isthmus parked --tenant t1" in as_text(replace(WAITS, link=""))
    assert "isthmus parked --tenant t1" in as_html(replace(WAITS, link=""))


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.said = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data):
        self.said.append(data)


def hostile():
    row = replace(PARKED, customer=HOSTILE, called=HOSTILE, why=HOSTILE)
    return replace(WAITS, rows=(row,), holds=(f"Paused by {HOSTILE}",), headline=f"It is {HOSTILE}")


def test_what_others_wrote_is_written_out_in_each_form():
    digest = hostile()
    page = Tags(as_html(digest))
    said = " ".join(page.said)

    assert "script" not in page.tags
    assert page.links == [digest.link]
    assert "<script>x</script>" in said
    assert "{{ 7*7 }}" in said
    for text in (as_text(digest), as_html(digest)):
        assert all(char.isprintable() or char == "\n" for char in text)
        assert not any(line.lstrip().startswith("Bcc:") for line in text.splitlines())


def test_no_header_is_brought_in_by_a_name():
    made = letter(hostile(), "isthmus@example.com", ["ann@example.com"], "here")
    read = message_from_bytes(bytes(made), policy=default)

    assert read["Bcc"] is None
    assert {name.lower() for name in read} == {
        *("subject", "from", "to", "date", "message-id", "auto-submitted"),
        *("mime-version", "content-type"),
    }
    assert read["Subject"].startswith(
        "Isthmus, t1, 2026-03-01: The ledgers differed. It is Ann Bcc: all@"
    )


def test_a_mail_holds_text_and_the_same_as_html():
    to = ["ann@example.com", "bob@example.com"]
    made = letter(WAITS, "isthmus@example.com", to, "here")
    read = message_from_bytes(bytes(made), policy=default)

    assert read.get_content_type() == "multipart/alternative"
    plain, html = read.iter_parts()
    assert plain.get_content().split() == as_text(WAITS).split()
    assert html.get_content().split() == as_html(WAITS).split()
    assert [each.addr_spec for each in read["To"].addresses] == to
    assert str(read["From"]) == "Isthmus <isthmus@example.com>"


def test_a_mail_of_one_day_is_one_and_the_same_and_another_is_not():
    def id_of(digest, installation="here", **how):
        return letter(digest, "isthmus@example.com", ["a@b.example"], installation, **how)[
            "Message-ID"
        ]

    later = replace(WAITS, at=AT + timedelta(minutes=9))
    assert id_of(WAITS) == id_of(later)
    others = {
        id_of(replace(WAITS, tenant="t2")),
        id_of(replace(WAITS, at=AT + timedelta(days=1))),
        id_of(WAITS, "there"),
        id_of(WAITS, again=True),
        id_of(later, again=True),
    }
    assert len(others | {id_of(WAITS)}) == 6


def test_a_program_gets_money_as_text_and_the_text_for_people():
    told = json.loads(as_json(WAITS))

    assert (told["type"], told["tenant"], told["day"]) == ("isthmus.digest.v1", "t1", "2026-03-01")
    assert told["text"] == as_text(WAITS)
    conflict, parked, one_sided = told["waits"]
    assert parked["worth"] == [
        {"amount": "1861.08", "currency": "USD"},
        {"amount": "1200", "currency": "EUR"},
    ]
    [reason] = parked["reasons"]
    assert (reason["reason"], reason["number"], reason["more"]) == ("unmapped-product", 2, 0)
    assert reason["documents"][0]["called"] == "Harbour Books: invoice 136"
    assert reason["documents"][0]["amount"] == "1861.08"
    assert (conflict["sort"], one_sided["sort"]) == ("conflict", "one-sided")
    assert told["reconciled"]["differs"] == 2
    assert as_document(IN_STEP)["nothing_waits"]
