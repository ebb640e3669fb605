"""Kappas as scikit-learn and statsmodels compute them."""

import json
import sys

import numpy as np
from sklearn.metrics import cohen_kappa_score, jaccard_score
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa

given = json.load(sys.stdin)
first, second = given["first"], given["second"]
codes = sorted({*first, *second})
table = np.zeros((len(codes), len(codes)))
for one, other in zip(first, second, strict=True):
    table[codes.index(one), codes.index(other)] += 1
cohens = cohens_kappa(table)
print(
    json.dumps(
        {
            "sklearn": cohen_kappa_score(first, second),
            "cohen": [cohens.kappa, cohens.kappa_low, cohens.kappa_upp],
            "fleiss": fleiss_kappa(np.array(given["table"]), method="fleiss"),
            "jaccard": jaccard_score(np.ravel(given["masks"][0]), np.ravel(given["masks"][1])),
        }
    )
)
