"""Calls without pause on many connections, as those of a gateway: each must be answered, or refused before it was taken."""

from __future__ import annotations

import threading

import health

CONNECTIONS = 8


class Load:
    """Runs while the `with` block lasts, at most until the server has gone."""

    def __init__(self, port: int, path: str):
        self.port, self.path = port, path
        self.answered, self.lost, self.sent_away = 0, [], 0
        self.lock, self.over = threading.Lock(), threading.Event()
        self.threads = [threading.Thread(target=self.calls, daemon=True) for _ in range(CONNECTIONS)]

    def calls(self) -> None:
        try:
            with health.Connection(self.port) as connection:
                while not self.over.is_set():
                    connection.call(self.path, b"")
                    with self.lock:
                        self.answered += 1
        except health.Gone:
            with self.lock:
                self.sent_away += 1
        except OSError as error:
            with self.lock:
                self.lost.append(str(error))

    def __enter__(self) -> "Load":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(timeout=10)
