"""What people and machines do, told so that it can be told again: each story says which services write in it."""

import dataclasses
from collections.abc import Callable
from random import Random

from dermaloop.adapters.local_events import LocalEvents
from dermaloop.errors import Conflict, NotFound, StoreUnavailable
from dermaloop.patience import patience
from dermaloop.ports import Stores, World
from dermaloop.records.people import Person
from dermaloop.services.keeping import Consent, Request
from dermaloop.services.predicting import predict
from tests.pictures import jpeg
from tests.services.faulty import Killed
from tests.services.jobs import FixedJobs

ADA, BEN, CHEN, ADMIN = (
    Person(id=f"local-{number}", email=f"{name}@example.org", name=f"Dr {name.title()}", roles=("doctor", "admin"))
    for number, name in enumerate(("ada", "ben", "chen", "admin"), 1)
)
_AGAIN = 0.3
"""How often a request that was answered is delivered once more."""


@dataclasses.dataclass
class Life:
    """One seed's world, seen through the trouble and without it; and a store beside it."""

    troubled: World
    calm: World
    random: Random
    break_things: Callable[[Random, bool], None]
    elsewhere: Stores

    def persist(self, ask: Callable[[World], object]) -> None:
        """Asks until it is done, and perhaps once more. A conflict says that an earlier try was made."""
        for tries in range(12):
            self.break_things(self.random, tries < 10)
            try:
                with patience(0.4 if tries < 10 else 60):
                    ask(self.troubled)
            except (StoreUnavailable, Killed):
                continue
            except (Conflict, NotFound):
                assert tries, "the very first try was refused"
            self.break_things(self.random, False)
            if self.random.random() < _AGAIN:
                self._once_more(ask)
            return
        raise AssertionError("it was never done")

    def _once_more(self, ask: Callable[[World], object]) -> None:
        try:
            ask(self.troubled)
        except (Conflict, NotFound):
            return

    @property
    def events(self) -> LocalEvents:
        assert isinstance(self.calm.events, LocalEvents)
        return self.calm.events

    @property
    def jobs(self) -> FixedJobs:
        assert isinstance(self.calm.jobs, FixedJobs)
        return self.calm.jobs

    def actions(self, subject: str) -> list[str]:
        return [line.action for line in self.calm.records.audit(subject)]

    def case(self) -> tuple[str, str]:
        """A kept case whose owner agreed to training, and its token."""
        request = Request("predict_disease", Consent(store_image=True, train=True), key="a-key-of-its-own")
        answer = predict(
            image=jpeg(96), model="disease", crop=None, explain=False, locale="en", request=request, world=self.calm
        )
        return answer.id, answer.token or ""


Story = Callable[[Life], None]


@dataclasses.dataclass(frozen=True)
class Told:
    """A story, and the functions that write in it."""

    story: Story
    writes: frozenset[str]
    on_google: int


def writing(*writes: str, on_google: int = 3) -> Callable[[Story], Told]:
    """Marks a story with the functions of services, as module.function, that write in it; and how many lives tell it
    on the emulators, where a write takes many times as long."""
    return lambda story: Told(story, frozenset(writes), on_google)
