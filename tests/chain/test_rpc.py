from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from scf.chain.chain import Chain
from scf.chain.rpc import Rpc, RpcError
from scf.errors import UnavailableError, UsageError

Answer = Callable[[Any], Any]


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """A server that answers each JSON body with `answer(body)`; an integer is an HTTP status."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            result = answer(body)
            self.send_response(result if isinstance(result, int) else 200)
            payload = b"no" if isinstance(result, int) else json.dumps(result).encode()
            self.send_header("content-length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited name
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def echo(request: Any) -> Any:
    return {"jsonrpc": "2.0", "id": request["id"], "result": request["params"][0]}


def test_batch__order_restored() -> None:
    with serving(lambda body: [echo(item) for item in reversed(body)]) as url:
        rpc = Rpc(url)
        results = rpc.batch(("eth_x", [number]) for number in range(450))
        rpc.close()

    assert results == list(range(450))


@pytest.mark.parametrize(
    "complaint",
    [
        413,
        {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "batch too large"}},
        [{"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "batch limit 10"}}],
    ],
)
def test_batch_too_long_for_node__shrinks_and_stays_small(complaint: Any) -> None:
    sizes: list[int] = []

    def answer(body: Any) -> Any:
        if isinstance(body, dict):
            return echo(body)
        sizes.append(len(body))
        return complaint if len(body) > 10 else [echo(item) for item in body]

    with serving(answer) as url:
        rpc = Rpc(url, batch_max=64)
        results = rpc.batch(("eth_x", [number]) for number in range(50))
        rpc.close()

    assert results == list(range(50))
    assert sizes[:3] == [50, 25, 12]
    assert max(sizes[3:]) <= 10


def test_batch_with_a_refused_request__error_in_its_place() -> None:
    def answer(body: Any) -> Any:
        bad = {"id": body[1]["id"], "error": {"code": -32000, "message": "no", "data": "0x01"}}
        return [echo(body[0]), bad, echo(body[2])]

    with serving(answer) as url:
        rpc = Rpc(url)
        first, second, third = rpc.batch([("eth_x", [1]), ("eth_y", [2]), ("eth_x", [3])])
        rpc.close()

    assert (first, third) == (1, 3)
    assert isinstance(second, RpcError)
    assert (second.method, second.code, second.message, second.data) == (
        "eth_y",
        -32000,
        "no",
        "0x01",
    )


def test_nobody_there__unavailable_without_secrets() -> None:
    rpc = Rpc("http://user:hunter2@127.0.0.1:9/v3/SECRETKEY?token=abc", timeout=2)

    with pytest.raises(UnavailableError) as caught:
        rpc.call("eth_chainId")

    shown = f"{caught.value} {rpc!r} {caught.value.as_dict()}"
    assert "http://127.0.0.1:9" in shown
    assert not any(secret in shown for secret in ("hunter2", "SECRETKEY", "abc", "user"))


@pytest.mark.parametrize("answer", [500, "text", 7000])
def test_something_else_there__unavailable(answer: Any) -> None:
    with serving(lambda _: answer if answer != 7000 else []) as url:
        rpc = Rpc(url)
        with pytest.raises(UnavailableError):
            rpc.call("eth_chainId")
        rpc.close()


@pytest.mark.parametrize("url", ["ftp://example.org", "127.0.0.1:8545", "http://", "http://[", ""])
def test_wrong_url__usage_error(url: str) -> None:
    with pytest.raises(UsageError, match="url"):
        Rpc(url)


def test_proof_of_authority_header__read_like_any_other() -> None:
    header = {
        "number": "0x5",
        "hash": "0x" + "aa" * 32,
        "parentHash": "0x" + "bb" * 32,
        "timestamp": "0x65920080",
        "extraData": "0x" + "cc" * 97,
        "gasLimit": "0x1",
        "baseFeePerGas": None,
    }
    known = {"eth_chainId": "0x539", "eth_getBlockByNumber": header, "eth_gasPrice": "0x0"}

    def one(item: Any) -> Any:
        if item["method"] in known:
            return {"id": item["id"], "result": known[item["method"]]}
        return {"id": item["id"], "error": {"code": -32601, "message": "Method not found"}}

    def answer(body: Any) -> Any:
        return [one(item) for item in body] if isinstance(body, list) else one(body)

    with serving(answer) as url:
        chain = Chain.connect(url)
        block, price, today = chain.block(), chain.gas_price(), chain.today()
        chain.close()

    assert (chain.id, block.number, price, today.isoformat()) == (1337, 5, 0, "2024-01-01")
    assert not chain.capabilities.movable_clock
    assert not chain.capabilities.block_receipts


def test_logs__ranges_shrink_when_the_node_complains() -> None:
    asked: list[int] = []

    def answer(body: Any) -> Any:
        if body["method"] != "eth_getLogs":
            result: Any = {"hash": "0x00"} if "Block" in body["method"] else "0x1"
            return {"id": body["id"], "result": result}
        first, last = (int(body["params"][0][name], 16) for name in ("fromBlock", "toBlock"))
        asked.append(last - first + 1)
        if asked[-1] > 300:
            return {"id": body["id"], "error": {"code": -32005, "message": "range too large"}}
        return {"id": body["id"], "result": [{"n": n} for n in range(first, last + 1)]}

    with serving(answer) as url:
        chain = Chain.connect(url)
        found = [log["n"] for log in chain.logs(10, 1500)]
        chain.close()

    assert found == list(range(10, 1501))
    assert asked[0] == 1491
    assert max(asked[3:]) <= 300
