from core.guard import saturated
from tests.core.guard.answers import boxes, look, ranking, seen

SURE = ranking(1.0, 0.0)


def test_perfectly_sure_of_an_empty_picture_too_is_suspicious():
    assert "100 %" in saturated.judge(seen(SURE, blank=look(SURE)))


def test_perfectly_sure_of_this_picture_only_is_fine():
    assert not saturated.judge(seen(SURE, blank=look(ranking(0.6, 0.4))))
    assert not saturated.judge(seen(SURE))


def test_boxes_on_an_empty_picture_are_suspicious_when_they_are_perfect():
    perfect = boxes([[0, 0, 50, 50]], scores=[1.0])
    assert saturated.judge(seen(perfect, blank=look(perfect)))
    assert not saturated.judge(seen(perfect, blank=look(boxes([]))))


def test_a_model_that_knows_one_name_only_is_always_sure():
    assert not saturated.judge(seen(ranking(1.0), blank=look(ranking(1.0))))
