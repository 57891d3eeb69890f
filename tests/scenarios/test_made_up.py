"""What Isthmus does not have crosses, is mapped and releases with files of its own alone.

A kind of record is a shape, a file of rules and a wire per remote; a kind of mapping an entry of
the table and a list of QuickBooks.  Each is played in a process that knows no other.
"""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: The process of a story takes its room from nobody.
pytestmark = pytest.mark.few_rows


@pytest.mark.parametrize(
    ("played", "stories"), [("made_up_kind.crosses", 10), ("made_up_mapping.releases", 8)]
)
def test_a_kind_that_isthmus_does_not_have_works_once_its_own_files_are_there(played, stories):
    told = subprocess.run(
        [sys.executable, "-m", f"tests.{played}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert told.returncode == 0, told.stderr
    assert len(told.stdout.splitlines()) == stories
