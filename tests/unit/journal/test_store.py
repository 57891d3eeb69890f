"""The state store's meaning, once for every database that it may lie in."""

import secrets
import sqlite3
import time
from contextlib import closing

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from streams.journal import key_lookups, tables
from streams.journal.fold import Checkpoint
from streams.journal.row_cache import StoredRow
from streams.journal.store import Store
from streams.journal.store_writes import Batch, BatchWriter, Change
from streams.journal.tables import StoreUnusableError, open_engine
from tests.testing.simulated.outage import refuse_large_rows

#: Names that a journal may hold from before the border knew limits.
ODD = [
    "tenant:t\0",
    f"document:t1/mediaos/{secrets.token_hex(6_000)}",
    f"lane:t1/mediaos/{'é' * 600}",
    "lane:t1/mediaos/\ud800",
    "\0",
]


def batch(*rows, partition=3, believed=None, position=10, term="t1"):
    return Batch(
        partition=partition,
        believed=believed or Checkpoint(),
        checkpoint=Checkpoint(position=position, term=term, prefix=7, requests_prefix=None),
        rows=[row if isinstance(row, Change) else Change(*row, open=False) for row in rows],
    )


def all_rows(store):
    return list(store.each_row())


def saved_within(seconds, store, taken):
    """Try again as the engine does, until the row is written."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            return store.save([taken]) == [taken]
        except StoreUnusableError:
            continue
    return False


class StoreContract:
    """What a store does; `address` is one of an empty database."""

    @pytest.fixture
    def store(self, address):
        store = Store(address)
        yield store
        store.close()

    def test_a_new_store_is_empty(self, store):
        assert store.checkpoints() == {}
        assert all_rows(store) == []

    def test_rows_and_standing_come_back_together(self, store):
        written = batch(("a", 4, b"1"), ("b", 9, b"2"))

        assert store.save([written]) == [written]

        assert store.checkpoints() == {3: Checkpoint(position=10, term="t1", prefix=7)}
        assert all_rows(store) == [StoredRow("a", 3, 4, b"1"), StoredRow("b", 3, 9, b"2")]

    def test_a_later_batch_replaces_and_removes_rows(self, store):
        first = batch(("a", 4, b"1"), ("b", 9, b"2"))
        store.save([first])

        store.save(
            [batch(("a", 12, b"3"), ("b", 13, None), believed=first.checkpoint, position=14)]
        )

        assert all_rows(store) == [StoredRow("a", 3, 12, b"3")]

    def test_each_partition_has_its_own_word_on_a_row(self, store):
        opened = Change("a", 7, b"5", open=True)
        store.save([batch(("a", 4, b"1"), ("b", 5, b"1")), batch(opened, partition=5)])
        both = [StoredRow("a", 3, 4, b"1"), StoredRow("a", 5, 7, b"5", open=True)]
        assert all_rows(store) == [*both, StoredRow("b", 3, 5, b"1")]
        assert sorted(store.read(["a"]).rows) == sorted(store.read_page("", "", 1).rows) == both
        assert sorted(row for _, row in store.load(lambda row: row).rows) == both

        told = store.checkpoints()[3]
        gone = batch(("a", 12, None), believed=told, position=13)
        assert store.save([gone]) == [gone]
        assert store.read(["a"]).rows == both[1:]

    @pytest.mark.parametrize(
        "believed",
        [Checkpoint(position=10, term="t2"), Checkpoint(position=9, term="t1"), Checkpoint()],
        ids=["another-term", "another-position", "believed-empty"],
    )
    def test_a_batch_is_refused_where_the_store_stands_elsewhere(self, store, believed):
        store.save([batch(("a", 4, b"1"))])

        assert store.save([batch(("a", 5, b"late"), believed=believed, position=20)]) == []

        assert all_rows(store) == [StoredRow("a", 3, 4, b"1")]
        assert store.checkpoints()[3].position == 10

    def test_one_refused_batch_does_not_hold_up_another(self, store):
        store.save([batch(("a", 4, b"1"))])
        refused, fine = batch(("a", 5, b"x")), batch(("c", 1, b"y"), partition=5)

        assert store.save([refused, fine]) == [fine]

    def test_a_batch_that_breaks_leaves_nothing_behind(self, store):
        assert store.save([batch(("a", 4, b"1"), ("b", None, b"2"))]) == []

        assert all_rows(store) == []
        assert store.checkpoints() == {}
        assert store.refused[3].keys() == {"b"}

    @pytest.mark.parametrize("key", ODD, ids=range(len(ODD)))
    def test_a_row_whose_key_no_database_takes_is_stored_and_found_again(self, store, key):
        written = batch(("a", 4, b"1"), (key, 5, b"2"))
        other = batch(("b", 1, b"3"), partition=5)

        assert store.save([written, other]) == [written, other]

        assert store.refused == {}
        assert {(row.key, row.body) for row in store.read([key, "a"]).rows} == {
            ("a", b"1"),
            (key, b"2"),
        }
        assert store.load(lambda row: row.body).rows == [(key, b"2")], "at a start, for it stays"
        assert {key for key, _ in store.load_all(lambda row: row).rows} == {"a", "b", key}
        assert store.read_under(key).rows == store.read_page(key, key, 5).rows == []

        gone = batch((key, 12, None), believed=written.checkpoint, position=13)
        assert store.save([gone]) == [gone]
        assert store.read([key]).rows == []

    def test_a_row_that_is_refused_holds_its_partition_and_no_other(self, store):
        refuse_large_rows(store)
        changes = [(f"k{n}", 4, b"x" * (500 if n in {17, 63} else 5)) for n in range(100)]
        refused, fine = batch(*changes), batch(("c", 1, b"y"), partition=5)

        assert store.save([refused, fine]) == [fine]

        assert store.refused[3].keys() == {"k17", "k63"}
        assert all("large" in reason for reason in store.refused[3].values())
        assert store.checkpoints().keys() == {5}, "a start reads on before what is refused"
        smaller = batch(*((key, at, body[:5]) for key, at, body in changes))
        assert store.save([smaller]) == [smaller]
        assert store.refused == {}

    def test_rows_are_read_by_key_and_the_missing_ones_left_out(self, store):
        store.save([batch(*((f"k{n:05}", 1, b"x") for n in range(2_500)))])

        found = store.read([f"k{n:05}" for n in range(1_000, 3_000)])

        assert {row.key for row in found.rows} == {f"k{n:05}" for n in range(1_000, 2_500)}
        assert found.positions == {3: 10}

    def test_what_rows_lead_to_comes_with_them(self, store):
        store.save([batch(("a", 4, b"b none"), ("b", 9, b"c"), ("c", 9, b"d"), position=10)])
        asked = []

        def leads(found):
            asked.append([row.key for row in found])
            return [key for row in found for key in row.body.decode().split()]

        found = store.read(["a", "no"], leads)

        assert [row.key for row in found.rows] == ["a", "b"]
        assert found.positions == {3: 10}
        assert asked == [["a"]]

    def test_rows_are_read_by_prefix_in_the_order_of_python(self, store):
        keys = ["lane:B", "lane:a", "lane:é", "lane:_", "lane:", "lanes", "lan", "Lane:x"]
        store.save([batch(*((key, 1, b"x") for key in keys))])

        under = [row.key for row in store.read_under("lane:").rows]

        assert under == sorted(key for key in keys if key.startswith("lane:"))
        assert [row.key for row in store.each_row()] == sorted(keys)

    def test_a_start_reads_the_open_rows_alone(self, store):
        rows = [Change(f"k{n:05}", 1, b"x", open=n % 100 == 0) for n in range(2_500)]
        store.save([batch(*rows)])

        loaded = store.load(lambda row: row.open)

        assert loaded.rows == [(f"k{n:05}", True) for n in range(0, 2_500, 100)]
        assert not loaded.complete
        assert loaded.checkpoints[3].position == 10

    def test_a_store_that_has_open_rows_alone_is_all_there_is(self, store):
        store.save([batch(Change("a", 1, b"x", open=True))])

        assert store.load(lambda row: row.key).complete

    def test_whoever_asks_for_everything_is_given_it(self, store):
        store.save([batch(Change("a", 1, b"x", open=True), ("b", 1, b"y"))])

        loaded = store.load_all(lambda row: row.body)

        assert loaded.rows == [("a", b"x"), ("b", b"y")]
        assert loaded.complete

    def test_a_row_whose_work_is_done_is_not_read_at_a_start(self, store):
        first = batch(Change("a", 4, b"1", open=True))
        store.save([first])

        store.save([batch(("a", 12, b"2"), believed=first.checkpoint, position=14)])

        assert store.load(lambda row: row.key).rows == []

    def test_a_store_is_opened_again_as_it_was(self, store, address):
        store.save([batch(("a", 1, b"x"))])

        again = Store(address)

        assert again.checkpoints() == store.checkpoints()
        assert all_rows(again) == all_rows(store)
        again.close()

    def test_another_schema_version_is_refused_with_the_remedy(self, store, address):
        with store._engine.begin() as connection:
            other = {"version": tables.VERSION + 1}
            connection.execute(text("UPDATE isthmus_schema SET version = :version"), other)

        with pytest.raises(
            StoreUnusableError, match=rf"schema version \[{tables.VERSION + 1}\].*made again"
        ):
            Store(address)


class TestSqlite(StoreContract):
    @pytest.fixture
    def address(self, tmp_path):
        return f"sqlite:///{tmp_path}/new folder/state.sqlite"


class TestPostgres(StoreContract):
    @pytest.fixture
    def address(self, postgres_database):
        return postgres_database

    @pytest.mark.timeout(20)
    def test_a_writer_frozen_in_its_transaction_holds_the_next_one_up_for_seconds(
        self, store, address
    ):
        taken, frozen = batch(("a", 4, b"1")), Store(address)
        with frozen._engine.connect() as connection:
            connection.begin()
            assert BatchWriter("postgresql").advance(connection, batch(("a", 3, b"0")))

            # Said, not waited for without end: whoever is told to stop can.
            with pytest.raises(StoreUnusableError, match="lock timeout"):
                store.save([taken])
            assert saved_within(10, store, taken)
            connection.invalidate()
        frozen.close()

        assert all_rows(store) == [StoredRow("a", 3, 4, b"1")]

    def test_a_server_that_may_not_be_written_to_is_away_and_no_fault_of_ours(self, store, address):
        name = address.rpartition("/")[2]
        with store._engine.begin() as connection:
            connection.exec_driver_sql(
                f"ALTER DATABASE {name} SET default_transaction_read_only = on"
            )
        replica = Store(address)

        with pytest.raises(StoreUnusableError, match="read-only transaction"):
            replica.save([batch(("a", 4, b"1"))])
        replica.close()

    def test_tables_that_somebody_took_away_are_one_sentence(self, store):
        with store._engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE isthmus_partitions")

        with pytest.raises(StoreUnusableError, match="does not exist"):
            store.checkpoints()

    @pytest.mark.parametrize("step", ["_prepare", "greeting"])
    def test_connections_that_are_cut_while_a_store_is_opened_are_made_again(
        self, address, step, monkeypatch
    ):
        """A failover ends them wherever a start is, also at SQLAlchemy's own first questions."""
        cuts, pauses = [], []

        def cut(connection):
            if len(cuts) < tables.START_AGAIN:
                cuts.append(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar())
                with psycopg.connect(address, autocommit=True) as other:
                    other.execute("SELECT pg_terminate_backend(%s)", cuts[-1:])

        if step == "_prepare":
            prepare = tables._prepare
            monkeypatch.setattr(
                tables,
                "_prepare",
                lambda connection, url: (cut(connection), prepare(connection, url)),
            )
        else:
            greet = PGDialect_psycopg.initialize
            monkeypatch.setattr(
                PGDialect_psycopg,
                "initialize",
                lambda dialect, connection: (cut(connection), greet(dialect, connection)),
            )
        open_engine(address, pauses.append).dispose()
        assert pauses == [tables.AGAIN_SECONDS] * len(cuts)
        assert len(cuts) == tables.START_AGAIN

    @pytest.mark.timeout(60)
    def test_a_server_that_ends_each_connection_is_away_in_the_end(self, address, monkeypatch):
        def end(connection, _url):
            connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")

        monkeypatch.setattr(tables, "_prepare", end)
        with pytest.raises(StoreUnusableError, match=r"terminating connection.*start PostgreSQL"):
            open_engine(address, lambda _seconds: None)

    def test_connections_that_the_server_ended_are_made_again(self, store):
        store.save([batch(("a", 4, b"1"))])
        with store._engine.connect() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

        assert all_rows(store) == [StoredRow("a", 3, 4, b"1")]


