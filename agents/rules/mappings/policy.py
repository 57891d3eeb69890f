"""In which words does a kind of mapping say what it maps, and who names it?

A policy is what differs from kind to kind; how documents wait, are told of and released, and how
mappings are asked for, checked and listed is the same for all.
"""

from collections.abc import Callable
from dataclasses import dataclass

from schemas.company import Company
from schemas.records import Record
from schemas.state import ParkReason
from schemas.tenant_state import TenantSettings
from schemas.values import MappingKind

#: Between the names of a source that may be mapped by any of them, the more special one first.
OR = "|"


def alternatives(source: str) -> tuple[str, ...]:
    """Return the names by which a source may be mapped, the most general one last."""
    return tuple(source.split(OR))


def _always(_company: Company) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingPolicy:
    """One kind's policy.

    `source` is what a person calls it in MediaOS, `target` in QuickBooks: two words, since both
    head a column.  A source is `becomes` a target (`sold as`).  `command` is how a person asks for
    mappings of this kind, `group` its own word among those of all kinds, `of_what` for what those
    are where two kinds map the same.  `named` returns the ids of those that a record of MediaOS
    names, None where it ought to name one and does not, which `unnamed` says.  `unmapped` and
    `inactive` are the reasons for which a document waits.

    An `optional` one is said when a record is made in QuickBooks, and left out while it is not
    mapped or what it is mapped to is inactive; a tenant's setting may require it, by the word
    `required_as` where `target` is not that.  `otherwise` is what QuickBooks puts in the place of
    what is left out.  `kept` tells whether a company has what this maps to at all.  What is said
    `once` is waited for until a record is made in QuickBooks, and not with what was made there.
    `needed` tells of one source whether it must be mapped, by settings and company, where that
    differs.  `unfit` says why nothing is mapped to what a list of QuickBooks has besides.  `words`:
    MediaOS keeps no list of these but says a word, and these are the ones that it is known to say;
    `alike` is for a word the type of what it is likely to be in QuickBooks, and why.  `read_there`:
    MediaOS keeps a list of these and publishes none of it, so it is read when somebody asks.
    `writes_off`: a person may mark one that writes invoices off.
    """

    kind: MappingKind
    source: str
    target: str
    becomes: str
    command: str
    group: str
    named: Callable[[Record], tuple[str | None, ...]]
    unnamed: str
    unmapped: ParkReason
    inactive: ParkReason
    optional: bool = False
    otherwise: str = ""
    required_as: str = ""
    of_what: str = ""
    kept: Callable[[Company], bool] = _always
    once: bool = False
    needed: Callable[[str, TenantSettings, Company], bool] | None = None
    unfit: str = "no line can name one"
    words: tuple[str, ...] = ()
    alike: tuple[tuple[str, str, str], ...] = ()
    read_there: bool = False
    writes_off: bool = False

    def required(self, source: str, settings: TenantSettings, company: Company) -> bool:
        """Tell whether what names a source waits until that is mapped."""
        if not self.kept(company):
            return False
        if self.needed is not None:
            return self.needed(source, settings, company)
        return not self.optional or self.kind in settings.require

    @property
    def word(self) -> str:
        """Return the word by which a setting requires what this maps to."""
        return self.required_as or self.target.replace(" ", "-")

    @property
    def columns(self) -> tuple[str, str, str, str]:
        """Return the columns of a table: source and target, each with its name."""
        source, target = (word.replace(" ", "_") for word in (self.source, self.target))
        return source, f"{source}_name", target, f"{target}_name"

    def told(self, source: str, target: str | None) -> dict[str, str | None]:
        """Return one mapping in this kind's words, as whoever reads it from outside is told."""
        words = self.columns
        return {words[0]: source, words[2]: target}

    def sources(self, record: Record | None) -> tuple[str, ...]:
        """Return what a record of MediaOS names, each once, in order; a deleted one nothing."""
        named = self.named(record) if record is not None else ()
        return tuple(dict.fromkeys(filter(None, named))) if named else ()
