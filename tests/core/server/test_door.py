"""The door, in front of an app of three addresses: who gets in, who doesn't, and what they are told."""

import logging
import re

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from core import settings
from core.server import door, visitor

SECRET = "the-secret_of-this-lesson"


async def page(_request):
    return HTMLResponse("<h1>inside</h1>")


async def health(_request):
    return PlainTextResponse("ok")


async def stream(websocket):
    await websocket.accept()
    await websocket.send_text("hello")
    await websocket.close()


def behind(middleware):
    routes = [
        Route("/", page, methods=["GET", "POST"]),
        Route("/healthz", health),
        Route("/{name}/page", page),
        WebSocketRoute("/stream", stream),
    ]
    return Starlette(routes=routes, middleware=middleware)


def visit(app, client="192.168.1.50", host="localhost:8501"):
    return TestClient(app, base_url=f"http://{host}", client=(client, 50000), follow_redirects=False)


@pytest.fixture
def own():
    """The app at one's own computer."""
    return behind(door.middleware())


@pytest.fixture
def classroom(monkeypatch):
    monkeypatch.setenv(settings.CLASSROOM_VARIABLE, "1")
    monkeypatch.setenv(settings.CLASSROOM_SECRET_VARIABLE, SECRET)
    monkeypatch.setattr(door.addresses, "in_network", lambda: ["192.168.1.20"])
    monkeypatch.setattr(door.addresses, "names", lambda: ["lab-7", "lab-7.local"])
    door._secret.cache_clear()
    yield behind(door.middleware())
    door._secret.cache_clear()


def test_at_ones_own_computer_no_key_is_needed(own):
    answer = visit(own).get("/")
    assert answer.status_code == 200
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_browser_gets_a_cookie_of_its_own_with_the_first_page_and_keeps_it(own):
    first, second = visit(own), visit(own)
    given = first.get("/").headers["set-cookie"]
    assert re.search(rf"^{visitor.COOKIE}=[\w-]{{43}}; HttpOnly; Max-Age=2592000; Path=/; SameSite=lax$", given)
    assert "set-cookie" not in first.get("/").headers
    second.get("/")
    assert first.cookies[visitor.COOKIE] != second.cookies[visitor.COOKIE]


def test_a_malformed_cookie_is_replaced(own):
    answer = visit(own).get("/", headers={"cookie": f"{visitor.COOKIE}=owner"})
    assert answer.headers["set-cookie"].startswith(visitor.COOKIE)


def test_what_is_not_a_page_gives_no_cookie(own):
    assert "set-cookie" not in visit(own).get("/healthz").headers


def test_another_sites_name_for_this_computer_is_refused(own):
    assert visit(own, host="evil.example").get("/").status_code == 400


@pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost:9000", "null", ""])
def test_the_page_of_another_site_may_neither_send_nor_connect(own, origin):
    assert visit(own).post("/", headers={"origin": origin}).status_code == 403
    with (
        pytest.raises(WebSocketDisconnect) as refusal,
        visit(own).websocket_connect("ws://localhost:8501/stream", headers={"origin": origin}),
    ):
        pass
    assert refusal.value.code == 1008


@pytest.mark.parametrize("headers", [{}, {"origin": "http://localhost:8501"}, {"origin": "http://LOCALHOST:8501"}])
def test_our_own_page_and_programs_may_send_and_connect(own, headers):
    assert visit(own).post("/", headers=headers).status_code == 200
    with visit(own).websocket_connect("ws://localhost:8501/stream", headers=headers) as line:
        assert line.receive_text() == "hello"


def test_without_the_key_the_page_says_what_happened_and_what_to_do(classroom):
    answer = visit(classroom).get("/")
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert "key" in answer.text
    assert "ask the person who started it" in answer.text
    assert SECRET not in answer.text


@pytest.mark.parametrize("key", ["", "wrong", SECRET + "x", "ü"])
def test_a_wrong_key_is_no_key(classroom, key):
    assert visit(classroom).get("/", params={"key": key}).status_code == 403


