"""Every ninth of onnx's own backend cases; all of them run with `python tests/bench/onnx_cases.py`."""

from __future__ import annotations

import pytest

from tests.bench.onnx_cases import collect, judge


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cases")
    return [judge(case, folder) for case in collect()[::9]]


def test_what_plain_onnxruntime_runs_runs_here_with_equal_values(outcomes):
    assert [(outcome.case.name, outcome.ours) for outcome in outcomes if outcome.ours] == []


def test_the_sample_holds_nearly_two_hundred_cases_that_onnxruntime_runs(outcomes):
    assert sum(not outcome.plain for outcome in outcomes) > 190
