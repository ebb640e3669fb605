"""Many requests at once: photos are read by turns, a few at a time, and every one gets its answer."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from dermaloop.contract.images import Pixels
from dermaloop.contract.preprocessing import ImageLimits
from dermaloop.ports import Scores
from dermaloop.services.reading import read_photo
from tests.fakes import FixedClassifier
from tests.pictures import jpeg


class CrowdedClassifier(FixedClassifier):
    """Takes its time, and remembers how many asked it at once."""

    def __init__(self) -> None:
        super().__init__({"mel": 0.6})
        self.present = self.most = 0
        self._lock = threading.Lock()

    def scores(self, pixels: Pixels) -> Scores:
        with self._lock:
            self.present += 1
            self.most = max(self.most, self.present)
        time.sleep(0.02)
        with self._lock:
            self.present -= 1
        return super().scores(pixels)


def test_no_more_photos_are_read_at_once_than_cores_can_serve() -> None:
    classifier, data = CrowdedClassifier(), jpeg()
    crowd = 4 * (os.cpu_count() or 1)
    with ThreadPoolExecutor(crowd) as pool:
        found = list(
            pool.map(
                lambda _: read_photo(data, crop=None, classifiers=[classifier], limits=ImageLimits()), range(2 * crowd)
            )
        )
    assert len(found) == 2 * crowd
    assert classifier.most <= (os.cpu_count() or 1) + 1
