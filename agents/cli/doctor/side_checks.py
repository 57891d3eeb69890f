"""Do both APIs answer as they should, and is our clock theirs?

QuickBooks and MediaOS are asked one thing each through a tenant's connection.  A token is used as
it is and never renewed: that would change what the workers stand on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx

from agents.cli.doctor.finding import Finding, fault, ok, warning
from streams.ports import Clock
from streams.secrets.connection import Connection

TIMEOUT = httpx.Timeout(5.0)
#: A Date is told to the second.  Beyond the first something is wrong, beyond the other all is.
SKEW_SECONDS, FAR_SECONDS = 5.0, 60.0

REFUSED, UNAUTHORISED, TOO_MANY, BROKEN = 400, (401, 403), 429, 500


@dataclass(frozen=True, slots=True)
class Asked:
    """One side's answer to one question; `ahead` is how far its clock is before ours."""

    status: int
    ahead: float | None


async def sides(
    http: httpx.AsyncClient,
    bases: tuple[str, str],
    opened: Sequence[Connection],
    clock: Clock,
) -> list[Finding]:
    """Return what is to be said of QuickBooks, of MediaOS, and of the time."""
    through = next(iter(opened), None)
    quickbooks, mediaos = bases
    if through is not None:
        mediaos = through.mediaos_base_url
    found, clocks = [], []
    for name, base in (("QuickBooks", quickbooks), ("MediaOS", mediaos)):
        try:
            asked = await _asked(http, _question(http, name, base, through, clock), clock)
        except (httpx.HTTPError, httpx.InvalidURL) as silent:
            found.append(_silent(name, base, silent))
            continue
        found.append(_judged(name, asked, through, clock))
        if asked.ahead is not None:
            clocks.append((name, asked.ahead))
    return [*found, _time(clocks)]


def _question(
    http: httpx.AsyncClient, name: str, base: str, through: Connection | None, clock: Clock
) -> tuple[httpx.Request, httpx.Auth | None]:
    base = base.rstrip("/")
    if through is None or (name == "QuickBooks" and _ended(through, clock)):
        return http.build_request("GET", base), None
    if name == "MediaOS":
        request = http.build_request("GET", f"{base}/advertisers/", params={"per_page": "1"})
        return request, httpx.BasicAuth(through.mediaos_api_key, through.mediaos_api_password)
    path = f"/v3/company/{through.realm}/companyinfo/{through.realm}"
    headers = {"Authorization": f"Bearer {through.access_token}", "Accept": "application/json"}
    return http.build_request("GET", base + path, headers=headers), None


async def _asked(
    http: httpx.AsyncClient, question: tuple[httpx.Request, httpx.Auth | None], clock: Clock
) -> Asked:
    request, auth = question
    began = clock.now()
    answer = await http.send(request, auth=auth)
    middle = began + (clock.now() - began) / 2
    try:
        ahead = (parsedate_to_datetime(answer.headers["Date"]) - middle).total_seconds()
    except (KeyError, ValueError, TypeError):
        ahead = None
    return Asked(answer.status_code, ahead)


def _ended(through: Connection, clock: Clock) -> bool:
    return through.access_expires_at <= clock.now()


def _judged(name: str, asked: Asked, through: Connection | None, clock: Clock) -> Finding:
    check = name.lower()
    if asked.status >= BROKEN:
        told = f"{name} is out of order ({asked.status}): nothing to do here; see its news."
        return fault(check, told)
    if through is None:
        return ok(check, f"{name} answers; no tenant is connected to ask through.")
    if name == "QuickBooks" and _ended(through, clock):
        return warning(
            check,
            f"{name} answers, but the access token of {through.tenant} has ended: a worker renews "
            "it at its next call; see that one runs.",
        )
    return _of_tenant(name, asked.status, through.tenant)


def _of_tenant(name: str, status: int, tenant: str) -> Finding:
    check = name.lower()
    if status in UNAUTHORISED:
        return fault(
            check,
            f"{name} does not let {tenant} in ({status}): where that stays, `isthmus connect "
            f"{tenant}`.",
        )
    if status == TOO_MANY:
        return warning(check, f"{name} is asked too often ({status}): wait a minute.")
    if status >= REFUSED:
        told = f"{name} refuses ({status}): correct ISTHMUS_{_setting(name)}_BASE_URL."
        return fault(check, told)
    return ok(check, f"{name} answers for {tenant}.")


def _silent(name: str, base: str, why: Exception) -> Finding:
    return fault(
        name.lower(),
        f"{name} does not answer at {httpx.URL(base).host} ({type(why).__name__}): let this host "
        f"reach it, or correct ISTHMUS_{_setting(name)}_BASE_URL.",
    )


def _setting(name: str) -> str:
    return {"QuickBooks": "QBO", "MediaOS": "MEDIAOS"}[name]


def _time(clocks: Sequence[tuple[str, float]]) -> Finding:
    """Compare our clock with the one that is nearest to it: one that is wrong may be theirs."""
    if not clocks:
        return warning("clock", "Nobody answered whose clock ours could be compared with.")
    name, ahead = min(clocks, key=lambda each: abs(each[1]))
    way = "behind" if ahead > 0 else "ahead of"
    told = f"Our clock is {abs(ahead):.0f} s {way} that of {name}"
    if abs(ahead) < SKEW_SECONDS:
        return ok("clock", f"Within {SKEW_SECONDS:.0f} s of that of {name}.")
    found = fault if abs(ahead) >= FAR_SECONDS else warning
    return found("clock", f"{told}: have it set by NTP.")
