"""What does a record of the journal say once a customer's earlier data are erased?

In the customer's own lanes all names and texts go that the fold does not hold any more; in all
others of its tenant the customer's names alone, wherever a text tells them.  What stands in the
place of a string is the same wherever that string stood, and another for another string: so what
was equal is equal still, and the facts come to the same rows as before.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2s
from typing import Any

import msgspec

from agents.rules.erasing.strings import Replace, Sort, walk_of
from schemas import upcasts
from schemas.catalog import NotUnderstoodError, decode_journal
from schemas.envelope import JournalRecord
from schemas.identity import tenant_of

#: What a name must have at least to be looked for among words.
LEAST = 3
#: In the place of a name among words; of one that is shorter than that, the other: some texts have
#: a longest length, and what stands behind the name is to stay.
GONE, GONE_SHORT = "(erased)", "(…)"
_NAMES = frozenset({Sort.NAME, Sort.GIVEN_NAME})
_STANDS_IN = re.compile(r"\(erased(?: [0-9a-f]{8})?\)|\(…\)")
_encode = msgspec.json.encode
_walk = walk_of(JournalRecord)


class _Lane(msgspec.Struct):
    lane: str


_lane = msgspec.json.Decoder(_Lane)

#: Returns what the fold holds of these documents of a lane, and of the lane: all its strings.
Held = Callable[[str, tuple[str, ...]], Collection[str]]


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose data go: the customer's lanes in its tenant, all its names, and a salt of this run."""

    tenant: str
    lanes: frozenset[str]
    names: frozenset[str]
    salt: bytes

    def stand_in(self, text: str) -> str:
        """Return what stands in the place of a string."""
        digest = blake2s(text.encode(errors="surrogatepass"), key=self.salt, digest_size=4)
        return f"(erased {digest.hexdigest()})"


@dataclass(slots=True)
class Count:
    """What went, and what of the customer's own stays since the fold holds it."""

    records: int = 0
    strings: int = 0
    unread: int = 0


class Eraser:
    """Rewrites records one by one; `count` has what it did."""

    def __init__(self, whose: Whose, held: Held) -> None:
        self._whose, self._held = whose, held
        self._named = named_in(whose.names)
        self._raw = _bytes_of(whose.names)
        self.count = Count()

    def erased(self, value: bytes) -> bytes:
        """Return the record as it is to be; the same object where nothing of it goes."""
        lane = lane_of(value)
        if lane is None or not self._concerns(lane, value):
            return value
        told = read_record(value)
        if told is None:
            self.count.unread += 1
            return value
        before = self.count.strings
        after = _walk(told, self._replace(lane, documents_in(told)))
        if after is told:
            return value
        self.count.records += 1
        found = _encode(after)
        try:
            decode_journal(found)
        except NotUnderstoodError:
            self.count.records, self.count.strings = self.count.records - 1, before
            raise
        return found

    def _concerns(self, lane: str, value: bytes) -> bool:
        if lane in self._whose.lanes:
            return True
        of_tenant = tenant_of(lane) == self._whose.tenant
        return of_tenant and self._raw is not None and self._raw.search(value) is not None

    def _replace(self, lane: str, documents: tuple[str, ...]) -> Replace:
        held = self._held(lane, documents)
        new = self._own if lane in self._whose.lanes else self._anothers

        def replace(text: str, sort: Sort) -> str:
            if not text.strip() or text in held or _STANDS_IN.fullmatch(text):
                return text
            after = new(text, sort)
            self.count.strings += after != text
            return after

        return replace

    def _own(self, text: str, sort: Sort) -> str:
        return self._without(text) if sort is Sort.CALLED else self._whose.stand_in(text)

    def _anothers(self, text: str, sort: Sort) -> str:
        match sort:
            case Sort.NAME:
                # What another lane shows is another's.
                return text
            case Sort.GIVEN_NAME:
                return self._whose.stand_in(text) if text in self._whose.names else text
            case _:
                return self._without(text)

    def _without(self, text: str) -> str:
        return self._named.sub(_gone, text) if self._named is not None else text


def lane_of(value: bytes) -> str | None:
    """Return the lane of a record; None of what is none of ours."""
    try:
        return _lane.decode(value).lane
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def read_record(value: bytes) -> dict[str, Any] | None:
    """Return a record's JSON in today's spelling; None of what is none of ours."""
    try:
        decode_journal(value)
    except NotUnderstoodError:
        return None
    told: dict[str, Any] = msgspec.json.decode(upcasts.journal_record(value) or value)
    return told


def strings_in(shape: type, value: bytes) -> Iterator[tuple[str, Sort]]:
    """Yield the personal strings of a word, each with what it is about."""
    found: list[tuple[str, Sort]] = []

    def note(text: str, sort: Sort) -> str:
        found.append((text, sort))
        return text

    walk_of(shape)(msgspec.json.decode(value), note)
    yield from found


def names_in(value: bytes) -> Iterator[str]:
    """Yield the names that a record of a customer's lane tells, and that can be looked for."""
    read = read_record(value)
    found: list[str] = []

    def note(text: str, sort: Sort) -> str:
        if sort in _NAMES and len(text.strip()) >= LEAST and not _STANDS_IN.fullmatch(text):
            found.append(text)
        return text

    if read is not None:
        _walk(read, note)
    yield from found


def documents_in(told: dict[str, Any]) -> tuple[str, ...]:
    """Return the documents that a record's facts are about."""
    names = (fact.get("document") for fact in told.get("facts", ()))
    return tuple(dict.fromkeys(name for name in names if name))


def with_ends(value: bytes, ends: Iterable[int]) -> bytes:
    """Return the first record of a journal that is made anew: it says where all partitions end."""
    read = read_record(value)
    if read is None:
        raise NotUnderstoodError("the journal's first record is none of ours")
    return _encode(read | {"whole": list(ends)})


def named_in(names: Iterable[str]) -> re.Pattern[str] | None:
    """Return what finds these names as whole words, the longest first; None without any."""
    longest = sorted(names, key=lambda each: (-len(each), each))
    words = "|".join(map(re.escape, longest))
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)") if words else None


def _gone(found: re.Match[str]) -> str:
    name = found[0]
    return GONE if len(name) >= len(GONE) else GONE_SHORT[: len(name)]


def _bytes_of(names: Iterable[str]) -> re.Pattern[bytes] | None:
    """Return what finds these names in JSON, and in JSON within it: lines are QuickBooks' own."""
    once = {_encode(each)[1:-1] for each in names}
    twice = {_encode(each.decode())[1:-1] for each in once}
    words = b"|".join(map(re.escape, sorted(once | twice)))
    return re.compile(words) if words else None
