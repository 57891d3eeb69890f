"""The page's table of who needs what, as rules of Kafka's own authorizer."""

from pathlib import Path
from typing import NamedTuple

from aiokafka.protocol.admin import CreateAclsRequest

PAGE = Path(__file__).parents[3] / "deploy" / "acls.md"
KINDS = {"topic": 2, "group": 3}
OPERATIONS = {
    "READ": 3,
    "WRITE": 4,
    "CREATE": 5,
    "DELETE": 6,
    "ALTER": 7,
    "DESCRIBE": 8,
    "DESCRIBE_CONFIGS": 10,
    "ALTER_CONFIGS": 11,
}
LITERAL, ALLOW = 3, 3


class Rule(NamedTuple):
    who: str
    kind: str
    name: str
    operations: tuple[str, ...]


def rules():
    """Return the rows of the table."""
    _, _, table = PAGE.read_text(encoding="utf-8").partition("| Who | Kind |")
    rows = [line.strip("| \n").split(" | ") for line in table.splitlines()[2:]]
    return [
        Rule(who, kind, name, tuple(operations.split(", ")))
        for who, kind, name, operations in (row for row in rows if len(row) == len(Rule._fields))
    ]


async def allow(admin, prefix, given):
    """Have the broker allow these, under the prefix."""
    for who, kind, name, operations in given:
        for operation in operations:
            request = CreateAclsRequest(
                resource_type=KINDS[kind],
                resource_name=prefix + name,
                resource_pattern_type_filter=LITERAL,
                principal=f"User:{who}",
                host="*",
                operation=OPERATIONS[operation],
                permission_type=ALLOW,
            )
            answer = await admin._send_request(request)
            assert [code for code, _ in answer.creation_responses] == [0]
