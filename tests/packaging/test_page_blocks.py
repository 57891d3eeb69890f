"""Is each block of a page run by a test, or said to be one that cannot be run here?"""

import re

import pytest

from tests.packaging.page_blocks import ROOT, RUN_BY, NotHere, blocks, pages

#: What a machine of CI has none of: blocks that are not run name one of these, or are no commands.
MISSING = re.compile(r"\b(kubectl|docker|make test|systemd)\b|/etc/cron\.d/|─►")


@pytest.mark.parametrize("page", pages())
def test_every_block_has_its_test_or_its_reason(page):
    assert len(blocks(page)) == len(RUN_BY.get(page, ())), page


@pytest.mark.parametrize("page", RUN_BY)
def test_what_is_not_run_wants_what_is_not_here(page):
    for block, runner in zip(blocks(page), RUN_BY[page], strict=True):
        assert not isinstance(runner, NotHere) or MISSING.search(block.text), runner


@pytest.mark.parametrize("page", RUN_BY)
def test_every_test_that_is_named_asks_for_the_page_s_blocks(page):
    for runner in {each for each in RUN_BY[page] if not isinstance(each, NotHere)}:
        source = (ROOT / f"tests/packaging/{runner}.py").read_text(encoding="utf-8")
        assert f'mine("{page}", __file__)' in source, f"{runner} runs nothing of it"
