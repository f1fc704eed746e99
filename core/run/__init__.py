"""Opens models with onnxruntime and runs them. The only room that knows onnxruntime."""
