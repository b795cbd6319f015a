"""
JSON-RPC over HTTP: one call or many in one request, over connections that stay open.

What can go wrong has two names: `UnavailableError` when nobody answered (or not in time),
`RpcError` when the node answered with an error. Neither shows more of the address than scheme, host
and port: paths, queries and user names carry keys.
"""

from __future__ import annotations

import itertools
import json
import logging
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from scf.errors import UnavailableError, UsageError

if TYPE_CHECKING:
    from urllib3 import PoolManager

_log = logging.getLogger(__name__)

BATCH_MAX = 200
READ_ATTEMPTS = 3
_MESSAGE_CHARS_MAX = 300
_WRITE_PREFIXES = ("eth_send", "evm_", "anvil_", "hardhat_", "miner_", "personal_")
_BATCH_COMPLAINTS = ("batch", "too large", "too many requests", "limit exceeded", "response size")


class RpcError(UnavailableError):
    """
    The node answered a request with an error.

    Attributes:
        method: the JSON-RPC method that was asked.
        code: the node's error code.
        message: the node's own words, shortened.
        data: whatever the node attached; revert data hides in it (see
            `scf.chain.refusals.revert_data`).
    """

    should_retry = False

    def __init__(self, method: str, code: int, message: str, data: object = None) -> None:
        printable = "".join(char if char.isprintable() else " " for char in message)
        self.method = method
        self.code = code
        self.message = " ".join(printable.split())[:_MESSAGE_CHARS_MAX]
        self.data = data
        super().__init__(f"the node refused {method}: {self.message} (code {code})")

    @property
    def is_unknown_method(self) -> bool:
        """Whether the node does not know the method at all."""
        words = self.message.lower()
        return self.code == -32601 or "does not exist" in words or "method not found" in words


def _opened_again(url: str, timeout: float, batch_max: int) -> Rpc:
    return Rpc(url, timeout=timeout, batch_max=batch_max)


