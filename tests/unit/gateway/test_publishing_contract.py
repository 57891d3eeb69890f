"""Is the OpenAPI of `/v1/changes` what the code does, and do its examples keep to it?"""

import json
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from agents.gateway import publishing_contract, publishing_http
from agents.gateway.publishing import Publishing
from tests.testing.simulated.kafka import SimulatedKafka

CONTRACT = json.loads(publishing_contract.FILE.read_text())
POST = CONTRACT["paths"][publishing_http.PATH]["post"]
PAGE = (Path(__file__).parents[3] / "schemas/README.md").read_text()
TOKEN = "a" * 32


async def known(_tenant):
    return True


@pytest.fixture
async def gateway():
    app = FastAPI()
    app.include_router(
        publishing_http.routes(Publishing(SimulatedKafka(4), ((None, TOKEN),), known))
    )
    headers = {"authorization": f"Bearer {TOKEN}"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://g", headers=headers) as it:
        yield it


def keeps_to(schema, value):
    whole = {**schema, "components": CONTRACT["components"]}
    Draft202012Validator(whole).validate(value)


def answers():
    for status, answer in POST["responses"].items():
        content = answer["content"]["application/json"]
        if "example" in content:
            yield status, content


def test_the_committed_file_is_what_the_code_says():
    assert publishing_contract.FILE.read_text() == publishing_contract.text()


def test_it_is_valid_openapi():
    validate(CONTRACT)


@pytest.mark.parametrize("kind", sorted(publishing_http.TYPES))
async def test_what_its_examples_send_is_kept_and_answered_as_it_says(gateway, kind):
    asked = POST["requestBody"]["content"][kind]
    for example in asked["examples"].values():
        keeps_to(asked["schema"], example["value"])
        body = json.dumps(example["value"]).encode()
        answer = await gateway.post(
            publishing_http.PATH, content=body, headers={"content-type": kind}
        )

        assert answer.status_code == 202, answer.text
        keeps_to(POST["responses"]["202"]["content"]["application/json"]["schema"], answer.json())


def test_each_answer_that_it_shows_has_the_shape_that_it_says():
    shown = dict(answers())
    assert shown.keys() == {"202", "207", "422", "503"}
    for content in shown.values():
        keeps_to(content["schema"], content["example"])


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"{}", {}),
        (b"[]", {}),
        (b"[{},{}]", {}),
        (json.dumps([{}] * 501).encode(), {}),
        (b" " * 5_000_000, {}),
        (b"{}", {"content-type": "text/plain"}),
        (b"{}", {"authorization": "Bearer nobody"}),
    ],
)
async def test_each_refusal_is_one_that_it_knows(gateway, body, headers):
    headers = {"content-type": "application/json", **headers}

    answer = await gateway.post(publishing_http.PATH, content=body, headers=headers)

    said = POST["responses"][str(answer.status_code)]["content"]["application/json"]
    keeps_to(said["schema"], answer.json())


async def test_sizes_are_told_in_the_words_of_the_page(gateway):
    kind = {"content-type": "application/json"}
    many = await gateway.post(
        publishing_http.PATH, content=b"[" + b"1," * 500 + b"1]", headers=kind
    )
    large = await gateway.post(publishing_http.PATH, content=b" " * 5_000_000, headers=kind)

    for answer, limit in ((many, "1 to 500 events"), (large, "at most 4194304 bytes")):
        assert limit in answer.json()["detail"]
        assert limit in PAGE
