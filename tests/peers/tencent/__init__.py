"""Other people's crypto, in a process of node; see peer.js."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.conftest import missing

HERE = Path(__file__).parent
LIBRARIES = ("wechat-crypto", "@wecom/crypto")


class Peer:
    """Does one job after the other, all with the same keys."""

    def __init__(self, process: asyncio.subprocess.Process, keys: dict[str, str]) -> None:
        self._process, self._keys = process, keys

    async def __call__(self, library: str, op: str, **job: str) -> dict[str, Any]:
        """`encrypt`, `decrypt`, `get` or `push`; what came back."""
        assert self._process.stdin
        assert self._process.stdout
        line = json.dumps({"library": library, "op": op, **self._keys, **job})
        self._process.stdin.write(line.encode() + b"\n")
        return dict(json.loads(await self._process.stdout.readline()))


@asynccontextmanager
async def peer(token: str, key: str, receiver: str) -> AsyncIterator[Peer]:
    """A process of node with both libraries; skips visibly where that is not there."""
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules").is_dir():
        missing("node with tests/peers/tencent installed (make peers)")
    process = await asyncio.create_subprocess_exec(
        *(node, "--no-deprecation", str(HERE / "peer.js")),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**20,
    )
    try:
        yield Peer(process, {"token": token, "key": key, "id": receiver})
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()
