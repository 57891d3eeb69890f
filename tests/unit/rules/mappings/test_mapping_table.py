"""The table of mappings is whole: each kind has its entry, its list, and words that tell apart."""

import pytest

from agents.rules.mappings.table import MAPPINGS
from schemas.decision_input import mapping_key
from schemas.values import MappingKind
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
    reasons = {reason for each in policies for reason in (each.unmapped, each.inactive)}
    assert len(reasons) == 2 * len(MAPPINGS)


def test_a_mapping_of_a_product_is_listed_by_its_id_as_ever():
    assert mapping_key(MappingKind.PRODUCT, "7") == "7"
