"""Verifies DKIM signatures by dkimpy, a program nobody here wrote.

Reads one JSON object, {"mail": TEXT, "keys": {"SELECTOR._domainkey.DOMAIN": RECORD}}, and prints one list: whether each of the mail's
signatures is right, in their order. dkimpy checks Ed25519 by PyNaCl; here OpenSSL stands in for it.
"""

import base64
import json
import subprocess
import sys
import tempfile
import types
from pathlib import Path


class VerifyKey:
    """What dkimpy wants of PyNaCl."""

    def __init__(self, key: bytes, encoder=None):
        # SubjectPublicKeyInfo of Ed25519 (RFC 8410), before the key's own 32 bytes.
        self.der = bytes.fromhex("302a300506032b6570032100") + base64.b64decode(key, validate=True)

    def verify(self, message: bytes, signature: bytes) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            files = {name: Path(folder, name) for name in ("key", "message", "signature")}
            for name, content in (("key", self.der), ("message", message), ("signature", signature)):
                files[name].write_bytes(content)
            command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", files["key"], "-rawin"]
            done = subprocess.run([*command, "-in", files["message"], "-sigfile", files["signature"]], capture_output=True)
        if done.returncode != 0:
            raise BadSignatureError
        return message


class BadSignatureError(Exception):
    pass


nacl = types.ModuleType("nacl")
nacl.signing, nacl.encoding, nacl.exceptions = (types.ModuleType(f"nacl.{name}") for name in ("signing", "encoding", "exceptions"))
nacl.signing.VerifyKey, nacl.encoding.Base64Encoder = VerifyKey, None
nacl.exceptions.BadSignatureError, nacl.exceptions.ValueError = BadSignatureError, ValueError
sys.modules |= {"nacl": nacl, "nacl.signing": nacl.signing, "nacl.encoding": nacl.encoding, "nacl.exceptions": nacl.exceptions}

import dkim  # noqa: E402

asked = json.load(sys.stdin)
mail = asked["mail"].encode()
found = []
for index in range(asked["mail"].split("\r\n\r\n")[0].count("DKIM-Signature:")):
    lookup = lambda name, timeout=5: asked["keys"].get(name.decode().rstrip("."), "").encode()
    try:
        found.append(bool(dkim.DKIM(mail).verify(idx=index, dnsfunc=lookup)))
    except (dkim.DKIMException, BadSignatureError) as error:
        print(f"signature {index}: {error!r}", file=sys.stderr)
        found.append(False)
print(json.dumps(found))
