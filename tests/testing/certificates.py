"""Certificates for tests, by an authority that nobody else trusts."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LIFE = timedelta(days=2)


@dataclass(frozen=True)
class Issued:
    """A certificate and its key, as PEM files; `both` holds them in one, as Kafka wants it."""

    certificate: Path
    key: Path
    both: Path


class Authority:
    def __init__(self, folder, name):
        self._folder, self._name = folder, _name(name)
        self._key = ec.generate_private_key(ec.SECP256R1())
        rights = x509.BasicConstraints(ca=True, path_length=0)
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(_pem(self._signed(self._name, self._key, rights)))

    def issue(self, name):
        """Return a certificate for this name, which is one of the loopback's too."""
        key = ec.generate_private_key(ec.SECP256R1())
        rights = x509.BasicConstraints(ca=False, path_length=None)
        certificate = _pem(self._signed(_name(name), key, rights))
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        issued = Issued(*(self._folder / f"{name}.{what}.pem" for what in ("crt", "key", "both")))
        issued.certificate.write_bytes(certificate)
        issued.key.write_bytes(private)
        issued.both.write_bytes(private + certificate)
        return issued

    def _signed(self, subject, key, rights):
        now = datetime.now(UTC)
        loopback = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - LIFE)
            .not_valid_after(now + LIFE)
            .add_extension(rights, critical=True)
            .add_extension(x509.SubjectAlternativeName([loopback]), critical=False)
            .sign(self._key, hashes.SHA256())
        )


def authority(folder, name="authority"):
    """Return an authority whose own certificate and all that it issues lie in this folder."""
    return Authority(folder, name)


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)
