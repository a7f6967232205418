"""Stanford-40 has the action in the names of its photographs."""

from kgexplain.inputs.layouts import photographs_in
from kgexplain.inputs.layouts.actions import actions
from kgexplain.inputs.listing import Listed


def test_photographs_are_those_of_the_splits_and_those_that_are_there(write):
    files = {
        "JPEGImages/blowing_bubbles_001.jpg": [[1]],
        "JPEGImages/odd.jpg": [[1]],
        "ImageSplits/train.txt": "blowing_bubbles_001.jpg\n",
        "ImageSplits/test.txt": "running_022.jpg\n\n",
    }
    folder = write(**files)
    assert list(photographs_in(folder)) == [
        Listed(
            "JPEGImages/blowing_bubbles_001.jpg",
            folder / "JPEGImages/blowing_bubbles_001.jpg",
            ("blowing_bubbles",),
        ),
        Listed("JPEGImages/odd.jpg", folder / "JPEGImages/odd.jpg", ()),
        Listed("JPEGImages/running_022.jpg", folder / "JPEGImages/running_022.jpg", ("running",)),
    ]


def test_only_the_last_number_is_left_out():
    assert actions("top_10_003.jpg") == ("top_10",)
