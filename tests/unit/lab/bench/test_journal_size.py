from agents.lab.bench import journal_size


async def test_what_a_change_adds_to_the_journal_is_weighed_as_it_is_kept():
    found = await journal_size.measure()

    assert found.changes == 420
    assert 0 < found.bytes_per_change < 2_500
    assert found.plain_bytes_per_change > 2 * found.bytes_per_change
