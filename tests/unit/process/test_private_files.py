"""A file that only its owner reads, also while this process has it open as a database."""

import os
import sqlite3
import subprocess
import sys

import pytest

from streams.private_files import make_private

WRITE = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1], timeout=0)
other.execute("CREATE TABLE written_by_another (told TEXT)")
"""


def mode(path):
    return path.stat().st_mode & 0o777


def test_it_is_made_for_its_owner_alone_and_so_is_one_that_others_could_read(tmp_path):
    path, known = tmp_path / "folder" / "made", tmp_path / "known"
    known.write_text("kept")
    known.chmod(0o644)
    for each in (path, known):
        make_private(each)
        make_private(each)
        assert mode(each) == 0o600

    assert known.read_text() == "kept"


def test_where_a_link_leads_it_is_made_as_well(tmp_path):
    link, there = tmp_path / "link", tmp_path / "there"
    link.symlink_to(there)
    make_private(link)

    assert mode(there) == 0o600


def test_what_is_not_even_for_its_owner_to_write_stays_so(tmp_path):
    path = tmp_path / "kept"
    path.touch()
    path.chmod(0o444)
    make_private(path)

    assert mode(path) == 0o400


@pytest.mark.skipif(os.name != "posix", reason="locks belong to a process there")
def test_a_database_that_is_written_stays_locked(tmp_path):
    """Whoever closes a file takes its process' locks on it away, whoever of it has taken them."""
    path = tmp_path / "connections.sqlite"
    ours = sqlite3.connect(path, isolation_level=None)
    ours.execute("CREATE TABLE connections (told TEXT)")
    ours.execute("BEGIN IMMEDIATE")
    ours.execute("INSERT INTO connections VALUES ('half')")

    make_private(path)
    other = subprocess.run(
        [sys.executable, "-c", WRITE, str(path)], capture_output=True, text=True, check=False
    )
    ours.execute("COMMIT")
    ours.close()

    assert "database is locked" in other.stderr
