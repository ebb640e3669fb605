"""The entry points of the cloud functions: each names itself and decides nothing."""

import os

from werkzeug.wrappers import Request, Response

from dermaloop import web
from dermaloop.wiring import site

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy would start a thread for every core, and we give it no work
site()  # a wrong setting stops the start, not the first request


def predict_malignancy(request: Request) -> Response:
    return web.answer("predict_malignancy", request, site())


def predict_disease(request: Request) -> Response:
    return web.answer("predict_disease", request, site())


def assess(request: Request) -> Response:
    return web.answer("assess", request, site())


def cases(request: Request) -> Response:
    return web.answer("cases", request, site())


def care(request: Request) -> Response:
    return web.answer("care", request, site())


def review(request: Request) -> Response:
    return web.answer("review", request, site())


def admin(request: Request) -> Response:
    return web.answer("admin", request, site())


def start_training(request: Request) -> Response:
    return web.answer("start_training", request, site())


def sweep(request: Request) -> Response:
    return web.answer("sweep", request, site())
