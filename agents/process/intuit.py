"""How does a process reach Intuit's OAuth?  As the one app that the settings name."""

from typing import TYPE_CHECKING

from streams.remotes.quickbooks.oauth import Exchange

if TYPE_CHECKING:
    from streams.settings import ProcessSettings


def exchange_of(settings: "ProcessSettings") -> Exchange:
    """Return the exchange; nothing is asked of Intuit yet."""
    return Exchange(
        client_id=settings.qbo_client_id,
        client_secret=settings.qbo_client_secret,
        discovery_url=settings.qbo_discovery_url,
    )
