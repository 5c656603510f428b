"""Signed exe files, by a publisher whom this desk trusts. The keys are born and die with the test."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.exe.desk import Desk, windows_path

_INSTALL = """
import ctypes, sys
store = ctypes.WinDLL("crypt32").CertOpenStore
store.restype = ctypes.c_void_p
root = ctypes.c_void_p(store(ctypes.c_void_p(10), 0, None, 0x10000, ctypes.c_wchar_p("Root")))
data = open(sys.argv[1], "rb").read()
add = ctypes.WinDLL("crypt32").CertAddEncodedCertificateToStore
sys.exit(0 if add(root, 1, data, len(data), 3, None) and ctypes.WinDLL("crypt32").CertCloseStore(root, 0) else 1)
"""
"""CERT_STORE_PROV_SYSTEM_W (10), CERT_SYSTEM_STORE_CURRENT_USER (0x10000), X509_ASN_ENCODING (1), replace (3)."""


class Publisher:
    """A company with a certificate to sign with, by its own authority."""

    def __init__(self, name: str, folder: Path) -> None:
        """`folder` takes the files; it must exist."""
        self._folder = folder
        key, authority = _key(), _key()
        issuer = _name(f"{name} rot")
        self._root = _certificate(issuer, issuer, authority, authority, is_authority=True)
        signer = _certificate(_name(name), issuer, key, authority, is_authority=False)
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (folder / "nyckel.pem").write_bytes(private)
        (folder / "cert.pem").write_bytes(signer.public_bytes(serialization.Encoding.PEM))

    def become_trusted(self, desk: Desk, python: Path) -> None:
        """Let Windows trust the authority, as an administrator does for a company's own. `python`: a Windows Python."""
        file = self._folder / "rot.der"
        file.write_bytes(self._root.public_bytes(serialization.Encoding.DER))
        script = self._folder / "lita.py"
        script.write_text(_INSTALL, encoding="utf-8")
        told = desk.wine(windows_path(python), windows_path(script), windows_path(file))
        assert told.returncode == 0, told.stdout + told.stderr

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
