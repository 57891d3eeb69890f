"""What does a kustomization come to?  Asked of kubectl, which has kustomize built in."""

import functools
import shutil
import subprocess
from pathlib import Path
from typing import Any

import yaml

from tests.testing.means import missing

KUBERNETES = Path(__file__).parents[2] / "deploy/kubernetes"


@functools.cache
def built(name: str) -> tuple[dict[str, Any], ...]:
    """Return the resources of a folder of deploy/kubernetes."""
    program = shutil.which("kubectl")
    if program is None:
        missing("kubectl is not installed (of 1.27 or newer, for its kustomize)")
    told = subprocess.run(
        [program, "kustomize", str(KUBERNETES / name)], check=True, capture_output=True, text=True
    )
    return tuple(yaml.safe_load_all(told.stdout))


def pods_of(name: str) -> dict[str, dict[str, Any]]:
    """Return by the name of what makes them: what their pods are made from."""
    found = {}
    for each in built(name):
        spec = each.get("spec", {})
        template = spec.get("jobTemplate", {}).get("spec", spec).get("template")
        if template is not None:
            found[each["metadata"]["name"]] = template
    return found
