"""The bench of a long history measures what it says: like edits, and the releases of all."""

from agents.lab.bench.growth import FEW, measure


async def test_an_edit_writes_as_much_however_many_documents_there_are():
    found = await measure(many=FEW * 20, edits=3, parked=5)

    assert found.many.journal == found.few.journal
    assert abs(found.many.rows - found.few.rows) < 10
    assert 0 < found.longest_block_seconds <= found.release_seconds
    assert found.created_seconds > 0
    assert found.release_beyond_seconds < found.release_seconds
