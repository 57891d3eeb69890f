"""Who works in the simulated account?

One administrator, so that ``entered_by_user_id`` names somebody. The id is called ``id`` in the
list and ``user_id`` alone, as the documented samples have it (mediaos-api.md section 6).
"""

from typing import Any

from streams.simulators.mediaos.payments import ENTERED_BY
from streams.simulators.mediaos.refusals import not_found

_PERSON: dict[str, Any] = {
    "first_name": "Ada",
    "last_name": "Bell",
    "email": "ada.bell@publisher.example",
    "is_admin": True,
    "is_accounting": True,
    "is_production": False,
    "is_metrics": False,
    "is_sales_manager": False,
    "is_sales": False,
    "active": True,
    "date_created": "2024-01-02 09:00:00",
    "date_deleted": None,
}


def listed(email: str | None, first_name: str | None) -> dict[str, Any]:
    """List the users that have this e-mail and first name."""
    wanted = (email in (None, _PERSON["email"])) and (first_name in (None, _PERSON["first_name"]))
    found = [{"id": ENTERED_BY, **_PERSON}] if wanted else []
    return {"users": found, "count": len(found)}


def single(user_id: str) -> dict[str, Any]:
    """Give one user; raises the 404."""
    if user_id != ENTERED_BY:
        raise not_found("users", user_id)
    return {"user_id": ENTERED_BY, **_PERSON}