@pytest.fixture
def sqlite_store(tmp_path):
    store = Store(f"sqlite:///{tmp_path}/state.sqlite")
    yield store
    store.close()


def test_a_search_by_key_in_sqlite_looks_at_what_is_asked_and_says_nothing_besides(sqlite_store):
    sqlite_store.save([batch(*((f"k{n}", n, b"x") for n in range(500)), position=600)])
    said = []
    # The pool has this one connection.
    with closing(sqlite_store._engine.raw_connection()) as connection:
        connection.driver_connection.set_trace_callback(said.append)

    found = sqlite_store.read([f"k{n}" for n in range(400, 600)])

    assert {row.key for row in found.rows} == {f"k{n}" for n in range(400, 500)}
    begin, search, _positions, end = said
    assert (begin, end) == ("BEGIN", "ROLLBACK")
    with sqlite_store._engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {search}").all()
    steps = [step.detail for step in plan if "isthmus_rows" in step.detail]
    assert steps == ["SEARCH isthmus_rows USING INDEX sqlite_autoindex_isthmus_rows_1 (key=?)"]


def test_rows_of_sqlite_that_somebody_took_away_are_one_sentence(sqlite_store):
    with sqlite_store._engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE isthmus_rows")

    with pytest.raises(StoreUnusableError, match=r"cannot be used \(no such table: isthmus_rows\)"):
        sqlite_store.read(["a"])


