"""What is known not to be installed is not looked for again.

httpx and httpcore import `sniffio` four times a call, which is there only where Trio is.  Python
remembers what it found and not what it did not, so each time it goes through its whole path anew:
a quarter of what a call costs the processor.
"""

import importlib.util
import sys
from typing import Any

LOOKED_FOR = ("sniffio",)


def know_absent_packages() -> None:
    """Let an import of what is not there fail without a look at the disk."""
    modules: dict[str, Any] = sys.modules
    for name in LOOKED_FOR:
        if name not in modules and importlib.util.find_spec(name) is None:
            # The word of Python's own reference ("The module cache") for: it is not there.
            modules[name] = None
