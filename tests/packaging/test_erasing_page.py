"""Are the page's commands carried out as they stand there, and do they say what they did?"""

import asyncio
import os
import re
import subprocess
import sys
import uuid

import pytest

from streams.cluster import Cluster
from tests.broker.recorded_journal import forget, is_erased, records, with_a_day
from tests.packaging.page_blocks import ROOT, mine

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

[BLOCK] = mine("deploy/erasing.md", __file__)
#: The page's customer, and the recorded day's.
HERE = {"TENANT 42": "t1 1001"}


def typed(cluster, folder, script, stdin):
    """Type it where `isthmus` is this one; return what is shown."""
    told = {
        "ISTHMUS_BROKERS": cluster.brokers,
        "ISTHMUS_TOPIC_PREFIX": cluster.prefix,
        "ISTHMUS_STATE_FOLDER": str(folder),
        "PYTHONPATH": str(ROOT),
        "USER": "ann",
        "LOGNAME": "ann",
    }
    command = f'isthmus() {{ {sys.executable} -m agents.cli.main "$@"; }}\n{script}'
    return subprocess.run(
        ["sh", "-uec", command],
        cwd=folder,
        env={**os.environ, **told},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def cluster(kafka):
    cluster = Cluster(brokers=kafka, prefix=f"page-{uuid.uuid4().hex[:8]}.")
    asyncio.run(with_a_day(cluster))
    yield cluster
    asyncio.run(forget(cluster))


def test_what_the_page_says_is_typed(cluster, tmp_path):
    before = asyncio.run(records(cluster))
    script = BLOCK.text
    for there, here in HERE.items():
        script = script.replace(there, here)

    mistaken = typed(cluster, tmp_path, script, "1002\n")
    assert mistaken.returncode == 1
    assert "Nothing was erased" in mistaken.stderr
    assert asyncio.run(records(cluster)) == before
    said = typed(cluster, tmp_path, script, "1001\n")

    assert said.returncode == 0, said.stderr
    assert "Traceback" not in said.stderr
    shown = " ".join(said.stdout.split())
    assert re.search(r"\d+ names and texts in \d+ records of \d+ would go", shown)
    assert re.search(r"\d+ names and texts in \d+ records of \d+ are erased", shown)
    assert "Harbour Books" in shown
    is_erased(before, asyncio.run(records(cluster)))
    story = typed(cluster, tmp_path, "isthmus explain customer 1001", "")
    assert "ann erased from the journal" in " ".join(story.stdout.split()), story.stderr
