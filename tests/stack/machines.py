"""PostgreSQL, Redis and nginx of our own, to be ended and begun anew as no shared ones may be."""

import os
import pwd
import random
import re
import shutil
import socket
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

from tests.conftest import missing

ROOT = Path(__file__).parents[2]
CONNECTIONS = 90  # that PostgreSQL gives to everybody together


def free_port() -> int:
    """Below those the system gives to whoever calls out: it stays free until it is needed."""
    while True:
        port = random.randint(12_000, 32_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def needed(program: str) -> str:
    """Where it is; the test is skipped where it is not, and fails in CI."""
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
    if found is None:
        missing(program)
    return str(found)


class PostgreSQL:
    """A cluster in a folder, which nothing has to survive: no write waits for the disk."""

    def __init__(self, folder: Path) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        self._bin = found[-1].parent if found else Path(needed("initdb")).parent
        self._data, self.port = folder / "postgresql", free_port()
        self._data.mkdir()
        # It refuses to run as root.
        self._as: dict[str, Any] = {"user": "postgres"} if os.getuid() == 0 else {}
        if self._as:
            user = pwd.getpwnam("postgres")
            os.chown(self._data, user.pw_uid, user.pw_gid)
        self._run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        self.start()
        with self.connect(database="postgres") as connection:
            connection.execute("CREATE ROLE citybot LOGIN")
            connection.execute("CREATE DATABASE citybot OWNER citybot")

    @classmethod
    def standby(cls, first: "PostgreSQL", folder: Path) -> "PostgreSQL":
        """A copy of another, which follows it; it may be read, and nothing else."""
        copy = cls.__new__(cls)
        copy._bin, copy._as = first._bin, first._as
        copy._data, copy.port = folder / "standby", free_port()
        copy._data.mkdir(mode=0o700)
        if copy._as:
            user = pwd.getpwnam("postgres")
            os.chown(copy._data, user.pw_uid, user.pw_gid)
        copy._run("pg_basebackup", "-R", "-c", "fast", "-d", first.url("postgres", "postgres"))
        copy.start()
        return copy

    def url(self, user: str = "citybot", database: str = "citybot") -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def connect(self, user: str = "postgres", database: str = "citybot") -> Any:
        """For the administrator a few places are kept."""
        return psycopg.connect(self.url(user, database), autocommit=True)

    def asked(self, *statements: str) -> list[tuple[Any, ...]]:
        """What the last of them gives."""
        with self.connect() as connection:
            for statement in statements:
                answer = connection.execute(statement)
            return list(answer.fetchall()) if answer.description else []

    def start(self) -> None:
        told = {"port": self.port, "max_connections": CONNECTIONS, "fsync": "off"}
        told |= {"listen_addresses": "127.0.0.1", "unix_socket_directories": "''"}
        options = " ".join(f"-c {name}={value}" for name, value in told.items())
        self._run("pg_ctl", "-w", "-s", "-l", os.devnull, "-o", options, "start")

    def crash(self) -> None:
        """As after a power cut: all connections are torn, the log is replayed at the start."""
        self._run("pg_ctl", "-w", "-s", "-m", "immediate", "stop")

    def close(self) -> None:
        with suppress(subprocess.CalledProcessError):  # it is down already
            self.crash()

    def _run(self, program: str, *words: str) -> None:
        command = [self._bin / program, "-D", self._data, *words]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, **self._as)


class Server:
    """A program that runs until it is ended."""

    def __init__(self, port: int, *command: str | Path) -> None:
        self.port, self._command = port, command
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None


def redis() -> Server:
    port = free_port()
    quietly = ("--save", "", "--appendonly", "no", "--bind", "127.0.0.1")
    return Server(port, needed("redis-server"), "--port", str(port), *quietly)


def nginx(folder: Path, ports: tuple[int, ...]) -> Server:
    """With the configuration of the project, on this machine's ports."""
    port, path = free_port(), folder / "nginx.conf"
    text = (ROOT / "docs/stack/nginx.conf").read_text(encoding="utf-8")
    servers = "".join(f"server 127.0.0.1:{p} max_fails=1 fail_timeout=2s;\n" for p in ports)
    for theirs, ours in {
        r"resolver .*\n": "",
        r"server web:8080 resolve .*\n": servers,
        r"listen 8080;": f"listen 127.0.0.1:{port};",
        r"/tmp/": f"{folder}/",
        r"include .*\n": "",
    }.items():
        text, count = re.subn(theirs, ours, text)
        assert count, theirs
    path.write_text(text, encoding="utf-8")
    # One process: when it is killed, no worker of it stays.
    alone = "daemon off; master_process off;"
    return Server(port, needed("nginx"), "-c", path, "-g", alone)
