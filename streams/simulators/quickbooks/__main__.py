"""How is the simulated QuickBooks Online started by itself?

`python -m streams.simulators.quickbooks --port 8090`. Secrets come from the environment, so that no
list of processes shows them, by the names under which the client and the gateway know them.
"""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import uvicorn

from streams.simulators.quickbooks.app import QboSimulator
from streams.simulators.quickbooks.sample import lay_out
from streams.simulators.quickbooks.settings import SimulatorSettings

#: As long as web servers usually keep a connection; uvicorn's own 5 s are over while a client's
#: budget lets a call wait that has its connection already.
KEEP_ALIVE_SECONDS = 75

#: What of the simulator is set by which variable.
SECRETS = {
    "admin_token": "ISTHMUS_SIMULATOR_ADMIN_TOKEN",
    "client_id": "ISTHMUS_QBO_CLIENT_ID",
    "client_secret": "ISTHMUS_QBO_CLIENT_SECRET",
    "verifier_token": "ISTHMUS_WEBHOOK_VERIFIER_TOKEN",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop; return the exit status, 2 when something is not set."""
    options = _parser().parse_args(arguments)
    secrets = {name: os.environ.get(key, "") for name, key in SECRETS.items()}
    lacking = [SECRETS[name] for name, value in secrets.items() if not value]
    if lacking:
        print(f"Set {', '.join(lacking)} in the environment.", file=sys.stderr)  # noqa: T201
        return 2
    simulator = QboSimulator(
        admin_token=secrets["admin_token"],
        client_id=secrets["client_id"],
        client_secret=secrets["client_secret"],
        verifier_token=secrets["verifier_token"],
        realm=options.realm,
        webhook_url=options.webhook_url,
        settings=SimulatorSettings(
            limits=not options.no_limits,
            webhook_form=options.webhook_form,
            consent="asked" if options.ask_consent else "given",
        ),
    )
    if options.sample_company:
        lay_out(simulator.book, simulator.person)
    asyncio.run(_serve(simulator, options.host, options.port))
    return 0


class _Server(uvicorn.Server):
    """Uvicorn, but a signal only ends ``serve``: raised again, it would end the process at once."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for sent in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(sent, self.handle_exit, sent, None)
        yield


async def _serve(simulator: QboSimulator, host: str, port: int) -> None:
    config = uvicorn.Config(
        simulator.app,
        host=host,
        port=port,
        log_level="warning",
        lifespan="off",
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
    async with simulator:
        await _Server(config).serve()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="A QuickBooks Online to test against.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--realm", default="9130350000000001")
    parser.add_argument("--webhook-url", help="where webhooks go; without it there are none")
    parser.add_argument("--webhook-form", choices=["legacy", "cloudevents"], default="cloudevents")
    parser.add_argument("--no-limits", action="store_true", help="answer no 429")
    parser.add_argument("--ask-consent", action="store_true", help="show the page of consent")
    parser.add_argument("--sample-company", action="store_true", help="open with filled books")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
