"""A client of gRPC over HTTP/2 in plain text, written out because none is installed: for health, asked as the kubelet does, and for load."""

from __future__ import annotations

import socket
import struct

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, SETTINGS, PING, GOAWAY = 0, 1, 4, 6, 7
END_STREAM, END_HEADERS, ACK = 1, 4, 1
SERVING = 1


class Gone(Exception):
    """The server asked to go elsewhere before it took this call: a client repeats it there, and nothing is lost."""


def frame(kind: int, flags: int, stream: int, body: bytes) -> bytes:
    return struct.pack(">I", len(body))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + body


def literal(name: str, value: str) -> bytes:
    """A header that is not indexed, as HPACK writes it; both parts shorter than 127 bytes."""
    return b"\x00" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()


class Connection:
    """One connection, on which calls follow one another."""

    def __init__(self, port: int, timeout: float = 3.0):
        self.port = port
        self.wire = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.wire.sendall(PREFACE + frame(SETTINGS, 0, 0, b""))
        self.reader = self.wire.makefile("rb")
        self.next = 1
        self.last_taken: int | None = None

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_) -> None:
        self.reader.close()
        self.wire.close()

    def call(self, path: str, message: bytes) -> bytes | None:
        """The answer's message; `None` when the call is answered without one. Raises `OSError` when it is not answered."""
        if self.last_taken is not None:
            raise Gone
        stream, self.next = self.next, self.next + 2
        fields = {":method": "POST", ":scheme": "http", ":path": path, ":authority": f"127.0.0.1:{self.port}"}
        fields |= {"content-type": "application/grpc", "te": "trailers"}
        head = b"".join(literal(name, value) for name, value in fields.items())
        body = b"\x00" + struct.pack(">I", len(message)) + message
        self.wire.sendall(frame(HEADERS, END_HEADERS, stream, head) + frame(DATA, END_STREAM, stream, body))
        received = b""
        while True:
            begin = self.reader.read(9)
            if len(begin) < 9:
                if self.last_taken is not None and stream > self.last_taken:
                    raise Gone
                raise ConnectionResetError("the connection ended within a call")
            length, kind, flags, of = int.from_bytes(begin[:3], "big"), begin[3], begin[4], int.from_bytes(begin[5:], "big")
            body = self.reader.read(length)
            if kind == SETTINGS and not flags & ACK:
                self.wire.sendall(frame(SETTINGS, ACK, 0, b""))
            elif kind == PING and not flags & ACK:
                self.wire.sendall(frame(PING, ACK, 0, body))
            elif kind == GOAWAY:
                self.last_taken = int.from_bytes(body[:4], "big") & 0x7FFFFFFF
            elif kind == DATA and of == stream:
                received += body
            if of == stream and flags & END_STREAM and kind in (DATA, HEADERS):
                return received[5:] if received else None


def serving(port: int, service: str) -> bool:
    """Whether the named part says that it serves; no answer is no."""
    name = service.encode()
    try:
        with Connection(port) as connection:
            answer = connection.call("/grpc.health.v1.Health/Check", (b"\x0a" + bytes([len(name)]) + name) if name else b"")
    except (OSError, Gone):
        return False
    return answer is not None and answer[:2] == bytes([0x08, SERVING])
