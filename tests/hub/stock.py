"""What lies in the loopback hub: each folder `<org>/<name>/` with a `.hub.json` is a repo, its files are the files.

`.hub.json` may have: downloads, likes, trending, tags, pipeline_tag, library_name, gated, private, cardData, createdAt,
lastModified, config, safetensors, security (level by path), was (old ids that lead here), allow (tokens that may come
in), unscanned (the scanner isn't done), told (names of files that are listed though there are none: any names at all).
"""

import functools
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

LARGE_BYTES = 10 * 2**20
LARGE_NAMES = (".onnx", ".onnx_data", ".bin", ".safetensors", ".data", ".pb")
"""Stored as the hub stores large files: known by SHA-256, served from another origin."""
_LISTED = (
    "downloads",
    "likes",
    "tags",
    "pipeline_tag",
    "library_name",
    "createdAt",
    "lastModified",
    "private",
    "gated",
)
_MORE_OF_ALL = ("author", "sha", "lastModified", "gated", "disabled", "siblings")


@dataclass(frozen=True)
class File:
    path: Path
    size: int
    oid: str
    """SHA-1 as git counts it: the ETag of small files."""
    sha256: str
    is_large: bool


class Repo:
    def __init__(self, root, folder):
        self.id = folder.relative_to(root).as_posix()
        self.meta = {"tags": [], "downloads": 0, "likes": 0, "gated": False, "private": False}
        self.meta |= {"createdAt": "2023-01-01T00:00:00.000Z", "lastModified": "2024-01-01T00:00:00.000Z"}
        self.meta |= json.loads((folder / ".hub.json").read_text() or "{}")
        paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != ".hub.json")
        self.files = {path.relative_to(folder).as_posix(): _file(path) for path in paths}
        content = json.dumps([(name, file.oid) for name, file in self.files.items()])
        self.sha = hashlib.sha1(content.encode()).hexdigest()

    def lets_in(self, token):
        return token in self.meta.get("allow", [])

    def about(self, query, *, alone):
        """As a line of a list, or alone, where everything is told."""
        everything = self._everything()
        if wanted := query.get("expand"):  # only what was asked for; sizes are never told here
            return {
                "_id": self.sha[:24],
                "id": self.id,
                **{key: everything[key] for key in wanted if key in everything},
            }
        keys = set(everything) if alone else {*_LISTED, *(_MORE_OF_ALL if query.get("full") == ["true"] else ())}
        found = {"_id": self.sha[:24], "id": self.id, "modelId": self.id}
        found |= {key: value for key, value in everything.items() if key in keys}
        if query.get("blobs") == ["true"]:
            found["siblings"] = [_with_size(name, file) for name, file in self.files.items()] + self._told()
        if query.get("securityStatus") == ["true"]:
            bad = [{"path": path, "level": level} for path, level in self.meta.get("security", {}).items()]
            found["securityRepoStatus"] = {"scansDone": not self.meta.get("unscanned"), "filesWithIssues": bad}
        return found

    def _everything(self):
        more = {
            "author": self.id.split("/")[0],
            "sha": self.sha,
            "disabled": False,
            "siblings": [{"rfilename": name} for name in self.files],
            "cardData": self.meta.get("cardData"),
            "config": self.meta.get("config"),
            "safetensors": self.meta.get("safetensors"),
            "usedStorage": sum(file.size for file in self.files.values()),
            "trendingScore": self.meta.get("trending", 0),
        }
        known = {key: self.meta.get(key) for key in _LISTED} | more
        return {key: value for key, value in known.items() if value is not None}

    def _told(self):
        lfs = {"sha256": "0" * 64, "size": 100, "pointerSize": 134}
        return [{"rfilename": name, "size": 100, "blobId": "0" * 40, "lfs": lfs} for name in self.meta.get("told", [])]

    def entry(self, name, *, expand):
        """One file as a list of files tells it."""
        file = self.files[name]
        found = {"type": "file", "path": name, "size": file.size, "oid": file.oid}
        if file.is_large:
            found["lfs"] = {"oid": file.sha256, "size": file.size, "pointerSize": 134}
        if expand:
            level = self.meta.get("security", {}).get(name, "safe")
            found["lastCommit"] = {"id": self.sha, "title": "upload", "date": "2024-01-01T00:00:00.000Z"}
            found["securityFileStatus"] = {"status": level, "avScan": {"virusFound": level != "safe"}}
            found["securityFileStatus"] |= {"pickleImportScan": None, "jFrogScan": None, "protectAiScan": None}
        return found

    def tree(self, under, *, recursive, expand):
        found = {}
        for name in self.files:
            if not name.startswith(under):
                continue
            parts = name[len(under) :].split("/")
            for depth in range(1, len(parts) if recursive else min(2, len(parts))):
                path = under + "/".join(parts[:depth])
                found[path] = {"type": "directory", "path": path, "size": 0, "oid": _sha1(path.encode())}
            if recursive or len(parts) == 1:
                found[name] = self.entry(name, expand=expand)
        return list(found.values())


def repos(root):
    """By id, as they are now."""
    folders = sorted(path.parent for path in root.glob("*/*/.hub.json"))
    return {repo.id: repo for repo in (Repo(root, folder) for folder in folders)}


def matching(stock, query):
    """The public repos a search finds, as it wants them sorted."""
    words = query.get("search", [""])[0].lower()
    tags = [tag for each in query.get("filter", []) + query.get("pipeline_tag", []) for tag in each.split(",")]
    found = [
        repo for repo in stock.values() if not repo.meta["private"] and words in repo.id.lower() and _has(repo, tags)
    ]
    if "author" in query:
        found = [repo for repo in found if repo.id.split("/")[0].lower() == query["author"][0].lower()]
    if "gated" in query:
        found = [repo for repo in found if bool(repo.meta["gated"]) == (query["gated"] == ["true"])]
    key = query.get("sort", ["trendingScore"])[0].replace("trendingScore", "trending")
    return sorted(found, key=lambda repo: (repo.meta.get(key) or 0, repo.id), reverse=True)


def _has(repo, tags):
    return {*tags} <= {*repo.meta["tags"], repo.meta.get("pipeline_tag"), repo.meta.get("library_name")}


def _with_size(name, file):
    found = {"rfilename": name, "size": file.size, "blobId": file.oid}
    if file.is_large:
        found["lfs"] = {"sha256": file.sha256, "size": file.size, "pointerSize": 134}
    return found


def _file(path):
    state = path.stat()
    oid, sha256 = _hashes(path, state.st_size, state.st_mtime_ns)
    return File(path, state.st_size, oid, sha256, state.st_size >= LARGE_BYTES or path.name.endswith(LARGE_NAMES))


@functools.cache
def _hashes(path, size, _changed_ns):
    sha1, sha256 = hashlib.sha1(b"blob %d\0" % size), hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(2**20):
            sha1.update(piece)
            sha256.update(piece)
    return sha1.hexdigest(), sha256.hexdigest()


def _sha1(content):
    return hashlib.sha1(content).hexdigest()
