"""The quiz: name what is seen, then see what doctors agreed on and where the model looked."""

import msgspec

from dermaloop.knowledge import nearest_locale
from dermaloop.records.findings import Diagnosis
from dermaloop.services import quizzing
from dermaloop.services.quizzing import QuizImage, QuizResult, QuizScores
from dermaloop.web.endpoints import Call, Endpoint
from dermaloop.web.review_queue import WRITE, InLocale


class QuizRequest(InLocale, kw_only=True, forbid_unknown_fields=True):
    """What the doctor takes it for."""

    diagnosis: Diagnosis


class QuizQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """The next image; null where there is none left."""

    image: QuizImage | None


def _next(call: Call) -> QuizQuestion:
    return QuizQuestion(image=quizzing.next_image(call.person, documents=call.world.documents))


def _answer(call: Call) -> QuizResult:
    locale = nearest_locale(call.body.locale)
    return quizzing.answer(call.path["image"], call.body.diagnosis, person=call.person, locale=locale, world=call.world)


def _scores(call: Call) -> QuizScores:
    return quizzing.scores(call.person, documents=call.world.documents)


_READ = ("rate_limited", "store_unavailable")

ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/review/quiz",
        sign_in="doctor",
        handle=_next,
        summary="An image to name, of those that several doctors agreed on.",
        gives=QuizQuestion,
        errors=_READ,
    ),
    Endpoint(
        "POST",
        "/api/review/quiz/{image}",
        sign_in="doctor",
        handle=_answer,
        summary="Name it; then see the reference, the models' answers and where the model looked.",
        takes=QuizRequest,
        examples={"smallest": {"diagnosis": "mel"}},
        gives=QuizResult,
        errors=("not_found", *WRITE),
    ),
    Endpoint(
        "GET",
        "/api/review/quiz-scores",
        sign_in="doctor",
        handle=_scores,
        summary="Your own score, as a whole and week by week.",
        gives=QuizScores,
        errors=_READ,
    ),
)
