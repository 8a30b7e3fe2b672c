"""Short calls over kept connections: what each answer is taken for, and what is opened and closed."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from adapters import keepalive
from adapters.keepalive import Answer, Connections, Unanswered, Unsent

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
LAST = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"
CHUNKED = b"HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n"


class Server:
    """A server that says what the script holds, word for word; with nothing left it is silent.

    `asked` are the requests it heard whole, `opened` the connections it has had.
    """

    def __init__(self) -> None:
        self.script: list[Sequence[bytes] | None] = []
        self.asked: list[bytes] = []
        self.opened, self.open = 0, 0
        self._serving: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def listening(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
        """The port, while the block runs; then everything is hung up."""
        async with await asyncio.start_server(self._begin, "127.0.0.1", 0, ssl=tls) as server:
            yield int(server.sockets[0].getsockname()[1])
            for task in self._serving:
                task.cancel()
            await asyncio.gather(*self._serving, return_exceptions=True)

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened, self.open = self.opened + 1, self.open + 1
        self._serving.add(asyncio.create_task(self._serve(reader, writer)))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection. None in the script hangs up, as does an empty piece."""
        try:
            await self._say(reader, writer)
        finally:
            self.open -= 1
            writer.close()

    async def _say(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                self.asked.append(head + await reader.readexactly(length))
                said = self.script.pop(0) if self.script else ()
                for piece in said or ():
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(0)
                if said is None or said[-1:] == [b""]:
                    break


@pytest.fixture
async def server() -> Server:
    return Server()


@pytest.fixture
async def calls(server: Server) -> AsyncIterator[Connections]:
    """Connections to that server."""
    async with server.listening() as port:
        made = Connections(f"http://127.0.0.1:{port}/a/path")
        yield made
        made.close()


async def ask(calls: Connections, seconds: float = 5) -> Answer:
    return await calls.post("/do", b'{"a":1}', seconds)


async def test_a_call_is_what_any_server_reads(calls: Connections, server: Server) -> None:
    server.script = [[OK]]
    assert await ask(calls) == Answer(200, b"ok", "")
    head, _blank, body = server.asked[0].partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    assert (first, body) == (b"POST /do HTTP/1.1", b'{"a":1}')
    assert b"Content-Type: application/json" in lines


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ([OK], Answer(200, b"ok", "")),
        ([bytes([one]) for one in OK], Answer(200, b"ok", "")),
        ([b"HTTP/1.1 204 No Content\r\n\r\n"], Answer(204, b"", "")),
        ([CHUNKED], Answer(200, b"ok", "")),
        ([b"HTTP/1.1 100 Continue\r\n\r\n", OK], Answer(200, b"ok", "")),
        ([b"HTTP/1.1 103 Early Hints\r\nRetry-After: 9\r\n\r\n" + OK], Answer(200, b"ok", "")),
        ([b"HTTP/1.1 302\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"], Answer(302, b"", "")),
        ([b"HTTP/1.1 429\r\nRETRY-AFTER: 35\r\nContent-Length: 0\r\n\r\n"], Answer(429, b"", "35")),
        ([b"HTTP/1.0 502 Bad\r\n\r\nto the ", b"end", b""], Answer(502, b"to the end", "")),
    ],
    ids=lambda value: repr(value)[:50],
)
async def test_an_answer_is_read_whole(
    calls: Connections, server: Server, said: list[bytes], answer: Answer
) -> None:
    server.script = [said]
    assert await ask(calls) == answer


