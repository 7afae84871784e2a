"""Certificates with more than one fault, or an unusual one; each as PEM: its key and its chain."""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_NOW = dt.datetime.now(dt.UTC)
_DAY = dt.timedelta(days=1)
_NAMES = ("localhost", "127.0.0.1", "::1")
_OTHER = ("other.example",)
_PAST: dict[str, Any] = {"begins": _NOW - 30 * _DAY, "ends": _NOW - _DAY}
_FOR_CLIENTS = (ExtendedKeyUsageOID.CLIENT_AUTH,)


@dataclass(frozen=True)
class _Issuer:
    """Who signs: a name, a key, and what is sent with what it signed."""

    name: x509.Name
    key: Any
    chain: bytes = b""

    @classmethod
    def of(cls, ca: trustme.CA) -> _Issuer:
        certificate = x509.load_pem_x509_certificate(ca.cert_pem.bytes())
        key = serialization.load_pem_private_key(ca.private_key_pem.bytes(), None)
        return cls(certificate.subject, key)


@dataclass(frozen=True)
class _Plan:
    """What a certificate is to be; the default is one that is good for ``_NAMES``."""

    names: tuple[str, ...] = _NAMES
    begins: dt.datetime = _NOW - _DAY
    ends: dt.datetime = _NOW + 90 * _DAY
    common_name: str = "conformance"
    new_key: Callable[[], Any] = lambda: ec.generate_private_key(ec.SECP256R1())
    algorithm: Any = field(default_factory=hashes.SHA256)
    usages: tuple[x509.ObjectIdentifier, ...] | None = (ExtendedKeyUsageOID.SERVER_AUTH,)
    ca: bool | None = None
    more: tuple[tuple[x509.ExtensionType, bool], ...] = ()
    self_signed: bool = False


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name.removeprefix("dns:"))


def _issue(issuer: _Issuer, plan: _Plan) -> tuple[x509.Certificate, Any]:
    key = plan.new_key()
    subject = _name(plan.common_name)
    if plan.self_signed:
        issuer = _Issuer(subject, key)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(plan.begins)
        .not_valid_after(plan.ends)
    )
    if plan.names:
        alternatives = x509.SubjectAlternativeName([_alternative(name) for name in plan.names])
        builder = builder.add_extension(alternatives, critical=False)
    if plan.usages:
        builder = builder.add_extension(x509.ExtendedKeyUsage(plan.usages), critical=False)
    if plan.ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca=plan.ca, path_length=None), critical=True)
    for extension, critical in plan.more:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(issuer.key, plan.algorithm), key


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _leaf(issuer: _Issuer, plan: _Plan) -> bytes:
    certificate, key = _issue(issuer, plan)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem: bytes = private + _pem(certificate) + issuer.chain
    return pem


def _intermediate(issuer: _Issuer, plan: _Plan) -> _Issuer:
    certificate, key = _issue(issuer, plan)
    return _Issuer(certificate.subject, key, _pem(certificate))


def _key_usage(*names: str) -> x509.KeyUsage:
    every = (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
        *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    )
    return x509.KeyUsage(**{name: name in names for name in every})


def _rsa(size: int) -> Callable[[], Any]:
    return lambda: rsa.generate_private_key(65537, size)


def _with(extension: x509.ExtensionType, *, critical: bool = True) -> tuple[tuple[x509.ExtensionType, bool]]:
    return ((extension, critical),)


_GOOD = _Plan()
_SELF_SIGNED = _Plan(self_signed=True)
_SUBJECT_ONLY: dict[str, Any] = {"names": (), "common_name": "127.0.0.1"}
_AUTHORITY = _Plan(names=(), common_name="between", usages=None, ca=True)
_UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.11129.9.9"), b"\x05\x00")

