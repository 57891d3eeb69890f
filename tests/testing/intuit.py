"""What Intuit posts: a notice in the legacy form, signed over its bytes."""

import base64
import hashlib
import hmac
from typing import Any

import orjson


def signature(body: bytes, verifier: str) -> str:
    """Return the value of the header `intuit-signature`."""
    return base64.b64encode(hmac.new(verifier.encode(), body, hashlib.sha256).digest()).decode()


def webhook(verifier: str, realm: str, record_id: str) -> dict[str, Any]:
    """Return content and headers of a delivery that tells of one changed invoice."""
    entity = {
        "id": record_id,
        "operation": "Update",
        "name": "Invoice",
        "lastUpdated": "2026-03-02T09:00:00+00:00",
    }
    told = {"realmId": realm, "dataChangeEvent": {"entities": [entity]}}
    body = orjson.dumps({"eventNotifications": [told]})
    return {"content": body, "headers": {"intuit-signature": signature(body, verifier)}}