def test_a_question_of_ours_that_is_wrong_is_no_fault_of_the_file(sqlite_store, monkeypatch):
    monkeypatch.setattr(key_lookups, "_BY_KEY", "SELECT ?, ?")

    with pytest.raises(sqlite3.ProgrammingError, match="number of bindings"):
        sqlite_store.read(["a"])


def test_a_damaged_file_is_one_sentence_with_the_remedy(tmp_path):
    (tmp_path / "state.sqlite").write_bytes(b"no database" * 1000)

    with pytest.raises(StoreUnusableError, match=r"is damaged \(.*\): delete the file"):
        Store(f"sqlite:///{tmp_path}/state.sqlite")


def test_a_locked_file_is_one_sentence_with_the_remedy(tmp_path):
    path = tmp_path / "state.sqlite"
    Store(f"sqlite:///{path}").close()
    other = sqlite3.connect(path)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")

    with pytest.raises(StoreUnusableError, match="is locked by another process"):
        Store(f"sqlite:///{path}?timeout=0.01")
    other.close()


def test_a_server_that_is_away_is_one_sentence_without_the_password():
    with pytest.raises(StoreUnusableError, match=r"start PostgreSQL") as refused:
        Store("postgresql://isthmus:hunter2@127.0.0.1:1/none")

    assert "hunter2" not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("address", ["nonsense", "mysql://host/name"])
def test_an_address_that_is_no_store_says_what_to_give(address):
    with pytest.raises(StoreUnusableError, match="give"):
        Store(address)
