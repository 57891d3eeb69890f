"""To whom goes the daily digest of what waits, and by which way?"""

from typing import Literal

from pydantic import Field

from streams.settable.group import Group
from streams.settable.kinds import Address, Host, Recipients, Secret, SecretWeb


class DigestSettings(Group):
    """The daily digest."""

    digest_to: Recipients = ()
    """To whom `isthmus digest` writes by e-mail, separated by commas: ADDRESS gets those of all
    tenants, tenant:ADDRESS that tenant's. Default: nobody."""

    digest_from: Address = ""
    """Who the e-mail is from, as the mail server lets us write. No default."""

    smtp_host: Host = ""
    """Mail server that takes the digest. No default: without one nothing is sent by e-mail."""

    smtp_port: int = Field(default=587, ge=1, le=65_535)
    """Port of the mail server. Default: where mail is handed in; 465 goes with `tls`."""

    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    """`starttls`: the mail server must turn to TLS before anything is said; `tls`: from the first
    byte; `none` only where it is on the loopback."""

    smtp_ca_file: str = ""
    """PEM file of the authorities that vouch for the mail server. Default: those of this
    machine."""

    smtp_username: str = ""
    """User at the mail server. Default: it wants no login."""

    smtp_password: Secret = ""
    """Password of that user."""

    digest_webhook_url: SecretWeb = ""
    """Where the digest of each tenant is posted to as JSON; hidden, since such addresses often hold
    a key. Default: nowhere."""

    digest_webhook_secret: Secret = ""
    """Signs what is posted there (HMAC-SHA256, `Isthmus-Signature`); several, separated by commas,
    while one is replaced. A webhook needs one."""
