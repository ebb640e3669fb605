"""Jobs that a test runs itself: started ones wait until it says what became of them."""

from dermaloop.ports import JobOrder, JobState


class FixedJobs:
    """The Jobs port without a process."""

    def __init__(self) -> None:
        self.orders: dict[str, JobOrder] = {}
        self.states: dict[str, JobState] = {}

    def start(self, order: JobOrder) -> str:
        name = f"{order.run_id}-{order.attempt}"
        self.orders.setdefault(name, order)
        self.states.setdefault(name, "running")
        return name

    def state(self, job: str) -> JobState:
        return self.states.get(job, "vanished")

    def log(self, job: str, *, last: int = 200) -> tuple[str, ...]:
        return (f"{job} is {self.state(job)}",) if job in self.states else ()
