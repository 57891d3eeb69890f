"""What does a person see in the browser?  One plain page: a heading, sentences, at most a button.

No script, nothing from elsewhere, nothing kept by the browser; all text is escaped.
"""

from html import escape

from fastapi.responses import HTMLResponse

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
    ),
}

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} - Isthmus</title>
<style>
body {{ font: 1.05rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere }}
body {{ max-width: 36rem; margin: 4rem auto; padding: 0 1rem }}
button {{ font: inherit; padding: .5rem 1rem }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


def page(title: str, *sentences: str, status: int = 200, button: str | None = None) -> HTMLResponse:
    """Return a page; a button posts to the page's own address."""
    body = "\n".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)
    if button is not None:
        body += f'\n<form method="post"><button type="submit">{escape(button)}</button></form>'
    text = _PAGE.format(title=escape(title), body=body)
    return HTMLResponse(text, status_code=status, headers=HEADERS)
