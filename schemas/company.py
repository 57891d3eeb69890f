"""What is a company of QuickBooks set to, as far as a rule looks at it?"""

from datetime import date

import msgspec


class Company(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """A company's settings as they were read last; without a `realm` none were read yet.

    `zone` is where it keeps its days, as QuickBooks names it, empty where it shows none; `closed`
    the last day of its closed books; `mails`: it mails a new sale that names an address.
    """

    realm: str = ""
    zone: str = ""
    closed: date | None = None
    mails: bool = False
