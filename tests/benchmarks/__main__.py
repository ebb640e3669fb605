"""Runs the benchmarks, all or those that are named, and writes the report; sections not run keep their last figures."""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

import psutil

from tests.benchmarks import contenders, crowds, memory, photos, plots, report, request, starting
from tests.benchmarks.figures import Section

SECTIONS: dict[str, Callable[[], Section]] = {
    "request": request.measure,
    "photo": photos.measure,
    "start": starting.measure,
    "google": starting.measure_google,
    "memory": memory.measure,
    "keras": contenders.against_keras,
    "onnx": contenders.against_onnx,
    "crowd": crowds.measure,
}


def main(asked: list[str]) -> int:
    if unknown := set(asked) - set(SECTIONS):
        print(f"There is no section {', '.join(sorted(unknown))}; there are: {', '.join(SECTIONS)}")
        return 2
    if not request.MODEL.exists():
        print(f"The benchmarks need the bundled model {request.MODEL}.")
        return 2
    found = {section.key: section for section in report.read()}
    for number, key in enumerate(asked or SECTIONS, start=1):
        print(f"[{number}/{len(asked or SECTIONS)}] {key} ...", flush=True)
        start = time.perf_counter()
        found[key] = _measured(SECTIONS[key])
        print(report.table(found[key]), f"\n  ({time.perf_counter() - start:.0f} s)", flush=True)
        ordered = {key: found[key] for key in SECTIONS if key in found}
        report.write(list(ordered.values()), plots.draw(ordered, report.HERE))
    return _conclude(list(found.values()))


def _measured(measure: Callable[[], Section]) -> Section:
    busy = psutil.cpu_percent(interval=1.0) / 100
    section = measure()
    section.busy_before = busy
    section.measured_at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return section


def _conclude(sections: list[Section]) -> int:
    missed = [figure.name for section in sections for figure in section.figures if figure.met is False]
    skipped = [reason for section in sections for reason in section.skipped]
    print(f"\nReport: {report.HERE / 'report.md'}")
    for name in missed:
        print(f"MISSED: {name}")
    for reason in skipped:
        print(f"SKIPPED: {reason}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
