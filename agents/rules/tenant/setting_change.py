"""May somebody set a tenant's settings to these?  All are said at once, so none is undone unseen.

Who looked at them before says so by their mark.
"""

import hashlib

from agents.rules.kinds.owners import wrong_in
from schemas.catalog import encode
from schemas.requests import ChangeSettings
from schemas.tenant_facts import SettingsChanged
from schemas.tenant_state import TenantSettings

#: Characters of a mark, as `schemas.limits.SettingsMark` has it.
_LENGTH = 16


def mark_of(settings: TenantSettings) -> str:
    """Return what tells these settings from any other."""
    return hashlib.sha256(encode(settings)).hexdigest()[:_LENGTH]


def changed_meanwhile(was: str, settings: TenantSettings) -> bool:
    """Tell whether these are others than whoever asks has seen; "" is of nobody who looked."""
    return bool(was) and was != mark_of(settings)


def answer(
    before: TenantSettings, asked: ChangeSettings
) -> tuple[bool, str, tuple[SettingsChanged, ...]]:
    """Judge a change of settings: whether it is made, in words, and the fact."""
    wrong = wrong_in(asked.settings.owners)
    if wrong is not None:
        return False, f"nothing is changed: {wrong}", ()
    if changed_meanwhile(asked.was, before):
        return False, "nothing is changed: somebody else has changed the settings meanwhile", ()
    return True, "settings changed", (SettingsChanged(request=asked.id, settings=asked.settings),)
