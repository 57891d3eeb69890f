"""Which answers of QuickBooks count as a lock?  A table, since no code is documented for it.

The guide tells of an invoice that is locked for about twenty minutes; quickbooks-online.md 6 found
no code of its own for that.  So a deployment may replace these signs by what it has seen.
"""

import msgspec


class LockSign(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer with this code and these whole words in it, in any case; empty says any.

    Any code is one that has no meaning of its own.
    """

    code: str = ""
    text: str = ""


LOCK_SIGNS: tuple[LockSign, ...] = (
    LockSign(code="6000", text="locked"),
    LockSign(code="6000", text="being edited by another user"),
)