@pytest.mark.parametrize(
    "said",
    [
        None,
        [b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf", b""],
        [b"HTTP/1.1 200 OK\r\nContent-Le", b""],
        [b"HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", b""],
        [b"HTTP/1.1 100 Continue\r\n\r\n", b""],
        [b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"],
        [b"SSH-2.0-OpenSSH_9.2\r\n"],
        [b"\0" * 100],
        [b"HTTP/1.1 200\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok"],
        [b"HTTP/1.1 200\r\nContent-Length: -1\r\n\r\nok"],
        [b"HTTP/1.1 200\r\nContent-Length: 2000\r\n\r\n" + b"x" * 2000],
        [b"HTTP/1.1 200\r\n\r\n" + b"x" * 2000],
        [],  # says nothing at all
    ],
    ids=lambda value: repr(value)[:50],
)
async def test_what_is_no_whole_answer_may_have_had_its_effect(
    calls: Connections,
    server: Server,
    said: list[bytes] | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keepalive, "_LARGEST", 1000)
    server.script = [said, [OK]]
    with pytest.raises(Unanswered):
        await ask(calls, 0.5)
    assert await ask(calls) == Answer(200, b"ok", "")  # over a connection of its own
    assert server.opened == 2


async def test_one_connection_does_for_calls_one_after_another(
    calls: Connections, server: Server
) -> None:
    server.script = [[OK]] * 50
    for _ in range(50):
        await ask(calls)
    assert server.opened == 1


async def test_calls_at_once_have_a_connection_each_and_each_its_own_answer(
    calls: Connections, server: Server
) -> None:
    server.script = [
        [f"HTTP/1.1 200\r\nContent-Length: {len(str(n))}\r\n\r\n{n}".encode()] for n in range(30)
    ]
    said = await asyncio.gather(*(ask(calls) for _ in range(30)))
    assert sorted(int(one.body) for one in said) == [*range(30)]
    assert server.opened == 30


async def test_a_connection_the_server_will_close_is_not_used_again(
    calls: Connections, server: Server
) -> None:
    server.script = [[LAST], [OK]]
    await ask(calls)
    await ask(calls)
    assert server.opened == 2


async def test_what_was_closed_meanwhile_is_not_used_again(
    calls: Connections, server: Server
) -> None:
    server.script = [[OK, b""], [OK]]
    await ask(calls)
    await until(lambda: server.open == 0)
    await asyncio.sleep(0.01)  # the loop hears of it
    await ask(calls)
    assert server.opened == 2


@pytest.mark.parametrize("late", [False, True])
async def test_an_answer_nobody_asked_for_is_nobodys(
    calls: Connections, server: Server, late: bool
) -> None:
    """Or the next call would be told it was done, when it was not."""
    stray = b"HTTP/1.1 500\r\nContent-Length: 3\r\n\r\nbad"
    server.script = [[OK, stray] if late else [OK + stray], [OK]]
    assert await ask(calls) == Answer(200, b"ok", "")
    await asyncio.sleep(0.02 if late else 0)
    assert await ask(calls) == Answer(200, b"ok", "")
    assert server.opened == 2


async def test_what_was_not_used_for_long_is_closed_by_us(
    calls: Connections, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.script = [[OK]] * 4
    await asyncio.gather(*(ask(calls) for _ in range(3)))
    monkeypatch.setattr(keepalive, "_IDLE", 0.0)
    await asyncio.sleep(0.01)
    await ask(calls)
    await until(lambda: server.open == 1)
    assert server.opened == 4


async def test_a_call_given_up_leaves_no_connection_in_which_its_answer_comes(
    calls: Connections, server: Server
) -> None:
    server.script = [[], [OK]]
    asked = asyncio.create_task(ask(calls))
    await until(lambda: len(server.asked) == 1)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    await until(lambda: server.open == 0)
    assert await ask(calls) == Answer(200, b"ok", "")


async def test_who_closes_all_lets_nobody_wait(calls: Connections, server: Server) -> None:
    asked = asyncio.create_task(ask(calls))
    await until(lambda: len(server.asked) == 1)
    calls.close()
    with pytest.raises(Unanswered):
        await asked


async def test_nobody_there_was_sent_nothing() -> None:
    with pytest.raises(Unsent):
        await ask(Connections("http://127.0.0.1:1"))


async def test_no_such_name_was_sent_nothing() -> None:
    with pytest.raises(Unsent):
        await ask(Connections(f"http://{'a' * 70}.invalid"))


async def test_a_server_that_does_not_let_in_was_sent_nothing(
    server: Server,
) -> None:
    """It takes the connection, and never speaks TLS."""
    async with server.listening() as port:
        with pytest.raises(Unsent):
            await ask(Connections(f"https://127.0.0.1:{port}"), 0.2)


@pytest.mark.parametrize(
    "server", ["", "no address", "ftp://x", "http://", "http://x:y", "https://a:b@x", "//x"]
)
def test_what_is_no_address_is_refused(server: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Connections(server)


# -- TLS ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for `localhost`, signed by nobody but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    """The server's side."""
    own = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    own.load_cert_chain(certificate)
    return own


async def test_a_secret_connection_is_kept_too(
    server: Server, tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server.script = [[OK], [OK]]
    async with server.listening(tls) as port:
        calls = Connections(f"https://localhost:{port}")
        assert [(await ask(calls)).body for _ in range(2)] == [b"ok", b"ok"]
        calls.close()
    assert server.opened == 1


@pytest.mark.parametrize(("trusted", "name"), [(True, "127.0.0.1"), (False, "localhost")])
async def test_who_cannot_prove_who_it_is_was_sent_nothing(
    server: Server,
    tls: ssl.SSLContext,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    trusted: bool,
    name: str,
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with server.listening(tls) as port:
        with pytest.raises(Unsent):
            await ask(Connections(f"https://{name}:{port}"))
    assert server.asked == []


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not happened():
            await asyncio.sleep(0.005)
