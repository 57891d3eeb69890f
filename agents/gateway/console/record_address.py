"""Where is a record's page?"""

from urllib.parse import quote

from agents.gateway.console.page import Visit
from schemas.values import RecordRef


def record_page(visit: Visit, record: RecordRef) -> str:
    """Return the address of a record's page."""
    place = "/".join(quote(str(part), safe="") for part in record)
    return f"{visit.pages['record']}/{place}"
