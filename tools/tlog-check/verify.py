#!/usr/bin/env python3
"""Verifies a bundle of evidence offline, with Python's standard library only: verify.py bundle.json [--trust KEYS.json]

Written from README.md beside it, RFC 6962, 8032 and 7515 and the C2SP specifications; it shares nothing with libs/tlog.
Prints one line a statement; exits 0 when all hold, 1 when one fails, 2 when it was called wrongly.
"""
import base64
import hashlib
import json
import re
import sys

NOTE, COSIGNATURE = 1, 4  # types of keys (C2SP signed-note)
NAME = re.compile(r"[^\s+]+")  # of a key
MOST = 2**53 - 1  # sizes and times beyond this are not written

class Malformed(Exception):
    """What the bundle has is not written as it must be."""

# Ed25519 (RFC 8032 5.1): points are (X, Y, Z, T) with x = X/Z, y = Y/Z, x*y = T/Z.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)

def point_add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P

def point_multiply(scalar, point):
    product = (0, 1, 1, 0)
    while scalar > 0:
        if scalar & 1:
            product = point_add(product, point)
        point = point_add(point, point)
        scalar >>= 1
    return product

def point_decode(data):
    """None when the 32 bytes are no point of the curve."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    if square == 0:
        return None if sign else (0, y, 1, 0)
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P != 0:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P != 0:
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P

BASE = point_decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))

def ed25519_verify(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r, s = point_decode(public), point_decode(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    k = int.from_bytes(digest, "little") % ORDER
    p, q = point_multiply(s, BASE), point_add(r, point_multiply(k, a))
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0

# Merkle trees (RFC 6962 2.1), word by word.
def sha256(data):
    return hashlib.sha256(data).digest()

def node(left, right):
    return sha256(b"\x01" + left + right)

def inclusion_root(leaf, index, size, proof):
    """The root that a proof leads to; None when it has the wrong length."""
    if size == 1 or not proof:
        return leaf if size == 1 and not proof else None
    k = 1 << (size - 1).bit_length() - 1  # the largest power of two below
    below = inclusion_root(leaf, index % k, k if index < k else size - k, proof[:-1])
    return below and (node(below, proof[-1]) if index < k else node(proof[-1], below))

def consistency_roots(older, newer, proof, old_root, complete=True):
    """The older and the newer root that a proof leads to; None when it has the wrong length."""
    if older == newer or not proof:
        proof = [old_root, *proof] if complete else proof
        return (proof[0], proof[0]) if older == newer and len(proof) == 1 else None
    k = 1 << (newer - 1).bit_length() - 1
    if older <= k:
        roots = consistency_roots(older, k, proof[:-1], old_root, complete)
        return roots and (roots[0], node(roots[1], proof[-1]))
    roots = consistency_roots(older - k, newer - k, proof[:-1], old_root, False)
    return roots and (node(proof[-1], roots[0]), node(proof[-1], roots[1]))

# The bundle: README.md says what each member is. Everything has one way in which it is written.
def base64_of(text, where):
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        data = None
    if data is None or base64.b64encode(data).decode() != text:
        raise Malformed(f"{where} is not base64")
    return data

def hash_of(text, where):
    data = base64_of(text, where)
    if len(data) != 32:
        raise Malformed(f"{where} is not a hash of 32 bytes")
    return data

def key_of(key_type, text, where):
    """Reads `<name>+<id>+base64(type || key)` as name, id, public key and the text itself."""
    name, key_id, encoded = text.split("+", 2) if text.count("+") > 1 else ("", "", "")
    data = base64_of(encoded, where)
    if len(data) != 33 or data[0] != key_type or not NAME.fullmatch(name):
        raise Malformed(f"{where} is not a key of type {key_type}")
    if sha256(name.encode() + b"\n" + data)[:4].hex() != key_id:
        raise Malformed(f"{where} has another id than its name and key make")
    return name, key_id, data[1:], text

def read(value, shape, where):
    """A value out of JSON that must be of a shape; a member whose name ends in `?` may be absent."""
    if type(shape) is dict:
        known = {name.rstrip("?"): inner for name, inner in shape.items()}
        if type(value) is not dict or set(value) - set(known) or {n for n in shape if n[-1] != "?"} - set(value):
            raise Malformed(f"{where} has a member too many or too few")
        return {name: read(inner, known[name], f"{where}.{name}") for name, inner in value.items()}
    kind = shape if shape is int else list if type(shape) is list else str
    if type(value) is not kind or (kind is int and not 0 <= value <= MOST):
        raise Malformed(f"{where} is not what it must be")
    if type(shape) is list:
        return [read(inner, shape[0], f"{where}[{place}]") for place, inner in enumerate(value)]
    if kind is str:
        value.encode()  # a ValueError when it is not Unicode
    if type(shape) is str and value != shape:
        raise Malformed(f"{where} is not {shape}")
    return shape(value, where) if callable(shape) and shape not in (int, str) else value

# Base64url without its padding is base64 with two characters exchanged.
URL_SAFE = str.maketrans("-_+/", "+/-_")
KEY_X = lambda text, where: hash_of(text.translate(URL_SAFE) + "=", where)
ROUTER_KEY = {"kty": "OKP", "crv": "Ed25519", "x": KEY_X, "kid": str}
BUNDLE = {
    "format": "bailiwick-evidence@v1",
    "origin": str,
    "logKeys": [{"key": lambda text, where: key_of(NOTE, text, where), "fromSize": int, "untilSize?": int}],
    "witnessKeys": [{"key": lambda text, where: key_of(COSIGNATURE, text, where), "fromTime": int, "untilTime?": int}],
    "quorum": int,
    "checkpoint": str,
    "entries": [{"index": int, "entry": base64_of, "proof": [hash_of]}],
    "older?": {"checkpoint": str, "proof": [hash_of]},
    "receipts?": [str],
    "routerKeys?": {"keys": [ROUTER_KEY]},
}
TRUST = {"keys": [str], "routerKeys?": [ROUTER_KEY], "quorum?": int}

# Notes and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature).
def split_note(note):
    """Text and signatures (name, key id, signature) of a signed note."""
    at = note.rfind("\n\n")
    lines = note[at + 2 :].split("\n")
    if at < 0 or len(lines) < 2 or lines.pop() != "" or re.search("[\x00-\x09\x0b-\x1f]", note):
        raise Malformed("it is not a signed note")
    parts = [line.split(" ") for line in lines]
    if any(len(part) != 3 or part[0] != "—" or not NAME.fullmatch(part[1]) or len(part[2]) < 8 for part in parts):
        raise Malformed("a signature line is malformed")
    return note[: at + 1], [(name, (data := base64_of(text, "it"))[:4].hex(), data[4:]) for _, name, text in parts]

def signature_time(note, key, key_type):
    """When a key signed a note: 0 for a note's own signature; None when it did not sign."""
    text, signatures = split_note(note)
    signature = next((data for *of, data in signatures if of == [*key[:2]]), None)
    if signature is None or key_type == NOTE:
        return 0 if signature and ed25519_verify(key[2], text.encode(), signature) else None
    time = int.from_bytes(signature[:8], "big")
    message = f"cosignature/v1\ntime {time}\n{text}".encode()
    return time if time <= MOST and ed25519_verify(key[2], message, signature[8:]) else None

