"""Unpacks ZIP archives in memory, and distrusts everything their headers say."""

from __future__ import annotations

import hashlib
import io
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from core import settings
from core.errors import BadFile, TooLarge
from core.types import Say

BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, LookupError, struct.error)
"""What the standard library raises on damaged archives; NotImplementedError is a RuntimeError."""
_END, _END_BYTES, _LONGEST_COMMENT = b"PK\x05\x06", 22, 65_535
_LOCATOR, _LOCATOR_BYTES, _END64_BYTES = b"PK\x06\x07", 20, 56
_ENCRYPTED = 0x1
_PIECE_BYTES = 2**20
_LONGEST_NAME = 240


def read_archive(
    data: bytes | BinaryIO,
    max_files: int = settings.MAX_ARCHIVE_FILES,
    max_bytes: int = settings.MAX_ARCHIVE_BYTES,
) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file, one after the other; `dict(read_archive(data))` has them all.

    Names use `/`, are relative, and never lead out of the archive. Archives inside stay packed; folders and what
    macOS adds are left out. The list of files is checked before the first is unpacked.
    Raises BadFile, or TooLarge when a limit is passed.
    """
    file = io.BytesIO(data) if isinstance(data, bytes) else data
    try:
        with open_zip(file) as archive:
            members = _members(archive, max_files)
            _check_total(sum(info.file_size for info in members.values()), _size_bytes(file), max_bytes)
            unpacked_bytes = 0
            for name, info in members.items():
                content = unpack(archive, info, max_bytes - unpacked_bytes)
                unpacked_bytes += len(content)
                yield name, content
    except BROKEN as error:
        raise BadFile(
            "This archive can't be unpacked.",
            "It is damaged, or not a ZIP archive.",
            "Pack the files once more as ZIP.",
            f"{type(error).__name__}: {error}",
        ) from error


def unpack_to(file: BinaryIO, folder: Path, max_bytes: int, say: Say) -> dict[str, tuple[int, str]]:
    """Unpack into an empty folder, however large: size and SHA-256 of each file by its name. Checked as above.

    Raises BadFile, or TooLarge when a limit is passed.
    """
    found = {}
    try:
        with open_zip(file) as archive:
            members = _members(archive, settings.MAX_ARCHIVE_FILES)
            total = sum(info.file_size for info in members.values())
            _check_total(total, _size_bytes(file), max_bytes)
            done = 0
            for name, info in members.items():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                size_bytes, sha256 = 0, hashlib.sha256()
                with path.open("xb") as target:
                    for piece in _pieces(archive, info, max_bytes - done):
                        target.write(piece)
                        sha256.update(piece)
                        size_bytes += len(piece)
                        say(min(1.0, (done + size_bytes) / max(total, 1)), f"Unpacking {name}")
                done += size_bytes
                found[name] = size_bytes, sha256.hexdigest()
    except BROKEN as error:
        raise BadFile(
            "This archive can't be unpacked.",
            "It is damaged, not a ZIP archive, or the disk is full.",
            "Pack the files once more as ZIP.",
            f"{type(error).__name__}: {error}",
        ) from error
    return found


def open_zip(file: BinaryIO) -> zipfile.ZipFile:
    """The archive, its list of files read. Raises TooLarge when that list alone is too long, or one of BROKEN."""
    size_bytes = _size_bytes(file)
    file.seek(max(0, size_bytes - _END_BYTES - _LONGEST_COMMENT - _LOCATOR_BYTES - _END64_BYTES))
    if _directory_bytes(file.read()) > settings.MAX_ZIP_DIRECTORY_BYTES:
        raise _too_many_files()
    file.seek(0)
    return zipfile.ZipFile(file)


def unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, max_bytes: int) -> bytes:
    """The content of one file, counted while it is unpacked. Raises BadFile, TooLarge or one of BROKEN."""
    return b"".join(_pieces(archive, info, max_bytes))


def _pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo, max_bytes: int) -> Iterator[bytes]:
    if info.flag_bits & _ENCRYPTED:
        raise BadFile(
            "This archive has a password.", f"“{info.filename[:80]}” is encrypted.", "Pack it without a password."
        )
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # others unpack without a limit
        raise BadFile(
            "This archive is packed in an unusual way.",
            f"“{info.filename[:80]}” uses method {info.compress_type}; this app reads the usual deflate, method 8.",
            "Pack the files once more as ordinary ZIP.",
        )
    size_bytes = 0
    with archive.open(info) as packed:
        while piece := packed.read(_PIECE_BYTES):
            size_bytes += len(piece)
            if size_bytes > max_bytes:
                raise _too_large(f"more than {size_bytes / 2**20:.0f} MB")
            yield piece


def _members(archive: zipfile.ZipFile, max_files: int) -> dict[str, zipfile.ZipInfo]:
    files = [info for info in archive.infolist() if not info.is_dir()]
    if len(files) > max_files:
        raise _too_many_files(max_files)
    members: dict[str, zipfile.ZipInfo] = {}
    seen: set[str] = set()
    for info in files:
        name = _safe_name(info)
        if name.startswith("__MACOSX/") or name.endswith(".DS_Store"):
            continue
        if name.casefold() in seen:  # some computers keep only one of Model.onnx and model.onnx
            raise _unsafe(name, "is in it twice")
        seen.add(name.casefold())
        members[name] = info
    if not members:
        raise BadFile("This archive is empty.", "It holds no file.", "Choose another archive.")
    return members


def _safe_name(info: zipfile.ZipInfo) -> str:
    """Raises BadFile when the name or the kind of the file could lead out of the folder it is unpacked to."""
    given = info.orig_filename
    name = unicodedata.normalize("NFC", given.replace("\\", "/"))
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise _unsafe(given, "is a link to another file")
    if kind not in (0, stat.S_IFREG):
        raise _unsafe(given, "is not a plain file")
    if name.startswith("/") or ":" in name:
        raise _unsafe(given, "names a place outside the archive")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise _unsafe(given, "leads out of the archive")
    if not parts or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise _unsafe(given, "has a name no file should have")
    return "/".join(parts)


def _check_total(unpacked_bytes: int, packed_bytes: int, max_bytes: int) -> None:
    if unpacked_bytes > max_bytes:
        raise _too_large(f"{unpacked_bytes / 2**30:.1f} GB", max_bytes)
    if unpacked_bytes > max(settings.ARCHIVE_RATIO_FREE_BYTES, settings.MAX_ARCHIVE_RATIO * packed_bytes):
        raise _too_large(f"{unpacked_bytes / max(packed_bytes, 1):,.0f} times its own size")


def _directory_bytes(tail: bytes) -> int:
    """The longest list of files that any end mark in the last bytes promises.

    Python's zipfile believes it and reads it in one go, so it is looked at before.
    """
    longest, at = 0, tail.find(_END)
    while at >= 0:
        longest = max(longest, *_promised(tail, at))
        at = tail.find(_END, at + 1)
    return longest


def _promised(tail: bytes, at: int) -> tuple[int, int]:
    short = int.from_bytes(tail[at + 12 : at + 16], "little")
    locator = at - _LOCATOR_BYTES
    if locator >= _END64_BYTES and tail.startswith(_LOCATOR, locator):
        size = int.from_bytes(tail[locator - _END64_BYTES + 40 : locator - _END64_BYTES + 48], "little")
        return size, 0 if short == 0xFFFFFFFF else short
    return short, 0


def _size_bytes(file: BinaryIO) -> int:
    return file.seek(0, io.SEEK_END)


def _unsafe(name: str, why: str) -> BadFile:
    shown = "".join(letter if letter.isprintable() else "�" for letter in name[:80])
    return BadFile(
        "This archive holds something that isn't safe to unpack.",
        f"“{shown}” {why}.",
        "Pack plain files only, with ordinary names.",
    )


def _too_many_files(max_files: int = settings.MAX_ARCHIVE_FILES) -> TooLarge:
    return TooLarge(
        "This archive holds too many files.", f"The limit is {max_files:,}.", "Pack only the files that are needed."
    )


def _too_large(found: str, max_bytes: int = settings.MAX_ARCHIVE_BYTES) -> TooLarge:
    return TooLarge(
        "This archive unpacks to too much.",
        f"It holds {found}; the limit is {max_bytes / 2**20:,.0f} MB, "
        f"and {settings.MAX_ARCHIVE_RATIO} times what it has packed.",
        "Pack only the files that are needed.",
    )
