"""Our own modules, imported as if somebody had edited their source."""

import importlib.util
import sys
from types import ModuleType


def edited(name: str, *changes: tuple[str, str]) -> ModuleType:
    """Import a module of ours as if its source had been edited so."""
    spec = importlib.util.find_spec(name)
    source = spec.loader.get_source(name)
    for old, new in changes:
        assert source.count(old) == 1, f"{name} has no single {old!r}"
        source = source.replace(old, new)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    exec(compile(source, spec.origin, "exec"), module.__dict__)  # noqa: S102 - our own source
    return module
