"""How is the simulated QuickBooks Online started by itself?

`python -m streams.remotes.qbo.simulator --port 8090`. Secrets come from the environment, so that no
list of processes shows them.
"""

import argparse
import asyncio
import os
import sys

import uvicorn

from streams.remotes.qbo.simulator.app import QboSimulator
from streams.remotes.qbo.simulator.settings import SimulatorSettings

_SECRETS = {
    "admin_token": "QBO_SIMULATOR_ADMIN_TOKEN",
    "client_id": "QBO_SIMULATOR_CLIENT_ID",
    "client_secret": "QBO_SIMULATOR_CLIENT_SECRET",
    "verifier_token": "QBO_SIMULATOR_VERIFIER_TOKEN",
}


def main() -> int:
    """Serve until interrupted; return the exit status."""
    options = _parser().parse_args()
    secrets = {
        name: getattr(options, name) or os.environ.get(key) for name, key in _SECRETS.items()
    }
    lacking = [_SECRETS[name] for name, value in secrets.items() if not value]
    if lacking:
        print(f"Set {', '.join(lacking)} in the environment.", file=sys.stderr)  # noqa: T201
        return 2
    simulator = QboSimulator(
        admin_token=str(secrets["admin_token"]),
        client_id=str(secrets["client_id"]),
        client_secret=str(secrets["client_secret"]),
        verifier_token=str(secrets["verifier_token"]),
        realm=options.realm,
        webhook_url=options.webhook_url,
        settings=SimulatorSettings(limits=not options.no_limits, webhook_form=options.webhook_form),
    )
    asyncio.run(_serve(simulator, options.port))
    return 0


async def _serve(simulator: QboSimulator, port: int) -> None:
    config = uvicorn.Config(
        simulator.app, host="127.0.0.1", port=port, log_level="warning", lifespan="off"
    )
    async with simulator:
        await uvicorn.Server(config).serve()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="A QuickBooks Online to test against.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--realm", default="9130350000000001")
    parser.add_argument("--webhook-url", help="where webhooks go; without it there are none")
    parser.add_argument("--webhook-form", choices=["legacy", "cloudevents"], default="cloudevents")
    parser.add_argument("--no-limits", action="store_true", help="answer no 429")
    for name, key in _SECRETS.items():
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(option, help=f"better given in the environment as {key}")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
