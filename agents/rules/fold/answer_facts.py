"""Which requests of a lane are answered already?  One that comes in twice is done once.

Whoever sends a request may not hear that it arrived, and sends it again under its id.
"""

from schemas.answers import Answered, Answers
from schemas.facts import Fact, RequestTaken

#: So many of a lane, or of a tenant's own: more than anybody asks for at once.
MOST_ANSWERS = 250
AGAIN = "it was asked for before, and is not done twice"


def evolve_answers(answers: Answers | None, fact: Fact) -> Answers | None:
    """Return the answers of a lane with one more; what is answered again stays as it was."""
    if not isinstance(fact, RequestTaken) or (answers and answers.to(fact.request)):
        return answers
    told = Answered(request=fact.request, done=fact.done)
    given = answers.given if answers is not None else ()
    return Answers(given=(*given, told)[-MOST_ANSWERS:])


def answered_again(before: Answered, by: str) -> RequestTaken:
    """Return the answer to a request that comes in once more: that of the first time."""
    return RequestTaken(request=before.request, done=before.done, detail=AGAIN, by=by)