def test_the_key_opens_the_door_and_leaves_the_address(classroom):
    browser = visit(classroom)
    answer = browser.get(f"/use/page?model=a%20b&key={SECRET}&empty=")
    assert (answer.status_code, answer.headers["location"]) == (303, "/use/page?model=a+b&empty=")
    cookie = answer.headers["set-cookie"]
    assert SECRET not in cookie
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    inside = browser.get("/")
    assert inside.status_code == 200
    assert inside.headers["set-cookie"].startswith(visitor.COOKIE)


@pytest.mark.parametrize("path", ["//evil.example/page", "/%2Fevil.example/page", "/%5Cevil.example/page"])
def test_no_address_leads_from_here_to_another_site(classroom, path):
    answer = visit(classroom).get(f"http://localhost:8501{path}?key={SECRET}")
    assert re.match(r"/[^/\\]", answer.headers["location"])


def test_the_secret_itself_is_no_cookie_and_another_lessons_cookie_opens_nothing(classroom):
    other = door.ClassroomKey(classroom, "the-secret_of-yesterday").cookie
    for value in (SECRET, other, ""):
        assert visit(classroom).get("/", headers={"cookie": f"{door.KEY_COOKIE}={value}"}).status_code == 403


def test_a_websocket_needs_the_cookie_and_the_key_in_its_address_is_not_enough(classroom):
    with (
        pytest.raises(WebSocketDisconnect) as refusal,
        visit(classroom).websocket_connect(f"ws://localhost:8501/stream?key={SECRET}"),
    ):
        pass
    assert refusal.value.code == 1008
    browser = visit(classroom)
    browser.get(f"/?key={SECRET}")
    with browser.websocket_connect("ws://localhost:8501/stream") as line:
        assert line.receive_text() == "hello"


@pytest.mark.parametrize(("client", "status"), [("127.0.0.1", 200), ("::1", 200), ("192.168.1.50", 403)])
def test_health_needs_no_key_from_this_computer_only(classroom, client, status):
    assert visit(classroom, client).get("/healthz").status_code == status
    assert visit(classroom, client).get("/").status_code == 403


def test_a_call_from_a_computers_own_address_is_from_here():
    line = {"client": ("192.168.1.20", 50000), "server": ("192.168.1.20", 8501)}
    assert door._is_from_here(line)
    assert not door._is_from_here({**line, "client": ("192.168.1.21", 50000)})
    assert not door._is_from_here({**line, "client": None})


@pytest.mark.parametrize("host", ["localhost:8501", "192.168.1.20:8501", "lab-7:8501", "lab-7.local:8501"])
def test_in_a_classroom_this_computers_names_and_addresses_are_good_names(classroom, host):
    assert visit(classroom, host=host).get("/").status_code == 403
    assert visit(classroom, host="192.168.1.21:8501").get("/").status_code == 400


def test_the_secret_is_read_once_and_inherited_by_nobody(classroom):
    assert settings.CLASSROOM_SECRET_VARIABLE not in door.os.environ
    assert door._secret() == SECRET


def test_a_classroom_without_a_secret_lets_nobody_in(monkeypatch):
    monkeypatch.setenv(settings.CLASSROOM_VARIABLE, "1")
    monkeypatch.delenv(settings.CLASSROOM_SECRET_VARIABLE, raising=False)
    door._secret.cache_clear()
    app = behind(door.middleware())
    door._secret.cache_clear()
    assert [visit(app).get(path).status_code for path in ("/", "/?key=", "/?key=None")] == [403, 403, 403]


@pytest.mark.parametrize("name", ["uvicorn.error", "uvicorn.access"])
def test_the_web_server_prints_no_key(own, name, caplog):
    with caplog.at_level(logging.INFO, name):
        logging.getLogger(name).addHandler(caplog.handler)
        logging.getLogger(name).info('%s - "WebSocket %s" 403', "127.0.0.1:50000", f"/?a=1&key={SECRET}&b=2")
        logging.getLogger(name).removeHandler(caplog.handler)
    assert SECRET not in caplog.text
    assert "/?a=1&key=…&b=2" in caplog.text
