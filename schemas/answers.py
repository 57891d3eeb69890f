"""What was asked of a lane lately, and was it done?"""

import msgspec


class RequestAnswer(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """Whether what somebody asked for was done, by the request's id; the journal says it in words.

    Words may name a customer, who can be erased from the journal without a change of any row.
    `said` is by what this request is told from another one under its id: a digest, "" of what the
    engine itself asked and of what an earlier release was asked.
    """

    request: str
    done: bool
    said: str = ""


class Answers(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The last requests of people and services about one lane, the newest at the end."""

    given: tuple[RequestAnswer, ...] = ()

    def to(self, request: str) -> RequestAnswer | None:
        """Return the answer to a request; None where it has none, or had it too long ago."""
        return next((each for each in self.given if each.request == request), None)
