"""Are the committed contracts what the code says, and does every example keep to them?"""

import json
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from schemas.contract_files import CONTRACTS, NAMES, SUFFIX, contract_files

EXAMPLES = Path(__file__).parents[3] / "schemas/examples"
FILES = sorted(EXAMPLES.rglob("*.json"))


def schema_of(name):
    return json.loads((CONTRACTS / f"{name}{SUFFIX}").read_text())


def test_the_committed_schemas_are_what_the_code_generates():
    committed = {path.name: path.read_text() for path in CONTRACTS.glob(f"*{SUFFIX}")}
    assert committed == contract_files()


@pytest.mark.parametrize("name", NAMES)
def test_every_generated_file_is_a_valid_json_schema(name):
    Draft202012Validator.check_schema(schema_of(name))


@pytest.mark.parametrize("name", NAMES)
def test_every_contract_has_an_example_and_every_example_a_contract(name):
    assert list((EXAMPLES / name).glob("*.json"))
    assert {folder.name for folder in EXAMPLES.iterdir()} == set(NAMES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_an_example_validates_and_decodes(path):
    name, text = path.parent.name, path.read_text()
    Draft202012Validator(schema_of(name), format_checker=FormatChecker()).validate(json.loads(text))
    assert isinstance(msgspec.json.decode(text, type=NAMES[name]), NAMES[name])


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"id": "1/2"}, "id"),
        ({"id": None}, "id"),
        ({"total": "12,50"}, "total"),
        ({"total": True}, "total"),
        ({"row_version": "0"}, "row_version"),
        ({"line_items": None}, "line_items"),
    ],
)
def test_schema_and_decoder_refuse_the_same_invoice(change, where):
    text = (EXAMPLES / "invoice.v1/part-paid.json").read_text()
    wrong = {**json.loads(text), **change}
    faults = list(Draft202012Validator(schema_of("invoice.v1")).iter_errors(wrong))
    assert [list(fault.path) for fault in faults] == [[where]]
    with pytest.raises(msgspec.ValidationError, match=where):
        msgspec.convert(wrong, NAMES["invoice.v1"], strict=True)


def test_no_file_among_the_contracts_is_of_unknown_purpose():
    others = {path.name for path in CONTRACTS.iterdir()} - contract_files().keys()
    assert others <= {
        "asyncapi.yaml", "changes-api.openapi.json", "mediaos-api.openapi.yaml", "released"
    }  # fmt: skip
