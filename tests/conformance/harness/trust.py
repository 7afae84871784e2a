"""Certificates for the TLS cases, and a home folder in which Chromium trusts their CA."""

from __future__ import annotations

import ctypes
import datetime as dt
import ssl
from dataclasses import dataclass, field
from pathlib import Path

import trustme

from .certificates import odd_certificates

_TRUSTED_CA = 0x10 | 0x08  # NSS: CERTDB_TRUSTED_CA | CERTDB_VALID_CA

#: The names that a good certificate is for.
NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Trust:
    """One CA that is trusted, one that is not, and a certificate for each way to fail."""

    ca: trustme.CA = field(default_factory=trustme.CA)
    stranger: trustme.CA = field(default_factory=trustme.CA)

    def certificates(self) -> dict[str, trustme.LeafCert]:
        """Each kind of certificate by its name in the cases."""
        now = dt.datetime.now(dt.UTC)
        past, yesterday = now - dt.timedelta(days=30), now - dt.timedelta(days=1)
        return {
            "good": self.ca.issue_cert(*NAMES),
            "wrong-name": self.ca.issue_cert("other.example"),
            "name-only": self.ca.issue_cert("localhost"),
            "expired": self.ca.issue_cert(*NAMES, not_before=past, not_after=yesterday),
            "not-yet": self.ca.issue_cert(*NAMES, not_before=now + dt.timedelta(days=2)),
            "unknown-ca": self.stranger.issue_cert(*NAMES),
        }

    def write(self, folder: Path) -> None:
        """Write ``ca.pem`` and ``<kind>.pem`` (key and chain) into ``folder``."""
        self.ca.cert_pem.write_to_path(folder / "ca.pem")
        for kind, leaf in self.certificates().items():
            leaf.private_key_and_cert_chain_pem.write_to_path(folder / f"{kind}.pem")
        for kind, pem in odd_certificates(self.ca, self.stranger).items():
            (folder / f"{kind}.pem").write_bytes(pem)


def trust_in_home(home: Path, ca_pem: Path) -> None:
    """Put a CA into ``home/.pki/nssdb``, where Chromium on Linux looks for trusted ones.

    NSS is a part of every Chromium installation on Linux, its ``certutil`` is not; hence by ctypes.
    """
    der = ssl.PEM_cert_to_DER_cert(ca_pem.read_text())
    database = home / ".pki" / "nssdb"
    database.mkdir(parents=True)
    nss = ctypes.CDLL("libnss3.so")
    for name in ("PK11_GetInternalKeySlot", "CERT_GetDefaultCertDB", "CERT_NewTempCertificate"):
        getattr(nss, name).restype = ctypes.c_void_p
    _check(nss, nss.NSS_InitReadWrite(f"sql:{database}".encode()) == 0)
    slot = ctypes.c_void_p(nss.PK11_GetInternalKeySlot())
    _check(nss, nss.PK11_InitPin(slot, None, b"") == 0)
    handle = ctypes.c_void_p(nss.CERT_GetDefaultCertDB())
    item = _SecItem(0, der, len(der))
    certificate = ctypes.c_void_p(nss.CERT_NewTempCertificate(handle, ctypes.byref(item), None, 0, 1))
    _check(nss, bool(certificate))
    _check(nss, nss.PK11_ImportCert(slot, certificate, ctypes.c_ulong(0), b"conformance CA", 0) == 0)
    trust = _CertTrust(_TRUSTED_CA, 0, 0)
    _check(nss, nss.CERT_ChangeCertTrust(handle, certificate, ctypes.byref(trust)) == 0)
    nss.CERT_DestroyCertificate(certificate)
    nss.PK11_FreeSlot(slot)
    _check(nss, nss.NSS_Shutdown() == 0)


class _SecItem(ctypes.Structure):
    _fields_ = (("type", ctypes.c_int), ("data", ctypes.c_char_p), ("len", ctypes.c_uint))


class _CertTrust(ctypes.Structure):
    _fields_ = (("ssl", ctypes.c_uint), ("email", ctypes.c_uint), ("object", ctypes.c_uint))


def _check(nss: ctypes.CDLL, passed: bool) -> None:
    if not passed:
        raise OSError(f"NSS error {nss.PORT_GetError()} while making a certificate database")
