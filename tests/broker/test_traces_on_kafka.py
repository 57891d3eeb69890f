"""Does a trace go on over a real Kafka, from the publisher's record to QuickBooks?"""

import pytest

from tests.broker.installation.house import until
from tests.broker.installation.opening import installed
from tests.testing.collector import collector, said

pytestmark = [pytest.mark.kafka, pytest.mark.deployed, pytest.mark.slow]


async def test_a_change_is_one_trace_from_its_topic_to_the_call(kafka, tmp_path):
    with collector() as there:
        async with installed(kafka, tmp_path) as house:
            house.crew._told = {**house.crew._told, "ISTHMUS_TRACE_URL": there.url}
            tenant = await house.tenant()
            town = await house.town(tenant)
            await house.work(1)
            await town.live(customers=3, invoices=4, payments=0, edits=0, seconds=4)
            await house.rest()

            async def told():
                return len(there.by_name()["call quickbooks"]) > 3

            await until(told)
        # Its worker has ended, and handed over what was left.
        names = there.by_name()

    taken = names["take isthmus-intake"]
    came_over = [each for each in taken if there.parent_of(each) in names["take mediaos-changes"]]
    assert came_over
    traces = {each.trace_id for each in came_over}
    writes = [each for each in names["call quickbooks"] if "isthmus.request" in said(each)]
    assert traces & {each.trace_id for each in writes}
    assert traces & {each.trace_id for each in names["journal"]}
