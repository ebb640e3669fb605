"""Fits age, sex and site beside the photo's own risk, and says with figures whether they help.

Two stages, since a model is too sure of the pictures it was trained on: what age, sex and site say by themselves is
learned on the training split; how much of it to believe beside the photo is learned on validation. It is shipped only
if, on the test split and against the photo alone recalibrated in the same way, the 95 % interval of the gain in log
loss lies above nothing for every resolution, and at no resolution fewer malignant pictures are found at the threshold.
"""
