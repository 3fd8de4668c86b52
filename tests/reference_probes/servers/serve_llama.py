"""Serve a GGUF file by llama.cpp's own server on a free port, whose address goes to standard output."""

import socket
import sys
import time

import xllamacpp


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(path: str) -> None:
    """Serve until the process is killed: float32 caches, no flash attention, one thread."""
    parameters = xllamacpp.CommonParams()
    parameters.model.path = path
    parameters.n_ctx, parameters.n_parallel, parameters.port = 8192, 4, _free_port()
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    parameters.cont_batching = parameters.endpoint_props = True
    parameters.cache_type_k = parameters.cache_type_v = xllamacpp.ggml_type.GGML_TYPE_F32
    parameters.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
    parameters.verbosity = 1
    server = xllamacpp.Server(parameters)
    print(server.listening_address, flush=True)  # noqa: T201  the parent reads it
    while True:
        time.sleep(60)


if __name__ == "__main__":
    serve(sys.argv[1])
