"""Of what is a question in QuickBooks' query language made?

Notes cannot be searched, so a marker is looked for among a customer's newest records; and inactive
names are hidden unless asked for (quickbooks-online.md 2.4).
"""

from dataclasses import dataclass

#: The longest page, and what all kinds of a CDC answer share (2.4, 2.5).
PAGE = 1000

NEWEST = f"ORDERBY MetaData.CreateTime DESC MAXRESULTS {PAGE}"
EVERY = "Active IN (true, false)"


@dataclass(frozen=True, slots=True)
class Look:
    """One way to find a record; of what it lists by marker only ours is meant."""

    statement: str
    by_marker: bool = False


def quoted(text: str) -> str:
    """Return a value of a statement."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
