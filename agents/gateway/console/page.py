"""What is a page?  An address under its tenant, what it shows, and what can be done on it.

`show` runs in a thread and may read the book; it returns what its template is told.  `acts` are
what its forms may ask for, by the value of their field `do`: each returns the request to send, or
raises NotPossible with a sentence for whoever pressed the button.  What shows a Download has no
template.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from agents.gateway.console.book.following import Covered
from agents.gateway.console.book.reading import Book
from agents.gateway.console.calls import CallsHeard
from agents.gateway.console.connecting import ConnectionChanges
from agents.gateway.console.forms import Form
from agents.gateway.console.letters import Letters
from agents.gateway.console.people import Person, Role
from agents.gateway.console.preflights import Preflights
from agents.gateway.console.sessions import Told
from schemas.requests import OfSomebody
from schemas.values import Side

#: Returns the journal's bytes at these places; blocks.
ReadJournal = Callable[[Sequence[tuple[int, int]]], Sequence[bytes]]


class NotThereError(Exception):
    """The address names what this tenant does not have."""


class NotPossible(Exception):
    """What somebody asked for cannot be done; the text says why, in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody looks at a page of a tenant, or does something there.

    `address` is where the page is, `query` what stands behind the question mark, `parts` what the
    address itself names; `pages` are the addresses of the pages that there are, by name,
    `late` after how long a side that was not read to its end is behind.  `journal`
    returns what stands at places of it, each a partition and an offset, and raises what Kafka's
    client does.  `request` is the id of what a form asks for.
    """

    tenant: str
    person: Person
    now: datetime
    book: Book
    covered: Covered
    calls: CallsHeard
    journal: ReadJournal
    address: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)
    late: Mapping[Side, timedelta] = field(default_factory=dict)
    letters: Letters = field(default_factory=Letters)
    request: str = ""
    preflights: Preflights = field(default_factory=Preflights)
    connecting: ConnectionChanges = field(default_factory=ConnectionChanges)

    def may(self, least: Role) -> bool:
        """Tell whether this person has that role here, or a higher one."""
        return self.person.may(self.tenant, least)


#: Does something, and returns what became of it, or what is then to be asked for.
Deed = Callable[[], Awaitable[Told | OfSomebody]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that a form of a page asks for, and who may.

    It is one request or several, or what the gateway does itself.
    """

    least: Role
    request: Callable[[Visit, Form], OfSomebody | Sequence[OfSomebody] | Deed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file for the visitor to keep, in the place of a page."""

    name: str
    type: str
    text: str


Show = Callable[[Visit], Mapping[str, Any] | Download]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: `path` stands behind the tenant in its address, "" for its first one.

    `count` is what the menu says beside its title, None for nothing.  `parts` of the path are as
    FastAPI writes them: `record/{side}/{kind}/{id}`.
    """

    name: str
    path: str
    title: str
    template: str
    show: Show
    acts: Mapping[str, Act] = field(default_factory=dict)
    in_menu: bool = True
    least: Role = Role.VIEWER
    count: Callable[[Visit], int] | None = None
