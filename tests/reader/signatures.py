"""Signatures of digest files, checked with nothing but whole numbers: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017).

What is signed comes from the CloudTrail User Guide, on custom implementations of the validation of log file
integrity.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")


def read_integer(der: bytes, at: int) -> tuple[int, int]:
    """An INTEGER of DER, and where the next element begins."""
    if der[at] != 0x02:
        raise ValueError("no INTEGER")
    length, start = read_length(der, at + 1)
    return int.from_bytes(der[start:start + length], "big"), start + length


def read_length(der: bytes, at: int) -> tuple[int, int]:
    first = der[at]
    if first < 0x80:
        return first, at + 1
    end = at + 1 + (first & 0x7F)
    return int.from_bytes(der[at + 1:end], "big"), end


def public_key(der: bytes) -> tuple[int, int]:
    """Modulus and exponent of an RSAPublicKey of PKCS #1."""
    length, start = read_length(der, 1)
    if der[0] != 0x30 or start + length != len(der):
        raise ValueError("no SEQUENCE")
    modulus, at = read_integer(der, start)
    exponent, at = read_integer(der, at)
    if at != len(der):
        raise ValueError("more than two numbers")
    return modulus, exponent


def padded(text: bytes, size: int) -> bytes:
    tail = SHA256_PREFIX + hashlib.sha256(text).digest()
    return b"\x00\x01" + b"\xff" * (size - len(tail) - 3) + b"\x00" + tail


def verifies(text: bytes, signature: str, key: tuple[int, int]) -> bool:
    modulus, exponent = key
    size = (modulus.bit_length() + 7) // 8
    value = bytes.fromhex(signature)
    return len(value) == size and pow(int.from_bytes(value, "big"), exponent, modulus).to_bytes(size, "big") == padded(text, size)


def read_keys(path: Path) -> dict[str, tuple[int, int]]:
    """Keys by fingerprint, out of what ListPublicKeys answers; a wrong fingerprint is left out."""
    keys = {}
    for line in json.loads(path.read_text("utf-8"))["PublicKeyList"]:
        der = base64.b64decode(line["Value"])
        if hashlib.md5(der).hexdigest() == line["Fingerprint"]:
            keys[line["Fingerprint"]] = public_key(der)
    return keys


def signed_text(digest: dict, raw_sha256: str) -> bytes:
    place = f"{digest['digestS3Bucket']}/{digest['digestS3Object']}"
    previous = digest["previousDigestSignature"] or "null"
    return "\n".join((digest["digestEndTime"], place, raw_sha256, previous)).encode()


def signature_problems(
    digest: dict, raw_sha256: str, metadata: dict[str, dict], keys: dict[str, tuple[int, int]]
) -> Iterator[str]:
    """What is wrong with the signature of a digest; `metadata` holds that of all digests, by key."""
    own = metadata.get(digest["digestS3Object"], {})
    if own.get("signature-algorithm") != digest["digestSignatureAlgorithm"]:
        yield f"metadata says signature-algorithm {own.get('signature-algorithm')}"
    previous = digest["previousDigestS3Object"]
    if previous is not None and metadata.get(previous, {}).get("signature") != digest["previousDigestSignature"]:
        yield f"previousDigestSignature is not the signature of {previous}"
    key = keys.get(digest["digestPublicKeyFingerprint"])
    if key is None:
        yield f"no public key has the fingerprint {digest['digestPublicKeyFingerprint']}"
    elif "signature" not in own:
        yield "metadata has no signature"
    elif not verifies(signed_text(digest, raw_sha256), own["signature"], key):
        yield "signature does not verify"
