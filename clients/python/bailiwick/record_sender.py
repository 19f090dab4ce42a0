"""One resumable stream of records into a cell."""

import json
import queue
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import grpc

from bailiwick.ingest.v1 import ingest_pb2, ingest_pb2_grpc

#: After these the same is sent again: the cell is away, too busy, late, or the token has ended.
_PASSING = {
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.UNAUTHENTICATED,
    grpc.StatusCode.CANCELLED,
}
_PASSING_VALUES = {status.value[0] for status in _PASSING}
_MOST_LOGINS = 3
_OPTIONS = [("grpc.keepalive_time_ms", 30_000), ("grpc.keepalive_timeout_ms", 10_000)]


class Refused(Exception):
    """A record, or a whole stream, that the cell does not take. Sending the same again is refused again."""

    def __init__(self, code: str, detail: str, endpoint: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        #: The right cell, for `wrong-cell`, when it is known.
        self.endpoint = endpoint


class RecordSender:
    """Sends records in order over one stream, and opens another when it breaks: what was not answered is sent again, and its id
    makes that safe. `token` gives an access token that is valid now; `ca` is the PEM of the authority of the cell's certificate."""

    def __init__(
        self,
        address: str,
        token: Callable[[], str],
        ca: bytes | None = None,
        resume_token: str = "",
        window: int = 256,
    ) -> None:
        self._token = token
        self._channel = grpc.secure_channel(address, grpc.ssl_channel_credentials(ca), options=_OPTIONS)
        self._stub = ingest_pb2_grpc.IngestServiceStub(self._channel)
        self._lock = threading.Lock()
        self._room = threading.Semaphore(window)
        self._waiting: dict[int, tuple[Any, Future[str]]] = {}
        self._requests: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._closing = False
        #: Stands for all records up to which every one is answered: keep it to go on after a crash.
        self.resume_token = resume_token
        #: Sequence of the record that was sent last.
        self.sequence = int(resume_token.rpartition(".")[2] or 0)
        self._thread = threading.Thread(target=self._run, name="bailiwick", daemon=True)
        self._thread.start()

    def send(
        self, *, source: str, id: str, object: str, record_id: str, fields: dict[str, Any], purpose: str = ""
    ) -> "Future[str]":
        """Sends one record. The future gives its event id once it is durable, or raises `Refused`. Waits while the window is full."""
        self._room.acquire()
        answer: Future[str] = Future()
        answer.add_done_callback(lambda _: self._room.release())
        with self._lock:
            if self._closing:
                raise RuntimeError("the sender is closed")
            self.sequence += 1
            request = ingest_pb2.SendRequest(
                sequence=self.sequence,
                purpose=purpose,
                source=source,
                id=id,
                object=object,
                record_id=record_id,
                fields_json=json.dumps(fields).encode(),
            )
            self._waiting[self.sequence] = (request, answer)
            self._requests.put(request)
        return answer

    def close(self) -> None:
        """Waits until everything is answered, and closes the connection."""
        for _, answer in list(self._waiting.values()):
            answer.exception()
        with self._lock:
            self._closing = True
        self._requests.put(None)
        self._thread.join()
        self._channel.close()

    def _run(self) -> None:
        failures = refusals = 0
        while not self._closing:
            before = self.resume_token
            try:
                self._stream()
            except grpc.RpcError as failure:
                code = failure.code()
                refusals = refusals + 1 if code is grpc.StatusCode.UNAUTHENTICATED else 0
                if code not in _PASSING or refusals >= _MOST_LOGINS:
                    return self._give_up(failure)
            failures = 0 if self.resume_token != before else failures + 1
            if not self._closing:
                time.sleep(min(10.0, 0.1 * 2**failures) * random.uniform(0.5, 1.0))

    def _stream(self) -> None:
        with self._lock:
            self._requests = requests = queue.SimpleQueue()
            for request, _ in self._waiting.values():
                requests.put(request)
        metadata = [("authorization", f"Bearer {self._token()}")]
        if self.resume_token:
            metadata.append(("bailiwick-resume", self.resume_token))
        for response in self._stub.Send(iter(requests.get, None), metadata=metadata):
            self._take(response)

    def _take(self, response: Any) -> None:
        self.resume_token = response.resume_token or self.resume_token
        kind = response.WhichOneof("result")
        with self._lock:
            request, answer = self._waiting.get(response.sequence, (None, None))
            if answer is None or kind is None:
                return
            if kind == "refused" and response.refused.status in _PASSING_VALUES:
                self._requests.put(request)
                return
            del self._waiting[response.sequence]
        if kind == "accepted":
            answer.set_result(response.accepted.event_id)
        else:
            refused = response.refused
            answer.set_exception(Refused(refused.code, refused.detail, refused.endpoint))

    def _give_up(self, failure: grpc.RpcError) -> None:
        trailers = dict(failure.trailing_metadata() or ())
        refused = Refused(
            trailers.get("bailiwick-code", "refused"), failure.details() or "", trailers.get("bailiwick-ext-endpoint", "")
        )
        with self._lock:
            self._closing = True
            waiting, self._waiting = self._waiting, {}
        for _, answer in waiting.values():
            answer.set_exception(refused)
