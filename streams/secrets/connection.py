"""How is one tenant connected, and who renews its tokens now?"""

from dataclasses import dataclass, field
from datetime import datetime

from schemas.tenant_state import Connected


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One tenant's way into both systems.

    `reconnect` is why a person has to connect anew (None: the connection works); `installation`
    names the one that connected it (empty: it was put here without asking the journal).
    `renewing` tells that some process has the lease to spend its refresh token.
    """

    tenant: str
    realm: str
    environment: str
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    access_expires_at: datetime
    mediaos_base_url: str
    mediaos_api_key: str = field(repr=False)
    mediaos_api_password: str = field(repr=False)
    version: int = 0
    reconnect: str | None = None
    installation: str = ""
    renewing: bool = False

    @property
    def journaled(self) -> int:
        """Return its version as the journal counts; 0 where that was never asked about it."""
        return self.version if self.installation else 0

    @property
    def told(self) -> Connected:
        """Return what of it may stand in the journal."""
        return Connected(
            version=self.version,
            realm=self.realm,
            environment=self.environment,
            installation=self.installation,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Who refreshes a tenant's tokens now, and since when; the version that it spends."""

    owner: str
    since: datetime
    version: int
