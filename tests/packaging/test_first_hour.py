"""Do the pages work as they stand there, for somebody who has only cloned this?

One demo is played and left running as the first screen says; all that begins there is typed into
a shell that knows what that page told it, and no more.
"""

import json
import re
import shutil

import pytest

from tests.packaging.fresh_clone import clone, interrupted, typed
from tests.packaging.page_blocks import mine
from tests.testing.means import missing

#: When a demo hangs that is played on a busy machine, and when what is typed after it does.
PLAYED_SECONDS, TYPED_SECONDS = 1200, 400

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.deployed,
    pytest.mark.slow,
    # The demo's own limit and that of one block more.
    pytest.mark.timeout(PLAYED_SECONDS + TYPED_SECONDS + 60),
]

PLAY, BOOKS, PUBLISH, RINGS, END = (block.text for block in mine("README.md", __file__))
[CURL] = mine("schemas/README.md", __file__)
[ERASING] = mine("deploy/erasing.md", __file__)
[UPGRADE] = mine("deploy/upgrade.md", __file__)
OPERATING, CONNECTING, DIGEST, LOGS = (
    block.text for block in mine("deploy/operating.md", __file__)
)
#: Where a person consents, as `isthmus connect` shows it.
LINK = r"^http://\S+/connect/\S+$"
KNOWN = ". .venv/bin/activate; . .local/demo/env\n"
#: What the pages call so, and what it is in the demo.
CALLED = {
    r"\bTENANT\b": "demo",
    r"\bPRODUCT ITEM\b": "112 12",
    r"\binvoice([ /])136\b": r"invoice\g<1>20001",
    r"\bdigest t1\b": "digest demo",
}

#: What the demo has no such thing for, or does not want; each says what is so.
REFUSED = {
    "isthmus map line-types add 11 23": "QuickBooks has no item 23",
    "isthmus map classes add 101 7": "QuickBooks has no class 7",
    "isthmus push invoice 20001": "Invoice 20001 of MediaOS is not parked",
    "isthmus retry invoice 20001": "Invoice 20001 of MediaOS is not parked",
    "isthmus link customer 42 500": "No customer 42 of MediaOS has come in",
    'isthmus note invoice 20001 --owner vera --note "asked the agency"': "is not parked",
    "isthmus retry-now demo": "is paused by",
    "isthmus confirm demo": "Nothing of tenant demo waits",
    "isthmus digest demo --to ann@example.com": "ISTHMUS_",
}


#: What says by its status that something waits, of which nobody has to do anything here.
WAITS = {"isthmus ledger check": 3}


class Newcomer:
    """Somebody at a shell in which the first block was typed."""

    def __init__(self, folder):
        self.folder = folder

    def types(self, script, code=0, seconds=TYPED_SECONDS):
        """Type more; return what is shown."""
        said = typed(KNOWN + script, self.folder, seconds)
        assert said.code == code, f"{script}\n{said.text}"
        assert "Traceback" not in said.text, said.text
        return said.text

    def types_or_is_refused(self, commands):
        """Type commands that are carried out, or are of those that the demo refuses."""
        wrong = []
        for command in commands:
            refused = REFUSED.get(command, "")
            said = typed(KNOWN + command, self.folder, TYPED_SECONDS)
            code = 1 if refused else WAITS.get(command, 0)
            told = " ".join(said.text.split())
            if said.code != code or refused not in told or "Traceback" in told:
                wrong.append((command, *said))
        assert wrong == []


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory):
    folder = clone(tmp_path_factory.mktemp("clone"))
    try:
        played = typed(PLAY, folder, PLAYED_SECONDS)
        assert played.code == 0, played.text[-5000:]
        assert "The ledgers agree" in played.text
        yield Newcomer(folder)
    finally:
        ended = typed(KNOWN + END, folder, TYPED_SECONDS)
        assert "Ended: quickbooks, mediaos, gateway, worker-1, worker-2." in ended.text