def parse_checkpoint(note, origin):
    """Size and root of a signed checkpoint of an origin."""
    lines = split_note(note)[0].split("\n")
    if len(lines) < 4 or lines.pop() != "" or "" in lines or lines[0] != origin:
        raise Malformed(f"it is not a checkpoint of {origin}")
    if not re.fullmatch("0|[1-9][0-9]*", lines[1]) or int(lines[1]) > MOST:
        raise Malformed("its size is malformed")
    return int(lines[1]), hash_of(lines[2], "its root")

# Each judge says whether a statement holds, and a sentence about it.
def judge_keys(bundle, trust):
    spans, routers = bundle["logKeys"] + bundle["witnessKeys"], bundle["routerKeys"]["keys"]
    names = [f"{span['key'][0]}+{span['key'][1]}" for span in spans] + [f"router {key['kid']}" for key in routers]
    if trust is None:
        return True, f"The keys are the bundle's own; compare them with those of their owners: {', '.join(names)}."
    known = [span["key"][3] in trust["keys"] for span in spans]
    known += [any((key["kid"], key["x"]) == (k["kid"], k["x"]) for k in trust.get("routerKeys", [])) for key in routers]
    strange = [name for name, is_known in zip(names, known) if not is_known]
    if strange:
        return False, f"You did not name these keys as trusted: {', '.join(strange)}."
    if bundle["quorum"] < trust.get("quorum", 0):
        return False, f"You want {trust['quorum']} cosignatures; the bundle asks for {bundle['quorum']}."
    return True, "Every key is one that you trust."

def judge_signature(bundle, note, size):
    signers = [span for span in bundle["logKeys"] if signature_time(note, span["key"], NOTE) is not None]
    if not signers:
        return False, f"No key of the log signed the checkpoint of size {size}."
    if not any(span["fromSize"] <= size < span.get("untilSize", MOST + 1) for span in signers):
        return False, f"The checkpoint of size {size} is signed with a key that does not hold at that size."
    return True, f"The log signed the checkpoint of size {size}."

