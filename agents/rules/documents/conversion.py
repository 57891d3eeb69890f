"""What does a record of one side look like on the other?

Field by field, decimals exact, printed quotes and dashes as they are typed; where the other side
holds less (a memo of 1,000 characters), the value is cut here, so that the command says what the
side will show.
"""

from dataclasses import dataclass, field

from msgspec.structs import replace

from agents.rules.documents.currencies import worth_across
from agents.rules.kinds.characters import plain
from agents.rules.kinds.days import as_printed
from agents.rules.kinds.policy import SyncPolicy
from agents.rules.kinds.table import policy_of
from schemas.decision_input import DecisionInput
from schemas.identity import marker
from schemas.records import Record
from schemas.values import Side


def across(record: Record, to: Side, given: DecisionInput) -> Record:
    """Return the whole record in the values of the other side; what it names must be linked."""
    policy = policy_of(record)
    typed = plain(record) if to is Side.QBO else record
    converted: Record = policy.convert(typed, to, given)
    day = as_printed(converted, policy.day, to, given)
    return replace(
        converted, **_cut(converted, to, policy), **day, **worth_across(record, to, given)
    )


@dataclass(slots=True)
class Crossing:
    """What the records of one decision look like across: each is put there once.

    The rules ask for the same ones field by field.
    """

    given: DecisionInput
    _known: dict[tuple[int, Side], tuple[Record, Record]] = field(default_factory=dict)

    def __call__(self, record: Record, to: Side) -> Record:
        """Return a record in the values of the other side, as `across` does."""
        key = id(record), to
        if key not in self._known:
            # Kept beside what it became, so that its id is no other record's.
            self._known[key] = record, across(record, to, self.given)
        return self._known[key][1]


def made_across(record: Record, to: Side, given: DecisionInput) -> Record:
    """Return the record as it is made on the other side, where that is not all that it says.

    A company that mails each new document to its address would mail ours.
    """
    mailed = policy_of(record).mailed
    whole = across(record, to, given)
    if mailed is None or to is not Side.QBO or not given.company.mails:
        return whole
    return replace(whole, **{mailed: None})


def created_fields(record: Record) -> tuple[str, ...]:
    """Return the fields of a create: the obligatory ones, and whatever else has a value."""
    policy = policy_of(record)
    more = (name for name in policy.fields if getattr(record, name))
    return tuple(dict.fromkeys((*policy.created, *more)))


def marked(record: Record, to: Side, given: DecisionInput) -> Record:
    """Return the record with the other side's id on it, as its new counterpart will carry it."""
    document = given.document
    if not policy_of(record).marked:
        return record
    if to is Side.QBO and document.mediaos is not None:
        return _with_marker(record, marker(given.tenant, document.kind, document.mediaos.id))
    if to is Side.MEDIAOS and document.qbo is not None:
        return _with_marker(record, document.qbo.id)
    return record


def _with_marker(record: Record, text: str) -> Record:
    return replace(record, marker=text)


def _cut(record: Record, to: Side, policy: SyncPolicy[Record]) -> dict[str, str]:
    """Return, by name, the texts of which the other side holds so much and no more."""
    return {
        name: getattr(record, name)[: each.limit.characters]
        for name, each in policy.fields.items()
        if each.limit is not None and to in each.limit.to and getattr(record, name)
    }
