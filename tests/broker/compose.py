"""docker-compose.yml without Docker: each service a process of this machine.

A folder stands for a container's file system, and links in it for its volumes.  Only addresses
differ: hosts are the loopback, and ports are free ones.
"""

import os
import re
import shlex
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import psycopg
import yaml
from cryptography.fernet import Fernet

from agents.lab.local import ports
from tests.broker.containers import Container, replacing, until
from tests.broker.installation.house import HANGS_SECONDS
from tests.testing.means import missing
from tests.testing.prometheus import program

FILE = Path(__file__).parents[2] / "docker-compose.yml"
SAID = yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"]
#: Those of our image; for the others stand the session's Kafka and Debian's programs.
OURS = {name: each for name, each in SAID.items() if each["image"].startswith("isthmus:")}
WORKDIR = "/app"
#: As deploy/Dockerfile makes them.
IMAGE_FOLDERS = ("/app/.local/state", "/app/.local/connections", "/app/.local/spool")
HOSTS = (
    ("quickbooks", 8090),
    ("mediaos", 8091),
    ("gateway", 8085),
    ("gateway", 9107),
    ("worker-1", 9108),
    ("worker-2", 9109),
    ("postgres", 5432),
    ("prometheus", 9090),
)
VARIABLE = re.compile(r"\$\{(\w+):([-?])([^}]*)\}")
SERVER_USER = "postgres"

#: What compose asks for without a default; a person would put it into .env.
SECRETS = {
    "ISTHMUS_TOKEN_KEY": Fernet.generate_key().decode(),
    "ISTHMUS_QBO_CLIENT_ID": "app",
    "ISTHMUS_QBO_CLIENT_SECRET": "client-secret",
    "ISTHMUS_WEBHOOK_VERIFIER_TOKEN": "verifier",
    "ISTHMUS_MEDIAOS_API_KEY": "key",
    "ISTHMUS_MEDIAOS_API_PASSWORD": "password",
    "ISTHMUS_PUBLISH_TOKEN": "a-token-that-publishes",
    "ISTHMUS_SIMULATOR_ADMIN_TOKEN": "admin",
    "POSTGRES_PASSWORD": "theDatabases1",
}


def addresses(bootstrap):
    """Return a function that puts addresses of this machine for those of compose's network."""
    places = {"kafka:9092": bootstrap, "0.0.0.0": "127.0.0.1"}
    for (host, port), free in zip(HOSTS, ports.free(len(HOSTS)), strict=True):
        places |= {f"{host}:{port}": f"127.0.0.1:{free}", str(port): str(free)}
    return replacing(places)


def filled(text, here):
    """Return what compose makes of a text, with addresses of this machine."""

    def value(found):
        name, how, text = found.groups()
        given = SECRETS.get(name)
        assert given or how == "-", f"compose wants {name}: {text}"
        return given or text

    # Addresses first, so that no secret can be mistaken for one.
    return VARIABLE.sub(value, here(str(text)))


def mounts(said, folder, volumes):
    """Lay a service's volumes into its folder; return by their place in it where they are."""
    for each in said.get("volumes", ()):
        what, place, *_ = each.split(":")
        yield place, (FILE.parent / what if what.startswith(".") else volumes / what)
    given = {each.split(":")[1] for each in said.get("volumes", ())}
    for place in set(IMAGE_FOLDERS) - given:
        yield place, folder / "anonymous" / place.lstrip("/")


class Service(Container):
    """One of those of our image."""

    def __init__(self, name, said, folder, here):
        self._said, self._here = said, here
        self.root = folder / name
        environment = said.get("environment", {})
        super().__init__(
            name,
            shlex.split(filled(said["command"], here)),
            {key: self._inside(filled(value, here)) for key, value in environment.items()},
            self.root / WORKDIR.lstrip("/"),
            root=self.root,
            grace_seconds=float(said["stop_grace_period"].removesuffix("s")),
        )
        [temporary] = said["tmpfs"]
        # A home that is not there: the image's may not be written to.
        self.environment |= {"HOME": str(self.root / "home"), "TMPDIR": self._inside(temporary)}
        (self.root / temporary.lstrip("/")).mkdir(parents=True)
        self.folder.mkdir()
        self._links = [self._link(*each) for each in mounts(said, folder, folder / "volumes")]

    def _inside(self, text):
        """Return a text with paths of the container as they are on this machine."""
        return re.sub(r"(?<![\w./:])/(?=certificates/|tmp$)", f"{self.root}/", text)

    def _link(self, place, volume):
        link = self.root / place.lstrip("/")
        link.parent.mkdir(parents=True, exist_ok=True)
        volume.mkdir(parents=True, exist_ok=True)
        link.symlink_to(volume)
        return link

    def strays(self):
        """Return what was written beside its volumes and /tmp."""
        ours = {self.folder, self.root / "tmp", *self._links}
        ours |= {up for link in self._links for up in link.parents}
        return [found for found in self.root.rglob("*") if found not in ours]

    def healthy(self):
        """Wait until compose would call it healthy."""
        check = self._said["healthcheck"]
        first, *words = check["test"]
        assert first == "CMD"
        words = [self._here(word) for word in words]
        patience = check["retries"] * float(check["interval"].removesuffix("s"))
        until(lambda: self.ask(*words)[0] == 0, patience, self.last_words)
        assert self.process.poll() is None, self.last_words()


