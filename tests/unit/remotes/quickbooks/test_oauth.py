"""Where Intuit's discovery document may send our secret."""

from contextlib import nullcontext

import pytest

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
async def test_a_document_that_names_an_address_without_tls_is_not_followed(
    monkeypatch, name, address
):
    asked = exchange(monkeypatch, "https://intuit.example", **{name: address})

    for answer in (
        await asked.refresh("r"),
        await asked.redeem("c", "https://here"),
        await asked.revoke("r"),
        await asked.consent("s", "https://here"),
    ):
        assert answer == NotSent(detail="Intuit's discovery document names an address without TLS")
