"""Compiles the kernels at their first use and calls them."""

import ctypes
import hashlib
import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from model_export.errors import ExportError

SOURCES = tuple(Path(__file__).with_name(name) for name in ("depthwise.cpp", "passes.cpp", "views.cpp"))
FLAGS = ("-O3", "-march=native", "-ffast-math", "-fno-finite-math-only", "-shared", "-fPIC", "-std=c++17", "-w")


@cache
def library() -> ctypes.CDLL:
    """The compiled kernels, kept between runs under a name that says what they were compiled from."""
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in SOURCES) + " ".join(FLAGS).encode()).hexdigest()[
        :16
    ]
    compiled = Path(tempfile.gettempdir()) / f"dermaloop-kernels-{digest}.so"
    if not compiled.exists():
        part = compiled.with_suffix(f".{os.getpid()}.part")
        try:
            subprocess.run(["g++", *FLAGS, "-o", part, *SOURCES], check=True, capture_output=True, text=True)  # noqa: S603, S607
        except (OSError, subprocess.CalledProcessError) as error:
            said = getattr(error, "stderr", "") or str(error)
            raise ExportError(f"the native engine needs g++ and AVX-512; compiling it failed: {said[:500]}") from error
        part.replace(compiled)
    return ctypes.CDLL(str(compiled))


def call(name: str, *arguments: Any) -> None:
    """Calls a kernel; arrays go as their addresses, so they must be contiguous."""
    getattr(library(), name)(*(_plain(argument) for argument in arguments))


def _plain(value: Any) -> Any:
    if value is None:
        return ctypes.c_void_p(0)
    if isinstance(value, torch.Tensor):
        return ctypes.c_void_p(_checked(value.is_contiguous(), value.data_ptr()))
    if isinstance(value, np.ndarray):
        return ctypes.c_void_p(_checked(value.flags["C_CONTIGUOUS"], value.ctypes.data))
    return ctypes.c_float(value) if isinstance(value, float) else ctypes.c_long(value)


def _checked(contiguous: bool, address: int) -> int:
    if not contiguous:
        raise ValueError("a kernel was given an array with gaps")
    return address
