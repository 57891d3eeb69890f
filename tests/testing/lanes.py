"""A lane's rows, folded as the journal folds them, and looked at together."""

from agents.rules.documents.lane_book import LaneBook
from agents.rules.fold.rows import evolve, routes
from schemas.rows import DocumentRow, LaneRow, WaitingRow, documents_of, parsed
from schemas.state import Lane
from schemas.waiting import Waiting

KEY = "t1/mediaos/42"
PARTITION = 3


class Rows:
    """All rows that facts of one lane make, by key."""

    def __init__(self, rows=(), key=KEY):
        self.rows = dict(rows)
        self.key = key

    @classmethod
    def of(cls, *, key=KEY, **documents):
        """Begin with these documents, each by its name."""
        rows = {str(DocumentRow(key, name)): document for name, document in documents.items()}
        lane = Lane(key=key, order=len(documents))
        return cls({**rows, str(LaneRow(key)): lane}, key)

    def fold(self, *facts):
        after = Rows(self.rows, self.key)
        for fact in facts:
            for row, told in routes(PARTITION, self.key, (fact,), after.state):
                state = evolve(row, after.rows.get(row), told)
                after.rows[row] = state
                if state is None:
                    del after.rows[row]
        return after

    def __eq__(self, other):
        return self.rows == other.rows

    def __hash__(self):
        return hash(self.key)

    def state(self, key):
        if key == documents_of(self.key):
            return [row for row in sorted(self.rows) if row.startswith(key)]
        return self.rows.get(key)

    @property
    def lane(self):
        return self.rows.get(str(LaneRow(self.key))) or Lane(key=self.key)

    @property
    def waiting(self):
        return self.rows.get(str(WaitingRow(self.key))) or Waiting()

    @property
    def book(self):
        under = documents_of(self.key)
        return LaneBook(
            self.lane,
            {parsed(row).name: each for row, each in self.rows.items() if row.startswith(under)},
        )

    @property
    def documents(self):
        return self.book.documents

    @property
    def in_flight(self):
        return self.book.in_flight
