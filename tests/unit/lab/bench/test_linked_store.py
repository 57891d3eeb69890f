"""Is a store that the bench makes one that the engine could have written?"""

from agents.lab.bench.books import customer_id, invoice_id
from agents.lab.bench.linked_store import MODEL, fill, model
from agents.lab.bench.notebook import Notebook
from agents.process.clock import SystemClock
from agents.view.folding import Folding
from streams.journal.store import Store

TENANT, CUSTOMERS = "bench", 30


async def test_each_customer_has_the_rows_that_the_engine_would_have_written(tmp_path):
    notebook = Notebook(SystemClock(), partition=0, term="t")
    await notebook.tell(TENANT, customer_id(7), invoices=9, edits=0)
    fill(tmp_path / "s", TENANT, await model(TENANT), customers=CUSTOMERS, partitions=12)
    store = Store(f"sqlite:///{tmp_path / 's'}")

    rows = {row.key: row for row in store.each_row()}

    told = [key for key, _ in notebook.rows("") if customer_id(7) in key]
    assert told
    assert set(told) <= rows.keys()
    assert {rows[key].partition for key in told} == {rows[told[0]].partition}
    assert not any(MODEL in key for key in rows)
    invoice = f"where:{TENANT}/mediaos/invoice/{invoice_id(customer_id(7), 0)}"
    assert Folding().load(invoice, rows[invoice].body) == notebook.state(invoice)
    store.close()


async def test_nothing_in_it_is_open_but_the_tenant(tmp_path):
    fill(tmp_path / "s", TENANT, await model(TENANT), customers=CUSTOMERS, partitions=12)
    store = Store(f"sqlite:///{tmp_path / 's'}")

    loaded = store.load(lambda row: row.key)

    assert [key for key, _ in loaded.rows] == [f"tenant:{TENANT}"]
    assert {checkpoint.position for checkpoint in loaded.checkpoints.values()} == {1}
    assert len(loaded.checkpoints) == 12
    store.close()
