"""Which pages has a tenant in the console, in the order of the menu?  A new one is a line here."""

from agents.gateway.console.page import Page
from agents.gateway.console.pages import (
    attention,
    find,
    lockouts,
    mappings,
    overview,
    reconcile,
    record,
    settings,
)

PAGES: tuple[Page, ...] = (
    overview.PAGE,
    attention.PAGE,
    lockouts.PAGE,
    reconcile.PAGE,
    reconcile.CSV,
    find.PAGE,
    record.PAGE,
    mappings.PAGE,
    settings.PAGE,
)
