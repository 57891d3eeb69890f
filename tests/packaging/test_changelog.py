"""Does the changelog tell each thing once, and of the store's version what is so?"""

import re
from collections import Counter
from pathlib import Path

from streams.journal.tables import VERSION

TEXT = (Path(__file__).parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")
UNRELEASED = TEXT.split("\n## ")[1]
#: Two entries that begin alike for so long are one that was merged twice.
ALIKE = 60


def test_nothing_of_the_next_release_is_told_twice():
    entries = [line for line in UNRELEASED.splitlines() if line.startswith("- ")]
    told = Counter(entry[:ALIKE] for entry in entries)

    assert [begins for begins, times in told.items() if times > 1] == []


def test_how_to_go_over_names_the_version_that_the_store_has():
    [named] = re.findall(r"\*\*To go over to this release\*\*.*schema version (\d+)", UNRELEASED)

    assert int(named) == VERSION
