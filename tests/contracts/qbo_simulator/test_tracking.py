"""What becomes of a class or a location that the API sends? quickbooks-money.md 7."""

import pytest

SOLD = "SalesItemLineDetail"


@pytest.fixture
def classed(invoice, simulator):
    """Make an invoice under a class, as a whole and by its line, and under a location."""
    made = {
        name: {"value": simulator.person.create(kind, {"Name": "Print"})["Id"]}
        for kind, name in (("Class", "ClassRef"), ("Department", "DepartmentRef"))
    }
    body = invoice("30", **made)
    [line] = body["Line"]
    body["Line"] = [{**line, SOLD: {**line[SOLD], "ClassRef": made["ClassRef"]}}]
    return body


def under(shown):
    detail = shown["Line"][0][SOLD]
    return ("ClassRef" in detail, "ClassRef" in shown, "DepartmentRef" in shown)


@pytest.mark.parametrize(
    ("tracking", "locations", "stored"),
    [
        ("off", False, (False, False, False)),
        ("line", False, (True, False, False)),
        ("sale", False, (False, True, False)),
        ("off", True, (False, False, True)),
    ],
)
async def test_what_a_company_does_not_track_is_dropped_by_switch(
    api, simulator, classed, tracking, locations, stored
):
    simulator.person.set_classes(tracking)
    simulator.person.set_locations(locations)
    assert under(await api.ok("Invoice", classed)) == (True, True, True)
    simulator.change_settings({"untracked": "ignored"})
    assert under(await api.ok("Invoice", classed)) == stored


async def test_what_a_plan_does_not_have_is_refused_by_switch_and_what_stands_stays(
    api, simulator, classed
):
    made = await api.ok("Invoice", classed)
    simulator.change_settings({"untracked": "refused"})
    code, detail = await api.refused("Invoice", classed)
    assert (code, "Feature Not Supported" in detail) == ("5030", True)
    again = {name: made[name] for name in ("Id", "SyncToken", "CustomerRef", "Line")}
    kept = await api.ok("Invoice", {**again, "PrivateNote": "seen", "sparse": True})
    assert under(kept) == (True, True, True)