class Rpc:
    """
    A JSON-RPC endpoint.

    Args:
        url: `http://` or `https://`; user name and password in it are sent as basic authentication.
        timeout: seconds until a request counts as unanswered.
        batch_max: requests in one HTTP request at first; halved for good whenever the node
            complains.

    Raises:
        UsageError: the URL is not one of HTTP.
    """

    def __init__(self, url: str, *, timeout: float = 30, batch_max: int = BATCH_MAX) -> None:
        try:
            parts = urlsplit(url)
        except ValueError:
            # The parser's message quotes the URL.
            raise UsageError("url", "(unreadable)", "http://host:port") from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError("url", shown_url(url), "an address such as http://127.0.0.1:8545")
        self.shown = shown_url(url)
        self.timeout = timeout
        self.batch_max = batch_max
        self._url = url
        self._target = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        self._login = (parts.username, parts.password)
        self._ids = itertools.count(1)
        self._http: PoolManager | None = None
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"Rpc({self.shown!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        # Another process opens connections of its own.
        return _opened_again, (self._url, self.timeout, self.batch_max)

    @property
    def secret_url(self) -> str:
        """The whole URL, keys included; never show it."""
        return self._url

    def call(self, method: str, *params: Any) -> Any:
        """
        The result of one request.

        Raises:
            UnavailableError: nobody answered.
            RpcError: the node answered with an error.
        """
        answer = self._post(_request(next(self._ids), method, params), is_read=_is_read(method))
        if not isinstance(answer, dict):
            raise UnavailableError(f"{self.shown} does not speak JSON-RPC")
        result = _result(method, answer)
        if isinstance(result, RpcError):
            raise result
        return result

    def batch(self, requests: Iterable[tuple[str, Sequence[Any]]]) -> list[Any]:
        """
        The results of many requests, in their order; an `RpcError` stands where the node refused
        one.

        Raises:
            UnavailableError: nobody answered. Requests of earlier chunks may have been carried out.
        """
        return list(self.batch_iter(requests))

    def batch_iter(self, requests: Iterable[tuple[str, Sequence[Any]]]) -> Iterator[Any]:
        """Like `batch`, one result at a time, holding no more than one chunk."""
        source = iter(requests)
        waiting: list[tuple[str, Sequence[Any]]] = []
        while True:
            waiting.extend(itertools.islice(source, max(self.batch_max - len(waiting), 0)))
            if not waiting:
                return
            chunk = waiting[: self.batch_max]
            answers = self._chunk(chunk)
            if answers is None:
                self.batch_max = max(len(chunk) // 2, 1)
                _log.info("batches shrink", extra={"batch_max": self.batch_max})
                continue
            del waiting[: len(chunk)]
            yield from answers

    def close(self) -> None:
        """Close the open connections; the object can be used again."""
        with self._lock:
            if self._http is not None:
                self._http.clear()

    def _chunk(self, chunk: Sequence[tuple[str, Sequence[Any]]]) -> list[Any] | None:
        """The results of one HTTP request, or None when the node finds it too long."""
        if len(chunk) == 1:
            method, params = chunk[0]
            try:
                return [self.call(method, *params)]
            except RpcError as error:
                return [error]
        ids = [next(self._ids) for _ in chunk]
        body = [_request(id_, *request) for id_, request in zip(ids, chunk, strict=True)]
        try:
            answers = self._post(body, is_read=all(_is_read(method) for method, _ in chunk))
        except _TooLarge:
            return None
        if not isinstance(answers, list):
            if isinstance(answers, dict) and "error" in answers:
                return None
            raise UnavailableError(f"{self.shown} does not speak JSON-RPC")
        by_id = {answer.get("id"): answer for answer in answers if isinstance(answer, dict)}
        if len(by_id) == 1 and None in by_id and _is_batch_complaint(by_id[None]):
            return None
        missing = {"error": {"code": -32603, "message": "no answer to this request of the batch"}}
        pairs = zip(ids, chunk, strict=True)
        return [_result(method, by_id.get(id_, missing)) for id_, (method, _) in pairs]

    def _post(self, body: object, *, is_read: bool) -> Any:
        from urllib3.exceptions import HTTPError

        payload = json.dumps(body, separators=(",", ":")).encode()
        attempts = READ_ATTEMPTS if is_read else 1
        for attempt in range(1, attempts + 1):
            try:
                response = self._pool().request(
                    "POST", self._target, body=payload, timeout=self.timeout, retries=False
                )
                break
            except HTTPError as exc:
                if attempt == attempts:
                    why = (
                        "did not answer in time"
                        if "imeout" in type(exc).__name__
                        else "is unreachable"
                    )
                    raise UnavailableError(f"the node at {self.shown} {why}") from None
                time.sleep(0.1 * attempt)
        if response.status == 413:
            raise _TooLarge
        try:
            return json.loads(response.data)
        except ValueError:
            status = response.status
            raise UnavailableError(f"{self.shown} answered HTTP {status}, not JSON-RPC") from None

    def _pool(self) -> PoolManager:
        with self._lock:
            if self._http is None:
                import urllib3

                headers = urllib3.HTTPHeaderDict({"content-type": "application/json"})
                user, password = self._login
                if user is not None:
                    login = f"{unquote(user)}:{unquote(password or '')}"
                    headers.update(urllib3.make_headers(basic_auth=login))
                self._http = urllib3.PoolManager(maxsize=4, headers=headers)
            return self._http


class _TooLarge(Exception):
    """The node's front door refused the length of a request."""


def shown_url(url: str) -> str:
    """The part of a URL that may be shown: scheme, host and port."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}" if host else f"{parts.scheme or 'no scheme'}://…"


def _request(id_: int, method: str, params: Sequence[Any]) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": id_, "method": method, "params": list(params)}


def _result(method: str, answer: dict[str, Any]) -> Any:
    error = answer.get("error")
    if error is None:
        return answer.get("result")
    if not isinstance(error, dict):
        return RpcError(method, -32603, str(error))
    return RpcError(
        method, int(error.get("code", -32603)), str(error.get("message", "")), error.get("data")
    )


def _is_read(method: str) -> bool:
    return not method.startswith(_WRITE_PREFIXES)


def _is_batch_complaint(answer: dict[str, Any]) -> bool:
    words = str(answer.get("error", "")).lower()
    return any(complaint in words for complaint in _BATCH_COMPLAINTS)
