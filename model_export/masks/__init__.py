"""Models that say where the lesion lies: one mask for the whole picture instead of one label."""
