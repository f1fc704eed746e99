"""Everything that is true without a screen. Nothing below this folder imports streamlit."""

import os

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # onnxruntime reads it once, when it is imported
