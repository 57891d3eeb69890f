"""What do people say of a document that waits, to each other?"""

import msgspec

from schemas.moments import Moment


class Noted(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="noted", omit_defaults=True):
    """Who sees to a document that waits, and what is known of it: for people, and for no rule.

    `dismissed`: nobody has to see to it for as long as nothing new happens to it; `standing` is how
    it stood then (`agents.rules.documents.noting`).
    """

    document: str
    request: str
    owner: str = ""
    note: str = ""
    dismissed: bool = False
    standing: str
    by: str
    at: Moment
