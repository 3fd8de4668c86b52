"""Whether a device gives the numbers that the reference gives, and gives them again."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import torch
from benchmarks.gpu.meters import peak_mib, seconds
from benchmarks.gpu.random_models import FAMILIES, random_family

from dls.evidence.records import make_items
from dls.probes.catalogue import find_probe
from dls_probes import pair
from dls_probes.arithmetic.sampling import gumbel, noise_bits
from dls_probes.arithmetic.token_divergence import kullback_leibler
from dls_probes.engine.ledger import Ledger
from dls_probes.engine.self_test import text_verdict
from dls_probes.models.transformers_model import ModelSpec
from dls_probes.packs import TextJob
from dls_probes.probes import ELICITATIONS
from dls_probes.runs.open_models import open_model
from dls_probes.runs.run import ProbeRun, Result, elicit_model

Figures = dict[str, Any]
_PROBES = (("uncertainty.multiple_choice", 300), ("privacy.in_context_secret", 100), ("diversity.open_answer", 50))
_ACROSS_DEVICES = 1e-4  # nats between two devices in float32
_OTHER_VALUES = 0.02  # share of the items at which a near tie may turn on another device


def noise(device: str, *, small: bool) -> Figures:  # noqa: ARG001
    """Compare the integers behind keyed sampling, which must be equal, and the noise made from them."""
    keys = torch.arange(-50, 50) * 0x12345678912345
    equal = torch.equal(noise_bits(keys, 7, 5000), noise_bits(keys.to(device), 7, 5000).cpu())
    difference = float((gumbel(keys, 7, 5000) - gumbel(keys.to(device), 7, 5000).cpu()).abs().max())
    return {"ok": equal and difference < 1e-9, "bits_equal": equal, "largest_difference": difference}  # noqa: PLR2004


def records(device: str, *, small: bool) -> Figures:
    """Compare the records of three probes: CPU with device, and the device with itself, also in two workers."""
    figures: Figures = {}
    for name, full in _PROBES:
        n = full // 10 if small else full
        reference, first, second = (_run(name, n, spec) for spec in _specs("cpu", device, device))
        difference, count = apart(values(reference), values(first))
        figures[name] = {
            "largest_difference": difference,
            "other_values": count,
            "again": values(first) == values(second),
            "layouts": {kind: layout for kind, (layout, _) in first.layouts.items()},
            "ok": difference <= _ACROSS_DEVICES and count <= _OTHER_VALUES * n and values(first) == values(second),
        }
    name, n = _PROBES[0][0], 30 if small else 300
    alone, spread = (_run(name, n, spec, workers) for spec, workers in zip(_specs(device, device), (0, 2), strict=True))
    equal = values(alone) == values(spread)
    return {"ok": equal and all(entry["ok"] for entry in figures.values()), "two_workers_equal": equal, **figures}


def reduced_precision(device: str, *, small: bool) -> Figures:
    """Measure by how much bfloat16 moves the records of the first probe, and in how many its choices turn."""
    name, n = _PROBES[0][0], 30 if small else 300
    exact, reduced = (
        [row for record in values(_run(name, n, spec)) for row in record["logprobs"]]
        for spec in (ModelSpec(pair.TEACHER, device=device, dtype=dtype) for dtype in ("float32", "bfloat16"))
    )
    pairs = list(zip(exact, reduced, strict=True))
    differences = sorted(apart(first, second)[0] for first, second in pairs)
    count = len(differences)
    quantiles = {f"q{share}": differences[min(count - 1, count * share // 100)] for share in (50, 90, 99, 100)}
    turns = sum(first.index(max(first)) != second.index(max(second)) for first, second in pairs)
    return {"ok": count > 0, "questions": count, "other_choices": turns, **quantiles}


def layouts(device: str, *, small: bool) -> Figures:
    """Let the self-test choose the layout of five families, in both precisions."""
    verdicts = {
        f"{kind} {dtype}": list(text_verdict(random_family(kind, device, dtype), [_branches()]))
        for kind in FAMILIES
        for dtype in (("float32",) if small else ("float32", "bfloat16"))
    }
    return {"ok": all(layout.startswith("tree") for layout, _ in verdicts.values()), **verdicts}


def divergence(device: str, *, small: bool) -> Figures:
    """Compare the divergence block by block with that of whole distributions: value, time and memory."""
    places, vocabulary = (64, 5000) if small else (2048, 151_936)
    p, q = (torch.randn(places, vocabulary, device=device) for _ in range(2))

    def blocks() -> torch.Tensor:
        return kullback_leibler(_part(p), _part(q), vocabulary).forward

    def whole() -> torch.Tensor:
        a, b = p.log_softmax(-1), q.log_softmax(-1)
        return (a.exp() * (a - b)).sum(-1)

    difference = float((blocks() - whole().double()).abs().max())
    return {
        "ok": difference < 1e-3,  # noqa: PLR2004
        "largest_difference": difference,
        "time_ratio": seconds(device, blocks) / seconds(device, whole),
        "peak_mib": peak_mib(device, blocks),
        "whole_peak_mib": peak_mib(device, whole),
    }


def apart(first: Any, second: Any) -> tuple[float, int]:
    """Return the largest difference between two numbers at the same place, and how many further values differ."""
    if isinstance(first, dict) and isinstance(second, dict) and first.keys() == second.keys():
        parts = [apart(first[key], second[key]) for key in first]
    elif isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        parts = [apart(*entry) for entry in zip(first, second, strict=True)]
    elif isinstance(first, float) and isinstance(second, float):
        return abs(first - second), 0
    else:
        return 0.0, int(first != second)
    return max((difference for difference, _ in parts), default=0.0), sum(count for _, count in parts)


def values(result: Result) -> list[Any]:
    """Return the records of a run as JSON values."""
    return list(msgspec.json.decode(msgspec.json.encode(result.records)))


def _run(name: str, n: int, spec: ModelSpec, workers: int = 0) -> Result:
    probe = find_probe(name)
    items = make_items(probe, 5, n)
    run = ProbeRun(name, probe.version, ELICITATIONS[name], items, 5)
    with (
        open_model(spec, workers=workers) as model,
        tempfile.TemporaryDirectory() as folder,
        Ledger(Path(folder) / "ledger") as ledger,
    ):
        return elicit_model(run, model, ledger)


def _specs(*devices: str) -> Iterator[ModelSpec]:
    return (ModelSpec(pair.TEACHER, device=device) for device in devices)


def _branches() -> tuple[TextJob, ...]:
    lead = tuple(range(3, 25))
    tails = ((30, 31, 32), (40, 41, 42), (50, 51, 52))
    return tuple(TextJob((*lead, *tail), len(lead)) for tail in tails)


def _part(values: torch.Tensor) -> Callable[[int, int], torch.Tensor]:
    return lambda first, last: values[:, first:last].clone()
