"""Which test runs each block of the pages, and which cannot be run where tests are?

A module is given the blocks that the table says it runs, and runs all of them: so the table tells
no more than is so.
"""

import re
import subprocess
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
FENCED = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


class NotHere(str):
    """Why no test runs a block."""

    __slots__ = ()


HOUR, OWN, ERASING = "test_first_hour", "test_own_kafka", "test_erasing_page"
SERVERS, WORDS, SETTINGS = "test_deploy_pages", "test_readme", "test_settings_on_pages"
CLUSTER = NotHere("it wants a cluster; test_kubernetes looks at what is applied")
SCHEDULER = NotHere("it wants cron or systemd; its commands are looked at, and one is run as a job")

#: By page, who runs each of its blocks, in their order.
RUN_BY: Mapping[str, tuple[str, ...]] = {
    "README.md": (
        NotHere("`make demo` is the next block's, and `make test` is what runs this"),
        *(HOUR,) * 5,
        OWN,
    ),
    "deploy/README.md": (OWN, OWN, WORDS),
    "deploy/acls.md": (SETTINGS,),
    "deploy/backup.md": (SERVERS, SERVERS),
    "deploy/erasing.md": (HOUR, ERASING),
    "deploy/kubernetes/README.md": (CLUSTER, CLUSTER, CLUSTER),
    "deploy/operating.md": (HOUR, HOUR, SCHEDULER, SCHEDULER, HOUR, SCHEDULER, HOUR),
    "deploy/secrets.md": (SERVERS, SERVERS),
    "deploy/sizing.md": (OWN,),
    "deploy/upgrade.md": (HOUR, SERVERS),
    "schemas/README.md": (WORDS, HOUR),
    "streams/README.md": (NotHere("it is a picture"),),
    "tests/README.md": (NotHere("it says how to run what runs this"),),
}


class Block(NamedTuple):
    """A block of a page, without its indentation."""

    language: str
    text: str


def blocks(page: str) -> list[Block]:
    """Return all of a page's."""
    found = FENCED.findall((ROOT / page).read_text(encoding="utf-8"))
    return [Block(language, textwrap.dedent(text)) for _, language, text in found]


def mine(page: str, file: str) -> list[Block]:
    """Return those of a page that a test's module is to run."""
    module = Path(file).stem
    found = zip(blocks(page), RUN_BY[page], strict=True)
    return [block for block, runner in found if runner == module]


def pages() -> list[str]:
    """Return every page that is kept here."""
    named = subprocess.run(
        ["git", "ls-files", "*.md"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return named.stdout.split()
