"""The settings in force once Streamlit has read our file, asked of Streamlit itself."""

import json
import os
import subprocess
import sys

import pytest

from core import settings

SAFE = {
    "server.address": "127.0.0.1",
    "server.headless": True,
    "server.enableCORS": True,
    "server.enableXsrfProtection": True,
    "server.maxUploadSize": settings.MAX_UPLOAD_MB,
    "server.maxMessageSize": 50,
    "server.disconnectedSessionTTL": 120,
    "server.enableStaticServing": False,
    "server.enableAgentApi": False,
    "server.fileWatcherType": "none",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "browser.gatherUsageStats": False,
    "logger.hideWelcomeMessage": True,
}
ASK = """
import json, sys
from streamlit import config
config._main_script_path = sys.argv[1]
print(json.dumps({name: config.get_option(name) for name in json.loads(sys.argv[2])}))
"""


@pytest.fixture(scope="module")
def in_force(tmp_path_factory):
    """Read from another folder and with an empty home, as for an installed copy."""
    home = tmp_path_factory.mktemp("home")
    words = [sys.executable, "-c", ASK, str(settings.ROOT / "app.py"), json.dumps(list(SAFE))]
    env = {**{k: v for k, v in os.environ.items() if not k.startswith("STREAMLIT_")}, "HOME": str(home)}
    done = subprocess.run(words, cwd=home, env=env, capture_output=True, text=True, timeout=60, check=True)
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("name", SAFE)
def test_the_setting_is_safe_by_default(in_force, name):
    assert in_force[name] == SAFE[name]
