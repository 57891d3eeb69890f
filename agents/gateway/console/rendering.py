"""How does a page become HTML?  By its template, within the one layout; all text is escaped."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from agents.gateway.console.headers import HEADERS, ONLY_HTTPS
from agents.gateway.console.static_files import StaticFiles


@dataclass(frozen=True, slots=True)
class Rendering:
    """Makes answers of templates; `secure` where browsers reach us by https."""

    secure: bool
    static: StaticFiles = field(default_factory=StaticFiles)
    _templates: Environment = field(init=False)

    def __post_init__(self) -> None:
        """Read the templates once."""
        made = Environment(
            loader=PackageLoader("agents.gateway.console"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.filters["time"] = time
        made.globals["static"] = self.static.address
        object.__setattr__(self, "_templates", made)

    def page(
        self, template: str, title: str, given: Mapping[str, Any], *, status: int = 200
    ) -> Response:
        """Return a page; `given` is what its template and the layout are told."""
        text = self._templates.get_template(template).render(title=title, **_LAYOUT | dict(given))
        return HTMLResponse(text, status_code=status, headers=self.headers)

    def sent_to(self, address: str) -> Response:
        """Return that the browser is to go on to another page of ours."""
        return RedirectResponse(address, status_code=303, headers=self.headers)

    @property
    def headers(self) -> dict[str, str]:
        """Return what goes with each answer."""
        return HEADERS | ONLY_HTTPS if self.secure else HEADERS


#: What the layout asks for, where nobody has logged in.
_LAYOUT: dict[str, Any] = {"person": None, "secret": "", "tenant": None, "menu": (), "told": None}


def time(at: datetime) -> Markup:
    """Return a time in UTC, which a script tells in the viewer's zone."""
    utc = at.astimezone(UTC)
    return Markup('<time datetime="{}">{} UTC</time>').format(
        f"{utc:%Y-%m-%dT%H:%M:%SZ}", f"{utc:%Y-%m-%d %H:%M}"
    )
