"""Both APIs, the time, the gateway and Prometheus, each as it answers on a bad day."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest
import yaml

from agents.cli.doctor.alert_checks import ALERTS, alerts
from agents.cli.doctor.finding import within
from agents.cli.doctor.gateway_checks import gateway
from agents.cli.doctor.side_checks import sides
from tests.testing.qbo_world import REALM, connected

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
GRANT = {"access_token": "a", "refresh_token": "r", "expires_in": 3600}
BASES = ("http://qbo.test", "http://mediaos.test")
RULES = Path(__file__).parents[4] / "deploy/prometheus/alerts.yml"


class Clock:
    def now(self):
        return NOW


@pytest.fixture
def asked():
    """The requests that were made."""
    return []


@pytest.fixture
async def http(asked):
    """A client whose answers are set by host: a status, how far that clock is ahead, or a fault."""
    answers = {"qbo.test": 200, "mediaos.test": 200}
    answers["ahead"] = 0

    def answer(request):
        asked.append(request)
        status = answers[request.url.host]
        if isinstance(status, Exception):
            raise status
        if isinstance(status, httpx.Response):
            return status
        date = format_datetime(NOW + timedelta(seconds=answers["ahead"]), usegmt=True)
        return httpx.Response(status, headers={"Date": date})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        client.answers = answers
        yield client


def tenant(**given):
    made = connected({**GRANT, **given}, NOW)
    return [made]


async def said(http, opened=None):
    opened = tenant() if opened is None else opened
    found = await sides(http, BASES, opened, Clock())
    return {each.check: (str(each.state), each.says) for each in found}


async def test_both_sides_are_asked_one_thing_each_through_a_tenant(http, asked):
    found = await said(http)

    assert {check: state for check, (state, _) in found.items()} == {
        "quickbooks": "ok",
        "mediaos": "ok",
        "clock": "ok",
    }
    quickbooks, mediaos = asked
    assert (quickbooks.method, mediaos.method) == ("GET", "GET")
    assert quickbooks.url.path == f"/v3/company/{REALM}/companyinfo/{REALM}"
    assert quickbooks.headers["Authorization"] == "Bearer a"
    assert str(mediaos.url) == "http://mediaos.test/advertisers/?per_page=1"
    assert mediaos.headers["Authorization"].startswith("Basic ")


async def test_without_a_tenant_no_secret_is_sent_and_any_answer_will_do(http, asked):
    http.answers |= {"qbo.test": 401, "mediaos.test": 404}

    found = await said(http, [])

    assert found["quickbooks"] == (
        "ok",
        "QuickBooks answers; no tenant is connected to ask through.",
    )
    assert found["mediaos"][0] == "ok"
    assert not [each for each in asked if "Authorization" in each.headers]


async def test_a_token_that_has_ended_is_not_renewed_nor_sent(http, asked):
    state, says = (await said(http, tenant(expires_in=-1)))["quickbooks"]

    assert (state, "the access token of" in says) == ("warning", True)
    assert "Authorization" not in asked[0].headers


@pytest.mark.parametrize("side", ["quickbooks", "mediaos"])
@pytest.mark.parametrize(
    ("status", "state", "words"),
    [
        (401, "fault", "does not let t1 in (401): where that stays, `isthmus connect t1`."),
        (403, "fault", "does not let t1 in (403)"),
        (404, "fault", "refuses (404): correct ISTHMUS_"),
        (429, "warning", "is asked too often (429): wait a minute."),
        (503, "fault", "is out of order (503): nothing to do here; see its news."),
        (httpx.ConnectError("no"), "fault", "does not answer at "),
        (httpx.ReadTimeout("no"), "fault", "(ReadTimeout): let this host reach it, or correct "),
    ],
    ids=str,
)
async def test_a_side_that_does_not_do_its_part_is_named_with_what_to_do(
    http, side, status, state, words
):
    http.answers["qbo.test" if side == "quickbooks" else "mediaos.test"] = status

    found = await said(http)

    assert found[side][0] == state
    assert words in found[side][1]
    others = {"quickbooks", "mediaos"} - {side}
    assert [found[other][0] for other in others] == ["ok"]


@pytest.mark.parametrize(
    ("ahead", "state", "words"),
    [
        (1, "ok", "Within 5 s of that of QuickBooks."),
        (-30, "warning", "Our clock is 30 s ahead of that of QuickBooks: have it set by NTP."),
        (3600, "fault", "Our clock is 3600 s behind that of QuickBooks: have it set by NTP."),
    ],
)
async def test_our_clock_is_compared_with_theirs(http, ahead, state, words):
    http.answers["ahead"] = ahead

    assert (await said(http))["clock"] == (state, words)


async def test_where_nobody_answers_the_time_is_not_known(http):
    http.answers |= dict.fromkeys(("qbo.test", "mediaos.test"), httpx.ConnectError("no"))

    assert (await said(http))["clock"][0] == "warning"


NOT_READY = httpx.Response(503, json={"status": "failing", "reasons": ["Kafka is away", "full"]})


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [
        (200, "ok", "It is ready at http://gateway.test:8085."),
        (NOT_READY, "fault", "http://gateway.test:8085 is not ready (503): Kafka is away; full."),
        (404, "fault", "is not ready (404): it is no gateway, or something stands before it"),
        (httpx.ConnectError("no"), "fault", "No gateway answers at http://gateway.test:8085 (Con"),
    ],
    ids=["ready", "unready", "another", "away"],
)
async def test_the_gateway_says_whether_it_is_ready(http, answer, state, words):
    http.answers["gateway.test"] = answer

    [found] = await gateway(http, "http://gateway.test:8085")

    assert found.state == state
    assert words in found.says


def rules(*names, **broken):
    told = [{"name": name, "health": "err" if name in broken else "ok"} for name in names]
    for each in told:
        each["lastError"] = broken.get(each["name"], "")
    return httpx.Response(200, json={"data": {"groups": [{"rules": told}]}})


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [
        (rules(*ALERTS, "Other"), "ok", f"All {len(ALERTS)} rules are loaded."),
        (rules(*ALERTS[2:]), "fault", f"2 of {len(ALERTS)} rules are not loaded ({ALERTS[0]}, "),
        (
            rules(*ALERTS, **{ALERTS[3]: "many-to-many"}),
            "fault",
            f"Prometheus cannot work out {ALERTS[3]}: many-to-many",
        ),
        (404, "fault", "(HTTPStatusError): correct it."),
        (httpx.Response(200, text="<html>"), "fault", "(DecodeError): correct it."),
        (httpx.ConnectError("no"), "fault", "No Prometheus tells its rules at http://prom.test"),
    ],
    ids=["loaded", "missing", "broken", "another", "page", "away"],
)
async def test_prometheus_says_whether_the_rules_are_loaded(http, answer, state, words):
    http.answers["prom.test"] = answer

    [found] = await alerts(http, "http://prom.test/")

    assert found.state == state
    assert words in found.says


async def test_an_answer_that_nobody_expects_is_one_fault_among_what_else_is_found(http):
    http.answers["prom.test"] = httpx.Response(200, text="[" * 100_000)

    [found] = await within("alerts", alerts(http, "http://prom.test/"))

    assert (found.check, found.state) == ("alerts", "fault")
    assert "What answers is not understood (RecursionError)" in found.says


def test_the_rules_are_those_of_the_file():
    groups = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    found = [rule["alert"] for group in groups for rule in group["rules"] if "alert" in rule]

    assert found == list(ALERTS)
