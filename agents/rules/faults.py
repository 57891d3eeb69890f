"""What does a side's refusal mean for the work that met it?

By code, then HTTP status, then text; never by the class of an exception.  Only a fault of the
record itself parks it: weather, limits and outages never do.
"""

import re
from collections.abc import Sequence

from schemas.locks import LOCK_SIGNS, LockSign
from schemas.outcomes import Fault, Verdict
from schemas.values import Side

#: quickbooks-online.md 3.2, by what the client is to do.
QBO_CODES: dict[str, Verdict] = {
    **dict.fromkeys(("3001", "10000"), Verdict.RETRY),
    # 610 of an update: it was deleted meanwhile, and reading it tells.
    **dict.fromkeys(("5010", "610"), Verdict.STALE),
    **dict.fromkeys(("6140", "6240"), Verdict.TAKEN),
    **dict.fromkeys(("100", "110", "3200", "3202"), Verdict.RENEW),
    **dict.fromkeys(("120", "130", "140", "150", "3100", "6190"), Verdict.SUSPEND),
    **dict.fromkeys(("500", "600", "1040", "1050", "2000", "2010", "2020", "2030"), Verdict.BUG),
    **dict.fromkeys(("2130", "4000", "4001", "4002"), Verdict.BUG),
}

#: "You can only add or edit one name at a time": name lists are serialised per company (6).
ONE_AT_A_TIME = ("one name at a time", "one product or service at a time")

#: What is locked by these stays so until a person undoes it: no waiting helps.
FOR_GOOD = ("matched", "reconciled", "deposited", "closed")

MEDIAOS_CODES: dict[str, Verdict] = {
    "record_deleted": Verdict.STALE,
    "payments_applied": Verdict.PARK,
    "name_taken": Verdict.TAKEN,
}
MEDIAOS_STATUS: dict[int, Verdict] = {
    401: Verdict.SUSPEND,
    403: Verdict.SUSPEND,
    404: Verdict.STALE,
    409: Verdict.BUG,
    412: Verdict.STALE,
    428: Verdict.BUG,
}

TOO_MANY, FIRST_SERVER_ERROR = 429, 500


def judge(fault: Fault, lock_signs: Sequence[LockSign] = LOCK_SIGNS) -> Verdict:
    """Return what this refusal asks for."""
    by_code = _by_code(fault)
    # A code that has a meaning of its own is a lock only where a sign names it.
    signs = [sign for sign in lock_signs if sign.code or by_code is None]
    if any(_is_lock(fault, sign) for sign in signs):
        return Verdict.LOCKED
    if by_code is not None:
        return by_code
    if fault.status in {TOO_MANY, 0} or fault.status >= FIRST_SERVER_ERROR:
        return Verdict.RETRY
    if fault.side is Side.QBO and fault.status in {401, 403}:
        return Verdict.RENEW if fault.status == 401 else Verdict.SUSPEND  # noqa: PLR2004
    return Verdict.PARK


def _by_code(fault: Fault) -> Verdict | None:
    if fault.side is Side.MEDIAOS:
        by_code = MEDIAOS_CODES.get(fault.code)
        return by_code if by_code is not None else MEDIAOS_STATUS.get(fault.status)
    if any(text in fault.detail for text in ONE_AT_A_TIME):
        return Verdict.RETRY
    return QBO_CODES.get(fault.code)


def _is_lock(fault: Fault, sign: LockSign) -> bool:
    if fault.side is not Side.QBO or (sign.code and fault.code != sign.code):
        return False
    said = f"{fault.message} {fault.detail}"
    if any(_has(said, word) and not _has(sign.text, word) for word in FOR_GOOD):
        return False
    return _has(said, sign.text)


def _has(said: str, words: str) -> bool:
    """Tell whether whole words are said, in any case: "blocked" does not say locked."""
    found = re.search(rf"(?<!\w){re.escape(words)}(?!\w)", said, re.IGNORECASE)
    return not words or found is not None