@contextmanager
def database(volumes, here):
    """Run compose's PostgreSQL: its certificate, its arguments, its databases."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not binaries:
        missing("PostgreSQL's server is not installed (Debian: apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="isthmus-compose-"))
    try:
        _certificates(folder, volumes)
        with _server(binaries[-1], folder, here) as server:
            yield server
    finally:
        shutil.rmtree(folder)


def _certificates(folder, volumes):
    """Run the service that makes them; what it mounts lies where PostgreSQL's user may read it."""
    folder.chmod(0o755)
    shutil.copytree(FILE.parent / "deploy/postgres", folder / "etc")
    (folder / "certificates").mkdir()
    words = shlex.split(_here_are(SAID["postgres-certificate"]["command"], folder))
    for _ in range(2):
        # A second start finds them, and makes none.
        subprocess.run(words, check=True, capture_output=True)
    (volumes / "certificates").mkdir(parents=True)
    shutil.copy(folder / "certificates/ca.pem", volumes / "certificates")


def _here_are(command, folder):
    command = command.replace("/etc/isthmus", str(folder / "etc"))
    return command.replace(" /certificates", f" {folder}/certificates").replace(
        "=/certificates", f"={folder}/certificates"
    )


@contextmanager
def _server(binaries, folder, here):
    said = SAID["postgres"]
    told = {key: filled(value, here) for key, value in said["environment"].items()}
    word, data = folder / "password", folder / "data"
    word.write_text(told["POSTGRES_PASSWORD"])
    data.mkdir()
    as_user = ["runuser", "-u", SERVER_USER, "--"] if os.geteuid() == 0 else []
    if as_user:
        for each in (word, data, folder):
            shutil.chown(each, SERVER_USER)
    user = told["POSTGRES_USER"]
    initdb = [binaries / "initdb", "-D", data, "-U", user, f"--pwfile={word}", "-E", "UTF8"]
    subprocess.run([*as_user, *initdb], check=True, capture_output=True, cwd=folder)
    server, *arguments = shlex.split(_here_are(said["command"], folder))
    port = here("postgres:5432").rpartition(":")[2]
    words = [*as_user, binaries / server, "-D", data, "-p", port, "-k", folder, *arguments]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log, cwd=folder)
        try:
            check = [*shlex.split(said["healthcheck"]["test"]), "--port", port]
            complaint = (folder / "log").read_text
            until(
                lambda: subprocess.run(check, check=False).returncode == 0, HANGS_SECONDS, complaint
            )
            _databases(f"host={folder} port={port} user={user}", told["POSTGRES_DB"])
            yield f"host=127.0.0.1 port={port} user={user} password={told['POSTGRES_PASSWORD']}"
        finally:
            process.terminate()
            process.wait(30)


def _databases(inside, first):
    """Do what the image does with an empty folder."""
    with psycopg.connect(f"{inside} dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {first}")
        connection.execute((FILE.parent / "deploy/postgres/databases.sql").read_text())


def watcher(folder, here):
    """Return compose's Prometheus, with its command and its configuration."""
    said = SAID["prometheus"]
    root = folder / "prometheus"
    etc, data = root / "etc/prometheus", root / "prometheus"
    etc.mkdir(parents=True)
    for file in (FILE.parent / "deploy/prometheus").glob("*.yml"):
        (etc / file.name).write_text(here(file.read_text(encoding="utf-8")), encoding="utf-8")
    words = said["command"].replace("/etc/prometheus", str(etc)).replace("=/prometheus", f"={data}")
    listen = f"--web.listen-address={here('prometheus:9090')}"
    return Container(
        "prometheus",
        [program("prometheus"), *shlex.split(words), listen],
        {},
        root,
        root=root,
        grace_seconds=20,
    )
