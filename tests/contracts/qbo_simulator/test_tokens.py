"""How does a client come by its tokens, and lose them? quickbooks-online.md 0 and 1."""

import asyncio
import re
from html import unescape

import httpx
import pytest
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes

BACK = "http://127.0.0.1/callback"
AUTH = httpx.BasicAuth("app", "app-secret")


async def refresh(http, token, **headers):
    form = {"grant_type": "refresh_token", "refresh_token": token}
    return await http.post("/oauth2/v1/tokens/bearer", data=form, auth=AUTH, headers=headers)


async def test_a_refresh_hands_out_new_tokens_and_their_lifetimes(simulator, http):
    old = simulator.grant()

    answer = (await refresh(http, old["refresh_token"])).json()

    assert answer["refresh_token"] != old["refresh_token"]
    assert answer["access_token"] != old["access_token"]
    assert (answer["token_type"], answer["expires_in"]) == ("bearer", 3600)
    assert answer["x_refresh_token_expires_in"] == 8_640_000


@pytest.mark.parametrize(
    ("rotation", "hours", "status"),
    [("immediate", 0, 400), ("grace24h", 23, 200), ("grace24h", 24, 400), ("keep", 99, 200)],
)
async def test_the_previous_refresh_token_lives_as_the_rotation_mode_says(
    simulator, http, clock, rotation, hours, status
):
    simulator.change_settings({"rotation": rotation})
    old = simulator.grant()["refresh_token"]
    await refresh(http, old)
    clock.advance(minutes=60 * hours)

    answer = await refresh(http, old)

    assert answer.status_code == status
    if status == 400:
        described = "Incorrect or invalid refresh token"
        assert answer.json() == {"error": "invalid_grant", "error_description": described}


async def test_within_the_rotation_window_the_same_refresh_token_comes_back(simulator, http):
    simulator.change_settings({"rotate_after_seconds": 86_400})
    old = simulator.grant()["refresh_token"]

    assert (await refresh(http, old)).json()["refresh_token"] == old


async def test_reusing_a_superseded_token_can_cost_the_new_one_as_well(simulator, http):
    simulator.change_settings({"reuse_revokes_family": True})
    old = simulator.grant()["refresh_token"]
    new = (await refresh(http, old)).json()["refresh_token"]

    await refresh(http, old)

    assert (await refresh(http, new)).json()["error"] == "invalid_grant"


async def test_wrong_client_credentials_are_invalid_client(simulator, http):
    form = {"grant_type": "refresh_token", "refresh_token": simulator.grant()["refresh_token"]}

    answer = await http.post("/oauth2/v1/tokens/bearer", data=form, auth=("app", "guess"))

    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


async def test_a_refresh_token_dies_after_a_hundred_idle_days(simulator, http, clock):
    old = simulator.grant()["refresh_token"]
    clock.advance(days=100)

    assert (await refresh(http, old)).json()["error"] == "invalid_grant"


async def test_five_years_after_consent_no_refresh_helps(simulator, http, clock):
    token = simulator.grant()["refresh_token"]
    for _ in range(20):
        clock.advance(days=90)
        token = (await refresh(http, token)).json()["refresh_token"]
    answer = await refresh(http, token, **{"x-include-refresh-token-hard-expires-in": "true"})
    left = answer.json()["x_refresh_token_hard_expires_in"]
    clock.advance(seconds=left)

    assert left == 25 * 86_400
    assert (await refresh(http, answer.json()["refresh_token"])).status_code == 400


async def consent(http, **different):
    """What the browser is sent back with."""
    asked = {
        "client_id": "app",
        "redirect_uri": BACK,
        "state": "s1",
        "response_type": "code",
        "scope": "com.intuit.quickbooks.accounting",
        **different,
    }
    sent_back = (await http.get("/connect/oauth2", params=asked)).headers["location"]
    return httpx.URL(sent_back).params


async def test_a_consent_that_is_refused_or_asked_for_wrongly_sends_back_the_error(http, simulator):
    simulator.change_settings({"consent": "refused"})

    assert dict(await consent(http)) == {"error": "access_denied", "state": "s1"}
    assert dict(await consent(http, scope="openid")) == {"error": "invalid_scope", "state": "s1"}


