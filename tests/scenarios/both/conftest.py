from collections.abc import AsyncIterator

import pytest

from tests.scenarios.both.town import Town, opened
from tests.testing.plain_words import raw_words, sentences


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    """A town; whatever happens in it, no sentence that it tells people holds a word of ours."""
    async with opened() as made:
        yield made
        raw = {each: words for each in sentences(made.told()) if (words := raw_words(each))}
        assert raw == {}
