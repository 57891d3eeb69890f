"""What does a statement of QBO's query language say?

Real traffic is looser than the grammar: the clauses after WHERE come in any order, ORDERBY also as
two words, and a number may stand in quotes (2.4).
"""

import re
from dataclasses import dataclass
from typing import Any

from streams.simulators.quickbooks.amounts import exact
from streams.simulators.quickbooks.refusals import Fault

_DEFAULT_PAGE = 100
_LONGEST_PAGE = 1000
#: Digits of a position; more are none that a parser of numbers takes (invented).
_LONGEST_NUMBER = 10
_TOKEN = re.compile(
    r"\s*(?:'(?P<text>(?:\\.|[^'\\])*)'|(?P<sign><=|>=|!=|[<>=(),*])|(?P<word>[\w.+-]+)|(?P<bad>\S))",
    re.DOTALL,
)
#: Stands for the company's own day, which only the one who runs the statement knows.
CURRENT_DATE = object()

#: "!=" is in no grammar of Intuit's, and clients are tested with it (2.4).
_OPERATORS = ("=", "!=", "<", ">", "<=", ">=", "LIKE", "IN")


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One comparison; `values` holds one value but for IN."""

    name: str
    operator: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A parsed statement; `start` counts from 1."""

    kind: str
    counts: bool
    where: tuple[Condition, ...]
    order: str | None
    descending: bool
    start: int
    limit: int


def parse(text: str) -> Statement:
    """Parse a statement. Faults 4000 and 4001."""
    return _Parser(_tokens(text)).statement()


def invalid(text: str) -> Fault:
    """Refuse a statement that parses and makes no sense (2.4)."""
    return Fault("4001", f"QueryValidationError: {text}", element=None)


def _unparsable(found: str) -> Fault:
    return Fault("4000", f'QueryParserError: Encountered " {found} "', element=None)


def _tokens(text: str) -> list[tuple[str, str]]:
    found = [(str(match.lastgroup), match[match.lastgroup or 0]) for match in _TOKEN.finditer(text)]
    for kind, word in found:
        if kind == "bad":
            raise _unparsable(word)
    return [*found, ("end", "<EOF>")]


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._place = 0

    def statement(self) -> Statement:
        self._expect("SELECT")
        counts = self._selection()
        self._expect("FROM")
        kind = self._word()
        where = self._conditions() if self._accept("WHERE") else ()
        order, descending, start, limit = None, False, 1, _DEFAULT_PAGE
        while self._tokens[self._place][0] != "end":
            if self._accept("ORDERBY") or (self._accept("ORDER") and self._expect("BY")):
                order = self._word()
                descending = self._accept("DESC")
                self._accept("ASC")
            elif self._accept("STARTPOSITION"):
                start = self._count(None)
            elif self._accept("MAXRESULTS"):
                limit = self._count(_LONGEST_PAGE)
            else:
                raise _unparsable(self._tokens[self._place][1])
        return Statement(
            kind=kind,
            counts=counts,
            where=where,
            order=order,
            descending=descending,
            start=start,
            limit=limit,
        )

    def _selection(self) -> bool:
        if self._accept("COUNT"):
            for sign in "(*)":
                self._expect(sign)
            return True
        self._expect("*")
        # "SELECT *, Sku" asks an older minor version for one property more (7).
        while self._accept(","):
            self._word()
        return False

    def _conditions(self) -> tuple[Condition, ...]:
        found = [self._condition()]
        while self._accept("AND"):
            found.append(self._condition())
        return tuple(found)

    def _condition(self) -> Condition:
        name = self._word()
        operator = next((one for one in _OPERATORS if self._accept(one)), None)
        if operator is None:
            raise _unparsable(self._tokens[self._place][1])
        if operator != "IN":
            return Condition(name=name, operator=operator, values=(self._value(),))
        self._expect("(")
        values = [self._value()]
        while self._accept(","):
            values.append(self._value())
        self._expect(")")
        return Condition(name=name, operator=operator, values=tuple(values))

    def _value(self) -> Any:
        kind, word = self._next()
        if kind == "text":
            return re.sub(r"\\(.)", r"\1", word, flags=re.DOTALL)
        if kind == "word" and word.casefold() in ("true", "false"):
            return word.casefold() == "true"
        if kind == "word" and word.upper() == "CURRENT_DATE":
            return CURRENT_DATE
        try:
            return exact(word)
        except (TypeError, ValueError) as reason:
            raise _unparsable(word) from reason

    def _count(self, largest: int | None) -> int:
        kind, word = self._next()
        if kind != "word" or not word.removeprefix("-").isdecimal() or len(word) > _LONGEST_NUMBER:
            raise _unparsable(word)
        value = int(word)
        if value < 1:
            raise invalid(f"value {value} is too small. Min allowed value is 1")
        if largest is not None and value > largest:
            # Invented after the text for the smallest.
            raise invalid(f"value {value} is too large. Max allowed value is {largest}")
        return value

    def _word(self) -> str:
        kind, word = self._next()
        if kind != "word":
            raise _unparsable(word)
        return word

    def _next(self) -> tuple[str, str]:
        token = self._tokens[self._place]
        if token[0] != "end":
            self._place += 1
        return token

    def _accept(self, wanted: str) -> bool:
        kind, word = self._tokens[self._place]
        if kind not in ("word", "sign") or word.upper() != wanted:
            return False
        self._place += 1
        return True

    def _expect(self, wanted: str) -> bool:
        if not self._accept(wanted):
            raise _unparsable(self._tokens[self._place][1])
        return True