async def test_the_page_of_consent_asks_and_its_links_answer(http, simulator):
    simulator.change_settings({"consent": "asked"})
    asked = f"/connect/oauth2?client_id=app&redirect_uri={BACK}&state=s1&response_type=code"
    asked += "&scope=com.intuit.quickbooks.accounting"

    page = (await http.get(asked)).text
    yes, no = (unescape(link) for link in re.findall('href="([^"]*)"', page))

    assert "code" in httpx.URL((await http.get(yes)).headers["location"]).params
    refused = httpx.URL((await http.get(no)).headers["location"]).params
    assert refused["error"] == "access_denied"


@pytest.mark.parametrize(
    ("rotate_after_seconds", "hours", "same"),
    [(0, 0, False), (86_400, 23, True), (86_400, 24, False), (10**9, 2000, True)],
    ids=["every time", "not yet a day", "daily", "never"],
)
async def test_the_value_of_a_refresh_token_changes_as_often_as_it_is_set(
    simulator, http, clock, rotate_after_seconds, hours, same
):
    simulator.change_settings({"rotate_after_seconds": rotate_after_seconds})
    old = simulator.grant()["refresh_token"]
    clock.advance(minutes=60 * hours)

    new = (await refresh(http, old)).json()["refresh_token"]

    assert (new == old) is same


async def test_an_authorization_code_is_exchanged_once_and_names_its_realm(http, simulator):
    answer = await consent(http)
    form = {"grant_type": "authorization_code", "code": answer["code"], "redirect_uri": BACK}

    first = await http.post("/oauth2/v1/tokens/bearer", data=form, auth=AUTH)
    again = await http.post("/oauth2/v1/tokens/bearer", data=form, auth=AUTH)

    assert (answer["state"], answer["realmId"]) == ("s1", simulator.realm)
    assert simulator.tokens.realm_of(first.json()["access_token"]) == simulator.realm
    assert again.json()["error_description"] == "Invalid authorization code"


async def test_an_expired_access_token_gets_the_gateways_fault(api, clock):
    clock.advance(seconds=3600)

    status, body = await api.get("invoice/1")

    assert status == 401
    assert body["fault"]["type"] == "AUTHENTICATION"
    assert body["fault"]["error"][0]["code"] == "3200"
    assert body["time"] == int(clock().timestamp() * 1000)


async def test_a_token_for_another_company_is_forbidden(api, simulator):
    simulator.add_company("77")
    api.realm = "77"

    status, body = await api.get("preferences")

    assert (status, body["fault"]["error"][0]["code"]) == (403, "3100")


async def test_a_form_revokes_as_json_does_and_nothing_else_is_read(http, simulator):
    token = simulator.grant()["refresh_token"]
    address = "/v2/oauth2/tokens/revoke"

    odd = [b"", b"\xff", b"[]", b'{"token": null}', b"token=", b"[" * 100_000]
    refused = [(await http.post(address, content=body, auth=AUTH)).status_code for body in odd]
    answer = await http.post(address, data={"token": token}, auth=AUTH)
    again = await http.post(address, data={"token": token}, auth=AUTH)

    assert refused == [400] * len(odd)
    assert (answer.status_code, again.status_code) == (200, 400)


@pytest.mark.parametrize("sent", ["Basic é", "Basic =", "Basic", "Bearer x"])
async def test_odd_credentials_are_no_credentials(http, sent):
    headers = {"authorization": sent.encode("latin-1")}
    answer = await http.post("/oauth2/v1/tokens/bearer", content=b"\xff", headers=headers)

    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


async def test_a_revoked_connection_is_worth_nothing(api, http, simulator):
    tokens = simulator.grant()
    body = {"token": tokens["refresh_token"]}

    answer = await http.post("/v2/oauth2/tokens/revoke", json=body, auth=AUTH)

    assert answer.status_code == 200
    assert (await refresh(http, tokens["refresh_token"])).status_code == 400
    assert (await api.get("preferences"))[0] == 401


async def test_intuits_own_client_finds_the_addresses_and_refreshes(served):
    tokens = served.simulator.grant()

    def use_it() -> AuthClient:
        client = AuthClient(
            "app",
            "app-secret",
            "http://127.0.0.1/callback",
            f"{served.url}/.well-known/openid_sandbox_configuration/",
        )
        client.get_authorization_url([Scopes.ACCOUNTING])
        client.refresh(refresh_token=tokens["refresh_token"])
        return client

    client = await asyncio.to_thread(use_it)

    assert client.token_endpoint == f"{served.url}/oauth2/v1/tokens/bearer"
    assert served.simulator.tokens.realm_of(client.access_token) == served.simulator.realm
