"""Where do gateway, metrics and logs come out, and what may come in?"""

from typing import Literal

from pydantic import Field

from streams.settable.group import Group
from streams.settable.kinds import ConsoleTokens, Hosts, Tokens, Web


class SurfaceSettings(Group):
    """Surfaces."""

    gateway_host: str = "127.0.0.1"
    """Address that the gateway binds. Default: the loopback, so that exposing it is a choice."""

    gateway_port: int = Field(default=8085, ge=1, le=65_535)
    """Port that the gateway binds."""

    spool_folder: str = ""
    """Folder where the gateway keeps webhooks while Kafka is away. Default: a folder for its port
    under .local/spool/."""

    spool_megabytes: float = Field(default=64.0, ge=0.001, le=100_000)
    """How much it keeps there before it refuses; 64 MB are about 150,000 notices."""

    gateway_url: Web = ""
    """Where browsers reach the gateway; its /oauth/callback is registered at Intuit. Default: the
    address and port that it binds."""

    publish_token: Tokens = ()
    """Bearer tokens of services that publish changes over HTTP, separated by commas, so that one
    can be replaced while it is in use. tenant:TOKEN may publish for that tenant only. No default:
    without a token nobody publishes over HTTP."""

    console_token: ConsoleTokens = ()
    """Tokens with which people log in to the gateway's /console, separated by commas:
    NAME:ROLE:TOKEN, or NAME:ROLE:TENANT:TOKEN for one tenant; ROLE is viewer, operator or admin.
    What somebody asks for is kept under that name. No default: without one the console is off."""

    metrics_host: str = "127.0.0.1"
    """Address on which a worker serves metrics and health, and a gateway its metrics. Default: the
    loopback."""

    metrics_port: int = Field(default=9108, ge=0, le=65_535)
    """Port of a worker's metrics and health; 0 takes any free one, which the log then says."""

    gateway_metrics_port: int = Field(default=9107, ge=0, le=65_535)
    """Port of a gateway's metrics, which are not for who reaches the gateway; 0 takes any free one,
    which the log then says."""

    plain_http_hosts: Hosts = ()
    """Hosts that a URL may name by http:// though they are not the loopback, separated by commas:
    for a network that nobody else is on, as compose's. Default: none."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """The least level that is logged. Default: INFO says every decision, DEBUG every call."""

    @property
    def gateway_address(self) -> str:
        """Return where browsers reach the gateway."""
        return self.gateway_url or f"http://{self.gateway_host}:{self.gateway_port}"
