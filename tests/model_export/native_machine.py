"""Whether this machine can run the native engine; where it cannot, a file of its tests is skipped by name."""

import shutil
from pathlib import Path
from typing import Any

import pytest


def torch_or_skip() -> Any:
    """PyTorch, which has no types here."""
    torch = pytest.importorskip("torch", reason="the native engine needs PyTorch: model_export/native/requirements.txt")
    if shutil.which("g++") is None or "avx512bw" not in Path("/proc/cpuinfo").read_text():
        pytest.skip("the native engine needs g++ and AVX-512", allow_module_level=True)
    return torch
