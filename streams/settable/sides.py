"""Where are QuickBooks and MediaOS, who are we there, and how often are they asked?"""

from typing import Literal

from pydantic import Field

from streams.settable.group import Group
from streams.settable.kinds import Secret, Web


class QuickBooksSettings(Group):
    """QuickBooks Online."""

    qbo_environment: Literal["production", "sandbox"] = "production"
    """Which of Intuit's two worlds the addresses below are in. A tenant that was connected in the
    other one is refused."""

    qbo_base_url: Web = "https://quickbooks.api.intuit.com"
    """Where the API is, without /v3. Default: production; the sandbox has a host of its own."""

    qbo_discovery_url: Web = "https://developer.intuit.com/.well-known/openid_configuration/"
    """Where Intuit says which addresses its OAuth has. Default: production's."""

    qbo_client_id: str = ""
    """OAuth client id of our app at Intuit."""

    qbo_client_secret: Secret = ""
    """OAuth client secret of our app at Intuit."""

    webhook_verifier_token: Secret = ""
    """Intuit's verifier token, which signs each webhook; several, separated by commas, while one
    is replaced."""

    qbo_sweep_minutes: float = Field(default=5.0, ge=0.02, le=1440)
    """How often QuickBooks is asked what changed, webhook or not: one call, which is metered."""


class MediaosSettings(Group):
    """MediaOS."""

    mediaos_base_url: Web = "https://api.mediaos.com"
    """Where the API is. Default: the address that its documentation states."""

    mediaos_api_key: Secret = ""
    """User of MediaOS's HTTP Basic authentication."""

    mediaos_api_password: Secret = ""
    """Password of MediaOS's HTTP Basic authentication."""

    mediaos_sweep_minutes: float = Field(default=15.0, ge=0.02, le=1440)
    """How often MediaOS is asked what changed, told or not. Default: four lists each, so about a
    tenth of the 4,000 calls a day that lists may have."""
