"""Where does a demo live: its folder, its ports, its secrets, and what each process is told?

All secrets are made anew for each run; they go to the processes by their environment, which no
list of processes shows, and under KEEP into a file that only its owner reads.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet

from agents.lab.local import ports

FOLDER = Path(".local/demo")
REALM = "9130350000000001"
WORKERS = ("worker-1", "worker-2")
GATEWAY = "gateway"
GROUP = "isthmus-demo"
ADDRESS = "127.0.0.1"
#: Who logs in to the demo's console; what is asked for there stands in the journal by this name.
PERSON = "newcomer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What must not be guessed, even on the loopback."""

    qbo_admin: str = field(repr=False)
    mediaos_admin: str = field(repr=False)
    client_id: str
    client_secret: str = field(repr=False)
    verifier_token: str = field(repr=False)
    api_key: str
    api_password: str = field(repr=False)
    token_key: str = field(repr=False)
    publish_token: str = field(repr=False)
    console_token: str = field(repr=False)

    @classmethod
    def fresh(cls) -> "Secrets":
        """Make new ones."""
        names = (name for name in cls.__dataclass_fields__ if name != "token_key")
        made = {name: secrets.token_urlsafe(24) for name in names}
        return cls(**made, token_key=Fernet.generate_key().decode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One run's place; `brokers` is where its Kafka answers."""

    folder: Path
    tenant: str
    brokers: str
    qbo_port: int
    mediaos_port: int
    gateway_port: int
    #: Where each process of Isthmus serves its metrics.
    metrics_ports: Mapping[str, int]
    secrets: Secrets = field(repr=False)

    @property
    def qbo(self) -> str:
        """Return the address of the simulated QuickBooks."""
        return f"http://{ADDRESS}:{self.qbo_port}"

    @property
    def mediaos(self) -> str:
        """Return the address of the simulated MediaOS."""
        return f"http://{ADDRESS}:{self.mediaos_port}"

    @property
    def gateway(self) -> str:
        """Return the address of the gateway."""
        return f"http://{ADDRESS}:{self.gateway_port}"

    @property
    def connections_url(self) -> str:
        """Return the database of the tenant's connection."""
        return f"sqlite:///{self.folder / 'connections.sqlite'}"

    def watched_at(self, name: str) -> str:
        """Return where a worker or the gateway answers a scrape."""
        return f"http://{ADDRESS}:{self.metrics_ports[name]}"

    def environment(self, worker: str) -> dict[str, str]:
        """Return what a process of Isthmus is told."""
        return {
            "ISTHMUS_BROKERS": self.brokers,
            "ISTHMUS_GROUP": GROUP,
            "ISTHMUS_WORKER_NAME": worker,
            "ISTHMUS_STATE_FOLDER": str(self.folder),
            "ISTHMUS_STATE_URL": f"sqlite:///{self.folder / worker}.sqlite",
            "ISTHMUS_CONNECTIONS_URL": self.connections_url,
            "ISTHMUS_TOKEN_KEY": self.secrets.token_key,
            "ISTHMUS_QBO_ENVIRONMENT": "sandbox",
            "ISTHMUS_QBO_BASE_URL": self.qbo,
            "ISTHMUS_QBO_DISCOVERY_URL": f"{self.qbo}/.well-known/openid_configuration/",
            "ISTHMUS_QBO_CLIENT_ID": self.secrets.client_id,
            "ISTHMUS_QBO_CLIENT_SECRET": self.secrets.client_secret,
            "ISTHMUS_MEDIAOS_BASE_URL": self.mediaos,
            "ISTHMUS_MEDIAOS_API_KEY": self.secrets.api_key,
            "ISTHMUS_MEDIAOS_API_PASSWORD": self.secrets.api_password,
            # Often enough that a day of one minute sees what no webhook tells.
            "ISTHMUS_QBO_SWEEP_MINUTES": "0.25",
            "ISTHMUS_METRICS_PORT": "0",
            "ISTHMUS_GATEWAY_METRICS_PORT": "0",
        }

    def gateway_environment(self) -> dict[str, str]:
        """Return what the gateway is told."""
        return {
            **self.environment(GATEWAY),
            "ISTHMUS_GATEWAY_HOST": ADDRESS,
            "ISTHMUS_GATEWAY_PORT": str(self.gateway_port),
            "ISTHMUS_WEBHOOK_VERIFIER_TOKEN": self.secrets.verifier_token,
            "ISTHMUS_PUBLISH_TOKEN": self.secrets.publish_token,
            "ISTHMUS_CONSOLE_TOKEN": f"{PERSON}:admin:{self.secrets.console_token}",
        }

    def shell_environment(self) -> dict[str, str]:
        """Return what a person's shell is told: to look at it, and for the pages' examples."""
        return {
            **self.environment("look"),
            "ISTHMUS_GATEWAY_URL": self.gateway,
            "TENANT": self.tenant,
            "GATEWAY": self.gateway,
            "TOKEN": self.secrets.publish_token,
            "CONSOLE_TOKEN": self.secrets.console_token,
            "GATEWAY_METRICS": self.watched_at(GATEWAY),
            "WORKER": self.watched_at(WORKERS[0]),
        }

    def qbo_environment(self) -> dict[str, str]:
        """Return what the simulated QuickBooks is told."""
        return {
            "ISTHMUS_SIMULATOR_ADMIN_TOKEN": self.secrets.qbo_admin,
            "ISTHMUS_QBO_CLIENT_ID": self.secrets.client_id,
            "ISTHMUS_QBO_CLIENT_SECRET": self.secrets.client_secret,
            "ISTHMUS_WEBHOOK_VERIFIER_TOKEN": self.secrets.verifier_token,
        }

    def mediaos_environment(self) -> dict[str, str]:
        """Return what the simulated MediaOS is told."""
        return {
            "ISTHMUS_BROKERS": self.brokers,
            "ISTHMUS_MEDIAOS_API_KEY": self.secrets.api_key,
            "ISTHMUS_MEDIAOS_API_PASSWORD": self.secrets.api_password,
            "ISTHMUS_SIMULATOR_ADMIN_TOKEN": self.secrets.mediaos_admin,
        }


def tenant_name(given: str | None) -> str:
    """Name the tenant: on somebody else's Kafka nobody has had this name before."""
    return f"demo-{secrets.token_hex(4)}" if given else "demo"


def set_stage(folder: Path, *, brokers: str, tenant: str) -> Stage:
    """Choose ports and secrets of a new run."""
    watched = (GATEWAY, *WORKERS)
    qbo_port, mediaos_port, gateway_port, *metrics_ports = ports.free(3 + len(watched))
    return Stage(
        folder=folder,
        tenant=tenant,
        brokers=brokers,
        qbo_port=qbo_port,
        mediaos_port=mediaos_port,
        gateway_port=gateway_port,
        metrics_ports=dict(zip(watched, metrics_ports, strict=True)),
        secrets=Secrets.fresh(),
    )


def surroundings(given: Mapping[str, str], told: Mapping[str, str]) -> dict[str, str]:
    """Return a child's environment: ours without settings of another installation, and its own."""
    ours = {name: value for name, value in given.items() if not name.startswith("ISTHMUS_")}
    return {**ours, **told}


def write_env(stage: Stage) -> Path:
    """Write the settings for a shell to take over; only the owner may read them."""
    path = stage.folder / "env"
    lines = [f"export {name}='{value}'\n" for name, value in stage.shell_environment().items()]
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(lines)
    return path
