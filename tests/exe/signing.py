"""Signed exe files. The keys are born and die with the test.

Wine 8 checks that the file is the one that was signed, but not whether anybody trusts the authority behind the name.
Windows does; that is tried by tools/prova-pa-windows.cmd.
"""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


class Publisher:
    """A company with a certificate to sign with, by its own authority."""

    def __init__(self, name: str, folder: Path) -> None:
        """`folder` takes the files; it must exist."""
        self._folder = folder
        key, authority = _key(), _key()
        issuer = _name(f"{name} rot")
        root = _certificate(issuer, issuer, authority, authority, is_authority=True)
        signer = _certificate(_name(name), issuer, key, authority, is_authority=False)
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (folder / "nyckel.pem").write_bytes(private)
        chain = [one.public_bytes(serialization.Encoding.PEM) for one in (signer, root)]
        (folder / "cert.pem").write_bytes(b"".join(chain))

    def sign(self, unsigned: Path, signed: Path) -> None:
        """As `signtool sign /fd SHA256` does."""
        words = ["-certs", str(self._folder / "cert.pem"), "-key", str(self._folder / "nyckel.pem"), "-h", "sha256"]
        command = ["osslsigncode", "sign", *words, "-in", str(unsigned), "-out", str(signed)]
        told = subprocess.run(command, capture_output=True, text=True, check=False)
        assert told.returncode == 0, told.stdout + told.stderr


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, by: rsa.RSAPrivateKey, *, is_authority: bool
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    )
    if not is_authority:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING])
        builder = builder.add_extension(usage, critical=False)
    return builder.sign(by, hashes.SHA256())
