"""What this computer is called, and how far an address reaches."""

import socket
from types import SimpleNamespace

import pytest

from core.server import addresses


def card(address, family=socket.AF_INET):
    return SimpleNamespace(family=family, address=address)


def test_loopback_is_left_out_and_self_given_addresses_come_last(monkeypatch):
    cards = {
        "lo": [card("127.0.0.1"), card("::1", socket.AF_INET6)],
        "wlan0": [card("169.254.3.4"), card("fe80::1", socket.AF_INET6)],
        "eth0": [card("192.168.1.20"), card("10.0.0.5")],
    }
    monkeypatch.setattr(addresses.psutil, "net_if_addrs", lambda: cards)
    assert addresses.in_network() == ["10.0.0.5", "192.168.1.20", "169.254.3.4"]


@pytest.mark.parametrize(
    ("hostname", "names"),
    [
        ("Lab-7", ["lab-7", "lab-7.local"]),
        ("lab-7.school.example", ["lab-7.school.example", "lab-7", "lab-7.local"]),
        ("localhost", []),
        ("", []),
    ],
)
def test_a_computer_has_its_name_and_its_name_in_the_house(monkeypatch, hostname, names):
    monkeypatch.setattr(socket, "gethostname", lambda: hostname)
    assert addresses.names() == names


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("127.0.0.1", "this computer only"),
        ("::1", "this computer only"),
        ("0.0.0.0", "every network of this computer"),
        ("192.168.1.20", "one private network"),
        ("8.8.8.8", "a public address"),
        ("", "not said by the launcher"),
    ],
)
def test_how_far_an_address_reaches_is_said_without_the_address(address, words):
    assert addresses.kind(address) == words
