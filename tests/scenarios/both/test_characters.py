"""A company in the US holds ISO-8859-1: printed quotes and dashes cross, and the rest is named."""

from tests.scenarios.both.people import a_customer, an_invoice, edit, open_shop


async def test_curly_quotes_and_an_en_dash_cross_as_they_are_typed(town):
    town.qbo.change_settings({"reads_utf8": False})
    await open_shop(town)
    customer = await a_customer(town, "Amy\u2019s Birds")
    await an_invoice(town, customer, comments="\u201cSpring\u201d issue, pages 4\u20135")
    await town.run()

    assert town.in_qbo("Customer")[0]["DisplayName"] == "Amy's Birds"
    assert town.in_qbo("Invoice")[0]["CustomerMemo"] == {"value": '"Spring" issue, pages 4-5'}
    assert town.in_mediaos("advertisers")[0]["name"] == "Amy\u2019s Birds"
    asked = town.writes()
    await town.run(3600)
    assert town.writes() == asked
    await town.agrees()


async def test_other_characters_park_with_their_field_until_they_are_gone(town):
    town.qbo.change_settings({"reads_utf8": False})
    await open_shop(town)
    customer = await a_customer(town)
    invoice = await an_invoice(town, customer, comments="你好")
    await town.run()

    park = town.document(customer, f"mediaos/invoice/{invoice}").park
    assert "memo (你好)" in park.detail
    await town.agrees(parked=1)

    await edit(town, "invoices", invoice, comments="Hello")
    await town.run()
    await town.agrees()
