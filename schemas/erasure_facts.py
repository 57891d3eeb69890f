"""What does the journal say of a customer whose earlier data were erased from it?"""

import msgspec

from schemas.moments import Moment


class Erased(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="erased"):
    """Somebody had a customer's earlier names and texts erased, in so many records of the journal.

    `document` is the customer's own, by its name here and never by what it is called.  For people,
    and for no rule.
    """

    document: str
    records: int
    strings: int
    by: str
    at: Moment
