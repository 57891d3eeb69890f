"""Where Intuit's discovery document, and who answers, may send our secret."""

from contextlib import nullcontext
from io import BytesIO

import msgspec
import pytest
import requests
from requests.adapters import BaseAdapter

from streams.remotes.quickbooks import oauth
from streams.remotes.quickbooks.oauth import Exchange, NotSent

NAMES = ("auth_endpoint", "token_endpoint", "revoke_endpoint")


class Client(nullcontext):
    """What intuit-oauth makes of a document; to use it is a fault of this test."""

    def __init__(self, **endpoints):
        super().__init__(self)
        vars(self).update(dict.fromkeys(NAMES, "https://intuit.example"), **endpoints)


def exchange(monkeypatch, discovery, **endpoints):
    monkeypatch.setattr(oauth, "_BoundedClient", lambda *_: Client(**endpoints))
    return Exchange(client_id="app", client_secret="secret", discovery_url=discovery)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("address", ["http://intuit.example/token", "", None, "//intuit.example"])
@pytest.mark.parametrize("discovery", ["https://intuit.example", "HTTPS://intuit.example"])
async def test_a_document_that_names_an_address_without_tls_is_not_followed(
    monkeypatch, name, address, discovery
):
    asked = exchange(monkeypatch, discovery, **{name: address})

    for answer in (
        await asked.refresh("r"),
        await asked.redeem("c", "https://here"),
        await asked.revoke("r"),
        await asked.consent("s", "https://here"),
    ):
        assert answer == NotSent(detail="Intuit's discovery document names an address without TLS")


TLS, OPEN = "https://intuit.example", "http://intuit.example"
ENDPOINTS = ("authorization", "token", "revocation", "userinfo")
DOCUMENT = {f"{each}_endpoint": f"{TLS}/{each}" for each in ENDPOINTS}
DOCUMENT |= {"issuer": TLS, "jwks_uri": TLS}


class Answers(BaseAdapter):
    """Plays Intuit: by address the status, where one is sent on to, and the body."""

    def __init__(self, by_address):
        super().__init__()
        self.by_address = by_address
        self.asked = []

    def send(self, request, **_):
        self.asked.append(request.url)
        answer = requests.Response()
        answer.status_code, to, body = self.by_address[request.url]
        answer.headers.update({"Location": to} if to else {})
        answer.url, answer.request, answer.raw = request.url, request, BytesIO(body)
        return answer

    def close(self):
        """Hold nothing."""


@pytest.fixture
def answers(monkeypatch):
    """Have addresses answered by a table."""

    def play(**more):
        found = {TLS + "/": (200, None, msgspec.json.encode(DOCUMENT))}
        adapter = Answers(found | {f"{TLS}/{name}": each for name, each in more.items()})
        monkeypatch.setattr(requests.Session, "get_adapter", lambda *_: adapter)
        return adapter

    return play


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("to", [f"{OPEN}/token", "https://elsewhere.example/token", "/revocation"])
async def test_a_token_goes_to_the_address_that_was_named_and_no_further(answers, status, to):
    intuit = answers(token=(status, to, b""), revocation=(status, to, b""))
    asked = Exchange(client_id="app", client_secret="secret", discovery_url=f"{TLS}/")

    told = f"Intuit's token endpoint answered {status}, which is not followed"
    for answer in (
        await asked.refresh("r"),
        await asked.redeem("c", "https://here"),
        await asked.revoke("r"),
    ):
        assert answer == NotSent(detail=told)
    assert set(intuit.asked) == {f"{TLS}/", f"{TLS}/token", f"{TLS}/revocation"}


async def test_a_document_is_looked_for_elsewhere_by_tls_alone(answers):
    body = msgspec.json.encode(DOCUMENT)
    there = answers(moved=(301, "/", b""), open=(301, f"{OPEN}/", b""))
    there.by_address[f"{OPEN}/"] = (200, None, body)

    def asked(path):
        return Exchange(client_id="app", client_secret="secret", discovery_url=f"{TLS}/{path}")

    assert isinstance(await asked("moved").consent("s", "https://here"), str)
    assert await asked("open").consent("s", "https://here") == NotSent(
        detail="Intuit's discovery document: InvalidSchema"
    )
    assert f"{OPEN}/" not in there.asked
