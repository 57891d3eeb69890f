"""How are a connection's secrets kept, and whose are they?  Encrypted, whose they are among them.

Fernet binds nothing beside what it encrypts, so what decides where a secret goes is sealed with it
and compared at opening: a row that somebody copied to another tenant or company, or that was made
to name another MediaOS, does not open.  The first key encrypts, any of the keys decrypts.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from cryptography.fernet import Fernet, InvalidToken, MultiFernet


def new_key() -> str:
    """Return a key that nobody has."""
    return Fernet.generate_key().decode()


class KeyLostError(ValueError):
    """The secrets were encrypted with a key that is not set; set that key as well."""


class SealedForAnotherError(KeyLostError):
    """The secrets are those of another tenant, company or MediaOS; connect the tenant anew."""


class Whose(msgspec.Struct, frozen=True, kw_only=True):
    """Whom secrets are for; as the row says it in the clear."""

    tenant: str
    realm: str
    environment: str
    mediaos_base_url: str


class Secrets(msgspec.Struct, frozen=True, kw_only=True):
    """What is sealed; `whose` is None in what an earlier release sealed."""

    access_token: str
    refresh_token: str
    mediaos_api_key: str
    mediaos_api_password: str
    #: Sealed with the secrets, so that a copied row cannot be made to fit another installation.
    installation: str = ""
    whose: Whose | None = None

    def __repr__(self) -> str:
        """Show no secret."""
        return f"Secrets(whose={self.whose!r})"


class Seal:
    """Seals with the first of the keys."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("keys: expected at least one Fernet key, got none")
        self._box = MultiFernet([Fernet(key) for key in keys])

    def close(self, secrets: Secrets) -> bytes:
        """Return them encrypted."""
        return self._box.encrypt(msgspec.json.encode(secrets))

    def open(self, row: Mapping[Any, Any]) -> Secrets:
        """Return a row's secrets; KeyLostError, or SealedForAnotherError when they are not its."""
        try:
            opened = self._box.decrypt(row["secrets"])
        except InvalidToken as fault:
            raise KeyLostError(
                f"tenant {row['tenant']}: no key that is set opens its secrets; set the old key too"
            ) from fault
        try:
            secrets = msgspec.json.decode(opened, type=Secrets)
        except msgspec.MsgspecError as fault:
            # Under the same keys stand the terms of invitations.
            raise SealedForAnotherError(
                f"tenant {row['tenant']}: its row holds what is no connection's; connect it anew"
            ) from fault
        if secrets.whose not in {None, whose(row)}:
            raise SealedForAnotherError(
                f"tenant {row['tenant']}: its row holds secrets that were sealed for another "
                "tenant, company or MediaOS; connect it anew"
            )
        return secrets

    def anew(self, row: Mapping[Any, Any]) -> bytes:
        """Return a row's secrets under the first key, with whose they are; KeyLostError."""
        return self.close(msgspec.structs.replace(self.open(row), whose=whose(row)))


def whose(row: Mapping[Any, Any]) -> Whose:
    """Return whom a row says that its secrets are for."""
    return Whose(**{name: row[name] for name in Whose.__struct_fields__})