def judge_cosignatures(bundle):
    times = [(span, signature_time(bundle["checkpoint"], span["key"], COSIGNATURE)) for span in bundle["witnessKeys"]]
    names = {span["key"][0] for span, time in times
             if time is not None and span["fromTime"] <= time < span.get("untilTime", MOST + 1)}
    sentence = f"{len(names)} of {bundle['quorum']} needed witnesses cosigned the checkpoint."
    return len(names) >= bundle["quorum"], sentence

def judge_consistency(bundle, newer):
    note, proof = bundle["older"]["checkpoint"], bundle["older"]["proof"]
    try:
        older = parse_checkpoint(note, bundle["origin"])
    except Malformed as error:
        return False, f"The older checkpoint is malformed: {error}."
    signed = judge_signature(bundle, note, older[0])
    if not signed[0]:
        return signed
    if older[0] > newer[0]:
        return False, f"The log was rolled back from {older[0]} entries to {newer[0]}."
    start = (sha256(b""), newer[1] if newer[0] > 0 else sha256(b"")) if not proof else None
    roots = consistency_roots(older[0], newer[0], proof, older[1]) if older[0] > 0 else start
    if roots != (older[1], newer[1]):
        return False, "It is not shown that the log only grew: the proof does not lead to both roots."
    return True, f"The log of {newer[0]} entries is that of {older[0]} with more added behind."

def judge_entry(entry, size, root):
    index, data, proof = entry["index"], entry["entry"], entry["proof"]
    if index >= size or inclusion_root(sha256(b"\x00" + data), index, size, proof) != root:
        return False, f"Entry {index} is not in the log: the proof does not lead to the root of the log."
    return True, f"Entry {index} is in the log: SHA-256 {sha256(data).hex()}."

def judge_receipt(jws, bundle):
    match = re.fullmatch(r"([\w-]+)\.([\w-]+)\.([\w-]{85}[AQgw])", jws, re.ASCII)
    try:
        header = json.loads(base64.urlsafe_b64decode(match[1] + "=" * (-len(match[1]) % 4)))
        kid = header.pop("kid")
    except (ValueError, TypeError, KeyError, AttributeError):
        header = None
    if header != {"alg": "EdDSA", "typ": "bailiwick-receipt+jws"}:
        return False, "It is not a decision receipt."
    message, signature = jws[: jws.rindex(".")].encode(), base64.urlsafe_b64decode(match[3] + "==")
    keys = [key for key in bundle["routerKeys"]["keys"] if key["kid"] == kid]
    if not any(ed25519_verify(key["x"], message, signature) for key in keys):
        return False, "It is not signed by a router whose key is in the bundle."
    holders = [entry["index"] for entry in bundle["entries"] if jws.encode() in entry["entry"]]
    if not holders:
        return False, "It stands in no entry of the bundle."
    return True, f"It is signed by router key {kid} and stands in entry {holders[0]}."

def verify(text, trust=None):
    """Every statement of a bundle as (name, holds, sentence)."""
    try:
        bundle = {"routerKeys": {"keys": []}, "receipts": [], **read(json.loads(text), BUNDLE, "bundle")}
    except (Malformed, ValueError) as error:
        why = error if isinstance(error, Malformed) else "it is not JSON"
        yield "format", False, f"The bundle is malformed: {why}."
        return
    yield "format", True, "The bundle is complete and well-formed."
    yield "keys", *judge_keys(bundle, trust)
    try:
        checkpoint = parse_checkpoint(bundle["checkpoint"], bundle["origin"])
    except Malformed as error:
        yield "checkpoint", False, f"The checkpoint is malformed: {error}."
        return
    yield "checkpoint", True, f"The checkpoint is of {bundle['origin']} and states {checkpoint[0]} entries."
    yield "signature", *judge_signature(bundle, bundle["checkpoint"], checkpoint[0])
    yield "cosignatures", *judge_cosignatures(bundle)
    if "older" in bundle:
        yield "consistency", *judge_consistency(bundle, checkpoint)
    for entry in bundle["entries"]:
        yield f"entry {entry['index']}", *judge_entry(entry, *checkpoint)
    for place, jws in enumerate(bundle["receipts"], 1):
        yield f"receipt {place}", *judge_receipt(jws, bundle)

def main(arguments):
    if len(arguments) not in (1, 3) or (len(arguments) == 3 and arguments[1] != "--trust"):
        print(__doc__, file=sys.stderr)
        return 2
    trust = read(json.load(open(arguments[2], encoding="utf-8")), TRUST, "trust") if len(arguments) == 3 else None
    statements = list(verify(open(arguments[0], encoding="utf-8").read(), trust))
    for name, holds, sentence in statements:
        print(f"{'ok' if holds else 'FAILED':6} {name}: {sentence}")
    return 0 if all(holds for _, holds, _ in statements) else 1

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
