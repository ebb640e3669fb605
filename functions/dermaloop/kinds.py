"""Every kind of record that changes, in one place: for indexes, for moving a store, for tests that hold them all."""

from typing import Any

from dermaloop.records.documents import Kind
from dermaloop.records.following import CLINICS, CONSULTATIONS, REMINDERS
from dermaloop.records.people import PEOPLE

KINDS: tuple[Kind[Any], ...] = (PEOPLE, REMINDERS, CLINICS, CONSULTATIONS)
