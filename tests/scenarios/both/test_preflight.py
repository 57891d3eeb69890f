"""What a preflight reads in the books of both simulators."""

import asyncio

from agents.cli.preflight import known_of_mediaos
from agents.preflight.preflight import gather
from agents.rules.tenant.preflight import examine
from agents.rules.tenant.preflight_findings import Finding
from schemas.tenant_state import TenantSettings
from schemas.values import Side
from tests.scenarios.both.people import a_customer, an_invoice, an_item, open_shop, sold_in_qbo
from tests.scenarios.both.town import Town
from tests.testing.qbo_world import TENANT


async def preflight(town: Town) -> tuple[Finding, ...]:
    effects = town.workers[-1].engine.sync.documents.effects
    customers = (each["id"] for each in town.in_mediaos("advertisers"))
    lanes = [town.workers[-1].lane(f"{TENANT}/mediaos/{each}") for each in customers]
    reading = asyncio.create_task(
        gather(
            TENANT,
            TenantSettings(number_prefix="MediaOS-"),
            (),
            known=known_of_mediaos(lanes),
            quickbooks=effects.remote(Side.QBO),
            mediaos=effects.remote(Side.MEDIAOS),
        )
    )
    # Its calls keep to the pace of both sides.
    while not reading.done():
        await town.run(1)
    return examine(await reading)


def names(findings: tuple[Finding, ...]) -> list[str]:
    return [each.name for each in findings]


async def test_two_empty_books_have_nothing_against_them_but_the_numbers(town):
    assert names(await preflight(town)) == ["custom-numbers"]
    town.qbo.person.set_custom_numbers(True)
    assert await preflight(town) == ()
    assert town.writes() == 0


async def test_invoices_of_ours_do_not_collide_and_a_strangers_do(town):
    await open_shop(town)
    customer = await a_customer(town)
    await an_invoice(town, customer)
    await town.run()
    assert names(await preflight(town)) == []

    theirs = town.qbo.person.create("Customer", {"DisplayName": "Walk-in"})
    sold_in_qbo(town, theirs["Id"], "5", DocNumber="MediaOS-7")
    assert names(await preflight(town)) == ["number-collision"]


async def test_what_a_new_tenant_observed_does_not_block_and_what_stood_there_before_does(town):
    await open_shop(town, observe=True)
    customer = await a_customer(town)
    for _ in range(4):
        await an_invoice(town, customer)
    await town.run()
    assert town.in_qbo("Invoice") == []
    assert names(await preflight(town)) == []

    town.mediaos_unheard = True
    await an_invoice(town, customer)
    [finding] = await preflight(town)
    assert (finding.name, finding.blocking) == ("invoices-not-empty", True)
    assert finding.what == "MediaOS has invoices already: 1"


async def test_closed_books_and_a_side_that_refuses_to_be_read_are_said(town):
    an_item(town, "Full page")
    town.qbo.person.close_books(town.clock.now().date())
    town.mediaos.faults.answer_next(401)
    findings = await preflight(town)
    assert names(findings) == ["mediaos-invoices-unreadable", "custom-numbers", "closing-date"]
    assert "right to read" in findings[0].remedy


async def test_a_revoked_connection_leaves_nothing_readable(town):
    await town.run(1)
    town.qbo.tokens.revoke_realm(town.qbo.realm)
    assert names(await preflight(town)) == [
        "quickbooks-preferences-unreadable",
        "quickbooks-company-unreadable",
        "quickbooks-invoices-unreadable",
    ]


async def test_online_payment_mailing_and_a_zone_that_nobody_knows_are_said(town):
    town.qbo.person.set_custom_numbers(True)
    town.qbo.person.set_online_payment(True)
    town.qbo.person.set_mailing(True)
    town.qbo.person.set_time_zone(None)
    findings = await preflight(town)
    assert names(findings) == ["time-zone", "online-payment", "mailing"]
    assert [each.blocking for each in findings] == [True, False, False]
    assert "makes its invoices without the address" in findings[2].remedy