def test_an_accountant_finds_what_waits_its_story_and_both_books(newcomer):
    # The day leaves a bounced check to be seen: nobody has to do anything, and the books say so.
    said = newcomer.types(BOOKS, code=3)

    address, token = re.search(r"^(http://\S+/console), token (\S+)$", said, re.MULTILINE).groups()
    assert "Nothing is parked" in said
    assert "are one." in said
    assert "The ledgers agree except 2 documents that wait" in said
    page = newcomer.types(f"curl -sS -L {address}")
    assert "Your token" in page
    assert token not in page


def test_a_service_publishes_over_http_and_by_kafka_and_it_is_one(newcomer):
    said = newcomer.types(PUBLISH)

    assert '"status":202' in said
    assert re.search(r"mediaos-changes/\d+/\d+", said)
    assert len(re.findall(r"^901 .*unmapped", said, re.MULTILINE)) == 1


def test_who_is_called_sees_what_is_wrong_and_stops_and_starts_a_tenant(newcomer):
    said = newcomer.types(RINGS)

    assert re.search(r"^0 faults", said, re.MULTILINE)
    assert "isthmus_partitions_owned" in said


def test_the_request_that_the_publishers_page_shows_is_answered(newcomer):
    here = CURL.text.replace("https://gateway.example", "$GATEWAY").replace("curl", "curl -sS")

    said = newcomer.types(here)

    # Its tenant is connected nowhere here, and that is all that is wrong with it.
    assert re.findall(r'"path":"(\w+)"', said) == ["tenant"]


def test_what_the_journal_says_of_a_customer_is_found(newcomer):
    one_broker = ERASING.text.replace("describe ", "describe --single-node ")

    said = newcomer.types(one_broker.replace("customer 42", "customer 1001"))

    assert "isthmus-journal" in said
    assert '"mediaos/customer/1001"' in said


def test_a_new_release_finds_what_there_is(newcomer):
    said = newcomer.types(re.sub(r"(create|doctor)", r"\1 --single-node", UPGRADE.text))

    assert re.search(r"^0 faults", said, re.MULTILINE)


def commands(block):
    """Return each command of a block, with what the demo has for what it names."""
    for line in block.splitlines():
        command = line.partition("  #")[0].strip()
        for name, here in CALLED.items():
            command = re.sub(name, here, command)
        yield command


def test_one_document_is_followed_through_the_log(newcomer):
    if shutil.which("jq") is None:
        missing("jq is missing: install Debian's package jq (.ci/run does)")
    newcomer.types("cat .local/demo/worker-1.log .local/demo/worker-2.log > worker.log")
    decisions, whose, a_write = commands(LOGS)

    told = [json.loads(line) for line in newcomer.types(decisions).splitlines()]
    [write] = {each["request"] for each in told if each.get("what") == "create"}
    [there] = {each["qbo"] for each in told if each["message"] == "linked"}

    assert {"decided", "carried out", "linked"} <= {each["message"] for each in told}
    assert '"mediaos/invoice/20001"' in newcomer.types(whose.replace("266", there)).splitlines()
    assert write in newcomer.types(a_write.replace("REQUEST", write))


def test_what_waits_is_told_to_those_who_keep_the_books(newcomer):
    newcomer.types_or_is_refused(commands(DIGEST))


def test_an_operator_s_commands_are_carried_out_or_refused_in_words(newcomer):
    newcomer.types_or_is_refused(commands(OPERATING))
    assert "paused since" in newcomer.types("isthmus status")
    newcomer.types("isthmus resume demo")


def test_a_company_is_connected_and_taken_away_as_the_page_says(newcomer):
    connect, *others, disconnect = commands(CONNECTING)
    # It waits for a person in a browser; what ends it here is a Ctrl-C, a single one.
    shown = interrupted(f"{KNOWN}{connect}", newcomer.folder, LINK, TYPED_SECONDS)
    for command in others:
        newcomer.types(command)

    assert re.search(LINK, shown, re.MULTILINE), shown
    assert "Traceback" not in shown
    assert "t1 is not connected" in newcomer.types(f"{disconnect} --yes", code=1)
