"""A node between us and the node, which passes everything on and may change what comes back."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Meddle = Callable[[str, list[Any], Any], Any]
"""Takes a method, its parameters and the true result; returns what is told instead."""

NO_METHOD = {"code": -32601, "message": "the method does not exist"}


class Refused(Exception):
    """The meddler answers with an error."""


@contextmanager
def meddled(url: str, meddle: Meddle) -> Iterator[str]:
    """The URL of a node that tells what `meddle` makes of the answers of another."""

    def told(request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        if "result" not in answer:
            return answer
        try:
            result = meddle(request["method"], request["params"], answer["result"])
        except Refused:
            return {"jsonrpc": "2.0", "id": request["id"], "error": NO_METHOD}
        return {**answer, "result": result}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            forward = urllib.request.Request(  # noqa: S310 - a local node
                url, body, {"content-type": "application/json"}
            )
            with urllib.request.urlopen(forward) as response:  # noqa: S310
                answer = json.loads(response.read())
            asked = json.loads(body)
            if isinstance(asked, list):
                by_id = {item["id"]: item for item in answer}
                shown: Any = [told(item, by_id[item["id"]]) for item in asked]
            else:
                shown = told(asked, answer)
            data = json.dumps(shown).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
