"""What of a record has room in QuickBooks, by what was read there?

What has none is left out of the write, and told on the record for us alone, so that what both
sides agree on says it.
"""

from msgspec.structs import replace

from agents.rules.kinds.table import policy_of
from schemas.decision_input import DecisionInput
from schemas.records import Record


def fitted(record: Record, given: DecisionInput, shown: Record | None = None) -> Record:
    """Return a record that is to be made in QuickBooks, as far as it has room there.

    Or of one that is made already, and `shown`, as far as it had.
    """
    fields = policy_of(record).fields.items()
    rooms = {
        name: field.fits(getattr(record, name), getattr(shown, name, ()), given.owed)
        for name, field in fields
        if field.fits is not None
    }
    return with_rest(replace(record, **rooms), record, given, tuple(rooms))


def with_rest(
    record: Record, asked: Record, given: DecisionInput, fields: tuple[str, ...]
) -> Record:
    """Return a record with what its `fields` leave out of what was asked."""
    policy = policy_of(record)
    due = policy.held_back(asked, record, None, given.owed)
    rests = {policy.fields[name].rest for name in fields} - {""}
    return replace(record, **{rest: getattr(due, rest) if due else () for rest in rests})
