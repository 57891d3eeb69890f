"""Does what somebody filled in keep to the limits?  Told in words, by a look as by what is asked.

The limits are those of the requests; here is only how they are called on the page.
"""

from agents.gateway.console.page import NotPossible
from schemas.catalog import NotUnderstoodError, decode_request, encode
from schemas.limits import LONGEST_ACTOR, LONGEST_LINE
from schemas.requests import OfSomebody

#: The id of a request that is only looked at.
LOOK = "look"
_SEEN = "characters, all of which one sees"
#: By the field of a request that a person fills in; another is told as the contract says it.
_WORDS = {
    "owner": f"a name has at most {LONGEST_ACTOR} {_SEEN}",
    "note": f"a note has at most {LONGEST_LINE:,} {_SEEN}",
    "reason": f"a reason has at most {LONGEST_LINE:,} {_SEEN}",
    "source": "what is mapped has at most 64 characters, without slashes or a blank too many",
    "target": "a number of QuickBooks has at most 64 characters, without blanks and slashes",
}


def must_fit(request: OfSomebody) -> None:
    """Raise NotPossible, with why, where a request would be refused for what is filled in."""
    try:
        decode_request(encode(request))
    except (NotUnderstoodError, UnicodeEncodeError) as wrong:
        field, _, _ = str(wrong).partition(": ")
        told = _WORDS.get(field, str(wrong))
        raise NotPossible(f"What you filled in is beyond a limit: {told}.") from wrong
