"""What is kept: frozen structs that every store reads and writes alike; here those that every function needs."""

from dermaloop.records.audit import AuditEntry, AuditLine
from dermaloop.records.cases import (
    Case,
    IdempotencyKey,
    KeptCase,
    LesionImage,
    ModelVersion,
    Prediction,
    Status,
)

__all__ = [
    "AuditEntry",
    "AuditLine",
    "Case",
    "IdempotencyKey",
    "KeptCase",
    "LesionImage",
    "ModelVersion",
    "Prediction",
    "Status",
]
