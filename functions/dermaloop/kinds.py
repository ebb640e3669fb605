"""Every kind of record that changes, in one place: for indexes, for moving a store, for tests that hold them all."""

from typing import Any

from dermaloop.records.dead_letters import DEAD_LETTERS
from dermaloop.records.documents import Kind
from dermaloop.records.following import CLINICS, CONSULTATIONS, REMINDERS
from dermaloop.records.gathering import FINGERPRINTS
from dermaloop.records.people import PEOPLE
from dermaloop.records.policies import POLICIES
from dermaloop.records.quizzing import QUIZ_ANSWERS
from dermaloop.records.reviewing import REVIEW_KINDS
from dermaloop.records.training import CANDIDATES, PROGRESS, PROMOTIONS, RUNS, TURNS

KINDS: tuple[Kind[Any], ...] = (
    PEOPLE,
    REMINDERS,
    CLINICS,
    CONSULTATIONS,
    RUNS,
    TURNS,
    PROGRESS,
    CANDIDATES,
    PROMOTIONS,
    POLICIES,
    DEAD_LETTERS,
    *REVIEW_KINDS,
    FINGERPRINTS,
    QUIZ_ANSWERS,
)
