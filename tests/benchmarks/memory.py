"""Memory: after 200 predictions on both models, and whether it grows over thousands of requests."""

import threading

from tests.benchmarks.figures import Figure, Section
from tests.benchmarks.load import post, run_clients
from tests.benchmarks.servers import Memory, Server, running
from tests.benchmarks.stimuli import ROUTES, small_request

MOMENTS = (200, 500, 1000, 1500, 2000, 2500)
CLIENTS = 8  # all with the same model at a time, so that every thread and every interpreter there may be is made early


def measure() -> Section:
    found: dict[int, Memory] = {}
    with running() as server:
        asked = 0
        for moment in MOMENTS:
            for path in ROUTES.values():
                _ask(server, path, (moment - asked) // len(ROUTES))
            asked, found[moment] = moment, server.megabytes()
    first, last = found[200], found[MOMENTS[-1]]
    return Section(
        key="memory",
        title="Memory",
        figures=[
            Figure(
                name="Resident memory of all server processes after 200 predictions on both models",
                value=first.family,
                unit="MB",
                bar="at most",
                limit=230,
                detail=f"eight clients at once; {first.worker:.0f} MB of it the worker's; shared pages count twice",
            ),
            Figure(
                name=f"Growth of the processes' own memory from request 500 to {MOMENTS[-1]}",
                value=last.own - found[500].own,
                unit="MB",
                bar="at most",
                limit=2,
                detail=", ".join(f"{moment}: {memory.own:.1f}" for moment, memory in found.items())
                + f"; with the libraries' pages {found[500].family:.1f} and {last.family:.1f}",
            ),
        ],
        series={"requests": [float(moment) for moment in found], "MB": [memory.own for memory in found.values()]},
    )


def _ask(server: Server, path: str, requests: int) -> None:
    """So many predictions of one model, for different pictures."""
    messages = [post(path, small_request(seed)) for seed in range(3)]
    left, lock = requests, threading.Lock()

    def spent() -> bool:
        nonlocal left
        with lock:
            left -= 1
            return left < 0

    load = run_clients(server.port, messages, CLIENTS, spent)
    if load.failed:
        raise RuntimeError(f"{load.failed} of {requests} requests failed")
