"""Under which name does a row lie whose own name no database takes?

The journal keeps what was once accepted, a name with NUL or of 12,000 characters too, and neither
SQLite nor PostgreSQL takes all of these as a key.  Such a row is stored all the same: under a name
that is made of its key's hash, with the key in front of its body, and marked open.  So nothing has
to wait for it: its partition's position moves on and says the truth, and a start finds the row
again with the open ones.  From then on it stays in memory, for no beginning of keys leads to it in
the store.

Whether a name is taken is decided here and not by the database's answer: reader and writer must
come to the same, whichever database they stand on.
"""

from hashlib import sha256

#: An index of PostgreSQL takes 2,704 bytes; no key of what the border lets in comes near.
LONGEST_BYTES = 1_000

_NAMES = "refused:"
_LENGTH = 4


def why_refused(key: str) -> str | None:
    """Return why no row is stored under this key, without the key itself; None when it is."""
    if "\0" in key:
        return "its key holds NUL"
    if key.isascii():
        length = len(key)
    else:
        try:
            length = len(key.encode())
        except UnicodeEncodeError:
            return "its key is no text in Unicode"
    if length > LONGEST_BYTES:
        return f"its key has {length} bytes, and a database takes {LONGEST_BYTES}"
    return None


def stored_name(key: str) -> str:
    """Return under which name a row lies."""
    return key if why_refused(key) is None else f"{_NAMES}{sha256(_encoded(key)).hexdigest()}"


def is_refused(name: str) -> bool:
    """Tell whether a row lies under a name that is not its own."""
    return name.startswith(_NAMES)


def with_key(key: str, body: bytes) -> bytes:
    """Return the body of a row that lies under a name that is not its own."""
    encoded = _encoded(key)
    return len(encoded).to_bytes(_LENGTH, "big") + encoded + body


def key_and_body(found: bytes) -> tuple[str, bytes]:
    """Return what `with_key` was made of."""
    end = _LENGTH + int.from_bytes(found[:_LENGTH], "big")
    return found[_LENGTH:end].decode(errors="surrogatepass"), found[end:]


def _encoded(key: str) -> bytes:
    return key.encode(errors="surrogatepass")
