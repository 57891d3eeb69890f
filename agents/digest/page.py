"""How does a digest look as HTML?  By one template; all text is escaped and names no outside."""

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from agents.digest import words
from agents.digest.digest import Digest
from agents.rules.value_words import one_line


def as_html(digest: Digest) -> str:
    """Return the digest as a page."""
    return _template().render(digest=digest, words=words)


@cache
def _template() -> Template:
    made = Environment(
        loader=PackageLoader("agents.digest"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_in_one_line,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return made.get_template("digest.html")


def _in_one_line(value: Any) -> Any:
    return one_line(value) if type(value) is str else value
