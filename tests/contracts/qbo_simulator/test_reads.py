"""What do query, CDC and batch answer? quickbooks-online.md 2.4 to 2.6."""

import pytest

# ruff: noqa: S608 - the language under test is no SQL, and nothing here is untrusted


@pytest.fixture
def ids(api):
    async def select(clauses: str, kind: str = "Customer") -> list[str]:
        answer = await api.query(f"select * from {kind} {clauses}")
        return [record["Id"] for record in answer.get(kind, [])]

    return select


@pytest.fixture
def customers(simulator):
    for name, active in (("Bea's", True), ("O'Neil Ads", True), ("Zed 100%", False)):
        made = simulator.person.create("Customer", {"DisplayName": name, "Notes": "n"})
        if not active:
            simulator.person.edit("Customer", made["Id"], {"Active": False})


@pytest.mark.usefixtures("customers")
@pytest.mark.parametrize(
    ("clauses", "expected"),
    [
        ("", ["1", "2", "3"]),
        ("WHERE Active IN (true, false)", ["1", "2", "3", "4"]),
        ("where active = False", ["4"]),
        ("WHERE DisplayName = 'bea\\'s'", ["2"]),
        ("WHERE displayname LIKE '%''", None),
        ("WHERE DisplayName LIKE '%neil%'", ["3"]),
        ("WHERE DisplayName LIKE 'b%s'", ["2"]),
        ("WHERE DisplayName LIKE 'bea'", []),
        ("WHERE Id IN ('3', '1') ORDERBY Id DESC", ["3", "1"]),
        ("WHERE Id in (1, 2) order by Id", ["1", "2"]),
        ("WHERE Notes = 'n' AND DisplayName > 'c'", ["3"]),
        ("WHERE MetaData.LastUpdatedTime >= '2026-03-02T18:30:15Z' ORDERBY Id", ["1", "2", "3"]),
        ("WHERE MetaData.CreateTime > '2026-03-02T10:30:15-08:00'", []),
        ("WHERE Balance < '0.01' AND Balance >= 0 ORDERBY Id  ", ["1", "2", "3"]),
        ("MAXRESULTS 1 STARTPOSITION 2", ["2"]),
        ("STARTPOSITION 3 MAXRESULTS 10", ["3"]),
    ],
)
async def test_a_statement_selects(ids, api, clauses, expected):
    if expected is None:
        status, body = await api.get("query", query=f"select * from Customer {clauses}")
        assert (status, body["Fault"]["Error"][0]["code"]) == (400, "4000")
    else:
        assert await ids(clauses) == expected


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("SELECT * FROM Customer WHERE Id != '1'", "4001"),
        ("SELECT * FROM Customer WHERE Id = '1' OR Id = '2'", "4000"),
        ("SELECT Id FROM Customer", "4000"),
        ("SELECT * FROM Customer WHERE Id > '1'", "4001"),
        ("SELECT * FROM Customer WHERE Colour = 'red'", "4001"),
        ("SELECT * FROM Teapot", "4001"),
        ("SELECT * FROM Payment WHERE UnappliedAmt > '0'", "4001"),
        ("SELECT * FROM Invoice WHERE DepartmentRef = '1'", "4001"),
        ("SELECT * FROM Invoice WHERE Line.Amount = '1'", "4001"),
        ("SELECT * FROM Customer MAXRESULTS 1001", "4001"),
        ("SELECT * FROM Customer WHERE Balance > 'much'", "4001"),
        ("SELECT * FROM Customer WHERE MetaData.CreateTime > 'noon'", "4001"),
        ("", "4000"),
    ],
)
async def test_a_statement_outside_the_grammar_is_refused(api, statement, code):
    status, body = await api.get("query", query=statement)

    assert (status, body["Fault"]["Error"][0]["code"]) == (400, code)


async def test_a_start_of_zero_is_refused_in_intuits_words(api):
    _, body = await api.get("query", query="SELECT * FROM Customer STARTPOSITION 0")

    detail = "QueryValidationError: value 0 is too small. Min allowed value is 1"
    assert body["Fault"]["Error"][0]["Detail"] == detail


async def test_an_empty_result_has_no_entity_and_a_count_only_a_number(api):
    assert await api.query("select * from Payment") == {}
    assert await api.query("SELECT COUNT(*) FROM Customer WHERE Id = '1'") == {"totalCount": 1}


async def test_a_statement_may_be_posted_as_text(api):
    status, body = await api.post("query", "SELECT *, Sku FROM Item MAXRESULTS 1")

    assert status == 200
    assert body["QueryResponse"]["Item"][0]["Name"] == "Display ad"
    assert body["QueryResponse"]["maxResults"] == 1


async def test_today_is_the_companys_day(api, ids, invoice):
    await api.ok("Invoice", invoice())

    assert await ids("WHERE TxnDate = CURRENT_DATE", "Invoice") == ["1"]


