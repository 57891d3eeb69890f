"""What goes with every page, and what is a console that is off?"""

import re

import pytest

from tests.unit.gateway.console.conftest import ANNA

FILE = re.compile(r'(?:src|href)="([^"#]+)"')


async def pages(browser):
    """Yield every sort of answer that has a page in it."""
    anna = browser()
    yield await anna.get("/console/login")
    yield await anna.log_in("x" * 32)
    await anna.log_in(ANNA)
    yield await anna.get("/console")
    yield await anna.get("/console/nowhere")
    yield await browser(console_token=()).get("/console")


async def test_a_page_runs_nothing_but_our_own_scripts_and_holds_none(browser):
    async for page in pages(browser):
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert not re.search(r"<style|<script(?! src=)|\son\w+=|\sstyle=", page.text)


async def test_every_file_that_a_page_names_is_ours_and_there(browser):
    async for page in pages(browser):
        for address in FILE.findall(page.text):
            assert address.startswith("/console")
            if address.startswith("/console/static/"):
                answer = await browser().get(address)
                assert answer.status_code == 200
                assert "immutable" in answer.headers["cache-control"]


async def test_a_page_can_be_walked_by_keyboard_and_by_ear(browser):
    async for page in pages(browser):
        assert '<html lang="en">' in page.text
        assert '<a class="skip" href="#content">' in page.text
        assert '<main id="content"' in page.text
        assert len(re.findall("<h1>", page.text)) == 1


async def test_only_a_gateway_behind_https_insists_on_it(browser):
    plain = await browser().get("/console/login")
    behind = await browser(gateway_url="https://gateway").get("/console/login")

    assert "strict-transport-security" not in plain.headers
    assert "strict-transport-security" in behind.headers


@pytest.mark.parametrize("path", ["/console", "/console/", "/console/login", "/console/t/t1"])
async def test_without_a_token_there_is_no_console_and_a_page_says_how_to_turn_it_on(browser, path):
    answer = await browser(console_token=()).get(path)

    assert answer.status_code == 404
    assert "ISTHMUS_CONSOLE_TOKEN=anna:operator:" in answer.text


async def test_what_is_not_there_is_said_to_who_has_logged_in(browser):
    anna = browser()
    await anna.log_in(ANNA)

    answers = [await anna.get(f"/console/{each}") for each in ("nowhere", "static/no.css")]

    assert [each.status_code for each in answers] == [404, 404]
    assert all("There is no page at this address" in each.text for each in answers)
