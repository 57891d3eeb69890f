"""What stands in the log of what people do: whose it was, by no name."""

import hashlib
import logging

from tests.unit.gateway.console.conftest import OTTO, secret_of
from tests.unit.gateway.console.journal_words import (
    LANE,
    REFUSED,
    connected,
    customer,
    invoice,
    live,
    parked,
)

PAGE = "/console/t/t1/attention"
ROW = {"lane": LANE, "document": "mediaos/invoice/136"}


def logged(caplog):
    return [vars(each) for each in caplog.records if each.name.startswith("isthmus")]


async def test_who_logs_in_and_asks_is_logged_by_a_digest_and_the_role(world, caplog):
    caplog.set_level(logging.DEBUG)
    world.tell("t1", connected(), live())
    world.tell(LANE, customer(), invoice(), parked(park=REFUSED))
    async with world.open() as served:
        otto = await served.browser(OTTO)
        page = await otto.get(PAGE)
        note = {"owner": "Vera Mint", "note": "ask Eve Stone"}
        await otto.post(PAGE, data={"secret": secret_of(page), "do": "note", **ROW, **note})

    [(_, _, request)] = world.asked
    said = logged(caplog)
    who = hashlib.sha256(b"otto").hexdigest()[:8]
    [login] = [each for each in said if each["msg"] == "console login"]
    [asked] = [each for each in said if each["msg"] == "asked in the console"]
    assert (login["who"], asked["who"], asked["request"]) == (who, who, request.id)
    assert (asked["what"], asked["role"], request.by) == ("note", "operator", "otto")
    for name in ("otto", "Vera", "Eve"):
        assert not any(name in str(each) for each in said)
