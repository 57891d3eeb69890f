from agents.lab.bench.books import customer_id
from agents.lab.bench.instant import across
from agents.lab.bench.journal_worker import TENANT, edit_of_an_invoice
from agents.lab.bench.notebook import Notebook
from agents.process.clock import SystemClock
from agents.view.folding import Folding
from schemas.envelope import JournalRecord
from schemas.rows import DocumentRow, LaneRow, documents_of
from schemas.values import Kind
from streams.journal.fold import Fold

BOOK = "bench/mediaos/1000"


async def told(invoices: int, edits: int) -> Notebook:
    notebook = Notebook(SystemClock(), partition=0, term="t")
    await notebook.tell(TENANT, customer_id(0), invoices=invoices, edits=edits)
    return notebook


async def test_a_customers_invoices_come_to_rest_linked_and_edited():
    notebook = await told(invoices=2, edits=3)

    lane = notebook.state(str(LaneRow(BOOK)))

    assert lane.in_flight is None
    assert not lane.held
    assert len(list(notebook.rows(documents_of(BOOK)))) == 3
    invoice = notebook.state(str(DocumentRow(BOOK, "mediaos/invoice/100001")))
    assert invoice.park is None
    assert invoice.qbo.id == across(Kind.INVOICE, "100001")
    assert invoice.qbo.record.memo == invoice.mediaos.record.memo == "as of 12"


async def test_an_edit_costs_two_records():
    assert len((await told(1, 4)).records) - len((await told(1, 3)).records) == 2


async def test_what_a_notebook_says_folds_to_what_it_holds():
    notebook = await told(invoices=2, edits=2)
    fold = Fold(Folding(), partitions=1)
    claim = JournalRecord(term="t", claim="t", lane="", at=SystemClock().now())

    for offset, record in enumerate([claim, *notebook.records]):
        folding = Folding()
        assert fold.apply(0, offset, folding.decode(folding.encode(record))).accepted

    assert dict(fold.rows.under("")) == dict(notebook.rows(""))


async def test_the_measured_edit_opens_and_closes_any_lane_again_and_again():
    edit = await edit_of_an_invoice()
    fold = Fold(Folding(), partitions=1)
    claim = JournalRecord(term="t", claim="t", lane="", at=SystemClock().now())
    fold.apply(0, 0, claim)

    for number in range(1, 4):
        event, lane = f"event-{number}", "bench/mediaos/k7"
        in_flight = []
        for step, facts in enumerate((edit.before(event, number), edit.after(event, number))):
            at = SystemClock().now()
            record = JournalRecord(term="t", lane=lane, at=at, facts=facts)
            assert fold.apply(0, number * 2 + step, record).changed
            in_flight.append(fold.rows.get(str(LaneRow(lane))).state.in_flight)
        assert in_flight[0].command.startswith(f"{event}#1")
        assert in_flight[1] is None
