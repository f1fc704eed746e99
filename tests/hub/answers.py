"""What the loopback hub answers to each address."""

import io
import json
import re
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from tests.hub import stock, trouble

_ID = r"(?P<id>[^/]+(?:/[^/]+)?)"
_ROUTES = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (rf"/api/models/{_ID}/tree/(?P<revision>[^/]+)(?:/(?P<path>.+))?", "tree"),
        (rf"/api/models/{_ID}/paths-info/(?P<revision>[^/]+)", "paths_info"),
        (rf"/api/models/{_ID}/revision/(?P<revision>[^/]+)", "info"),
        (rf"/api/models/{_ID}/refs", "refs"),
        (rf"/api/models/{_ID}/auth-check", "auth_check"),
        (rf"/api/resolve-cache/models/{_ID}/(?P<revision>[0-9a-f]{{40}})/(?P<path>.+)", "raw"),
        (rf"/{_ID}/raw/(?P<revision>[^/]+)/(?P<path>.+)", "raw"),
        (rf"/{_ID}/resolve/(?P<revision>[^/]+)/(?P<path>.+)", "resolve"),
        (rf"/api/models/{_ID}", "info"),
    )
)
_NEEDS_PERMISSION = ("raw", "resolve", "auth_check")
_MOST_ON_A_PAGE = 1000


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each small answer waits 40 ms for a nod of the other side
    hub = None
    """The LoopbackHub; set by it."""

    def handle(self):
        with suppress(ConnectionError, OSError, ValueError):  # whoever asked has left, or we broke the line on purpose
            super().handle()

    def do_GET(self):
        url = urlsplit(self.path)
        self.query = parse_qs(url.query, keep_blank_values=True)
        length = int(self.headers.get("Content-Length") or 0)
        self.form = parse_qs(self.rfile.read(length).decode()) if length else {}
        self.token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        self.fault = self.hub.fault(self.path, self.command)
        self.hub.note(self, self.fault)
        if not trouble.instead(self, self.fault):
            self._route(url.path)

    do_HEAD = do_POST = do_GET  # noqa: N815  the names the library calls

    def log_message(self, *_):
        pass

    def send_head(self, status, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def send_bytes(self, content, status=200, **headers):
        self.send_head(status, {"Content-Length": str(len(content)), "X-Request-Id": "Root=loopback", **headers})
        if self.command != "HEAD":
            trouble.send(self, io.BytesIO(content), len(content), self.fault)

    def send_json(self, value, status=200, **headers):
        self.send_bytes(json.dumps(value).encode(), status, **{"Content-Type": "application/json", **headers})

    def refuse(self, status, code, words, **headers):
        self.send_json({"error": words}, status, **{"X-Error-Code": code, "X-Error-Message": words, **headers})

    def _route(self, path):
        self.stock = stock.repos(self.hub.root)
        if path == "/api/models":
            self._list()
        elif path == "/api/whoami-v2":
            self._who()
        elif path.startswith("/cdn/"):
            self._cdn(path.removeprefix("/cdn/"))
        else:
            for pattern, name in _ROUTES:
                if match := pattern.fullmatch(path):
                    self._repo(name, {key: unquote(value) for key, value in match.groupdict().items() if value})
                    return
            self.refuse(404, "", f"There is no page {path}")

    def _repo(self, name, words):
        for repo in self.stock.values():
            if words["id"] in repo.meta.get("was", []):  # renamed: a relative redirect, like the real one
                self.send_bytes(b"", 307, Location=self.path.replace(words["id"], repo.id, 1))
                return
        repo = self.stock.get(words["id"])
        if repo and self._lets_in(repo, name, words.get("revision", "main")):
            getattr(self, f"_{name}")(repo, words.get("path", ""))
        elif not repo:
            self._not_found()

    def _lets_in(self, repo, name, revision):
        known = repo.lets_in(self.token)
        if repo.meta["private"] and not known:
            self._not_found()
        elif revision not in ("main", repo.sha):
            self.refuse(404, "RevisionNotFound", f"Invalid rev id: {revision}")
        elif name in _NEEDS_PERMISSION and repo.meta["gated"] and not known:
            self.refuse(403 if self.token else 401, "GatedRepo", f"Access to model {repo.id} is restricted")
        else:
            return True
        return False

    def _not_found(self):
        words = "Repository not found" if self.token else trouble.NOT_SIGNED_IN
        self.refuse(404 if self.token else 401, "RepoNotFound", words)

    def _who(self):
        if self.token:
            self.send_json({"type": "user", "name": "tester"})
        else:
            self.refuse(401, "", "Invalid credentials in Authorization header")

    def _list(self):
        found = [repo.about(self.query, alone=False) for repo in stock.matching(self.stock, self.query)]
        self._send_page(found, min(int(self.query.get("limit", [self.hub.page])[0]), _MOST_ON_A_PAGE))

    def _info(self, repo, _path):
        self.send_json(repo.about(self.query, alone=True))

    def _refs(self, repo, _path):
        main = {"name": "main", "ref": "refs/heads/main", "targetCommit": repo.sha}
        self.send_json({"branches": [main], "tags": [], "converts": []})

    def _auth_check(self, _repo, _path):
        self.send_json({})

    def _paths_info(self, repo, _path):
        expand = self.form.get("expand", [""])[0].lower() == "true"
        names = [name for name in self.form.get("paths", []) if name in repo.files]
        self.send_json([repo.entry(name, expand=expand) for name in names])

    def _tree(self, repo, path):
        recursive, expand = (self.query.get(key) == ["true"] for key in ("recursive", "expand"))
        found = repo.tree(f"{path}/" if path else "", recursive=recursive, expand=expand)
        if found or not path:
            self._send_page(found, self.hub.page)
        else:
            self.refuse(404, "EntryNotFound", f"{path} does not exist")

    def _raw(self, repo, path):
        file = repo.files.get(path)
        if file:
            trouble.send_file(self, file, file.oid, self.fault, **{"X-Repo-Commit": repo.sha})
        else:
            self.refuse(404, "EntryNotFound", "Entry not found", **{"X-Repo-Commit": repo.sha})

    def _resolve(self, repo, path):
        """Small files are one redirect away in the same place, large ones in another."""
        file, common = repo.files.get(path), {"X-Repo-Commit": repo.sha, "Accept-Ranges": "bytes"}
        if not file:
            self.refuse(404, "EntryNotFound", "Entry not found", **common)
            return
        common["ETag"] = f'"{file.oid}"'
        if not file.is_large:
            cached = f"/api/resolve-cache/models/{repo.id}/{repo.sha}/{quote(path)}"
            self.send_bytes(b"", 307, Location=cached, **common)
            return
        linked = {"X-Linked-Etag": f'"{file.sha256}"', "X-Linked-Size": str(file.size)}
        self.send_bytes(b"", 302, Location=f"{self.hub.cdn}/cdn/{file.sha256}?signed=yes", **common, **linked)

    def _cdn(self, sha256):
        files = (file for repo in self.stock.values() for file in repo.files.values())
        file = next((file for file in files if file.sha256 == sha256), None)
        if file:
            trouble.send_file(self, file, sha256, self.fault)
        else:
            self.send_bytes(b"", 404)

    def _send_page(self, items, size):
        start = int(self.query.get("cursor", ["0"])[0])
        headers = {}
        if start + size < len(items):
            further = {**self.query, "cursor": [str(start + size)]}
            address = f"{self.hub.url}{urlsplit(self.path).path}?{urlencode(further, doseq=True)}"
            headers["Link"] = f'<{address}>; rel="next"'
        self.send_json(items[start : start + size], **headers)
