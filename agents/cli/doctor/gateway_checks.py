"""Does the gateway answer where browsers and Intuit reach it, and would it take a webhook?"""

import httpx
import msgspec

from agents.cli.doctor.finding import Finding, fault, ok


async def gateway(http: httpx.AsyncClient, address: str) -> list[Finding]:
    """Return what is to be said of the gateway, where browsers and Intuit reach it."""
    try:
        answer = await http.get(f"{address}/readyz")
    except (httpx.HTTPError, httpx.InvalidURL) as silent:
        told = (
            f"No gateway answers at {address} ({type(silent).__name__}): start one by `isthmus "
            "gateway`, or correct ISTHMUS_GATEWAY_URL."
        )
        return [fault("gateway", told)]
    if answer.is_success:
        return [ok("gateway", f"It is ready at {address}.")]
    return [fault("gateway", f"{address} is not ready ({answer.status_code}): {_reasons(answer)}.")]


def _reasons(answer: httpx.Response) -> str:
    try:
        return "; ".join(msgspec.json.decode(answer.content)["reasons"])
    except (msgspec.MsgspecError, LookupError, TypeError):
        return "it is no gateway, or something stands before it; correct ISTHMUS_GATEWAY_URL"
