"""Which requests of a lane are answered already?  One that comes in twice is done once.

Whoever sends a request may not hear that it arrived, and sends it again under its id.  One id is
one request: another one under it is not done, and not called done either.
"""

from schemas.answers import Answers, RequestAnswer
from schemas.facts import Fact, RequestTaken

#: So many of a lane, or of a tenant's own: more than anybody asks for at once.
MOST_ANSWERS = 250
AGAIN = "it was asked for before, and is not done twice"
ANOTHER = "this id was used for another request, so nothing was done: ask under an id of its own"


def evolve_answers(answers: Answers | None, fact: Fact) -> Answers | None:
    """Return the answers of a lane with one more; what is answered again stays as it was."""
    if not isinstance(fact, RequestTaken) or (answers and answers.to(fact.request)):
        return answers
    told = RequestAnswer(request=fact.request, done=fact.done, said=fact.said)
    given = answers.given if answers is not None else ()
    return Answers(given=(*given, told)[-MOST_ANSWERS:])


def answered_again(before: RequestAnswer, said: str, by: str) -> RequestTaken:
    """Return the answer to a request under an id that has one: that of the first time.

    But another request is refused, where both are known by what they `said`.
    """
    if before.said and said and before.said != said:
        return RequestTaken(request=before.request, done=False, detail=ANOTHER, by=by, said=said)
    return RequestTaken(request=before.request, done=before.done, detail=AGAIN, by=by, said=said)
