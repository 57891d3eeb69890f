"""As whom does the doctor look?  Each has rights of its own (deploy/acls.md), and settings."""

from collections.abc import Mapping
from typing import Literal

Role = Literal["operator", "worker", "gateway"]

#: Settings without which a process does not start, a gateway connects nobody, a command refuses.
NEEDED: Mapping[Role, tuple[str, ...]] = {
    "operator": ("token_key", "qbo_client_id", "qbo_client_secret"),
    "worker": ("token_key", "qbo_client_id", "qbo_client_secret"),
    "gateway": ("token_key", "qbo_client_id", "qbo_client_secret", "webhook_verifier_token"),
}
