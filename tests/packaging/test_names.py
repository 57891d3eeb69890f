from importlib.metadata import packages_distributions

import pytest


@pytest.mark.parametrize("name", ["agents", "schemas", "streams"])
def test_no_other_distribution_provides(name):
    # A set, since a stray egg-info lists us twice.
    assert set(packages_distributions()[name]) == {"isthmus"}
