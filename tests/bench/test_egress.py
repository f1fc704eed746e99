"""What strace writes is read right; the lines were taken from strace 6.1 on Linux."""

import pytest

from tests.bench.egress import destinations_outside, outside

LOOPBACK = 'connect(3, {sa_family=AF_INET, sin_port=htons(8501), sin_addr=inet_addr("127.0.0.1")}, 16) = 0'
FAR = '17 connect(3, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("192.0.2.7")}, 16 <unfinished ...>'
FAR_6 = (
    "connect(4, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), "
    'inet_pton(AF_INET6, "2001:db8::7", &sin6_addr), sin6_scope_id=0}, 28) = -1 ENETUNREACH'
)
PACKET = 'sendto(5, "x", 1, 0, {sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("192.0.2.9")}, 16) = 1'
NAME_SERVER = 'connect(5, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("127.0.0.53")}, 16) = 0'
LOCAL_FILE = 'connect(3, {sa_family=AF_UNIX, sun_path="/var/run/nscd/socket"}, 110) = -1 ENOENT'


@pytest.mark.parametrize("line", [LOOPBACK, LOCAL_FILE, LOOPBACK.replace("127.0.0.1", "127.1.2.3")])
def test_what_stays_on_this_computer_is_no_finding(line):
    assert destinations_outside(line) == []


@pytest.mark.parametrize(
    ("line", "destination"),
    [
        (FAR, "192.0.2.7:443"),
        (FAR_6, "2001:db8::7:443"),
        (PACKET, "192.0.2.9:9"),
        (NAME_SERVER, "127.0.0.53:53"),
    ],
)
def test_what_leaves_is_found(line, destination):
    assert destinations_outside(f"{LOOPBACK}\n{line}\n{LOCAL_FILE}") == [destination]


def test_addresses_in_the_browser_are_told_apart():
    near = ["http://127.0.0.1:8501/", "ws://localhost:8501/_stcore/stream", "data:image/png;base64,AA", "http://[::1]/"]
    far = ["https://example.org/font.woff2", "http://127.0.0.1.example.org/", "http://192.0.2.1/"]
    assert outside(near + far) == far
