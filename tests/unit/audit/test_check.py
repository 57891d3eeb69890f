"""The whole examination: both simulators on loopback sockets, the journal on a real Kafka."""

import uuid
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import NewTopic

from agents.audit.books import LedgerUnreadableError
from agents.audit.check import Books, check
from agents.audit.findings import What
from agents.lab.local import ports
from schemas.catalog import encode
from schemas.envelope import JournalRecord
from streams.cluster import Cluster
from streams.kafka import probe
from tests.testing.serving import served
from tests.unit.audit.story import AT, TENANT


@asynccontextmanager
async def books_of(day):
    async with served(day.mediaos.app) as mediaos, served(day.qbo.app) as qbo:
        yield Books(
            qbo_base_url=qbo,
            realm=day.qbo.realm,
            qbo_token=day.bearer,
            mediaos_base_url=mediaos,
            mediaos_key="key",
            mediaos_password="password",
        )


async def written(brokers, records, *, partitions=3):
    """Write a journal whose second partition holds all of it, and return its topic."""
    topic = f"journal-{uuid.uuid4().hex[:8]}"
    async with probe.admin(Cluster(brokers=brokers)) as admin:
        await admin.create_topics([NewTopic(topic, partitions, 1)])
    async with AIOKafkaProducer(bootstrap_servers=brokers) as producer:
        for record in records:
            await producer.send_and_wait(topic, encode(record), partition=1)
    return topic


async def also(brokers, topic, *values):
    """Write what nobody of ours wrote behind it."""
    async with AIOKafkaProducer(bootstrap_servers=brokers) as producer:
        for value in values:
            await producer.send_and_wait(topic, value, key=b"t1/mediaos/42", partition=1)


async def test_a_tenant_is_examined_from_end_to_end(kafka, day):
    stale = JournalRecord(term="nobody", lane="t1/mediaos/42", at=AT)
    topic = await written(kafka, [*day.journal.records, stale])
    async with books_of(day) as books:
        told = Cluster(brokers=kafka).client
        asked = {"books": books, "kafka": told, "tenant": TENANT, "journal": topic}
        asked["sleep"] = day.sleep
        report = await check(**asked)
        assert report.verdict == "The ledgers agree: 2 invoices, 1 payment, 1 customer."
        day.qbo.tamper.remove("Payment", day.ids["payment"][1])
        (one,) = (await check(**asked)).findings
        assert one.what is What.MISSING_IN_QBO


async def test_a_journal_that_is_not_there_is_told(kafka, day):
    async with books_of(day) as books:
        with pytest.raises(LedgerUnreadableError, match="no topic nothing-of-that-name"):
            await check(
                books=books,
                kafka=Cluster(brokers=kafka).client,
                tenant=TENANT,
                journal="nothing-of-that-name",
                sleep=day.sleep,
            )


async def test_records_of_somebody_else_are_gone_past_and_counted(kafka, day):
    topic = await written(kafka, day.journal.records)
    await also(kafka, topic, b"{}", b"\xff", None, b'{"term": "nobody", "lane": 5}')
    told = Cluster(brokers=kafka).client
    async with books_of(day) as books:
        report = await check(books=books, kafka=told, tenant=TENANT, journal=topic, sleep=day.sleep)
    assert report.verdict == "The ledgers agree: 2 invoices, 1 payment, 1 customer."
    assert report.passed_over == 4


@pytest.mark.parametrize("whose", ["term", "claim"])
async def test_a_record_of_ours_that_makes_no_sense_is_named_by_its_place(kafka, day, whose):
    claim = JournalRecord(term="t", lane="", at=AT, claim="t")
    topic = await written(kafka, [claim])
    ours = {"term": b'{"term": "t", "lane": 5}', "claim": b'{"term": "u", "claim": "u"}'}
    await also(kafka, topic, ours[whose])
    told = Cluster(brokers=kafka).client
    async with books_of(day) as books:
        with pytest.raises(LedgerUnreadableError, match=r"record at 1/1 cannot be read .*lane"):
            await check(books=books, kafka=told, tenant=TENANT, journal=topic, sleep=day.sleep)


async def test_a_kafka_that_is_away_is_told_in_one_sentence(day):
    brokers = f"127.0.0.1:{ports.free(1)[0]}"
    async with books_of(day) as books:
        with pytest.raises(LedgerUnreadableError, match=f"from Kafka at {brokers}"):
            await check(
                books=books,
                kafka=Cluster(brokers=brokers).client,
                tenant=TENANT,
                journal="journal",
                sleep=day.sleep,
            )


async def test_a_side_that_is_away_is_told_in_one_sentence(day):
    async with books_of(day) as books:
        nowhere = replace(books, qbo_base_url=f"http://127.0.0.1:{ports.free(1)[0]}")
        with pytest.raises(LedgerUnreadableError, match="QuickBooks does not answer at"):
            await check(
                books=nowhere,
                kafka=Cluster(brokers="127.0.0.1:1").client,
                tenant=TENANT,
                journal="journal",
                sleep=day.sleep,
            )
