"""A Kafka that asks who one is: a listener for each way to come in, beside an open one.

The open one is its owner's: whoever comes there is its superuser.
"""

import asyncio
import base64
import json
import subprocess
import time
from dataclasses import dataclass, field

from agents.lab.local import artifacts, broker, ports
from agents.lab.local.place import Place
from tests.testing.certificates import authority

LOGIN = "org.apache.kafka.common.security"
#: Who there is, by name, with the password.
PASSWORDS = {
    name: f"{name}-password"
    for name in ("worker", "gateway", "publisher", "pusher", "operator", "eraser", "looker")
}
#: Whom it knows by SCRAM too, one for each kind of it.
BY_SCRAM = {"SCRAM-SHA-512": "worker", "SCRAM-SHA-256": "operator"}


@dataclass(frozen=True, kw_only=True)
class SecuredPlace(Place):
    """A place whose broker has these listeners too, by name with their port."""

    listeners: dict[str, int]
    folder_of_certificates: object
    acls: bool = False

    def server_properties(self):
        """Fill in the template, and have its listeners followed by ours."""
        told = dict(
            line.split("=", 1)
            for line in super().server_properties().splitlines()
            if "=" in line and not line.startswith("#")
        )
        names = self.listeners.items()
        for key in ("listeners", "advertised.listeners"):
            told[key] += "".join(f",{name}://127.0.0.1:{port}" for name, port in names)
        told["listener.security.protocol.map"] += "".join(
            f",{name}:{name}" for name in self.listeners
        )
        told |= self._tls() | self._logins() | (ACLS if self.acls else {})
        return "".join(f"{key}={value}\n" for key, value in told.items())

    def _tls(self):
        certificates = self.folder_of_certificates
        return {
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": certificates / "broker.both.pem",
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": certificates / "authority.pem",
            # Whoever comes by TLS alone shows a certificate, and is called by its name.
            "listener.name.ssl.ssl.client.auth": "required",
            "ssl.principal.mapping.rules": "RULE:^CN=(.*)$/$1/,DEFAULT",
        }

    def _logins(self):
        users = " ".join(f'user_{name}="{word}"' for name, word in PASSWORDS.items())
        told = {}
        for listener in ("sasl_ssl", "sasl_plaintext"):
            of = f"listener.name.{listener}"
            told |= {
                f"{of}.sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER",
                f"{of}.plain.sasl.jaas.config": f"{LOGIN}.plain.PlainLoginModule required {users};",
                f"{of}.scram-sha-256.sasl.jaas.config": SCRAM,
                f"{of}.scram-sha-512.sasl.jaas.config": SCRAM,
                f"{of}.oauthbearer.sasl.jaas.config": (
                    f"{LOGIN}.oauthbearer.OAuthBearerLoginModule required "
                    'unsecuredLoginStringClaim_sub="broker";'
                ),
            }
        return told


SCRAM = f"{LOGIN}.scram.ScramLoginModule required;"
#: Nobody may do anything but whom a rule allows it.
ACLS = {
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "super.users": "User:ANONYMOUS",
}


@dataclass(frozen=True)
class Secured:
    """The broker, once it runs."""

    owner: str
    addresses: dict[str, str]
    certificates: object = field(repr=False)

    def told(self, protocol, **more):
        """Return what a process is told to come in by this protocol."""
        told = {"SECURITY_PROTOCOL": protocol, **more}
        if protocol.endswith("SSL"):
            told = {"CA_FILE": str(self.certificates.file), **told}
        return {
            "ISTHMUS_BROKERS": self.addresses[protocol],
            **{f"ISTHMUS_KAFKA_{name}": value for name, value in told.items()},
        }

    def by_password(self, user, mechanism="SCRAM-SHA-512", protocol="SASL_SSL", **more):
        """Return what a process is told to come in by a password."""
        login = {"SASL_MECHANISM": mechanism, "USERNAME": user, "PASSWORD": PASSWORDS[user]}
        return self.told(protocol, **{**login, **more})

    def by_token(self, file):
        """Return what a process is told to come in by the token in this file."""
        return self.told("SASL_SSL", SASL_MECHANISM="OAUTHBEARER", OAUTH_TOKEN_FILE=str(file))

    def by_certificate(self, user):
        """Return what a process is told to come in by a certificate of this name."""
        issued = self.certificates.issue(user)
        return self.told("SSL", CERTIFICATE_FILE=str(issued.certificate), KEY_FILE=str(issued.key))


def started(root, folder, *, acls=False):
    """Start one; return it and how to stop it; LocalBrokerFault where there is no Java."""
    certificates = authority(folder)
    certificates.issue("broker")
    port, controller, *others = ports.free(5)
    names = ("SASL_SSL", "SSL", "SASL_PLAINTEXT")
    place = SecuredPlace(
        root=root,
        folder=folder,
        port=port,
        controller_port=controller,
        listeners=dict(zip(names, others, strict=True)),
        folder_of_certificates=folder,
        acls=acls,
    )
    found = asyncio.run(broker.start(place, given=None, say=lambda _: None))
    _make_scram_users(place)
    addresses = {name: f"127.0.0.1:{at}" for name, at in place.listeners.items()}
    return Secured(found.bootstrap, addresses, certificates), lambda: asyncio.run(
        broker.stop(place, given=None)
    )


def _make_scram_users(place):
    """Have the broker know these by SCRAM too, by Kafka's own tool."""
    program = [artifacts.java(), "-Xmx128m", "-XX:TieredStopAtLevel=1"]
    tool = [*program, "-cp", f"{place.libraries}/*", "kafka.admin.ConfigCommand"]
    for mechanism, name in BY_SCRAM.items():
        kind = f"{mechanism}=[password={PASSWORDS[name]}]"
        told = ("--alter", "--add-config", kind, "--entity-type", "users", "--entity-name", name)
        command = [*tool, "--bootstrap-server", place.bootstrap, *told]
        subprocess.run(command, check=True, capture_output=True)


def unsigned_token(subject, seconds=600):
    """Return a token that the broker's unsecured check takes."""
    now = int(time.time())
    said = ({"alg": "none"}, {"sub": subject, "iat": now, "exp": now + seconds})
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in said)
    return b".".join([*parts, b""]).decode()
