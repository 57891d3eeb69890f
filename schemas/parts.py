"""In which part of what grows with a lane's work does something stand?

What thousands may stand in is kept in parts, so that one that comes or goes copies only its own:
rows are never changed in place.
"""

from zlib import crc32

PARTS = 64


def part_of(name: str) -> str:
    """Return the part of a name: the same in every process."""
    return str(crc32(name.encode()) % PARTS)
