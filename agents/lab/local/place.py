"""Where a local broker lives: its folder and its ports.

A test's broker and a demo's differ in nothing else, so both run side by side.
"""

from dataclasses import dataclass
from pathlib import Path
from string import Template

DEFAULT_PORT = 19092
DEFAULT_FOLDER = Path(".local/broker")
LIBRARIES = Path(".local/kafka/libs")
TEMPLATES = Path("deploy/kafka")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A local broker's folder and ports; `root` is the project's own folder."""

    root: Path = Path()
    folder: Path = DEFAULT_FOLDER
    port: int = DEFAULT_PORT
    controller_port: int = DEFAULT_PORT + 1

    @property
    def bootstrap(self) -> str:
        """Address for clients."""
        return f"127.0.0.1:{self.port}"

    @property
    def home(self) -> Path:
        """Absolute folder of this broker: Java would take a relative one for its own."""
        return (self.root / self.folder).resolve()

    @property
    def libraries(self) -> Path:
        """Folder of Kafka's jars, shared by all local brokers."""
        return (self.root / LIBRARIES).resolve()

    @property
    def templates(self) -> Path:
        """Folder with pom.xml, server.properties and log4j2.properties."""
        return (self.root / TEMPLATES).resolve()

    @property
    def data(self) -> Path:
        """Folder of Kafka's own data."""
        return self.home / "data"

    @property
    def properties(self) -> Path:
        """The filled-in server.properties; its path also marks our process."""
        return self.home / "server.properties"

    @property
    def log(self) -> Path:
        """What Kafka prints."""
        return self.home / "broker.log"

    @property
    def pid(self) -> Path:
        """Holds the process id of the JVM."""
        return self.home / "broker.pid"

    def server_properties(self) -> str:
        """Fill in the template."""
        template = Template((self.templates / "server.properties").read_text(encoding="utf-8"))
        # The comment at its top names the placeholders and is filled in as well: no harm.
        return template.substitute(
            port=self.port, controller_port=self.controller_port, data=self.data
        )
