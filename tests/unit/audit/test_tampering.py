"""Each way in which one of two simulated books is altered silently is caught, and named."""

from agents.audit.findings import What


async def told(day):
    return {(each.what, each.where, each.field) for each in (await day.report()).findings}


def where(day, name, kind="invoice", side=0):
    return f"{('mediaos', 'qbo')[side]}/{kind}/{day.ids[name][side]}"


async def test_untouched_books_agree(day):
    report = await day.report()
    assert report.findings == ()
    assert report.verdict == "The ledgers agree: 2 invoices, 1 payment, 1 customer."


async def test_a_cent_on_an_invoice_in_quickbooks(day):
    day.qbo.tamper.shift_amount("Invoice", day.ids["first"][1])
    place = where(day, "first")
    assert await told(day) == {(What.AMOUNT, place, "total"), (What.AMOUNT, place, "balance")}


async def test_a_cent_on_an_invoice_in_mediaos(day):
    day.mediaos.tampering.shift_amount("invoices", day.ids["second"][0])
    place = where(day, "second")
    assert await told(day) == {(What.AMOUNT, place, "total"), (What.AMOUNT, place, "balance")}


async def test_a_cent_on_a_payment_in_quickbooks(day):
    day.qbo.tamper.shift_amount("Payment", day.ids["payment"][1])
    assert await told(day) == {(What.AMOUNT, where(day, "payment", "payment"), "amount")}


async def test_a_cent_on_a_payment_in_mediaos(day):
    day.mediaos.tampering.shift_amount("payments", day.ids["payment"][0], cents=-1)
    assert await told(day) == {(What.AMOUNT, where(day, "payment", "payment"), "amount")}


async def test_a_second_invoice_in_quickbooks(day):
    copy = day.qbo.tamper.duplicate("Invoice", day.ids["first"][1])
    (one,) = (await day.report()).findings
    assert (one.what, one.where) == (What.TWICE_IN_QBO, where(day, "first"))
    assert f"{copy['Id']} (by marker and number)" in one.found


async def test_a_second_payment_in_quickbooks(day):
    day.qbo.tamper.duplicate("Payment", day.ids["payment"][1])
    found = await told(day)
    assert (What.TWICE_IN_QBO, where(day, "payment", "payment"), "") in found


async def test_a_second_invoice_in_mediaos(day):
    day.mediaos.tampering.duplicate("invoices", day.ids["first"][0])
    assert await told(day) == {(What.TWICE_IN_MEDIAOS, where(day, "first", side=1), "")}


async def test_a_second_payment_in_mediaos(day):
    copy = day.mediaos.tampering.duplicate("payments", day.ids["payment"][0])
    assert await told(day) == {(What.MISSING_IN_QBO, f"mediaos/payment/{copy['id']}", "")}


async def test_a_payment_deleted_in_quickbooks(day):
    day.qbo.tamper.remove("Payment", day.ids["payment"][1])
    assert await told(day) == {(What.MISSING_IN_QBO, where(day, "payment", "payment"), "")}


async def test_a_payment_deleted_in_mediaos(day):
    day.mediaos.tampering.remove("payments", day.ids["payment"][0])
    place = where(day, "payment", "payment", 1)
    assert await told(day) == {(What.MISSING_IN_MEDIAOS, place, "")}


async def test_an_invoice_deleted_in_quickbooks(day):
    day.qbo.tamper.remove("Invoice", day.ids["second"][1])
    assert await told(day) == {(What.MISSING_IN_QBO, where(day, "second"), "")}


async def test_a_payment_applied_to_another_invoice_in_quickbooks(day):
    part = {"TxnId": day.ids["second"][1], "TxnType": "Invoice"}
    day.qbo.tamper.rewrite(
        "Payment", day.ids["payment"][1], {"Line": [{"Amount": "50.05", "LinkedTxn": [part]}]}
    )
    place = where(day, "payment", "payment")
    assert await told(day) == {
        (What.APPLICATION, place, f"invoice {day.ids['first'][1]}"),
        (What.APPLICATION, place, f"invoice {day.ids['second'][1]}"),
    }


async def test_a_number_rewritten_in_quickbooks(day):
    day.qbo.tamper.rewrite("Invoice", day.ids["first"][1], {"DocNumber": "MediaOS-1"})
    assert await told(day) == {(What.NUMBER, where(day, "first"), "document number")}


async def test_a_memo_rewritten_in_quickbooks(day):
    day.qbo.tamper.rewrite("Invoice", day.ids["first"][1], {"CustomerMemo": {"value": "Autumn"}})
    assert await told(day) == {(What.FIELD, where(day, "first"), "memo")}


async def test_a_marker_moved_to_another_invoice_in_quickbooks(day):
    note = day.qbo.book.get("Invoice", day.ids["second"][1])["PrivateNote"]
    day.qbo.tamper.rewrite("Invoice", day.ids["first"][1], {"PrivateNote": note})
    assert (What.LINK, where(day, "first", side=1), "marker") in await told(day)


async def test_an_edit_that_the_journal_never_heard_of(day):
    await day.mediaos.people.edit("invoices", day.ids["first"][0], {"comments": "Autumn"})
    place = where(day, "first")
    assert await told(day) == {(What.NOT_SEEN, place, ""), (What.FIELD, place, "memo")}


async def test_an_edit_in_quickbooks_that_the_journal_never_heard_of(day):
    changes = {"CustomerMemo": {"value": "Autumn"}}
    day.qbo.person.edit("Invoice", day.ids["first"][1], changes)
    assert await told(day) == {
        (What.NOT_SEEN, where(day, "first", side=1), ""),
        (What.FIELD, where(day, "first"), "memo"),
    }
