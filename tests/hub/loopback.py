"""A hub that speaks enough of the Hugging Face Hub for its real client to search, look at and fetch from a folder.

`with LoopbackHub(root) as hub:` then HF_ENDPOINT=hub.url; `hub.log` has what was asked, `hub.faults` what goes wrong.
By itself: `python -m tests.hub.loopback ROOT [--port 8077] [--bytes-per-s 1000000] [--make]`. What may lie in ROOT is
told in `tests.hub.stock`, what can go wrong in `tests.hub.trouble`.
"""

import argparse
import re
import threading
import time
from contextlib import suppress
from http.server import ThreadingHTTPServer
from pathlib import Path

from tests.hub.answers import Answers


class LoopbackHub:
    def __init__(self, root, port=0, *, page=20, bytes_per_s=0):
        """`page`: items on one page of a list. `bytes_per_s`: of one file; 0 is as fast as it goes."""
        self.root, self.page, self.bytes_per_s = Path(root).resolve(), page, bytes_per_s
        self.log, self.faults = [], []
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), type("Answering", (Answers,), {"hub": self}))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.cdn = f"http://localhost:{self._server.server_port}"
        """The same door under another name: to a client it is another place, which must not see the token."""

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.closing.set()  # whoever hangs goes home
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def fault(self, path, method):
        """What is to go wrong with this request; faults with `times` are used up."""
        with self._lock:
            for fault in self.faults:
                fits = re.search(fault["match"], path) and fault.get("method", method) == method
                if fits and fault.get("times", -1):
                    fault["times"] = fault.get("times", -1) - 1
                    return fault
        return {}

    def note(self, request, fault):
        kept = ("Range", "Authorization", "User-Agent", "Accept-Encoding", "X-HF-Download-Counter")
        told = {name: request.headers[name] for name in kept if request.headers[name]}
        asked = {"t": time.monotonic(), "method": request.command, "path": request.path, "fault": fault.get("kind")}
        self.log.append({**asked, "host": request.headers.get("Host"), **told})

    def asked(self, pattern="", method=""):
        """The requests so far whose path has this pattern."""
        return [each for each in self.log if re.search(pattern, each["path"]) and method in ("", each["method"])]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("root", type=Path)
    parser.add_argument("--port", type=int, default=8077)
    parser.add_argument("--page", type=int, default=20)
    parser.add_argument("--bytes-per-s", type=int, default=0)
    parser.add_argument("--make", action="store_true", help="put the repos of tests.hub.repos into ROOT first")
    asked = parser.parse_args()
    if asked.make:
        from tests.hub.repos import make_all

        make_all(asked.root)
    with LoopbackHub(asked.root, asked.port, page=asked.page, bytes_per_s=asked.bytes_per_s) as hub:
        print(f"HF_ENDPOINT={hub.url} serves {asked.root}; Ctrl+C ends it", flush=True)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
