"""What the services need of the outside world, as protocols; adapters fulfil them, `wiring` chooses which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

import msgspec

from dermaloop.records import AuditEntry, AuditLine, Case, IdempotencyKey, KeptCase
from dermaloop.records.documents import Change, Found, Kind, Page, Query, Record

if TYPE_CHECKING:  # a function that asks no model should not pay for numpy
    import numpy as np
    from numpy.typing import NDArray

    from dermaloop.contract.images import Pixels
    from dermaloop.contract.manifest import Manifest
    from dermaloop.contract.preprocessing import ImageLimits
    from dermaloop.events import Event, Letter
    from dermaloop.records.following import Address
    from dermaloop.records.people import Person, Role

T = TypeVar("T", bound=Record)


class Records(Protocol):
    """The database. Each method is atomic; an unreachable store raises StoreUnavailable and has changed nothing.

    Where it was lost in the midst of a write it raises OutcomeUnknown: all of the write was made, or nothing.
    """

    def keep_case(self, case: Case, *, audit: AuditEntry, key: IdempotencyKey | None = None) -> Case:
        """Stores the case, or returns the one kept under this key already; the key of another request: Conflict."""

    def case(self, case_id: str) -> Case:
        """The case, or NotFound."""

    def delete_case(self, case_id: str, *, audit: AuditEntry) -> None:
        """Removes every row of the case and leaves the audit entry; a case that is gone already is no error."""

    def audit(self, subject: str) -> tuple[AuditEntry, ...]:
        """The trail of one subject, oldest first."""

    def cases_since(self, created_at: str, *, after: str = "", limit: int = 50) -> tuple[Case, ...]:
        """The next cases made at that time or later, by time, then by id; of that very time those with a greater id."""


class PortableRecords(Records, Protocol):
    """A database that can be moved to another one: read in an order that never changes, restored as often as one likes.

    What is restored twice is there once; what differs from what is there already is a Conflict.
    """

    def kept_cases(self, after: str = "") -> Iterator[KeptCase]:
        """Every case whose id is greater, by id."""

    def audit_lines(self) -> Iterator[AuditLine]:
        """The whole trail: subject by subject, each oldest first."""

    def restore_case(self, kept: KeptCase) -> bool:
        """Stores the case and its key without an audit entry; False where it is there already."""

    def restore_line(self, line: AuditLine) -> bool:
        """Stores a line at its place, after those before it; False where it is there already."""


class Documents(Protocol):
    """Records that change: read with their version, changed together or not at all.

    An unreachable store raises StoreUnavailable and has changed nothing; lost in the midst of a commit, it raises
    OutcomeUnknown: all of the commit was made, or nothing.
    """

    def get(self, kind: Kind[T], record_id: str) -> Found[T]:
        """The record, or NotFound."""

    def find(self, query: Query[T], *, after: str = "", limit: int = 50) -> Page[T]:
        """The next records in the query's order, then by id; what one page shows twice or misses is never guessed at:
        `after` names a place in the order, not a count."""

    def count(self, query: Query[T]) -> int:
        """How many records answer it."""

    def commit(self, *changes: Change) -> None:
        """Makes every change, or none: Conflict where a record has not the version expected of it, or TooLarge."""


class PortableDocuments(Documents, Protocol):
    """A database of such records that can be moved to another one."""

    def restore(self, kind: Kind[T], found: Found[T]) -> bool:
        """Stores a record with its version, over an earlier one; False where it is there already, and Conflict where
        another one is there under this version or a later one."""


class Blob(msgspec.Struct, frozen=True):
    """A stored file and the generation it had when it was read."""

    data: bytes
    generation: int


class Blobs(Protocol):
    """Files by key. Writes are whole or not at all; generations grow with every write and never return.

    An unreachable store raises StoreUnavailable; a write that failed so may have been made all the same.
    """

    def read(self, key: str) -> Blob:
        """The file, or NotFound."""

    def write(self, key: str, data: bytes, *, expected: int | None = None) -> int:
        """Returns the new generation; where `expected` is given and is not the present one (0: none yet), Conflict."""

    def delete(self, key: str) -> None:
        """Removes the file; one that is gone already is no error."""

    def keys(self, prefix: str) -> Iterator[str]:
        """All keys under a prefix that ends in a slash, sorted."""


class Link(msgspec.Struct, frozen=True):
    """An address by which whoever has it sees one file, until the time it names."""

    url: str
    expires_at: str


class Links(Protocol):
    """Lends files of the store to a browser, which needs no sign-in for them."""

    def lend(self, key: str, *, seconds: int) -> Link:
        """For this key and so long only. Whether there is such a file shows when the address is followed."""


class Stores(msgspec.Struct, frozen=True):
    """Where one backend keeps everything."""

    records: PortableRecords
    blobs: Blobs
    documents: PortableDocuments


class Identity(Protocol):
    """Who is calling. A token that is missing something, forged, expired or revoked is Unauthenticated."""

    def person(self, token: str) -> Person:
        """Whose sign-in this is, with the roles they have now."""

    def service(self, token: str) -> str:
        """Which of our own services is calling: the bus or the scheduler."""

    def people(self) -> tuple[Person, ...]:
        """Everybody who has a role, by e-mail."""

    def known(self, email: str) -> Person:
        """Whoever has signed in with this address, with a role or without; or NotFound."""

    def grant(self, email: str, roles: tuple[Role, ...]) -> Person:
        """Gives somebody exactly these roles from their next request on; NotFound for an unknown address."""


class Events(Protocol):
    """Tells what has happened, at least once and in any order; StoreUnavailable where it could not be told."""

    def publish(self, event: Event) -> None: ...

    def undelivered(self, *, limit: int = 100) -> tuple[Letter, ...]:
        """Dead letters: some of what was tried too often. They stay until they are settled."""

    def settle(self, letters: Iterable[Letter]) -> None:
        """Takes dead letters away for good: they were replayed, or are kept elsewhere."""


JobState = Literal["queued", "running", "succeeded", "failed", "vanished"]


class JobOrder(msgspec.Struct, frozen=True):
    """What a training job is given: everything else it reads from the store."""

    run_id: str
    attempt: int
    recipe: str
    snapshot: str


class Jobs(Protocol):
    """Runs `python -m model_export run` somewhere."""

    def start(self, order: JobOrder) -> str:
        """The job's name; the same run and attempt started twice is one job."""

    def state(self, job: str) -> JobState: ...

    def log(self, job: str, *, last: int = 200) -> tuple[str, ...]:
        """The last lines it wrote, oldest first; none where they cannot be had."""


