from agents.cli.fact_text import tell
from schemas.tenant_facts import TenantConnected, TenantDisconnected, TokenRefreshed
from schemas.tenant_state import Connected

MADE = Connected(version=4, realm="9130", environment="sandbox", installation="here")


def test_what_happens_to_a_connection_is_told_in_words():
    assert tell(TenantConnected(request="r1", connection=MADE)) == (
        "connected to company 9130 (sandbox), version 4"
    )
    assert tell(TokenRefreshed(request="r2", version=5)) == "tokens renewed, version 5"
    assert tell(TenantDisconnected(request="r3")) == "disconnected, request r3"
