"""Opens, checks and describes one ONNX file. It is only parsed: nothing in it is executed, no weights are loaded."""
