"""Would the daily digest reach its readers?  Tried as far as goes without sending anything.

Nothing is said where no digest is set.  A webhook's address is told to nobody: it may hold a key.
"""

from agents.cli.digest_ways import server_of, webhook_of
from agents.cli.doctor.finding import Finding, fault, ok, warning
from streams.outbox.mail_trial import tried
from streams.outbox.webhook import reached
from streams.settings import ProcessSettings

MAIL, WEBHOOK = "mail", "webhook"


async def mail(settings: ProcessSettings) -> list[Finding]:
    """Return what is to be said of the mail server that takes the digest."""
    if not settings.smtp_host:
        if not settings.digest_to:
            return []
        told = "ISTHMUS_DIGEST_TO names readers, and no ISTHMUS_SMTP_HOST takes mail: set it."
        return [fault(MAIL, told)]
    if not settings.digest_from:
        return [fault(MAIL, "ISTHMUS_DIGEST_FROM is not set: say who the digest is from.")]
    trial = await tried(server_of(settings))
    where = f"{settings.smtp_host}:{settings.smtp_port}"
    if trial.why:
        return [fault(MAIL, f"{where} would take no digest: {trial.why}; {trial.helps}.")]
    how = "without TLS" if settings.smtp_security == "none" else "by TLS"
    login = ", and takes our login" if settings.smtp_username else ""
    found = [ok(MAIL, f"{where} answers {how}{login}; nothing was sent.")]
    if not settings.digest_to:
        told = "ISTHMUS_DIGEST_TO names nobody: the digest goes by --to alone."
        found.append(warning(MAIL, told))
    return found


async def webhook(settings: ProcessSettings) -> list[Finding]:
    """Return what is to be said of the webhook that the digest is posted to."""
    if not settings.digest_webhook_url:
        return []
    if not settings.digest_webhook_secret:
        return [
            fault(WEBHOOK, "ISTHMUS_DIGEST_WEBHOOK_SECRET is not set: nothing would be signed.")
        ]
    why = await reached(webhook_of(settings))
    if why is not None:
        told = f"The digest's webhook would get nothing: {why}; correct ISTHMUS_DIGEST_WEBHOOK_URL."
        return [fault(WEBHOOK, told)]
    told = "Somebody answers there. Nothing was posted, so whether it is taken is not known."
    return [ok(WEBHOOK, told)]
