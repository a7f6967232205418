import threading

import pytest

from kgexplain.inputs.ahead import ahead, processors


def test_results_come_in_the_order_of_the_things():
    """The first waits for the second, so the second is ready first."""
    second_done = threading.Event()

    def slow(thing):
        if thing == 0:
            assert second_done.wait(10)
        second_done.set()
        return thing * 10

    def first_last(thing):
        if thing == 1:
            second_done.set()
            return 10
        return slow(thing)

    assert list(ahead(first_last, range(5), threads=2, most=3)) == [0, 10, 20, 30, 40]


@pytest.mark.parametrize("most", [1, 3])
def test_never_more_are_begun_than_may_wait(most):
    begun = []
    results = ahead(begun.append, range(100), threads=1, most=most)
    for taken in range(1, 6):
        next(results)
        assert len(begun) <= taken - 1 + most
    results.close()


def test_things_are_taken_one_by_one():
    taken = []

    def things():
        for thing in range(100):
            taken.append(thing)
            yield thing

    results = ahead(abs, things(), threads=1, most=4)
    next(results)
    results.close()
    assert taken == [0, 1, 2, 3]


def test_an_error_comes_in_its_turn():
    results = ahead(lambda thing: 1 // thing, [1, 0, 1], threads=2, most=3)
    assert next(results) == 1
    with pytest.raises(ZeroDivisionError):
        next(results)


@pytest.mark.parametrize("end", ["close", "error", "last"])
def test_threads_end_with_it(end):
    before = set(threading.enumerate())
    results = ahead(lambda thing: 1 // thing, [1, 1, 0] if end == "error" else [1, 1], threads=2, most=2)
    next(results)
    assert set(threading.enumerate()) > before
    if end == "error":
        with pytest.raises(ZeroDivisionError):
            list(results)
    elif end == "last":
        list(results)
    else:
        results.close()
    assert set(threading.enumerate()) == before


def test_there_is_a_processor():
    assert processors() >= 1
