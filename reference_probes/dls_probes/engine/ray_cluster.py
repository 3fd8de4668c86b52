"""A cluster of Ray, and the connection of this process to it.

A cluster has no passwords: connect only to one that others cannot reach.
"""

from importlib.util import find_spec
from typing import Any, NamedTuple

from dls.errors import DlsError


class RayCluster(NamedTuple):
    """A cluster, and the actors that a run wants there.

    Attributes:
        actors: how many.
        address: `auto` or `HOST:PORT`; None starts a cluster of this machine alone.
        gpus: of each actor; a part of a GPU is possible.
        patience: seconds without any actor after which the run ends.

    """

    actors: int
    address: str | None = None
    gpus: float = 0
    patience: float = 600


def library() -> Any:
    """Return the library, which is imported when a run first uses a cluster; its types change between releases."""
    import ray

    return ray


def expect_ray() -> None:
    """Refuse a run on a cluster where Ray is not installed.

    Raises:
        DlsError: it is not.
    """
    if find_spec("ray") is None:
        raise DlsError("the package ray is not there: pip install 'distillation-loss-statement[ray]'")


def connect(address: str | None) -> None:
    """Connect this process to a cluster, once.

    Raises:
        DlsError: no cluster answers.
    """
    ray = library()
    if ray.is_initialized():
        return
    options = {} if address else {"include_dashboard": False}
    try:
        ray.init(address=address, log_to_driver=False, logging_level="ERROR", **options)
    except Exception as error:
        raise DlsError(
            f"no cluster of Ray answers at {address or 'this machine'} ({type(error).__name__}: {error}); start one "
            "with `ray start --head`, or leave --ray-address out"
        ) from error


def no_place(cluster: RayCluster, seconds: float) -> str:
    """Return why no actor has started, from the wants of the run and the offer of the cluster."""
    offer = {name: count for name, count in library().cluster_resources().items() if name in {"CPU", "GPU"}}
    return (
        f"no actor has loaded the model after {seconds:.0f} s: each wants 1 CPU and {cluster.gpus:g} GPUs, and the "
        f"cluster has {offer.get('CPU', 0):g} CPUs and {offer.get('GPU', 0):g} GPUs in all; add nodes, or ask for less"
    )
