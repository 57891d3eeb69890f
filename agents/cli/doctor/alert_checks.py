"""Has Prometheus loaded the alert rules, and can it work them out?"""

from typing import Any

import httpx
import msgspec

from agents.cli.doctor.finding import Finding, fault, ok

#: Those of deploy/prometheus/alerts.yml; a test holds them equal.
ALERTS = (
    "IsthmusWorkerDown",
    "IsthmusWorkerAbsent",
    "IsthmusGatewayDown",
    "IsthmusGatewayAbsent",
    "IsthmusGatewayRefuses",
    "IsthmusSpoolGrows",
    "IsthmusSpoolFull",
    "IsthmusPartitionsUnowned",
    "IsthmusKafkaAway",
    "IsthmusLagHigh",
    "IsthmusJournalBehind",
    "IsthmusJournalStopped",
    "IsthmusJournalJunk",
    "IsthmusJournalClashes",
    "IsthmusStoreBehind",
    "IsthmusStoreAway",
    "IsthmusRowsRefused",
    "IsthmusEventStuck",
    "IsthmusLoopLate",
    "IsthmusDeadLetters",
    "IsthmusBugs",
    "IsthmusManyParked",
    "IsthmusRetriesEndless",
    "IsthmusLockout",
    "IsthmusLockoutsRepeat",
    "IsthmusReconnectNeeded",
    "IsthmusSuspended",
    "IsthmusPausedLong",
    "IsthmusRemovalsStopped",
    "IsthmusReconcileDiffers",
    "IsthmusReconcileStale",
    "IsthmusBudgetSlowed",
    "IsthmusMediaosBudgetLow",
    "IsthmusCoverageOld",
)


async def alerts(http: httpx.AsyncClient, prometheus: str) -> list[Finding]:
    """Return what is to be said of the alert rules that this Prometheus has loaded."""
    try:
        answer = await http.get(f"{prometheus.rstrip('/')}/api/v1/rules", params={"type": "alert"})
        groups = msgspec.json.decode(answer.raise_for_status().content)["data"]["groups"]
        rules = {rule["name"]: rule for group in groups for rule in group["rules"]}
    except (httpx.HTTPError, httpx.InvalidURL, msgspec.MsgspecError, LookupError, TypeError) as no:
        told = f"No Prometheus tells its rules at {prometheus} ({type(no).__name__}): correct it."
        return [fault("alerts", told)]
    return _loaded(rules)


def _loaded(rules: dict[str, Any]) -> list[Finding]:
    missing = [name for name in ALERTS if name not in rules]
    if missing:
        return [
            fault(
                "alerts",
                f"{len(missing)} of {len(ALERTS)} rules are not loaded ({', '.join(missing)}): "
                "load deploy/prometheus/alerts.yml.",
            )
        ]
    bad = [name for name in ALERTS if rules[name].get("health") == "err"]
    if bad:
        why = rules[bad[0]].get("lastError", "")
        return [fault("alerts", f"Prometheus cannot work out {', '.join(bad)}: {why}")]
    return [ok("alerts", f"All {len(ALERTS)} rules are loaded.")]
