"""Writes what was found: a table on the terminal, report.md to read and report.json to compute with."""

import os
import platform
import subprocess
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import msgspec

from tests.benchmarks.figures import Section

HERE = Path(__file__).parent
RAW = HERE / "report.json"
RUNTIMES = ("ai-edge-litert", "pillow", "numpy", "msgspec", "functions-framework", "gunicorn")
_HEADER = "| Figure | Found | Bar | Verdict | How |\n|---|---:|---|---|---|"


class Report(msgspec.Struct, kw_only=True):
    """The latest measurement of every section, and what it was measured on."""

    machine: dict[str, str]
    sections: list[Section]


def read() -> list[Section]:
    return msgspec.json.decode(RAW.read_bytes(), type=Report).sections if RAW.exists() else []


def write(sections: Sequence[Section], plots: Sequence[str]) -> None:
    report = Report(machine=_machine(), sections=list(sections))
    rounded = msgspec.convert(_rounded(msgspec.to_builtins(report)), Report)
    RAW.write_bytes(msgspec.json.format(msgspec.json.encode(rounded), indent=0) + b"\n")
    (HERE / "report.md").write_text(_markdown(report, plots), encoding="utf-8")


def table(section: Section) -> str:
    """One section as it is printed."""
    lines = [f"\n{section.title}"]
    for figure in section.figures:
        lines.append(f"  {figure.verdict or '·':6} {figure.shown:>12}  {figure.allowed:18} {figure.name}")
        lines.append(f"{'':42}{figure.detail}")
    return "\n".join(lines + [f"  SKIPPED  {reason}" for reason in section.skipped])


def _markdown(report: Report, plots: Sequence[str]) -> str:
    machine = ", ".join(f"{name} {value}" for name, value in report.machine.items())
    parts = [
        "# Speed and size",
        "Written by `make bench`. Every figure is a ratio, or a size, measured within one run on one machine, by turns "
        "where two things are compared; read the ratios, not the milliseconds.",
        f"Machine: {machine}.",
        _verdict(report.sections),
        *(_section(section) for section in report.sections),
        *(f"![{name}]({name})" for name in plots),
    ]
    return "\n\n".join(parts) + "\n"


def _verdict(sections: Sequence[Section]) -> str:
    judged = [figure for section in sections for figure in section.figures if figure.met is not None]
    missed = [figure for figure in judged if not figure.met]
    said = f"**{len(judged) - len(missed)} of {len(judged)} bars are met.**"
    return "\n".join([said, *(f"- Missed: {figure.name}: {figure.shown}, {figure.allowed}." for figure in missed)])


def _section(section: Section) -> str:
    rows = [f"| {f.name} | {f.shown} | {f.allowed} | {f.verdict} | {f.detail} |" for f in section.figures]
    said = f"Measured {section.measured_at}; other work took {section.busy_before:.0%} of the cores just before."
    skipped = [f"**Skipped:** {reason}." for reason in section.skipped]
    return "\n\n".join([f"## {section.title}", *(["\n".join([_HEADER, *rows])] if rows else []), *skipped, said])


def _machine() -> dict[str, str]:
    return {
        "cores": str(os.cpu_count()),
        "processor": _processor(),
        "Python": platform.python_version(),
        **{name: version(name) for name in RUNTIMES},
    }


def _processor() -> str:
    listed = subprocess.run(["lscpu"], capture_output=True, text=True, check=False).stdout
    names = [line.partition(":")[2].strip() for line in listed.splitlines() if line.startswith("Model name")]
    return names[0] if names else platform.machine()


def _rounded(value: object) -> object:
    """Four digits say all that was measured."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, list) else value
