from core.guard import names
from tests.core.guard.answers import boxes, ranking, row, seen


def test_as_many_names_as_scores_are_fine_and_so_is_a_background_more():
    for count in (3, 2):
        assert not names.judge(seen(ranking(0.8, 0.1, 0.1), row([0.8, 0.1, 0.1]), labels=["x"] * count))


def test_another_number_of_names_is_said():
    words = names.judge(seen(ranking(0.8, 0.1, 0.1), row([0.8, 0.1, 0.1]), labels=["x"] * 80))
    assert "3 classes" in words
    assert "80 names" in words


def test_a_model_without_names_is_fine():
    assert not names.judge(seen(ranking(0.8, 0.2), row([0.8, 0.2]), labels=[]))
    assert not names.judge(seen(ranking(0.8, 0.2), row([0.8, 0.2])))


def test_a_row_of_numbers_that_the_ranking_was_not_read_from_is_left_alone():
    assert not names.judge(seen(ranking(0.8, 0.2), row([3.0, 9.0, 1.0, 7.0]), labels=["x", "y"]))


def test_a_box_of_a_class_far_beyond_the_names_is_said():
    found = boxes([[0, 0, 50, 50]], classes=[9], names=tuple("abcdefghij"))
    assert names.judge(seen(found, labels=["x", "y"]))
    assert not names.judge(seen(found, labels=list("abcdefghij")))
