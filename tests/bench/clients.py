"""One open session each, at the socket: what a tab of Streamlit and a tab of Gradio send and wait for."""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator
from typing import Any

IDLE_S = 3
"""Gradio's server hangs up after 5 s of silence; new connections are made before the clock starts."""


class StreamlitSession:
    """Speaks Streamlit's protocol buffers over its websocket; a click is answered when the script has finished."""

    def __init__(self, port: int, button: str) -> None:
        self.url = f"ws://127.0.0.1:{port}/_stcore/stream"
        self.button = button
        self.button_id = self.fragment_id = ""

    async def open(self) -> None:
        import websockets

        self.socket = await websockets.connect(
            self.url, subprotocols=[websockets.Subprotocol("streamlit")], max_size=None, compression=None
        )
        await self._run()

    async def click_ms(self) -> float:
        from streamlit.proto.WidgetStates_pb2 import WidgetState

        pressed = WidgetState(id=self.button_id, trigger_value=True)
        begun = time.perf_counter()
        await self._run(pressed)
        return (time.perf_counter() - begun) * 1e3

    async def _run(self, *states: Any) -> None:
        from streamlit.proto.BackMsg_pb2 import BackMsg
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        message = BackMsg()
        message.rerun_script.query_string = ""
        message.rerun_script.fragment_id = self.fragment_id  # a click in a fragment redraws only that
        message.rerun_script.widget_states.widgets.extend(states)
        await self.socket.send(message.SerializeToString())
        while True:
            heard = ForwardMsg.FromString(await self.socket.recv())
            element = heard.delta.new_element
            if element.WhichOneof("type") == "button" and element.button.label == self.button:
                self.button_id, self.fragment_id = element.button.id, heard.delta.fragment_id
            if heard.WhichOneof("type") == "script_finished":
                return

    async def close(self) -> None:
        await self.socket.close()


class GradioSession:
    """Joins Gradio's queue and reads the events, as its page does; answered when the event says it is completed."""

    def __init__(self, port: int, values: list[Any]) -> None:
        self.port = port
        self.session = secrets.token_hex(6)
        self.body = {"data": values, "fn_index": 0, "session_hash": self.session}

    async def open(self) -> None:
        self.asking, self.hearing = [await asyncio.open_connection("127.0.0.1", self.port) for _ in range(2)]
        self.last_used = time.monotonic()

    async def click_ms(self) -> float:
        if time.monotonic() - self.last_used > IDLE_S:
            await self.close()
            await self.open()
        begun, took_ms = time.perf_counter(), 0.0
        async for _ in self._exchange(self.asking, "POST", "/gradio_api/queue/join", json.dumps(self.body)):
            pass
        path = f"/gradio_api/queue/data?session_hash={self.session}"
        async for piece in self._exchange(self.hearing, "GET", path):
            if b'"process_completed"' in piece:
                assert b'"success":true' in piece, piece
                took_ms = (time.perf_counter() - begun) * 1e3
        assert took_ms, "the event never completed"
        self.last_used = time.monotonic()
        return took_ms

    async def _exchange(self, connection: Any, method: str, path: str, body: str = "") -> AsyncIterator[bytes]:
        """The pieces of the answer's body, over a connection that stays open."""
        reader, writer = connection
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Type: application/json\r\n"
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        status, *headers = (await reader.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")
        assert " 200 " in status, status
        lengths = [int(line.split(":")[1]) for line in headers if line.startswith("content-length:")]
        if lengths:
            yield await reader.readexactly(lengths[0])
            return
        while length := int(await reader.readline(), 16):
            yield await reader.readexactly(length)
            await reader.readexactly(2)
        await reader.readexactly(2)

    async def close(self) -> None:
        for _, writer in (self.asking, self.hearing):
            writer.close()
