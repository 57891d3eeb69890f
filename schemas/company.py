"""What is a company of QuickBooks set to, as far as a rule looks at it?"""

from datetime import date

import msgspec

#: The parts of a company, each read by a call of its own.
PARTICULARS, PREFERENCES = "particulars", "preferences"


class Company(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """A company's settings as they were read last; without a `realm` none were read yet.

    `zone` is where it keeps its days, as QuickBooks names it, empty where it shows none; `closed`
    the last day of its closed books; `mails`: it mails a new sale that names an address, or may.
    `unread` names the parts that were not read yet, of which nothing is known.
    """

    realm: str = ""
    zone: str = ""
    closed: date | None = None
    mails: bool = False
    unread: tuple[str, ...] = ()
