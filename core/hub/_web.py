"""Plain web links: only https, only public addresses, and the address that was checked is the one connected to."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit, urlunsplit

import httpx2

from core import settings
from core.errors import NotFetched

_REDIRECTS = (301, 302, 303, 307, 308)
MAX_REDIRECTS = 5
_PROXIES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


@dataclass(frozen=True)
class Found:
    url: str
    """After all redirects."""
    size_bytes: int | None


def look(url: str) -> Found:
    """Where a link leads and how large the file is. Raises NotFetched."""
    with _following(url, {"range": "bytes=0-0", "accept-encoding": "identity"}) as (last, answer):
        total = answer.headers.get("content-range", "").rpartition("/")[2]
        length = total if answer.status_code == 206 else answer.headers.get("content-length", "")
        return Found(last, int(length) if length.isdecimal() else None)


@contextmanager
def stream(url: str, headers: Mapping[str, str]) -> Iterator[httpx2.Response]:
    """The answer, whose body is yet to be read. Raises NotFetched."""
    with _following(url, headers) as (_, answer):
        yield answer


@contextmanager
def _following(url: str, headers: Mapping[str, str]) -> Iterator[tuple[str, httpx2.Response]]:
    timeout = httpx2.Timeout(settings.HUB_SILENT_S, connect=settings.HUB_CONNECT_S)
    with httpx2.Client(timeout=timeout, follow_redirects=False) as client:
        for _ in range(MAX_REDIRECTS + 1):
            with closing(client.send(_request(client, url, headers), stream=True)) as answer:
                if answer.status_code not in _REDIRECTS:
                    _check_status(answer)
                    yield url, answer
                    return
                url = urljoin(url, answer.headers.get("location", ""))
    raise _no("It leads on and on.", f"After {MAX_REDIRECTS} detours it still wasn't at a file.")


def _request(client: httpx2.Client, url: str, headers: Mapping[str, str]) -> httpx2.Request:
    """To the very address that was checked: asking the name's owner twice could give two answers."""
    parts = urlsplit(url)
    try:
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if parts.scheme != "https" and not (settings.ALLOW_PRIVATE_LINKS and parts.scheme == "http"):
        raise _no("It isn't secure.", "Only links that begin with https:// are fetched.")
    if not host or parts.username or parts.password:
        raise _no("It is no plain link.", "A link names a server and a file, and no password.")
    port = port or (443 if parts.scheme == "https" else 80)
    address = _checked(host, port)
    named = {**headers, "host": parts.netloc, "user-agent": f"{settings.APP_NAME}/{settings.VERSION}"}
    if any(name in os.environ for name in _PROXIES):
        return client.build_request("GET", url, headers=named)  # the proxy asks for the name itself
    place = f"[{address}]" if ":" in address else address
    pinned = urlunsplit((parts.scheme, f"{place}:{port}", parts.path or "/", parts.query, ""))
    return client.build_request("GET", pinned, headers=named, extensions={"sni_hostname": host})


def _checked(host: str, port: int) -> str:
    """An address of this host that everybody may reach; all of its addresses must be such."""
    literal = _as_address(host)
    if literal is None and any(name in os.environ for name in _PROXIES):
        return host
    try:
        found = [literal] if literal else _addresses(host, port)
    except OSError as error:
        raise _no("Its server isn't known.", f"Nobody knows an address of “{host[:100]}”.", str(error)) from error
    for address in found:
        if not settings.ALLOW_PRIVATE_LINKS and not _is_public(address):
            raise _no(
                "It leads into your own network.",
                f"“{host[:100]}” is {address}: this computer or one near it. A stranger's link has no business there.",
            )
    return str(found[0])


_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def _addresses(host: str, port: int) -> list[_Address]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


def _as_address(host: str) -> _Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_public(address: _Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if inside:
            return _is_public(inside)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _check_status(answer: httpx2.Response) -> None:
    code = answer.status_code
    if code in (200, 206):
        if "text/html" in answer.headers.get("content-type", ""):
            raise _no("It leads to a page, not to a file.", "A web page came where a model was expected.")
        return
    if code in (401, 403):
        raise _no("It isn't for everybody.", f"The server answered {code}: one has to be let in.")
    if code in (404, 410):
        raise _no("There is nothing behind it.", f"The server answered {code}: the file isn't there any more.")
    if code >= 500 or code == 429:
        answer.raise_for_status()
    raise _no("The server refused.", f"It answered {code}.")


def _no(title: str, detail: str, technical: str = "") -> NotFetched:
    fix = "Check the link in your browser: it has to lead straight to an .onnx file that everybody may fetch."
    return NotFetched(f"This link can't be used. {title}", detail, fix, technical)
