# ruff: noqa: INP001
"""Measure what a run gets out of a server: requests and tokens a second, beside a bare loop that asks the same server.

    python -m benchmarks.served http://127.0.0.1:8199 --tokenizer DIR --serves teacher

The bare loop sends the same prompts and limits and asks for no log-probabilities: it is the server's own limit at that
number of requests at a time. Scores cost the server more than a bare reading of the same tokens, so their ratio says
what the numbers cost, and that of answers says what the engine costs. It needs a server that runs; `docs/servers.md`
has the commands, and a table that was measured in this way.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from dls.evidence.records import make_items
from dls.probes.catalogue import find_probe
from dls_probes.packs import GenerateJob, Pack, TextJob
from dls_probes.requests import Prompt
from dls_probes.runs.open_models import OpenModel, open_model
from dls_probes.servers.address import ServerAddress
from dls_probes.servers.served_spec import spec_of

PROBE, SEED, JOBS, NEW_TOKENS, CONTINUATION = "grounding.worlds", 7, 96, 32, 8
WIDTHS = (1, 8, 32)
ROUNDS = 3


class Rate(NamedTuple):
    """Requests and tokens a second; tokens are those that were read and written."""

    requests: float
    tokens: float


def prompts(model: OpenModel) -> list[tuple[int, ...]]:
    """Return the prompts of some items."""
    items = make_items(find_probe(PROBE), SEED, JOBS)[:JOBS]
    return [tuple(ids) for ids in model.text.prompt_ids([Prompt.user(item.prompt()) for item in items])]


def rate(work: Callable[[], int]) -> Rate:
    """Return the best rate of some rounds; `work` returns the tokens of all jobs."""
    rates = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        tokens = work()
        seconds = time.perf_counter() - start
        rates.append(Rate(JOBS / seconds, tokens / seconds))
    return max(rates)


def through_engine(model: OpenModel, texts: Sequence[tuple[int, ...]]) -> dict[str, Rate]:
    """Return the rates of scores and answers as a run asks for them."""
    backend: Any = model.executor.model  # type: ignore[attr-defined]
    scores = tuple((TextJob(ids, len(ids) - CONTINUATION),) for ids in texts)
    answers = tuple((GenerateJob(ids, NEW_TOKENS),) for ids in texts)

    def generate() -> int:
        return sum(len(tokens) for tokens, *_ in backend.generate(Pack("generate", "served", answers))) + _size(texts)

    def score() -> int:
        backend.score(Pack("score", "served", scores))
        return _size(texts)

    return {"scores": rate(score), "answers": rate(generate)}


def bare(url: str, name: str, texts: Sequence[tuple[int, ...]], width: int) -> dict[str, Rate]:
    """Return the rates of a loop that reads the same prompts, and writes answers of the same limit."""
    with httpx.Client(base_url=url, timeout=600) as client, ThreadPoolExecutor(width) as threads:

        def ask(ids: tuple[int, ...], limit: int) -> int:
            body = {"model": name, "prompt": list(ids), "max_tokens": limit, "temperature": 0}
            return int(
                client.post("/v1/completions", json=body).raise_for_status().json()["usage"]["completion_tokens"]
            )

        def work(limit: int) -> int:
            written = sum(threads.map(lambda ids: ask(ids, limit), texts))
            return _size(texts) + (written if limit > 1 else 0)

        return {"scores": rate(lambda: work(1)), "answers": rate(lambda: work(NEW_TOKENS))}


def _size(texts: Sequence[tuple[int, ...]]) -> int:
    return sum(map(len, texts))


def main() -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--serves")
    arguments = parser.parse_args()
    sys.stdout.write("| width | jobs | requests/s | tokens/s | bare requests/s | bare tokens/s | share |\n")
    for width in WIDTHS:
        address = ServerAddress(arguments.url, arguments.tokenizer, serves=arguments.serves, width=width)
        with open_model(spec_of(address)) as model:
            texts = prompts(model)
            ours = through_engine(model, texts)
            limits = bare(address.root, str(model.description["served_as"]), texts, width)
        for name, own in ours.items():
            limit = limits[name]
            numbers = f"{own.requests:.0f} | {own.tokens:.0f} | {limit.requests:.0f} | {limit.tokens:.0f}"
            sys.stdout.write(f"| {width} | {name} | {numbers} | {own.requests / limit.requests:.2f} |\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
