"""An examination that stops in the midst of the journal closes what it reads it by."""

import pytest

from agents.audit import check


async def test_a_record_that_cannot_be_taken_leaves_no_journal_open(monkeypatch):
    closed = []

    async def read_journal(*_):
        try:
            yield "no record"
        finally:
            closed.append(True)

    async def read_books(*_, **__):
        return None, None

    monkeypatch.setattr(check, "read_journal", read_journal)
    monkeypatch.setattr(check, "read_books", read_books)

    with pytest.raises(AttributeError):
        await check._examined(None, {}, "t1", "journal", None, None, None)

    assert closed
