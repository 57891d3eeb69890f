"""Does a process end in time whose brokers say no goodbye?"""

import asyncio
import socket
import ssl
import threading

import pytest

from streams.loops import GOODBYE_SECONDS, PlainLoop, Policy, new_loop
from tests.testing.certificates import Authority


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path, "authority")


@pytest.fixture
def silent(authority):
    """The port of a TLS server that greets one client, and then neither reads nor hangs up."""
    issued = authority.issue("broker")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(issued.certificate, issued.key)
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            connection, _ = listening.accept()
            with context.wrap_socket(connection, server_side=True):
                over.wait()

        server = threading.Thread(target=serve)
        server.start()
        yield listening.getsockname()[1]
        over.set()
        server.join()


@pytest.mark.parametrize("make", [new_loop, PlainLoop, Policy().new_event_loop])
def test_a_connection_over_tls_is_closed_in_time_by_whoever_is_left_without_a_goodbye(
    make, authority, silent
):
    trusting = ssl.create_default_context(cafile=authority.file)

    async def close():
        _, writer = await asyncio.open_connection("127.0.0.1", silent, ssl=trusting)
        writer.close()
        # Of the loops as they come the shortest waits 30 s.
        async with asyncio.timeout(GOODBYE_SECONDS * 10):
            with pytest.raises(TimeoutError, match="SSL shutdown timed out"):
                await writer.wait_closed()

    with asyncio.Runner(loop_factory=make) as runner:
        runner.run(close())
