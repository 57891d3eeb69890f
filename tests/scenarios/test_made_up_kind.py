"""A new kind is a shape, a file of rules and a wire per remote: with these alone it crosses."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
STORIES = 10


def test_a_kind_that_isthmus_does_not_have_crosses_once_its_own_files_are_there():
    played = subprocess.run(
        [sys.executable, "-m", "tests.made_up_kind.crosses"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert played.returncode == 0, played.stderr
    assert len(played.stdout.splitlines()) == STORIES
