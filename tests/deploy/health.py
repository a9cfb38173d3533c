"""Asks `grpc.health.v1` as the kubelet does: one call over HTTP/2 in plain text, written out, because no client is installed for it."""

from __future__ import annotations

import socket
import struct

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, SETTINGS, PING, GOAWAY = 0, 1, 4, 6, 7
END_STREAM, END_HEADERS, ACK = 1, 4, 1
SERVING = 1


def frame(kind: int, flags: int, stream: int, body: bytes) -> bytes:
    return struct.pack(">I", len(body))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + body


def literal(name: str, value: str) -> bytes:
    """A header that is not indexed, as HPACK writes it; both parts shorter than 127 bytes."""
    return b"\x00" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()


def call(port: int, path: str, message: bytes, timeout: float = 3.0) -> bytes | None:
    """The answer's message; `None` when the call is answered without one. Raises `OSError` when nobody answers."""
    fields = {":method": "POST", ":scheme": "http", ":path": path, ":authority": f"127.0.0.1:{port}", "content-type": "application/grpc", "te": "trailers"}
    head = b"".join(literal(name, value) for name, value in fields.items())
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as wire:
        wire.sendall(PREFACE + frame(SETTINGS, 0, 0, b"") + frame(HEADERS, END_HEADERS, 1, head))
        wire.sendall(frame(DATA, END_STREAM, 1, b"\x00" + struct.pack(">I", len(message)) + message))
        reader, received = wire.makefile("rb"), b""
        while True:
            begin = reader.read(9)
            if len(begin) < 9:
                raise ConnectionResetError("the connection ended within a call")
            length, kind, flags, stream = int.from_bytes(begin[:3], "big"), begin[3], begin[4], int.from_bytes(begin[5:], "big")
            body = reader.read(length)
            if kind == SETTINGS and not flags & ACK:
                wire.sendall(frame(SETTINGS, ACK, 0, b""))
            elif kind == PING and not flags & ACK:
                wire.sendall(frame(PING, ACK, 0, body))
            elif kind == DATA and stream == 1:
                received += body
            if stream == 1 and flags & END_STREAM and kind in (DATA, HEADERS):
                return received[5:] if received else None


def serving(port: int, service: str) -> bool:
    """Whether the named part says that it serves; no answer is no."""
    name = service.encode()
    try:
        answer = call(port, "/grpc.health.v1.Health/Check", (b"\x0a" + bytes([len(name)]) + name) if name else b"")
    except OSError:
        return False
    return answer is not None and answer[:2] == bytes([0x08, SERVING])
