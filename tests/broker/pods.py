"""A pod of deploy/kubernetes without a cluster: its command, its environment, its volumes.

A folder stands for its file system: what is written anywhere but in a volume is found there.
"""

import re
from pathlib import Path

import httpx

from streams.settable.source import variable
from streams.settings import ProcessSettings
from tests.broker.containers import Container, until
from tests.broker.installation.house import HANGS_SECONDS

#: Settings whose default is the port that a manifest names; a test compares them.
PORTS = ("gateway_port", "gateway_metrics_port", "metrics_port")
#: As deploy/Dockerfile says: where the command is started.
WORKDIR = Path("app")


class Pod(Container):
    """One pod; `secrets` are files by secret and name, `here` puts addresses for those that differ.

    `free` are ports of this machine, one for each of PORTS.
    """

    def __init__(self, name, template, resources, folder, secrets, here, free):
        [self._said] = template["spec"]["containers"]
        self.root = folder / name
        self._volumes = {each["name"]: each for each in template["spec"]["volumes"]}
        defaults = ProcessSettings()
        self._ports = dict(zip((getattr(defaults, each) for each in PORTS), free, strict=True))
        environment = self._environment(name, resources, here)
        grace = template["spec"].get("terminationGracePeriodSeconds", 30)
        super().__init__(
            name,
            [re.sub(r"\$\((\w+)\)", lambda n: environment[n[1]], w) for w in self._said["command"]],
            environment,
            self.root / WORKDIR,
            root=self.root,
            grace_seconds=grace,
        )
        for mount in self._said["volumeMounts"]:
            self._mount(mount, secrets)
        self.folder.mkdir(parents=True, exist_ok=True)

    def _environment(self, name, resources, here):
        told = {}
        for each in self._said.get("envFrom", ()):
            [named] = [
                found
                for found in resources
                if found["kind"] == "ConfigMap"
                and found["metadata"]["name"] == each["configMapRef"]["name"]
            ]
            told |= named["data"]
        for each in self._said.get("env", ()):
            told[each["name"]] = each.get("value", name)
            if "valueFrom" in each:
                assert each["valueFrom"] == {"fieldRef": {"fieldPath": "metadata.name"}}
        ports = dict(zip(map(variable, PORTS), map(str, self._ports.values()), strict=True))
        placed = {
            key: f"{self.root}{value}" if value.startswith("/") else here(value)
            for key, value in told.items()
        }
        # A home that is not there: the image's may not be written to.
        return {**placed, **ports, "HOME": f"{self.root}/home", "TMPDIR": str(self.root / "tmp")}

    def _mount(self, mount, secrets):
        place = self.root / mount["mountPath"].lstrip("/")
        place.mkdir(parents=True, exist_ok=True)
        volume = self._volumes[mount["name"]]
        if "emptyDir" in volume:
            return
        files = secrets[volume["secret"]["secretName"]]
        items = volume["secret"].get("items", [{"key": key, "path": key} for key in files])
        for each in items:
            (place / each["path"]).write_text(files[each["key"]], encoding="utf-8")

    def strays(self):
        """Return what is there beside volumes and what was mounted."""
        mounts = [self.root / each["mountPath"].lstrip("/") for each in self._said["volumeMounts"]]
        ours = {self.folder, *mounts, *(up for mount in mounts for up in mount.parents)}
        return [
            found
            for found in self.root.rglob("*")
            if found not in ours and not any(found.is_relative_to(each) for each in mounts)
        ]

    def passes(self, probe):
        """Tell whether Kubernetes would call one of its probes passed."""
        asked = self._said[probe]["httpGet"]
        [port] = [
            each["containerPort"] for each in self._said["ports"] if each["name"] == asked["port"]
        ]
        try:
            address = f"http://127.0.0.1:{self._ports[port]}{asked['path']}"
            return httpx.get(address, timeout=5).is_success
        except httpx.TransportError:
            return False

    def well(self, seconds=HANGS_SECONDS):
        """Wait until it is alive and ready."""
        for probe in ("livenessProbe", "readinessProbe"):
            until(lambda probe=probe: self.passes(probe), seconds, self.last_words)

    def megabytes(self):
        """Return what it takes of memory now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024

    def most_megabytes(self):
        """Return what it took of memory at most so far; 0 once it has ended."""
        # A shell that starts it is small, and stays beside it.
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        return max(_most_megabytes(each) for each in (pid, *children))

    def requested_megabytes(self):
        """Return what it asks for at rest."""
        given = self._said["resources"]["requests"]["memory"]
        assert given.endswith("Mi")
        return int(given.removesuffix("Mi"))


def _most_megabytes(pid):
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0
