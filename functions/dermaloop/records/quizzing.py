"""What doctors answered in the quiz."""

from dermaloop.records.documents import Ask, Kind, Record
from dermaloop.records.findings import Diagnosis


class QuizAnswer(Record, frozen=True, kw_only=True):
    """One doctor's answer to one image; its id is the review's and the doctor's, so the first one stands."""

    person: str
    review_id: str
    said: Diagnosis
    reference: Diagnosis
    at: str


QUIZ_ANSWERS = Kind("quiz_answers", QuizAnswer, asks=(Ask(), Ask(("person",), "at")))
