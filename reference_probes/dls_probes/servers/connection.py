"""A connection to a served model: which kind of server it is, which model, and what it can do."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dls.access_level import allows
from dls.errors import DlsError
from dls_probes.servers.address import ServerAddress
from dls_probes.servers.agreement_test import ServerAgreement, agreement_of, expect_tokenizer
from dls_probes.servers.client import Client, Patience
from dls_probes.servers.llama_server import LlamaServer
from dls_probes.servers.openai_server import OpenAiServer
from dls_probes.servers.server_api import ServedFacts, ServerApi
from dls_probes.servers.vllm_server import VllmServer
from dls_probes.servers.weights_test import nats_to_weights
from dls_probes.tokens.text import PromptTokenizer

PATIENCE = Patience()
_OWNERS = {"llamacpp": "llama.cpp", "vllm": "vllm"}
_NAMES = 5  # of models that a message lists


@dataclass(frozen=True, slots=True)
class Connection:
    """A server that was tested, with its model.

    Attributes:
        api: of the server.
        facts: about the model.
        vocabulary: the number of token ids.
        agreement: what the server can do.
        nats_to_weights: how far it is from the weights at hand; None without these, or without scores.

    """

    api: ServerApi
    facts: ServedFacts
    vocabulary: int
    agreement: ServerAgreement
    nats_to_weights: float | None = None

    def expect_same_model(self) -> None:
        """Refuse a server whose model was exchanged since the connection began.

        Raises:
            DlsError: it was.
        """
        if (facts := self.api.facts()) != self.facts:
            raise DlsError(
                f"the model behind {self.api.client.address.source} was exchanged during the run ({self.facts} became "
                f"{facts}); ask it again, whole, while nobody exchanges it"
            )


def connect(address: ServerAddress, text: PromptTokenizer) -> Connection:
    """Connect to a server and test it.

    Args:
        address: of the server.
        text: the tokenizer of the served model.

    Raises:
        DlsError: there is no server, no such model, another tokenizer, or no answer.
    """
    client = Client(address, PATIENCE)
    try:
        return _connection(address, text, client)
    except DlsError:
        client.close()
        raise


def _connection(address: ServerAddress, text: PromptTokenizer, client: Client) -> Connection:
    """Test a server, and return the connection to its model."""
    cards = _cards(client)
    name = _served_name(address, [str(card["id"]) for card in cards])
    vocabulary = vocabulary_of(address.tokenizer, text)
    ends = frozenset(text.eos)
    api = _api(client, name, _kind(address, cards), text, vocabulary)
    facts = api.facts()
    if facts.vocabulary not in (None, vocabulary):
        raise DlsError(
            f"{name} behind {address.source} has {facts.vocabulary} token ids, and the configuration in "
            f"{address.tokenizer} has {vocabulary}: this is not the tokenizer of the served model; name its folder"
        )
    expect_tokenizer(api, text.tokenizer, address.tokenizer)
    agreement = agreement_of(api, text.tokenizer, vocabulary, ends)
    has_scores = allows(agreement.access, "logprobs")
    nats = nats_to_weights(api, address.weights) if address.weights and has_scores else None
    return Connection(api, facts, vocabulary, agreement, nats)


def _cards(client: Client) -> list[Mapping[str, Any]]:
    reply = client.get("/v1/models")
    cards = reply.get("data") if isinstance(reply, dict) else None
    if not isinstance(cards, list) or not all(isinstance(card, dict) and "id" in card for card in cards):
        raise DlsError(
            f"{client.address.source} lists no models under /v1/models, so it is no server of a language model; "
            "correct the address"
        )
    return cards


def _served_name(address: ServerAddress, names: Sequence[str]) -> str:
    if address.serves in names:
        return str(address.serves)
    if address.serves is None and len(names) == 1:
        return names[0]
    listing = ", ".join(names[:_NAMES]) + (f" and {len(names) - _NAMES} more" if len(names) > _NAMES else "")
    wish = f"serves no {address.serves}" if address.serves else f"serves {len(names)} models"
    raise DlsError(f"{address.source} {wish}; name one of: {listing or 'none at all'}")


def _kind(address: ServerAddress, cards: Sequence[Mapping[str, Any]]) -> str:
    if address.api != "auto":
        return address.api
    return next((kind for card in cards if (kind := _OWNERS.get(str(card.get("owned_by"))))), "openai")


def _api(client: Client, name: str, kind: str, text: PromptTokenizer, vocabulary: int) -> ServerApi:
    if kind == "llama.cpp":
        return LlamaServer(client, name, frozenset({*text.eos, *text.tokenizer.all_special_ids}))
    if kind == "vllm":
        return VllmServer(client, name, vocabulary)
    return OpenAiServer(client, name, text.tokenizer)


def vocabulary_of(folder: Path, text: PromptTokenizer) -> int:
    """Return the number of token ids that a model has logits for, by the configuration in a folder."""
    try:
        config = json.loads((folder / "config.json").read_bytes())
        size = (config.get("text_config") or config)["vocab_size"]
        return int(size)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return len(text.tokenizer)