#: What an authority of the tests signs.
_SIGNED = {
    "expired, wrong name": _Plan(names=_OTHER, **_PAST),
    "self-signed": _SELF_SIGNED,
    "self-signed, wrong name": replace(_SELF_SIGNED, names=_OTHER),
    "self-signed, expired": replace(_SELF_SIGNED, **_PAST),
    "self-signed CA": replace(_SELF_SIGNED, ca=True, usages=None),
    "no alternative names": replace(_GOOD, **_SUBJECT_ONLY),
    "self-signed, no alternative names": replace(_SELF_SIGNED, **_SUBJECT_ONLY),
    "an address as a name": _Plan(names=("dns:127.0.0.1",)),
    "wildcard": _Plan(names=("*.localhost",)),
    "wildcard of all": _Plan(names=("*",)),
    "wildcard in a part": _Plan(names=("a*.localhost",)),
    "RSA 2048": _Plan(new_key=_rsa(2048)),
    "RSA 1024": _Plan(new_key=_rsa(1024)),
    "RSA 1024, self-signed": replace(_SELF_SIGNED, new_key=_rsa(1024)),
    "RSA 1024, expired": _Plan(new_key=_rsa(1024), **_PAST),
    "P-384": _Plan(new_key=lambda: ec.generate_private_key(ec.SECP384R1())),
    "P-521": _Plan(new_key=lambda: ec.generate_private_key(ec.SECP521R1())),
    "Ed25519": _Plan(new_key=ed25519.Ed25519PrivateKey.generate),
    "SHA-384": _Plan(algorithm=hashes.SHA384()),
    "SHA-512": _Plan(algorithm=hashes.SHA512()),
    "for clients": _Plan(usages=_FOR_CLIENTS),
    "for clients, expired": _Plan(usages=_FOR_CLIENTS, **_PAST),
    "for anything": _Plan(usages=(ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,)),
    "for nothing said": _Plan(usages=None),
    "an authority's own": _Plan(ca=True),
    "key usage: sign certificates": _Plan(more=_with(_key_usage("key_cert_sign"))),
    "key usage: encipher": _Plan(more=_with(_key_usage("key_encipherment")), new_key=_rsa(2048)),
    "unknown critical extension": _Plan(more=_with(_UNKNOWN)),
    "unknown extension": _Plan(more=_with(_UNKNOWN, critical=False)),
    "ten years": _Plan(ends=_NOW + 3650 * _DAY),
    "ten years, self-signed": replace(_SELF_SIGNED, ends=_NOW + 3650 * _DAY),
}

#: What one that nobody trusts signs.
_STRANGE = {
    "expired, unknown CA": replace(_GOOD, **_PAST),
    "wrong name, unknown CA": _Plan(names=_OTHER),
    "all three": _Plan(names=_OTHER, **_PAST),
}

#: Authorities between the tests' own and a good certificate.
_BETWEEN = {
    "another": _AUTHORITY,
    "an expired one": replace(_AUTHORITY, **_PAST),
    "no authority": replace(_AUTHORITY, ca=False),
    "one with RSA 1024": replace(_AUTHORITY, new_key=_rsa(1024)),
    "one for other names": replace(
        _AUTHORITY, more=_with(x509.NameConstraints([x509.DNSName("example")], None))
    ),
    "one for clients": replace(_AUTHORITY, usages=_FOR_CLIENTS),
}


def odd_certificates(trusted: trustme.CA, unknown: trustme.CA) -> dict[str, bytes]:
    """Each by its name in the cases."""
    ca, stranger = _Issuer.of(trusted), _Issuer.of(unknown)
    between = {name: _intermediate(ca, plan) for name, plan in _BETWEEN.items()}
    return {
        **{name: _leaf(ca, plan) for name, plan in _SIGNED.items()},
        **{name: _leaf(stranger, plan) for name, plan in _STRANGE.items()},
        **{f"through {name}": _leaf(issuer, _GOOD) for name, issuer in between.items()},
        "through another, not sent": _leaf(replace(between["another"], chain=b""), _GOOD),
    }
