import inspect

from streamlit.runtime import runtime

from pages.parts import tuning


def test_streamlit_still_pauses_where_we_shorten_it(monkeypatch):
    monkeypatch.setattr(runtime, "MESSAGE_FLUSH_INTERVAL_SECS", 0.005)
    assert "MESSAGE_FLUSH_INTERVAL_SECS" in inspect.getsource(runtime.Runtime._loop_coroutine)
    tuning.send_soon()
    assert runtime.MESSAGE_FLUSH_INTERVAL_SECS == tuning.FLUSH_S
