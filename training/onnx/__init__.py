"""Keras networks as ONNX, layer by layer, and read with as they will be served."""
