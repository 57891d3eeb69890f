"""The table of mappings is whole: each kind has its entry, its list, and words that tell apart."""

import pytest

from agents.rules.mappings.table import MAPPINGS
from schemas.decision_input import mapping_key, source_key, source_named
from schemas.values import MappingKind
from streams.remotes.mediaos.catalogs import CATALOGS
from streams.remotes.quickbooks.name_lists import NAME_LISTS


def test_each_kind_has_its_entry_and_its_list_in_quickbooks():
    assert set(MAPPINGS) == set(NAME_LISTS) == set(MappingKind)
    assert all(policy.kind is kind for kind, policy in MAPPINGS.items())


@pytest.mark.parametrize("policy", MAPPINGS.values(), ids=lambda each: each.kind)
def test_the_columns_of_a_kind_are_four(policy):
    assert len(set(policy.columns)) == len(policy.columns)


def test_no_two_kinds_share_a_group_of_commands_or_a_reason_to_wait():
    policies = MAPPINGS.values()
    assert len({each.group for each in policies}) == len(MAPPINGS)
    unmapped = {each.unmapped for each in policies}
    # One reason for each of QuickBooks' lists: what is inactive is so whatever is mapped to it.
    inactive = {each.kind.listed_as: each.inactive for each in policies}
    assert len(unmapped | set(inactive.values())) == len(MAPPINGS) + len(inactive)
    assert all(each.inactive is inactive[each.kind.listed_as] for each in policies)


def test_kinds_that_share_a_list_name_the_same_in_quickbooks():
    for kind, policy in MAPPINGS.items():
        assert NAME_LISTS[kind] == NAME_LISTS[kind.listed_as]
        assert policy.target == MAPPINGS[kind.listed_as].target
        assert kind.listed_as.listed_as is kind.listed_as


def test_what_mediaos_publishes_nothing_of_is_read_from_its_list():
    assert {kind for kind, policy in MAPPINGS.items() if policy.read_there} == set(CATALOGS)


@pytest.mark.parametrize("kind", MappingKind)
def test_what_is_listed_among_all_kinds_is_found_again(kind):
    key = source_key(kind, "7/8")
    assert source_named(kind.listed_as, key) == (kind, "7/8")
    assert source_key(kind.listed_as, "7") == "7", "as ever"


def test_a_mapping_of_a_product_is_listed_by_its_id_as_ever():
    assert mapping_key(MappingKind.PRODUCT, "7") == "7"
