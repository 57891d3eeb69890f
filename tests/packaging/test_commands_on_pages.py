"""Would each command that a page shows be taken?  What they do is tried where it is said."""

import re
import shlex
from pathlib import Path

import pytest

from tests.packaging.command_lines import taken

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "deploy").rglob("*.md"))]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands(page):
    """Yield the words of each command of ours in a page's blocks."""
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            # What kubectl runs beside a worker stands behind two dashes.
            words = words[words.index("--") + 1 :] if "--" in words else words
            if words[:1] == ["isthmus"]:
                yield words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_command_of_ours_is_one_that_the_command_line_knows(page):
    for words in commands(page):
        taken(words)


def test_a_command_that_is_no_more_would_be_noticed(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("```sh\nisthmus map add 1 2   # once\n```\n")
    [words] = commands(page)
    with pytest.raises(AssertionError, match="knows no 'add'"):
        taken(words)
