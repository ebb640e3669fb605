"""The server of many a published student project: Flask, a float32 Keras DenseNet121, `model.predict` a request.

Its weights are random, which costs as much time as trained ones. It keeps nothing, measures nothing and explains
nothing. With COMPILED=1 it calls a traced function instead of `predict`, as someone who reads the manual would.
"""

import base64
import io
import os
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from flask import Flask, Response, jsonify, request
from PIL import Image

LABELS = ("akiec", "bcc", "bkl", "df", "mel", "nv", "vasc")

app = Flask(__name__)
model = keras.applications.DenseNet121(weights=None, classes=len(LABELS))
compiled = tf.function(lambda pixels: model(pixels, training=False), jit_compile=False)


@app.post("/predict")
def predict() -> Response:
    data: Any = request.get_json()
    image = Image.open(io.BytesIO(base64.b64decode(data["image"]))).convert("RGB").resize((224, 224))
    pixels = keras.applications.densenet.preprocess_input(np.asarray(image, dtype=np.float32)[None])
    if os.environ.get("COMPILED") == "1":
        scores = compiled(tf.constant(pixels)).numpy()[0]
    else:
        scores = model.predict(pixels, verbose=0)[0]
    answer = {label: float(score) for label, score in zip(LABELS, scores, strict=True)}
    return jsonify(label=max(answer, key=lambda label: answer[label]), probabilities=answer)


if __name__ == "__main__":
    app.run(host=os.environ["HOST"], port=int(os.environ["PORT"]), threaded=True)
