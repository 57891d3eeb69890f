"""A new kind of mapping is an entry of the table and a list of QuickBooks: with these it works."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
STORIES = 8


def test_a_kind_of_mapping_that_isthmus_does_not_have_parks_is_mapped_and_releases():
    played = subprocess.run(
        [sys.executable, "-m", "tests.made_up_mapping.releases"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert played.returncode == 0, played.stderr
    assert len(played.stdout.splitlines()) == STORIES
