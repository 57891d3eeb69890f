"""Which settings are there?  The page of all of them, deploy/settings.md, made from the code.

python -m agents.process.setting_page > deploy/settings.md
"""

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from itertools import pairwise

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from streams.settable.kinds import expected, is_secret, may_be_a_file
from streams.settable.source import variable
from streams.settings import ProcessSettings

HEAD = """\
# Settings

Made from the code: `python -m agents.process.setting_page > deploy/settings.md`.

Every process and command reads these variables, once, at its start.
All faults are told together, each with what was expected.
A variable that begins with `ISTHMUS_` and is none of these is told as a warning, with the nearest.
An empty variable is not set.
Where "or a file" stands, `..._FILE` may name a file that holds it; a secret is shown nowhere.
"""

#: No setting takes it that takes not just any text.
NOTHING = "\0"


def page() -> str:
    """Return the page, in Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield HEAD.rstrip()
    # As pydantic does: the last base's fields come first.
    for group in reversed(ProcessSettings.__bases__):
        yield f"\n## {(group.__doc__ or '').rstrip('.')}\n"
        yield "| Variable | What it may be | Default | What it is for |"
        yield "|---|---|---|---|"
        told = _told(group)
        for name in group.__annotations__:
            yield _row(name, ProcessSettings.model_fields[name], told[name])


def _told(group: type) -> Mapping[str, str]:
    """Return what stands below each setting in the code.

    Pydantic would read it as well, at each start of each process, and for this page alone.
    """
    told = {}
    [made] = ast.parse(inspect.getsource(group)).body
    assert isinstance(made, ast.ClassDef)  # noqa: S101 - it was a type
    for setting, below in pairwise(made.body):
        match setting, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(str(text))):
                told[name] = " ".join(text.split())
            case _:
                pass
    return told


def _row(name: str, field: FieldInfo, about: str) -> str:
    notes = [_may_be(name, field)]
    notes += ["secret"] if is_secret(field) else []
    notes += ["or a file"] if may_be_a_file(field) else []
    cells = (f"`{variable(name)}`", "; ".join(notes), _default(field), about)
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _may_be(name: str, field: FieldInfo) -> str:
    """Return what a fault would say that is expected."""
    try:
        ProcessSettings.model_validate({name: NOTHING})
    except ValidationError as wrong:
        [error] = wrong.errors()
        # Of a table a fault also says where it could not be read.
        return expected(field, error).partition(" (JSON ")[0]
    return "any text"


def _default(field: FieldInfo) -> str:
    match field.default:
        case "" | ():
            return "not set"
        case tuple():
            return "ours"
        case float(number):
            return f"`{number:g}`"
        case plain:
            return f"`{plain}`"


if __name__ == "__main__":
    sys.stdout.write(page())
