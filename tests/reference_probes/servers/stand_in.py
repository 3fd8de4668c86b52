"""A stand-in of vLLM's server, as far as the client uses it; its numbers come from a model in this process.

`lies` change a reply before it is sent, as a server does that says one thing and returns another.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import torch

from dls_probes.arithmetic.sampling import gumbel

NAME = "example/teacher"
MAX_LOGPROBS = 20
Lie = Callable[[dict[str, Any]], Any]


@dataclass
class StandIn:
    """The server.

    Attributes:
        network, tokenizer: of the model whose numbers it answers with.
        lie: changes the reply to a completion; None sends it as it is.
        knows_keys: whether our logits processor is loaded.
        names: of the served models.
        answer: (status, headers, body) of every request instead; the body may be endless.
        seen: (path, headers, body) of all requests.

    """

    network: Any
    tokenizer: Any
    lie: Lie | None = None
    knows_keys: bool = True
    names: tuple[str, ...] = (NAME,)
    answer: Callable[[str], tuple[int, dict[str, str], Iterator[bytes]] | None] = lambda _: None
    seen: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    url: str = ""
    window: int = 512
    decode: Callable[[list[int]], str] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def running(self) -> Iterator["StandIn"]:
        """Serve on a free port."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self))
        server.daemon_threads = True
        thread = threading.Thread(target=partial(server.serve_forever, 0.05), daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()

    def reply(self, path: str, body: Any) -> tuple[int, Any]:
        """Return the status and the JSON value of a reply."""
        if path == "/v1/completions":
            return self._completion(body)
        if path == "/v1/models":
            cards = [{"id": name, "owned_by": "vllm", "max_model_len": self.window} for name in self.names]
            return 200, {"object": "list", "data": cards}
        if path == "/detokenize":
            decode = self.decode or partial(self.tokenizer.decode, clean_up_tokenization_spaces=False)
            return 200, {"prompt": decode(body["tokens"])}
        return (200, {"version": "0.32.0"}) if path == "/version" else (404, {"detail": "Not Found"})

    def _completion(self, body: Any) -> tuple[int, Any]:
        if body["model"] not in self.names:
            return 404, {"error": {"message": f"The model `{body['model']}` does not exist.", "code": 404}}
        if (body.get("logprobs") or 0) > MAX_LOGPROBS:
            return 400, {"error": {"message": f"Requested logprobs of {body['logprobs']}", "code": 400}}
        with self._lock:
            choice = self._choice(body)
        reply = {"id": "cmpl-1", "model": body["model"], "choices": [choice]}
        return 200, self.lie(reply) if self.lie else reply

    def _choice(self, body: dict[str, Any]) -> dict[str, Any]:
        prompt, ends = body["prompt"], set(body.get("stop_token_ids", ()))
        ids, rows = [], []
        key = body.get("vllm_xargs", {}).get("dls_noise") if self.knows_keys else None
        for position in range(body["max_tokens"]):
            logprobs = self._logprobs([*prompt, *ids])[-1]
            scores = logprobs.double()
            if key is not None:
                scores = scores + gumbel(torch.tensor([int(key)]), position, len(scores))[0]
            elif body["temperature"]:
                scores = scores + gumbel(torch.tensor([body["seed"]]), position, len(scores))[0]
            ids.append(int(scores.argmax()))
            best = logprobs.topk(body.get("logprobs") or 1)
            rows.append({f"token_id:{i}": float(x) for i, x in zip(best.indices.tolist(), best.values, strict=True)})
            if ids[-1] in ends:
                break
        choice: dict[str, Any] = {"index": 0, "text": "", "token_ids": ids, "prompt_token_ids": prompt}
        choice["finish_reason"] = "stop" if ids[-1] in ends else "length"
        choice["logprobs"] = {"top_logprobs": rows} if body.get("logprobs") else None
        if body.get("prompt_logprobs"):
            choice["prompt_logprobs"] = [None, *self._prompt_rows(prompt, body["prompt_logprobs"])]
        return choice

    def _prompt_rows(self, prompt: list[int], count: int) -> Iterator[dict[str, Any]]:
        logprobs = self._logprobs(prompt)
        for row, token in zip(logprobs[:-1], prompt[1:], strict=True):
            best = row.topk(count).indices.tolist()
            ranks = {token: int((row > row[token]).sum()) + 1} | {i: k for k, i in enumerate(best, 1)}
            yield {str(i): {"logprob": float(row[i]), "rank": rank} for i, rank in ranks.items()}

    def _logprobs(self, tokens: list[int]) -> torch.Tensor:
        """Return log-probabilities, [tokens, vocabulary]."""
        with torch.inference_mode():
            logits = self.network(torch.tensor([tokens])).logits[0]
        return logits.float().log_softmax(-1)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, stand_in: StandIn, *arguments: Any) -> None:
        self.stand_in = stand_in
        super().__init__(*arguments)

    def do_GET(self) -> None:
        self._send(None)

    def do_POST(self) -> None:
        self._send(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _send(self, body: Any) -> None:
        self.stand_in.seen.append((self.path, {name.lower(): text for name, text in self.headers.items()}, body))
        if special := self.stand_in.answer(self.path):
            self._send_special(*special)
            return
        status, value = self.stand_in.reply(self.path, body)
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _send_special(self, status: int, headers: dict[str, str], chunks: Iterator[bytes]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            for chunk in chunks:
                self.wfile.write(chunk)
        except OSError:
            pass  # the client hung up
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Stay silent."""
