"""API#2: one of seven diseases."""

from dermaloop.web.predicting import prediction_endpoint

ENDPOINTS = (
    prediction_endpoint(
        "/api/disease", "disease", "predict_disease", "Which of seven diseases does the spot resemble?"
    ),
)
