"""Whatever is asked for, an address is the one that httpx would call."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.audit import asking
from streams.remotes.addresses import address

NOWHERE = httpx.ASGITransport(None)
BASES = ["https://quickbooks.example", "https://books.example:8443/", "http://127.0.0.1:1/a/b"]
QUERIES = st.dictionaries(st.sampled_from(["query", "minorversion", "page"]), st.text())


#: Of a transport of its own, which reads no certificates.
CLIENTS = {base: httpx.AsyncClient(base_url=base, transport=NOWHERE) for base in BASES}


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("path", ["/v3/company/91/query", "/invoices/", "/invoice/1 a%2Fé"])
@given(params=QUERIES)
def test_it_is_the_same(base, path, params):
    wanted = CLIENTS[base].build_request("GET", path, params=params or None).url

    assert address(base, path, params) == wanted
    assert asking._address(base, path, tuple(params.items())) == wanted
    assert address(base, path, params).raw_path == wanted.raw_path


def test_what_is_none_is_refused_each_time():
    for _ in range(2):
        with pytest.raises(httpx.InvalidURL):
            address("http://books.example:port", "/invoices/", {})
