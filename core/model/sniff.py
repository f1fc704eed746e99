"""Says what a file is, when it is not ONNX."""

from __future__ import annotations

_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive, perhaps a PyTorch file or a zipped folder"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"GGUF", "a GGUF language model, made for llama.cpp"),
    (b"\x89HDF", "an HDF5 file, perhaps a Keras model"),
    (b"\x80\x02", "a Python pickle, perhaps a PyTorch or scikit-learn model"),
    (b"\x80\x03", "a Python pickle, perhaps a scikit-learn model"),
    (b"\x80\x04", "a Python pickle, perhaps a PyTorch or scikit-learn model"),
    (b"\x80\x05", "a Python pickle, perhaps a PyTorch or scikit-learn model"),
    (b"version https://git-lfs", "a Git LFS pointer: a note about where the model lies, not the model itself"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a Windows program"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"BM", "a BMP picture"),
    (b"RIFF", "a picture, sound or film"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
)
_INSIDE: tuple[tuple[int, bytes, str], ...] = (
    (4, b"ORTM", "a model in onnxruntime's own ORT format"),
    (4, b"TFL3", "a TensorFlow Lite model"),
    (4, b"ftyp", "a film or a HEIC picture"),
    (257, b"ustar", "a tar archive"),
)
_MAX_SAFETENSORS_HEADER_BYTES = 100 * 2**20


def what_is(head: bytes) -> str | None:
    """A few words such as `a PDF document`, from the first 512 bytes of a file; None when it may be ONNX."""
    for beginning, words in _BEGINNINGS:
        if head.startswith(beginning):
            return words
    for offset, mark, words in _INSIDE:
        if head[offset : offset + len(mark)] == mark:
            return words
    if _is_safetensors(head):
        return "a safetensors file: weights without the network that uses them"
    return _what_text(head)


def _is_safetensors(head: bytes) -> bool:
    return head[8:9] == b"{" and int.from_bytes(head[:8], "little") < _MAX_SAFETENSORS_HEADER_BYTES


def _what_text(head: bytes) -> str | None:
    """ONNX files hold control bytes from the second byte on, so a beginning made of readable letters is a text."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:64].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "a web page, perhaps a download page saved instead of the file"
    if start.startswith((b"<?xml", b"<svg")):
        return "an XML file or an SVG drawing"
    if any(byte < 32 and byte not in b"\t\n\r\f" for byte in head) or not start:
        return None
    if start.startswith((b"{", b"[")):
        return "a JSON file"
    return "a text file"
