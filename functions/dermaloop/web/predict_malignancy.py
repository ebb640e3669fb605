"""API#1: benign or malignant."""

from dermaloop.web.predicting import prediction_endpoint

ENDPOINTS = (
    prediction_endpoint("/api/malignancy", "malignancy", "predict_malignancy", "Is the spot benign or malignant?"),
)
