"""The arithmetic of accelerators, the same in every release of torch: no shortcut, and one order of attention kernels.

A CPU is not concerned: it has no such shortcuts, and of these kernels it has the first and the last.
"""

from typing import Any

import torch


def fix_arithmetic() -> None:
    """Rule out products in TensorFloat-32, sums in half precision, and the attention of cuDNN.

    Then attention runs in the flash kernel where there is no mask and the precision is half, otherwise in the
    memory-efficient one, otherwise by plain products. Releases of torch disagree about when cuDNN comes before these.
    """
    products = torch.backends.cuda.matmul
    products.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    products.allow_fp16_reduced_precision_reduction = False
    products.allow_bf16_reduced_precision_reduction = False
    torch.backends.cuda.enable_cudnn_sdp(enabled=False)


def attention_kernels() -> str:
    """Return the kernels that attention may use, as torch says, the preferred one first."""
    backends: Any = torch.backends.cuda
    kernels = {
        "cudnn": backends.cudnn_sdp_enabled(),
        "flash": backends.flash_sdp_enabled(),
        "efficient": backends.mem_efficient_sdp_enabled(),
        "math": backends.math_sdp_enabled(),
    }
    return ", ".join(name for name, is_on in kernels.items() if is_on)
