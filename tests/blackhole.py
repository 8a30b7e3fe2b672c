"""A host that has vanished: whoever connects hears nothing, neither yes nor no."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from sqlalchemy import make_url

_QUEUE = 4  # connections; more than a queue of none holds


def _filled(door: socket.socket) -> list[socket.socket]:
    """From now on packets to that door are dropped: its queue is full, and nobody serves it."""
    waiting = [socket.socket() for _one in range(_QUEUE)]
    for one in waiting:
        one.setblocking(False)
        one.connect_ex(door.getsockname())
    return waiting


def _door() -> socket.socket:
    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    door.listen(0)
    return door


@contextmanager
def blackhole() -> Iterator[int]:
    """A port of this machine where nobody ever answers."""
    with ExitStack() as stack:
        door = stack.enter_context(_door())
        for one in _filled(door):
            stack.enter_context(one)
        yield int(door.getsockname()[1])


class Line:
    """Lies between a house and its PostgreSQL, and can be cut."""

    def __init__(self, url: str) -> None:
        address = make_url(url)
        self._there = (address.host or "127.0.0.1", address.port or 5432)
        self._door, self._whole, self._closed = _door(), threading.Event(), False
        self._open: list[socket.socket] = []
        self._waiting: list[socket.socket] = []
        self._turn = threading.Lock()
        port = self._door.getsockname()[1]
        self.url = address.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
        self._whole.set()
        self._server = threading.Thread(target=self._serve)
        self._server.start()

    @contextmanager
    def cut(self) -> Iterator[None]:
        """Nobody answers at the other end; what was open ends."""
        self._whole.clear()
        with self._turn:  # nobody is let in any more
            self._hang_up()
            self._waiting = _filled(self._door)
        try:
            yield
        finally:
            for one in self._waiting:
                one.close()
            self._whole.set()

    def close(self) -> None:
        """The end of it."""
        self._closed = True
        self._whole.set()
        self._server.join()
        self._hang_up()
        self._door.close()

    def _hang_up(self) -> None:
        while self._open:
            one = self._open.pop()
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _serve(self) -> None:
        self._door.settimeout(0.05)
        while not self._closed:
            self._whole.wait()
            with self._turn, suppress(TimeoutError):
                if self._whole.is_set():
                    self._connect(self._door.accept()[0])

    def _connect(self, house: socket.socket) -> None:
        database = socket.create_connection(self._there)
        self._open += [house, database]
        for ends in ((house, database), (database, house)):
            threading.Thread(target=_pump, args=ends, daemon=True).start()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while content := source.recv(65_536):
            target.sendall(content)
        target.shutdown(socket.SHUT_WR)
