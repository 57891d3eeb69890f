"""How is the simulated MediaOS started by hand?

    python -m streams.simulators.mediaos --port 8091

Secrets come from the environment and are never printed; only the loopback is bound unless told.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import uvicorn
from aiokafka.errors import KafkaConnectionError

from streams.publisher import TOPIC, Publisher
from streams.simulators.mediaos.app import MediaosSimulator
from streams.simulators.mediaos.settings import SimulatorSettings

#: Environment variables that must be set.
NEEDED = {
    "ISTHMUS_BROKERS": "Kafka's host:port, several separated by commas",
    "ISTHMUS_MEDIAOS_API_KEY": "the API key that clients will use",
    "ISTHMUS_MEDIAOS_API_PASSWORD": "the API password that goes with the key",
    "ISTHMUS_SIMULATOR_ADMIN_TOKEN": "the bearer token of the admin side",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop; 0 after a stop, 1 when it cannot start."""
    asked = _parser().parse_args(arguments)
    missing = [
        f"  {name}: {meaning}" for name, meaning in NEEDED.items() if not os.environ.get(name)
    ]
    if missing:
        return _refused("\n".join(["Please set in the environment:", *missing]))
    try:
        asyncio.run(_serve(asked))
    except KafkaConnectionError:
        brokers = os.environ["ISTHMUS_BROKERS"]
        return _refused(f"No Kafka answers at {brokers}; start it, then start this again.")
    return 0


def _refused(message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return 1


def _parser() -> argparse.ArgumentParser:
    default = SimulatorSettings()
    parser = argparse.ArgumentParser(prog="python -m streams.simulators.mediaos")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--tenant", default="t1")
    parser.add_argument("--requests-per-window", type=int, default=default.requests_per_window)
    parser.add_argument("--hold-seconds", type=float, default=default.hold_seconds)
    return parser


class _Server(uvicorn.Server):
    """Uvicorn, but a signal only ends ``serve``.

    Uvicorn raises the signal again when it is done, which would end the process before the
    publisher has closed.
    """

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for sent in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(sent, self.handle_exit, sent, None)
        yield


async def _serve(asked: argparse.Namespace) -> None:
    settings = SimulatorSettings(
        requests_per_window=asked.requests_per_window, hold_seconds=asked.hold_seconds
    )
    # While it connects, aiokafka logs what main() says better.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    topic = os.environ.get("ISTHMUS_TOPIC_PREFIX", "") + TOPIC
    async with Publisher(brokers=os.environ["ISTHMUS_BROKERS"], topic=topic) as publisher:
        logging.getLogger("aiokafka").setLevel(logging.WARNING)
        simulator = MediaosSimulator(
            tenant=asked.tenant,
            now=lambda: datetime.now(UTC),
            settings=settings,
            api_key=os.environ["ISTHMUS_MEDIAOS_API_KEY"],
            api_password=os.environ["ISTHMUS_MEDIAOS_API_PASSWORD"],
            admin_token=os.environ["ISTHMUS_SIMULATOR_ADMIN_TOKEN"],
            publish=publisher.publish,
        )
        config = uvicorn.Config(
            simulator.app, host=asked.host, port=asked.port, log_level="warning", access_log=False
        )
        try:
            await _Server(config).serve()
        finally:
            await simulator.close()


if __name__ == "__main__":
    sys.exit(main())
