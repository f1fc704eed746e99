"""What the charts and tables of a summed up model show, read from what is handed to plotly."""

import pytest
from streamlit.testing.v1 import AppTest

from core.scenes import Block, GraphSummary, Use, Weight
from pages.parts import box_numbers, graph_summary

BLOCKS = (
    Block("g1", "Pattern finders", 3, 700, 0.7, 10),
    Block("s9", "Weigh <all>", 1, None, 0.3, 5),
)
USES = (Use("Conv", "", "Pattern finder", "Finds.", 3), Use("Frob", "org.example", "Unknown step", "Who knows.", 1))


def told(**more):
    known = {
        "sentence": "Takes a text.",
        "blocks": BLOCKS,
        "operators": USES,
        "parameter_count": 15,
        "parameter_bytes": 60,
        "work": 1000,
        "uncounted": 1,
        "assumed": {"text length": 128},
        "opsets": {"ai.onnx": 17, "org.example": 1},
        "producer": "PyTorch 1.7",
        "missing": (),
        "verdict": "It runs.",
    }
    return GraphSummary(**{**known, **more})


def test_work_is_one_bar_per_block_from_top_to_bottom():
    chart = graph_summary.bars(BLOCKS)
    assert list(chart.data[0].x) == [70, 30]
    assert list(chart.data[0].y) == ["1. Pattern finders", "2. Weigh all>"]  # nothing that plotly would take for markup
    assert chart.layout.yaxis.autorange == "reversed"


def test_figures_say_what_they_were_counted_with():
    rows = dict(graph_summary.facts(told()))
    assert rows["Weights"] == "15 numbers, 60 bytes"
    assert rows["Work for one answer"] == "at least 1,000 multiplications, each with an addition"
    assert rows["Counted with"] == "text length: 128"
    assert rows["ONNX version"] == "operator set 17, org.example 1"
    assert rows["Steps"] == "4 of 2 kinds"


def test_figures_leave_out_what_is_not_known():
    rows = dict(graph_summary.facts(told(work=None, producer="", assumed={})))
    assert not {"Work for one answer", "Made with", "Counted with", "Most of it in"} & set(rows)


def test_a_histogram_has_a_bar_per_step_from_the_lowest_to_the_highest_number():
    chart = box_numbers.histogram(Weight("w", (4,), "float32", 4, 16, -1.0, 1.0, 0.0, (1, 0, 0, 3)))
    assert list(chart.data[0].x) == [-0.75, -0.25, 0.25, 0.75]
    assert list(chart.data[0].y) == [1, 0, 0, 3]
    assert chart.data[0].customdata[0] == pytest.approx((-1, -0.5))


@pytest.mark.parametrize("work", [1000, 0, None])
def test_a_summary_is_drawn(work):
    def page(summary):
        from pages.parts import graph_summary

        graph_summary.drawn(summary, "key")

    app = AppTest.from_function(page, kwargs={"summary": told(work=work, missing=("Frob",), verdict="It lacks Frob.")})
    app.run()
    assert not app.exception
    assert app.warning[0].value == "It lacks Frob\\."
    assert len(app.dataframe) == 1


def test_the_figures_of_a_box_are_drawn():
    def page():
        from core.scenes import Detail, Value, Weight
        from pages.parts import box_numbers

        weight = Weight("w<b>", (2, 2), "float32", 4, 16, 0.0, 1.0, 0.5, (2, 2))
        value = Value("x", "1 × 2 numbers (float32)")
        shown = Detail("s0", "A", "B.", {"Conv": 1}, inputs=(value,), weights=(weight,), parameter_count=4, work=9)
        box_numbers.show(shown)

    app = AppTest.from_function(page).run()
    assert not app.exception
    assert any("1 × 2 numbers" in str(one.value) for one in app.markdown)
