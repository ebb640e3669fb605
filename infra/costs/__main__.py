"""Prints the costs (`make costs`), or simulates days and writes what comes of it (`make simulate`)."""

import sys
from collections.abc import Callable
from pathlib import Path

from infra.costs.estimate import open_seconds, table
from infra.costs.prices import cpu_seconds, prices
from infra.costs.scaling import report

README = Path(__file__).parents[1] / "README.md"
_PLACES: dict[str, Callable[[], str]] = {
    "costs": table,
    "scaling": lambda: (Path(__file__).with_name("scaling.md")).read_text().strip(),
}


def main(command: str) -> None:
    if command == "simulate":
        from infra.costs.drawing import draw

        text, days = report()
        Path(__file__).with_name("scaling.md").write_text(text + "\n")
        draw(days, Path(__file__).with_name("scaling.svg"))
    print(
        f"List prices of {prices()['date']}; a prediction takes {cpu_seconds() * 1000:.0f} ms of CPU "
        f"and is open for {open_seconds():.1f} s\n"
    )
    print(table())
    README.write_text(written(README.read_text()))


def written(readme: str) -> str:
    """The README with both tables in their places."""
    for name, made in _PLACES.items():
        start, end = f"<!-- {name}: python -m infra.costs -->\n", f"<!-- /{name} -->"
        head, _, rest = readme.partition(start)
        readme = f"{head}{start}{made()}\n{end}{rest.partition(end)[2]}"
    return readme


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "costs")
