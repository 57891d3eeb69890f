"""Who numbers the documents, and what of a number that is taken? quickbooks-online.md 2.9, 3.3."""


async def test_qbo_numbers_what_comes_without_a_number(api, invoice):
    await api.ok("Invoice", invoice(DocNumber="1002"))

    made = [(await api.ok("Invoice", invoice()))["DocNumber"] for _ in range(2)]

    assert made == ["1001", "1003"]


async def test_with_custom_numbers_an_omitted_number_stays_away(api, simulator, invoice):
    simulator.person.set_custom_numbers(True)

    assert "DocNumber" not in await api.ok("Invoice", invoice())
    assert (await api.ok("Invoice", invoice(DocNumber="M-1")))["DocNumber"] == "M-1"


async def test_without_custom_numbers_a_twin_comes_without_a_word(api, invoice):
    made = [await api.ok("Invoice", invoice(DocNumber="MediaOS-136")) for _ in range(2)]

    assert [each["DocNumber"] for each in made] == ["MediaOS-136", "MediaOS-136"]


async def test_a_taken_number_is_refused_and_its_owner_named(api, simulator, invoice):
    simulator.person.set_custom_numbers(True)
    await api.ok("Invoice", invoice(DocNumber="MediaOS-136"))

    code, detail = await api.refused("Invoice", invoice(DocNumber="MediaOS-136"))

    assert code == "6140"
    assert detail == (
        "Duplicate Document Number Error : You must specify a different number. This number has "
        "already been used. DocNumber=MediaOS-136 is assigned to TxnType=Invoice with TxnId=1"
    )


async def test_a_twin_number_is_let_through_when_asked_for(api, simulator, invoice):
    simulator.person.set_custom_numbers(True)
    await api.ok("Invoice", invoice(DocNumber="7"))

    made = await api.ok("Invoice", invoice(DocNumber="7"), include="allowduplicatedocnum")

    assert made["DocNumber"] == "7"


async def test_a_request_id_gets_its_first_answer_even_after_a_delete(api, invoice):
    first = await api.post("invoice", invoice(), requestid="r1")
    await api.ok("Invoice", {"Id": "1", "SyncToken": "0"}, operation="delete")

    again = await api.post("invoice", invoice("5"), requestid="r1")

    assert again == first
    assert (await api.query("SELECT COUNT(*) FROM Invoice")) == {"totalCount": 0}


async def test_strictly_another_body_under_a_known_request_id_is_600(api, simulator, invoice):
    simulator.change_settings({"strict_request_ids": True})
    await api.ok("Invoice", invoice(), requestid="r1")

    assert (await api.refused("Invoice", invoice("5"), requestid="r1"))[0] == "600"
    assert (await api.ok("Invoice", invoice(), requestid="r1"))["Id"] == "1"


async def test_a_refused_request_id_may_be_used_again(api, invoice):
    await api.refused("Invoice", invoice(Colour="red"), requestid="r1")

    assert (await api.ok("Invoice", invoice(), requestid="r1"))["Id"] == "1"


async def test_a_request_id_has_fifty_characters_at_most(api, invoice):
    assert (await api.refused("Invoice", invoice(), requestid="r" * 51))[0] == "2130"
