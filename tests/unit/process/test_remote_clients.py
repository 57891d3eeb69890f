"""What a process's clients answer while a tenant's secrets do not open."""

import httpx
import pytest

from agents.process.remote_clients import Connectors, remote_clients
from schemas.outcomes import No
from schemas.values import Kind, Side
from streams.secrets.sealing import KeyLostError, SealedForAnotherError
from tests.testing.simulated.clock import SimulatedClock


class Connections:
    """A store that has what it does not open."""

    def __init__(self, fault):
        self._fault = fault

    async def get(self, _tenant):
        raise self._fault


@pytest.mark.parametrize("fault", [KeyLostError("t1: no key"), SealedForAnotherError("t1: no")])
@pytest.mark.parametrize("side", Side)
async def test_neither_side_is_called_and_both_say_reconnect(fault, side):
    called = []
    transport = httpx.MockTransport(called.append)
    async with httpx.AsyncClient(transport=transport) as http:
        clients = remote_clients(
            Connectors(
                connections=Connections(fault),
                exchange=None,
                register=None,
                environment="production",
                owner="here",
                clock=SimulatedClock(),
                qbo=http,
                mediaos=http,
            ),
            a_second=9,
        )
        client = clients.mediaos if side is Side.MEDIAOS else clients.quickbooks
        answer = await client.read("t1", Kind.INVOICE, "7")

    assert isinstance(answer, No)
    assert answer.fault.code == {Side.MEDIAOS: "not_connected", Side.QBO: "reconnect"}[side]
    assert called == []