class Notice(msgspec.Struct, frozen=True):
    """A message to one person; the id is the same however often it is sent."""

    id: str
    to: Address
    locale: str
    subject: str
    text: str


class Notifier(Protocol):
    """Reaches people who left an address; StoreUnavailable where that cannot be done now. The same notice sent twice
    reaches them once, as far as the way it goes allows."""

    def send(self, notice: Notice) -> None: ...


class Wording(Protocol):
    """Another voice for a text: None where it has none to offer. What it offers is never taken unchecked."""

    def reword(self, text: str, *, locale: str) -> str | None: ...


class Scores(msgspec.Struct, frozen=True):
    """A model's raw outputs for one picture."""

    logits: NDArray[np.float32]
    activation: NDArray[np.float32]
    embedding: NDArray[np.float32]


class Classifier(Protocol):
    """One loaded version of one model; safe to call from many threads at once."""

    @property
    def manifest(self) -> Manifest: ...

    def scores(self, pixels: Pixels) -> Scores: ...


class Classifiers(Protocol):
    """The open registry of named models; each call may see a newer champion than the last."""

    def champion(self, name: str) -> Classifier:
        """The version that serves now: NotFound for an unknown name, ModelUnavailable for one that will not load."""

    def names(self) -> tuple[str, ...]:
        """Every model that can be asked, sorted."""


class MaskScores(msgspec.Struct, frozen=True):
    """A segmenter's raw outputs for one whole picture: a map of logits, positive on the lesion, and its embedding."""

    logits: NDArray[np.float32]
    embedding: NDArray[np.float32]


class Segmenter(Protocol):
    """One loaded version of one model that says where the lesion lies; safe to call from many threads at once."""

    @property
    def manifest(self) -> Manifest: ...

    def mask(self, pixels: Pixels) -> MaskScores: ...


class Segmenters(Protocol):
    """The same open registry, for the models that outline."""

    def champion(self, name: str) -> Segmenter:
        """The version that serves now: NotFound for an unknown name, ModelUnavailable for one that will not load."""

    def names(self) -> tuple[str, ...]:
        """Every model that can be asked, sorted."""


class World(msgspec.Struct, frozen=True):
    """Every port the services may use, chosen once by `wiring`."""

    records: PortableRecords
    blobs: Blobs
    links: Links
    documents: Documents
    classifiers: Classifiers
    segmenters: Segmenters
    image_limits: ImageLimits
    identity: Identity
    events: Events
    notifier: Notifier
    jobs: Jobs
    wording: Wording | None = None  # none: the chat says what is written
