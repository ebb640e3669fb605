"""Memory: after 200 predictions on both models, and whether it grows over thousands of requests."""

import threading

from tests.benchmarks.figures import Figure, Section
from tests.benchmarks.load import post, run_clients
from tests.benchmarks.servers import Memory, Server, running
from tests.benchmarks.stimuli import ROUTES, small_request

MOMENTS = (200, 500, 1000, 1500, 2000, 2500)
CLIENTS = 2  # so that every interpreter there may be is made


def measure() -> Section:
    found: dict[int, Memory] = {}
    with running() as server:
        asked = 0
        for moment in MOMENTS:
            _ask(server, moment - asked)
            asked, found[moment] = moment, server.megabytes()
    grown = found[MOMENTS[-1]].all_pss - found[500].all_pss
    first = found[200]
    return Section(
        key="memory",
        title="Memory",
        figures=[
            Figure(
                name="Resident memory of the worker after 200 predictions on both models",
                value=first.worker_rss,
                unit="MB",
                bar="at most",
                limit=230,
                detail=f"two clients at once; with the supervising process, shared pages once: {first.all_pss:.0f} MB",
            ),
            Figure(
                name=f"Growth of all processes from request 500 to {MOMENTS[-1]}",
                value=grown,
                unit="MB",
                bar="at most",
                limit=4,
                detail=", ".join(f"{moment}: {memory.all_pss:.1f}" for moment, memory in found.items()),
            ),
        ],
        series={"requests": [float(moment) for moment in found], "MB": [m.all_pss for m in found.values()]},
    )


def _ask(server: Server, requests: int) -> None:
    """So many predictions, on both models by turns and with different pictures."""
    messages = [post(path, small_request(seed)) for seed in range(3) for path in ROUTES.values()]
    left, lock = requests, threading.Lock()

    def spent() -> bool:
        nonlocal left
        with lock:
            left -= 1
            return left < 0

    load = run_clients(server.port, messages, CLIENTS, spent)
    if load.failed:
        raise RuntimeError(f"{load.failed} of {requests} requests failed")
