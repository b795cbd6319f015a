"""A door in front of a real node that refuses long ranges of logs, as providers do."""

from __future__ import annotations

import json
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

REFUSAL = "query exceeds max block range {}"


class RefusingDoor:
    """Passes everything on to `url` but `eth_getLogs` over more than `blocks_max` blocks."""

    def __init__(self, url: str, blocks_max: int) -> None:
        self.refused = 0
        self.widest = 0
        door = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                answer = door._refusal(json.loads(body), blocks_max)
                if answer is None:
                    request = urllib.request.Request(  # noqa: S310  a node on this machine
                        url, body, {"content-type": "application/json"}
                    )
                    with urllib.request.urlopen(request) as response:  # noqa: S310
                        answer = response.read()
                self.send_response(200)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> RefusingDoor:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _refusal(self, request: Any, blocks_max: int) -> bytes | None:
        if not isinstance(request, dict) or request["method"] != "eth_getLogs":
            return None
        query = request["params"][0]
        width = int(query["toBlock"], 16) - int(query["fromBlock"], 16) + 1
        if width <= blocks_max:
            self.widest = max(self.widest, width)
            return None
        self.refused += 1
        error = {"code": -32005, "message": REFUSAL.format(blocks_max)}
        return json.dumps({"jsonrpc": "2.0", "id": request["id"], "error": error}).encode()
