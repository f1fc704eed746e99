"""The names and addresses of this computer, found without sending anything to anyone."""

from __future__ import annotations

import ipaddress
import socket

import psutil

LOOPBACK = "127.0.0.1"


def in_network() -> list[str]:
    """The IPv4 addresses under which others in the network may reach this computer; empty when there are none.

    Addresses such as 169.254.x.x, which a computer gives itself when nobody gave it one, come last.
    """
    found = [
        ipaddress.IPv4Address(address.address)
        for addresses in psutil.net_if_addrs().values()
        for address in addresses
        if address.family == socket.AF_INET
    ]
    outward = {address for address in found if not address.is_loopback}
    return [str(address) for address in sorted(outward, key=lambda address: (address.is_link_local, address))]


def names() -> list[str]:
    """What this computer calls itself; `.local` is what phones and other computers in a house add to it."""
    name = socket.gethostname().lower()
    first = name.partition(".")[0]
    return [] if first in ("", "localhost") else list(dict.fromkeys([name, first, f"{first}.local"]))


def kind(address: str) -> str:
    """In words how far an address reaches, without the address itself."""
    if address in ("", "localhost"):
        return "this computer only" if address else "not said by the launcher"
    try:
        place = ipaddress.ip_address(address)
    except ValueError:
        return "a host name"
    if place.is_loopback:
        return "this computer only"
    if place.is_unspecified:
        return "every network of this computer"
    return "one private network" if place.is_private else "a public address"


def as_host(address: str) -> str:
    """The address as it is written in a link: IPv6 needs brackets."""
    return f"[{address}]" if ":" in address else address
