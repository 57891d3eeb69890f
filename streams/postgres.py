"""How long is PostgreSQL waited for, whichever database of ours it has?"""

from sqlalchemy import URL

#: What PostgreSQL is asked for unless the address says otherwise.  A process that is frozen inside
#: a transaction holds what it has locked: the server ends such a session, and until then others
#: wait in short turns.  A host that has vanished is noticed as well.
PATIENCE: dict[str, str | int] = {
    "options": "-c lock_timeout=2s -c idle_in_transaction_session_timeout=5s",
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,
}


def patience(url: URL) -> dict[str, str | int]:
    """Return what to connect with; nothing for another database than PostgreSQL.

    What the address says counts more; its own options stand behind ours, of which the last counts,
    and blank ones in their place, as a pooler may want it.
    """
    if url.get_backend_name() != "postgresql":
        return {}
    told = {name: value for name, value in PATIENCE.items() if name not in url.query}
    given = " ".join(url.normalized_query.get("options", ()))
    return told | {"options": f"{PATIENCE['options']} {given}"} if given.strip() else told
