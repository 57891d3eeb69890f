"""How does a digest become an e-mail?  Plain text, and the same as HTML for who shows that.

Its Message-ID follows from installation, tenant and day: where one is sent twice, since an answer
got lost, mail servers and readers see that it is one.
"""

import hashlib
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from agents.digest import words
from agents.digest.digest import Digest
from agents.digest.page import as_html
from agents.digest.text import as_text

CALLED = "Isthmus"


def letter(
    digest: Digest, sender: str, to: Sequence[str], installation: str, *, again: bool = False
) -> EmailMessage:
    """Return the e-mail; one that is sent `again` on purpose is another one."""
    made = EmailMessage(policy=SMTP)
    made["Subject"] = words.subject(digest)
    made["From"] = Address(CALLED, addr_spec=sender)
    made["To"] = [Address(addr_spec=each) for each in to]
    made["Date"] = digest.at
    made["Message-ID"] = _id(digest, sender, installation, again=again)
    # Nobody's "out of office" is wanted.
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(as_text(digest))
    made.add_alternative(as_html(digest), subtype="html")
    return made


def _id(digest: Digest, sender: str, installation: str, *, again: bool) -> str:
    at = f"{digest.at:%H%M%S}" if again else ""
    named = f"{installation}/{digest.tenant}/{digest.day}/{at}"
    _, _, domain = sender.rpartition("@")
    return f"<{hashlib.sha256(named.encode()).hexdigest()[:32]}@{domain}>"
