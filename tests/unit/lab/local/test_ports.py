"""Which ports are found, where hardly any is free?"""

import pytest

from agents.lab.local import ports
from agents.lab.local.faults import LocalBrokerFault


def test_no_port_is_found_twice_and_who_finds_too_few_is_told_so(monkeypatch):
    first = ports.free(1)[0]
    monkeypatch.setattr(ports, "NOT_GIVEN_AWAY", range(first, first + 1))

    with pytest.raises(LocalBrokerFault, match="2 are wanted, and 0 are free: end what uses them"):
        ports.free(2)