async def test_changes_since_tell_of_deletes_and_leave_the_unchanged_empty(api, clock, invoice):
    await api.ok("Invoice", invoice())
    await api.ok("Invoice", invoice())
    since = clock.advance(minutes=1).isoformat()
    await api.ok("Invoice", {"Id": "1", "SyncToken": "0"}, operation="delete")

    _, body = await api.get("cdc", entities="Invoice,Payment", changedSince=since)

    gone = {
        "domain": "QBO",
        "status": "Deleted",
        "Id": "1",
        "MetaData": {"LastUpdatedTime": "2026-03-02T10:31:15-08:00"},
    }
    answers = [{"Invoice": [gone], "startPosition": 1, "maxResults": 1}, {}]
    assert body["CDCResponse"] == [{"QueryResponse": answers}]


async def test_a_thousand_changes_are_all_that_is_told_of_all_entities(api, simulator):
    for number in range(998):
        simulator.person.create("Vendor", {"DisplayName": f"Vendor {number}"})
    for number in range(5):
        simulator.person.create("Customer", {"DisplayName": f"Customer {number}"})

    _, body = await api.get("cdc", entities="Vendor,Customer", changedSince="2026-03-01")

    told = [answer["maxResults"] for answer in body["CDCResponse"][0]["QueryResponse"]]
    assert told == [998, 2]


@pytest.mark.parametrize("since", ["2026-01-31", "yesterday", "2026-03-01T00:00:00 00:00"])
async def test_changes_are_told_for_thirty_days_and_readable_times(api, since):
    status, body = await api.get("cdc", entities="Invoice", changedSince=since)

    assert (status, body["Fault"]["Error"][0]["code"]) == (400, "2060")


async def test_a_batch_answers_item_by_item(api, invoice):
    items = [
        {"bId": "a", "operation": "create", "Invoice": invoice()},
        {"bId": "b", "operation": "delete", "Invoice": {"Id": "9", "SyncToken": "0"}},
        {
            "bId": "c",
            "operation": "update",
            "optionsData": "void",
            "Invoice": {"Id": "1", "SyncToken": "0"},
        },
        {"bId": "d", "Query": "select * from Invoice"},
        {"bId": "e", "operation": "create", "Teapot": {}},
    ]

    status, body = await api.post("batch", {"BatchItemRequest": items})

    a, b, c, d, e = body["BatchItemResponse"]
    assert status == 200
    assert (a["bId"], a["Invoice"]["TotalAmt"]) == ("a", 100)
    assert b["Fault"]["Error"][0]["code"] == "610"
    assert c["Invoice"]["PrivateNote"] == "Voided"
    assert d["QueryResponse"]["Invoice"][0]["SyncToken"] == "1"
    assert e["Fault"]["Error"][0]["code"] == "2000"


async def test_a_batch_of_thirty_one_is_too_large(api):
    items = [{"bId": str(number), "Query": "select * from Item"} for number in range(31)]

    status, body = await api.post("batch", {"BatchItemRequest": items})

    assert (status, body["Fault"]["Error"][0]["code"]) == (400, "1040")


async def test_a_batch_is_replayed_as_a_whole(api, invoice):
    body = {"BatchItemRequest": [{"bId": "a", "operation": "create", "Invoice": invoice()}]}

    first = await api.post("batch", body, requestid="b1")

    assert await api.post("batch", body, requestid="b1") == first


async def test_particulars_preferences_and_accounts_can_be_read(api):
    _, info = await api.get(f"companyinfo/{api.realm}")
    _, preferences = await api.get("preferences")
    accounts = await api.query("select * from Account where AccountSubType = 'ServiceFeeIncome'")

    assert info["CompanyInfo"]["CompanyName"] == f"Sandbox Company {api.realm}"
    assert preferences["Preferences"]["SalesFormsPrefs"]["CustomTxnNumbers"] is False
    assert [one["Name"] for one in accounts["Account"]] == ["Advertising Income"]


async def test_a_company_shows_its_time_zone_where_it_has_one(api, simulator):
    for zone in ("America/New_York", None):
        simulator.person.set_time_zone(zone)
        asked = await api.query("select * from CompanyInfo")
        _, told = await api.get(f"companyinfo/{api.realm}")

        [shown] = asked["CompanyInfo"]
        assert shown.get("DefaultTimeZone") == zone
        assert told["CompanyInfo"] == shown


async def test_preferences_change_by_section(api):
    changes = {"SalesFormsPrefs": {"CustomTxnNumbers": True}, "SyncToken": "0", "Id": "1"}

    changed = await api.ok("Preferences", changes)

    assert changed["SalesFormsPrefs"]["CustomTxnNumbers"] is True
    assert changed["SalesFormsPrefs"]["AllowDiscount"] is True
    assert (await api.refused("Preferences", changes))[0] == "5010"
