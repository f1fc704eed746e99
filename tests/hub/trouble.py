"""Sends files, whole or in part, and does on purpose what goes wrong on real lines.

A fault is `{"match": pattern of the path, "kind": ..., "arg"?, "method"?, "times"?}`. Kinds:
status (arg: code, or {"code", "headers"}) · bare401 · html (a captive portal) · hang (arg: seconds) · reset · truncate
(both: arg bytes into a file) · slow (arg: bytes per second) · corrupt · norange · nolength · gzip.
"""

import gzip
import re
import socket
import struct
import time

PIECE_BYTES = 2**18
SLOW_PIECE_BYTES = 2**14
PORTAL = b"<!doctype html><html><body>Please accept the terms of the hotel.</body></html>"
_SPOILT = bytes(byte ^ 1 for byte in range(256))
NOT_SIGNED_IN = "Invalid username or password."


def instead(answers, fault):
    """Whether the whole answer is another one, and has been given."""
    kind, arg = fault.get("kind"), fault.get("arg")
    if kind == "hang":
        answers.hub.closing.wait(arg or 3600)
        answers.close_connection = True
        return not arg
    if kind == "reset" and not answers.path.startswith("/cdn/"):
        break_off(answers)
    elif kind == "status":
        told = arg if isinstance(arg, dict) else {"code": arg}
        answers.send_json({"error": f"injected {told['code']}"}, told["code"], **told.get("headers", {}))
    elif kind == "bare401":
        answers.send_json({"error": NOT_SIGNED_IN}, 401, **{"X-Error-Message": NOT_SIGNED_IN})
    elif kind == "html":
        answers.send_bytes(PORTAL, 200, **{"Content-Type": "text/html"})
    else:
        return False
    return True


def send_file(answers, file, etag, fault, **headers):
    """The file, or the range of it that was asked for."""
    kind = fault.get("kind")
    first, last, headers = _range(answers, file, kind, headers)
    if first >= file.size > 0:
        answers.send_bytes(b"", 416, **{"Content-Range": f"bytes */{file.size}"})
        return
    zipped = kind == "gzip" and "gzip" in answers.headers.get("Accept-Encoding", "") and answers.command == "GET"
    headers |= {"ETag": f'"{etag}"', "Accept-Ranges": "bytes", "Content-Type": "application/octet-stream"}
    if zipped or kind == "nolength":
        answers.close_connection = True
        headers |= {"Connection": "close"} | ({"Content-Encoding": "gzip"} if zipped else {})
    else:
        headers["Content-Length"] = str(last - first + 1)
    answers.send_head(206 if "Content-Range" in headers else 200, headers)
    if answers.command != "HEAD":
        _send_content(answers, file, first, last, fault)


def _range(answers, file, kind, headers):
    wanted = re.fullmatch(r"bytes=(\d*)-(\d*)", answers.headers.get("Range") or "")
    if not wanted or kind == "norange":
        return 0, file.size - 1, headers
    if wanted[1]:
        first, last = int(wanted[1]), min(int(wanted[2] or file.size - 1), file.size - 1)
    else:
        first, last = max(0, file.size - int(wanted[2])), file.size - 1
    return first, last, {**headers, "Content-Range": f"bytes {first}-{last}/{file.size}"}


def _send_content(answers, file, first, last, fault):
    with file.path.open("rb") as content:
        content.seek(first)
        if fault.get("kind") == "gzip":
            answers.wfile.write(gzip.compress(content.read(last - first + 1)))
        else:
            send(answers, content, last - first + 1, fault, answers.hub.bytes_per_s)


def send(answers, content, count, fault, bytes_per_s=0):
    """So many bytes of an open file, or fewer."""
    kind, arg = fault.get("kind"), fault.get("arg")
    breaks = kind in ("truncate", "reset")
    most = min(count, int(arg) if arg else count // 2) if breaks else count
    bytes_per_s = float(arg or 1e6) if kind == "slow" else bytes_per_s
    _send_pieces(answers, content, most, bytes_per_s, spoil=kind == "corrupt")
    if breaks:
        break_off(answers, rudely=kind == "reset")


def _send_pieces(answers, content, most, bytes_per_s, *, spoil):
    step, sent, start = PIECE_BYTES, 0, time.monotonic()
    if bytes_per_s:
        step = max(1, min(SLOW_PIECE_BYTES, int(bytes_per_s / 20)))
    while sent < most and (piece := content.read(min(step, most - sent))):
        answers.wfile.write(piece.translate(_SPOILT) if spoil else piece)
        sent += len(piece)
        if bytes_per_s and answers.hub.closing.wait(max(0.0, start + sent / bytes_per_s - time.monotonic())):
            return


def break_off(answers, *, rudely=True):
    """The line is gone: politely in the middle of a sentence, or with a reset."""
    answers.close_connection = True
    answers.wfile.flush()
    if rudely:
        answers.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    else:
        answers.connection.shutdown(socket.SHUT_RDWR)
    answers.connection.close()
