"""How does a page become HTML?  By its template, within the one layout; all text is escaped.

Characters that nobody sees and that turn around what stands beside them, as an amount, are written
out; `exactly` leaves them in what a form brings back.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from agents.gateway.console.headers import HEADERS, ONLY_HTTPS
from agents.gateway.console.static_files import StaticFiles
from agents.rules import waiting_words
from agents.rules.value_words import age_words, number_words
from schemas.money_words import money_words, sums_words


@dataclass(frozen=True, slots=True)
class Rendering:
    """Makes answers of templates; `secure` where browsers reach us by https."""

    secure: bool
    static: StaticFiles = field(default_factory=StaticFiles)

    def page(
        self, template: str, title: str, given: Mapping[str, Any], *, status: int = 200
    ) -> Response:
        """Return a page; `given` is what its template and the layout are told."""
        layout = {"title": title, "static": self.static.address} | _LAYOUT
        text = _templates().get_template(template).render(layout | dict(given))
        return HTMLResponse(text, status_code=status, headers=self.headers)

    def file(self, name: str, type_: str, text: str) -> Response:
        """Return a file to keep; `name` is one of ours, without quotes."""
        headers = self.headers | {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(text, media_type=type_, headers=headers)

    def sent_to(self, address: str) -> Response:
        """Return that the browser is to go on to another page of ours."""
        return RedirectResponse(address, status_code=303, headers=self.headers)

    @property
    def headers(self) -> dict[str, str]:
        """Return what goes with each answer."""
        return HEADERS | ONLY_HTTPS if self.secure else HEADERS


@cache
def _templates() -> Environment:
    """Return what makes the templates, which are the same for all pages of a process."""
    made = Environment(
        loader=PackageLoader("agents.gateway.console"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        exactly=escape,
        cut=cut,
        time=time,
        times=times,
        left=left,
        age=age,
        money=money_words,
        sums=sums_words,
        number=number_words,
    )
    made.globals["hold_words"] = waiting_words
    return made


#: Control characters but for blanks, and those of right-to-left text that hold beyond their word.
_WRITTEN_OUT = {
    code: f"\\u{code:04x}"
    for code in (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
    if chr(code) not in "\t\n\r"
}
#: Of a name so much is shown in a list, and so much where somebody points at it.
LONGEST_NAME, LONGEST_TITLE = 100, 1_000
#: A time within a sentence, as `utc_words` says it.
_TIME = re.compile(r"(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}Z)")
#: What the layout asks for, where nobody has logged in.
_LAYOUT: dict[str, Any] = {
    "person": None,
    "secret": "",
    "tenant": None,
    "menu": (),
    "told": None,
    "freshness": None,
    "behind": False,
}


def visible(value: Any) -> Any:
    """Return a text with what nobody sees written out; markup, and what is no text, as it is."""
    return value.translate(_WRITTEN_OUT) if type(value) is str else value


def cut(text: str) -> str | Markup:
    """Return a name as a list has room for it; one that goes on has more of it in its title."""
    if len(text) <= LONGEST_NAME:
        return text
    return Markup('<span title="{}">{}...</span>').format(
        visible(text[:LONGEST_TITLE]), visible(text[:LONGEST_NAME])
    )


def time(at: datetime) -> Markup:
    """Return a time in UTC, which a script tells in the viewer's zone."""
    utc = at.astimezone(UTC)
    return Markup('<time datetime="{}">{} UTC</time>').format(
        f"{utc:%Y-%m-%dT%H:%M:%SZ}", f"{utc:%Y-%m-%d %H:%M}"
    )


def times(sentence: str) -> Markup:
    """Return a sentence whose times a script tells in the viewer's zone, a line for each of it."""
    parts = _TIME.split(visible(sentence))
    told = (escape(each) if place % 2 == 0 else _timed(each) for place, each in enumerate(parts))
    return Markup("").join(told).replace("\n", Markup("<br>"))


def _timed(text: str) -> Markup:
    try:
        return time(datetime.fromisoformat(text))
    except ValueError:
        # Somebody called a record so, and there is no such day.
        return escape(text)


def left(until: datetime, now: datetime) -> Markup:
    """Return how long it is until then, which a script counts down.

    The script is told the seconds, so that a viewer whose clock is wrong sees the same.
    """
    utc = until.astimezone(UTC)
    seconds = max(0, int((until - now).total_seconds()))
    return Markup('<time datetime="{}" data-left="{}">{}</time>').format(
        f"{utc:%Y-%m-%dT%H:%M:%SZ}", seconds, _left(seconds)
    )


def _left(seconds: int) -> str:
    minutes, hours = seconds // 60, seconds // 3600
    if not seconds:
        return "a moment"
    if hours:
        return f"{hours} h {minutes % 60} min"
    return f"{minutes} min {seconds % 60} s"


def age(since: datetime, now: datetime) -> str:
    """Return how long something has been so."""
    return age_words(now - since)
