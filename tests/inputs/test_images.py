import hashlib
import itertools
import json
import shutil
import threading
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kgexplain.errors import InputError
from kgexplain.inputs import listing
from kgexplain.inputs.architecture import OutputClass
from kgexplain.inputs.images import Images, Photograph, Skipped, Unmatched, open_images
from kgexplain.inputs.preprocessing import Preprocessing

REALDATA = Path(__file__).parents[3] / "shared" / "realdata"
TENCH, SHARK, FERRET = CLASSES = (
    OutputClass(0, "tench", "n01440764"),
    OutputClass(1, "great white shark", "n01484850"),
    OutputClass(2, "black-footed ferret", "n02443114"),
)
RAW = Preprocessing(resize=(1, 2), crop=None, mean=(0.0, 0.0, 0.0), deviation=(1.0, 1.0, 1.0), scale=255.0)
"""Pixels as they are in the file: pictures of 2 × 1 stay the same."""


def write(path, grey=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (2, 1), (grey, grey, grey)).save(path, "PNG")
    return path


@pytest.fixture
def root(tmp_path):
    """Five photographs of two classes; their greys are 10, 20 … 50 in the order of their keys."""
    names = ("n01440764/a.png", "n01440764/b.png", "n01440764/c.png", "n01484850/a.png", "n01484850/b.png")
    for number, name in enumerate(names, 1):
        write(tmp_path / "photographs" / name, 10 * number)
    return tmp_path / "photographs"


def greys(shown):
    return [int(value) for value in shown.pixels[:, 0, 0, 0]] if len(shown.photographs) else []


def keys(photographs):
    return [p.key for p in photographs]


def imaginary(*counts):
    """Images without files: so many of each class, one after the other; the last count is of no class."""
    classes = [*(f"n{i:08d}" for i in range(len(counts) - 1)), ""]
    photographs = [
        Photograph(f"{key or 'none'}/{i:03d}.png", Path("nowhere"), label if key else -1, key, "absent")
        for label, (key, count) in enumerate(zip(classes, counts, strict=True))
        for i in range(count)
    ]
    return Images("imaginary", tuple(sorted(photographs, key=lambda p: p.key)))


def test_photographs_are_in_the_order_of_their_keys(root):
    opened = open_images(root, CLASSES)
    assert [(p.key, p.label, p.class_key) for p in opened.photographs] == [
        ("n01440764/a.png", 0, "n01440764"),
        ("n01440764/b.png", 0, "n01440764"),
        ("n01440764/c.png", 0, "n01440764"),
        ("n01484850/a.png", 1, "n01484850"),
        ("n01484850/b.png", 1, "n01484850"),
    ]


def test_content_is_the_sha256_of_the_file(root):
    photograph = open_images(root, CLASSES).photographs[0]
    assert photograph.content == hashlib.sha256((root / "n01440764" / "a.png").read_bytes()).hexdigest()


def test_folders_may_be_named_by_class_name_and_by_wnid_beside_each_other(tmp_path):
    for folder in ("Great_White-Shark", "n01440764", "black footed ferret"):
        write(tmp_path / folder / "a.png")
    labels = {p.key: p.label for p in open_images(tmp_path, CLASSES).photographs}
    assert labels == {"Great_White-Shark/a.png": 1, "n01440764/a.png": 0, "black footed ferret/a.png": 2}


def test_a_folder_may_have_a_number_before_its_class_as_in_birds(tmp_path):
    for name in ("001.Great_White_Shark/a.png", "002.dodo/a.png"):
        write(tmp_path / name)
    opened = open_images(tmp_path, CLASSES)
    assert ([p.label for p in opened.photographs], opened.unmatched) == ([1], (Unmatched("002.dodo", 1),))


def test_the_label_is_the_classs_index_and_not_its_place(root):
    opened = open_images(root, [OutputClass(7, "tench", "n01440764"), OutputClass(3, "x", "n01484850")])
    assert [p.label for p in opened.photographs] == [7, 7, 7, 3, 3]


def test_a_class_without_a_wnid_has_its_index_as_key(tmp_path):
    write(tmp_path / "tench" / "a.png")
    assert open_images(tmp_path, [OutputClass(4, "tench")]).photographs[0].class_key == "4"


def test_a_photograph_below_no_folder_is_of_no_known_class(root):
    write(root / "stray.png")
    stray = open_images(root, CLASSES).photographs[-1]
    assert (stray.key, stray.label, stray.class_key) == ("stray.png", -1, "")


def test_folders_that_are_no_class_are_left_out_counted_and_named(root):
    for name in ("zebra/a.png", "dodo/a.png", "dodo/b/c.png"):
        write(root / name)
    opened = open_images(root, CLASSES)
    assert (len(opened.photographs), opened.unmatched) == (5, (Unmatched("dodo", 2), Unmatched("zebra", 1)))


def test_what_is_unmatched_is_said_with_its_count():
    assert str(Unmatched("dodo", 2)) == "dodo (2)"


def test_a_table_lists_photographs_of_several_folders(root):
    table = root / "labels.csv"
    table.write_text("file,wnid\nn01484850/a.png,n01440764\nn01440764/c.png,great white shark\nx.png,dodo\n")
    opened = open_images(table, CLASSES)
    assert [(p.key, p.label) for p in opened.photographs] == [("n01440764/c.png", 1), ("n01484850/a.png", 0)]
    assert opened.unmatched == (Unmatched("dodo", 1),)


def test_of_a_rows_labels_the_first_that_is_a_class_counts(root):
    table = root / "labels.csv"
    table.write_text("file,wnid,name\nn01484850/a.png,n99999999,tench\n")
    assert open_images(table, CLASSES).photographs[0].label == 0


def test_a_row_without_a_known_class_is_named_by_its_surest_label(root):
    table = root / "labels.csv"
    table.write_text("file,wnid,name\nn01484850/a.png,n99999999,dodo\nn01484850/b.png,,tench\n")
    assert open_images(table, CLASSES).unmatched == (Unmatched("n99999999", 1),)


def test_a_file_that_a_table_lists_and_nobody_has_is_absent(root):
    table = root / "labels.csv"
    table.write_text("n01484850/a.png,tench\ngone.png,tench\n")
    assert open_images(table, CLASSES).photographs[0].content == "absent"


def test_a_photograph_that_is_listed_twice_is_shown_once(root):
    table = root / "labels.csv"
    table.write_text(
        "n01484850/a.png,tench\nn01484850/a.png,n01440764\n./n01440764/../n01484850/a.png,Tench\n"
    )
    assert [(p.key, p.label) for p in open_images(table, CLASSES).photographs] == [("n01484850/a.png", 0)]


@pytest.mark.parametrize(
    ("label", "said"), [("tench", "n01484850 and n01440764"), ("", "unlabelled and n01484850")]
)
def test_a_photograph_of_two_classes_is_refused(label, said, root):
    table = root / "labels.csv"
    table.write_text(f"file,label\nn01484850/a.png,{label}\nn01484850/a.png,great white shark\n")
    message = rf"labels\.csv: n01484850/a\.png is listed twice, as {said}; keep one of them"
    with pytest.raises(InputError, match=message):
        open_images(table, CLASSES)


def test_a_folder_whose_name_is_of_two_classes_is_refused(root):
    write(root / "crane" / "a.png")
    cranes = [OutputClass(3, "crane", "n02012849"), OutputClass(4, "crane", "n03126707")]
    with pytest.raises(
        InputError, match=r"'crane': is the name of 2 classes, n02012849 \(crane\), n03126707"
    ):
        open_images(root, [*CLASSES, *cranes])


def test_images_are_named_after_their_folder_or_table(root, monkeypatch):
    (root / "labels.csv").write_text("n01484850/a.png,tench\n")
    monkeypatch.chdir(root)
    named = [open_images(place, CLASSES).name for place in (root, str(root), ".", root / "labels.csv")]
    assert named == ["photographs", "photographs", "photographs", "labels"]


def test_one_may_name_images(root):
    assert open_images(root, CLASSES, "fishes").name == "fishes"


def test_nothing_that_matches_is_refused_with_what_there_is_and_what_the_network_has(tmp_path):
    for number in range(7):
        write(tmp_path / f"bird {number}" / "a.png")
    message = (
        r": none of its 7 labels \(bird 0, bird 1, bird 2, bird 3, bird 4 …\) is a class of the network; "
        "it has 3, as n01440764, n01484850, n02443114$"
    )
    with pytest.raises(InputError, match=message):
        open_images(tmp_path, CLASSES)


def test_a_stray_photograph_does_not_hide_that_no_folder_matches(tmp_path):
    write(tmp_path / "dodo" / "a.png")
    write(tmp_path / "stray.png")
    with pytest.raises(InputError, match=r"none of its 1 labels \(dodo\) is a class of the network"):
        open_images(tmp_path, CLASSES)


def test_photographs_of_which_none_has_a_label_are_images(tmp_path):
    write(tmp_path / "a.png")
    assert [p.label for p in open_images(tmp_path, CLASSES).photographs] == [-1]


@pytest.mark.parametrize("name", ["folder", "table.csv"])
def test_no_images_are_refused(name, tmp_path):
    place = tmp_path / name
    place.write_text("file,label\n") if name.endswith("csv") else place.mkdir()
    message = f"{name}: no images are in it; give a folder of class folders, or a .csv of paths and labels"
    with pytest.raises(InputError, match=message):
        open_images(place, CLASSES)


def test_images_that_do_not_exist_are_refused(tmp_path):
    with pytest.raises(InputError, match="nowhere: does not exist; images are a folder of class folders"):
        open_images(tmp_path / "nowhere", CLASSES)


def test_a_table_none_of_whose_files_is_there_is_refused(tmp_path):
    table = tmp_path / "labels.csv"
    table.write_text("x/b.png,tench\nx/a.png,tench\n")
    message = (
        rf"labels\.csv: none of its 2 files is there, as {tmp_path}/x/a\.png; paths in a \.csv begin where"
    )
    with pytest.raises(InputError, match=message):
        open_images(table, CLASSES)


def test_a_folder_that_may_not_be_read_is_refused(root, monkeypatch):
    def refused(folder):
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr(listing.os, "scandir", refused)
    with pytest.raises(
        InputError, match=r"photographs: cannot be read \(Permission denied\); make it readable"
    ):
        open_images(root, CLASSES)


def test_a_path_too_long_for_the_system_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"(cannot be read \(File name too long\)|does not exist); "):
        open_images(tmp_path / ("x" * 5000), CLASSES)


def test_the_document_is_named_by_name_and_digest(root):
    opened = open_images(root, CLASSES, "my fishes")
    expected = f"https://w3id.org/kgexplain/images/my-20-fishes--{opened.digest[:8]}"
    assert opened.document == expected


def test_an_image_is_named_after_its_set_and_key(root):
    opened = open_images(root, CLASSES)
    expected = f"{opened.document}#image--n01440764-2f-a.png"
    assert opened.image("n01440764/a.png").value == expected


def test_the_digest_by_hand():
    """SHA-256 over key, class and content, NUL between them and a line end after them."""
    two = Images(
        "x",
        (Photograph("a", Path("p"), 0, "n01440764", "c1"), Photograph("b", Path("q"), -1, "", "absent")),
    )
    assert two.digest == hashlib.sha256(b"a\0n01440764\0c1\nb\0\0absent\n").hexdigest()


def test_the_digest_does_not_depend_on_where_the_images_are(root, tmp_path):
    copy = shutil.copytree(root, tmp_path / "elsewhere" / "copy")
    assert open_images(copy, CLASSES).digest == open_images(root, CLASSES).digest


def test_the_digest_does_not_depend_on_the_order_of_a_table(root):
    rows = ["n01440764/b.png,tench\n", "n01484850/a.png,tench\n", "n01440764/a.png,tench\n"]
    table, digests = root / "labels.csv", set()
    for order in itertools.permutations(rows):
        table.write_text("".join(order))
        digests.add(open_images(table, CLASSES).digest)
    assert len(digests) == 1


def test_the_digest_does_not_depend_on_what_a_class_is_called(root):
    before = open_images(root, CLASSES).digest
    table = root / "labels.csv"
    table.write_text(
        "".join(f"{p.relative_to(root)},{p.parent.name}\n" for p in sorted(root.glob("*/*.png"))).replace(
            "n01440764\n", "Tench\n"
        )
    )
    assert open_images(table, CLASSES).digest == before


def change_content(root):
    write(root / "n01440764" / "b.png", 99)


def change_key(root):
    (root / "n01440764" / "b.png").rename(root / "n01440764" / "b2.png")


def change_class(root):
    (root / "n01440764").rename(root / "n02443114")


def change_number(root):
    (root / "n01440764" / "b.png").unlink()


@pytest.mark.parametrize("change", [change_content, change_key, change_class, change_number])
def test_the_digest_changes_with(change, root):
    before = open_images(root, CLASSES).digest
    change(root)
    assert open_images(root, CLASSES).digest != before


def test_the_digest_changes_with_the_class_alone(root):
    """Same keys, same files; the folder's name means another class of another network."""
    other = OutputClass(0, "n01440764", "n02443114")
    assert open_images(root, [other, SHARK]).digest != open_images(root, CLASSES).digest


def test_the_digest_changes_when_a_missing_file_comes(root):
    table = root / "labels.csv"
    table.write_text("n01440764/a.png,tench\nlate.png,tench\n")
    before = open_images(table, CLASSES).digest
    write(root / "late.png")
    assert open_images(table, CLASSES).digest != before


def test_a_folder_or_a_pipe_in_a_table_is_absent_and_not_waited_for(root):
    table = root / "labels.csv"
    table.write_text("n01440764/a.png,tench\nn01484850,tench\n/dev/zero,tench\n")
    contents = {p.path.name: p.content for p in open_images(table, CLASSES).photographs}
    assert (contents["n01484850"], contents["zero"]) == ("absent", "absent")


@pytest.mark.parametrize("threads", [1, 2, 7, None])
def test_batches_are_all_photographs_in_order_and_the_last_may_be_short(threads, root):
    shown = list(open_images(root, CLASSES).batches(RAW, 2, threads=threads))
    assert [(s.start, greys(s)) for s in shown] == [(0, [10, 20]), (2, [30, 40]), (4, [50])]


def test_pixels_are_those_of_the_preprocessing(root):
    (shown,) = open_images(root, CLASSES).batches(RAW, 9)
    assert (shown.pixels.shape, shown.pixels[4].tolist()) == ((5, 3, 1, 2), [[[50.0, 50.0]]] * 3)


@pytest.mark.parametrize(
    ("start", "expected"), [(2, [[30, 40], [50]]), (3, [[40, 50]]), (4, [[50]]), (5, [])]
)
def test_batches_may_start_anywhere(start, expected, root):
    shown = list(open_images(root, CLASSES).batches(RAW, 2, start))
    assert ([greys(s) for s in shown], [s.start for s in shown][:1]) == (expected, [start][: len(expected)])


def test_batches_may_be_made_again(root):
    opened = open_images(root, CLASSES)
    first, second = (torch.cat([s.pixels for s in opened.batches(RAW, 2)]) for _ in range(2))
    assert torch.equal(first, second)


@given(st.integers(1, 7), st.integers(0, 6), st.integers(1, 3))
def test_batches_are_slices_of_the_photographs(size, start, threads):
    """Of images without files every photograph is skipped, and told in its batch."""
    absent = imaginary(3, 2, 0)
    shown = list(absent.batches(RAW, size, start, threads))
    expected = [keys(absent.photographs[first : first + size]) for first in range(start, 5, size)]
    assert [[s.key for s in batch.skipped] for batch in shown] == expected


@pytest.mark.parametrize("size", [0, -1])
def test_a_batch_of_nothing_is_refused(size, root):
    message = f"batches of {size} photographs: show nothing; a batch has at least 1"
    with pytest.raises(InputError, match=message):
        next(open_images(root, CLASSES).batches(RAW, size))


def test_the_unreadable_leave_their_batch_smaller_and_are_told(root):
    (root / "n01440764" / "b.png").write_text("no picture")
    opened = open_images(root, CLASSES)
    (root / "n01484850" / "a.png").unlink()
    shown = list(opened.batches(RAW, 2))
    assert [greys(s) for s in shown] == [[10], [30], [50]]
    assert [keys(s.photographs) for s in shown] == [
        ["n01440764/a.png"],
        ["n01440764/c.png"],
        ["n01484850/b.png"],
    ]
    assert [s.skipped for s in shown] == [
        (Skipped("n01440764/b.png", "not an image of a kind that can be read"),),
        (Skipped("n01484850/a.png", "no such file"),),
        (),
    ]


def test_a_batch_of_which_nothing_can_be_read_is_there(root):
    for name in ("a.png", "b.png"):
        (root / "n01440764" / name).write_bytes(b"")
    first, second, _ = open_images(root, CLASSES).batches(RAW, 2)
    assert (first.photographs, len(first.pixels), [s.reason for s in first.skipped]) == (
        (),
        0,
        ["empty file", "empty file"],
    )
    assert (second.start, greys(second)) == (2, [30, 40])


def test_a_photograph_that_the_preprocessing_refuses_is_skipped_and_told(root):
    Image.new("RGB", (9000, 1)).save(root / "n01440764" / "a.png")
    (shown,) = open_images(root, CLASSES).batches(Preprocessing(), 9)
    assert (len(shown.pixels), [s.key for s in shown.skipped]) == (4, ["n01440764/a.png"])
    assert "photograph of 9000 × 1 pixels" in shown.skipped[0].reason


class AsItIs(Preprocessing):
    """A preprocessing of one's own that neither resizes nor crops."""

    def pixels(self, photograph):
        return torch.from_numpy(np.array(photograph)).permute(2, 0, 1).float()


def test_pictures_of_different_sizes_are_refused_with_two_of_them(root):
    Image.new("RGB", (4, 3)).save(root / "n01484850" / "a.png")
    message = (
        r"^n01440764/a\.png and n01484850/a\.png: pictures of different sizes, \(1, 2\) and \(3, 4\); "
        "give the preprocessing a crop$"
    )
    with pytest.raises(InputError, match=message):
        list(open_images(root, CLASSES).batches(AsItIs(), 9))


def test_an_error_that_is_no_ones_fault_is_not_swallowed(root):
    class Broken(Preprocessing):
        def pixels(self, photograph):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(open_images(root, CLASSES).batches(Broken(), 2))


def many(tmp_path, number=40):
    for i in range(number):
        write(tmp_path / "tench" / f"{i:02d}.png")
    return open_images(tmp_path, CLASSES)


class Counting(Preprocessing):
    """Counts the photographs that it has begun to prepare."""

    begun = 0
    changed = threading.Condition()

    def pixels(self, photograph):
        with self.changed:
            type(self).begun += 1
            self.changed.notify_all()
        return super().pixels(photograph)

    def reaches(self, number, seconds):
        """Whether so many are begun within these seconds."""
        with self.changed:
            return self.changed.wait_for(lambda: self.begun >= number, seconds)


@pytest.fixture
def counting(monkeypatch):
    monkeypatch.setattr(Counting, "begun", 0)
    return Counting(resize=(1, 2), crop=None)


@pytest.mark.parametrize("threads", [1, 4])
def test_pictures_are_decoded_ahead_but_no_more_than_two_batches(threads, counting, tmp_path):
    """Batches of 3 of 40 photographs: when two were shown, more than 6 are begun, and at most 6 + 6."""
    with closing(many(tmp_path).batches(counting, 3, threads=threads)) as shown:
        next(shown)
        next(shown)
        assert (counting.reaches(7, 30), counting.reaches(13, 0.2)) == (True, False)


def test_nothing_is_decoded_before_it_is_asked_for(counting, tmp_path):
    with closing(many(tmp_path, 3).batches(counting, 3)):
        assert not counting.reaches(1, 0.1)


def test_decoding_stops_when_the_iterator_is_closed(counting, tmp_path):
    before = threading.active_count()
    shown = many(tmp_path).batches(counting, 3, threads=4)
    next(shown)
    shown.close()
    assert (threading.active_count(), counting.begun < 13) == (before, True)


def test_decoding_stops_when_the_loop_breaks_off(tmp_path):
    before = threading.active_count()
    for _ in many(tmp_path).batches(RAW, 3, threads=4):
        break
    assert threading.active_count() == before


def test_decoding_stops_when_an_error_comes(tmp_path):
    opened = many(tmp_path)
    Image.new("RGB", (4, 3)).save(tmp_path / "tench" / "05.png")
    before = threading.active_count()
    with pytest.raises(InputError, match="pictures of different sizes"):
        list(opened.batches(AsItIs(), 3, threads=4))
    assert threading.active_count() == before


def test_threads_end_with_the_last_batch(tmp_path):
    before = threading.active_count()
    assert len(list(many(tmp_path).batches(RAW, 3))) == 14
    assert threading.active_count() == before


def held(images, share, seed=0):
    return keys(images.split(share, seed)[1].photographs)


@pytest.mark.parametrize(
    ("number", "share", "expected"),
    [
        (10, 0.2, 2),
        (10, 0.25, 3),
        (10, 0.35, 4),
        (3, 0.2, 1),
        (2, 0.2, 0),
        (2, 0.9, 1),
        (1, 0.99, 0),
        (5, 0.99, 4),
    ],
)
def test_the_share_is_of_each_class_half_a_photograph_rounded_up_and_one_stays(number, share, expected):
    assert len(held(imaginary(number, 0), share)) == expected


def test_photographs_of_no_class_stay():
    rest, out = imaginary(10, 50).split(0.5, 0)
    assert (sum(p.label < 0 for p in rest.photographs), len(out.photographs)) == (50, 5)


def test_where_no_photograph_has_a_class_a_share_of_all_is_held_out():
    rest, out = imaginary(0, 10).split(0.25, 0)
    assert (len(rest.photographs), len(out.photographs)) == (7, 3)


@given(st.lists(st.integers(0, 12), min_size=2, max_size=5), st.floats(0.01, 0.99), st.integers(0, 9))
def test_both_parts_are_disjoint_complete_in_order_and_no_class_is_taken_whole(counts, share, seed):
    images = imaginary(*counts)
    rest, out = (list(part.photographs) for part in images.split(share, seed))
    assert sorted(rest + out, key=lambda p: p.key) == list(images.photographs)
    assert (keys(rest), keys(out)) == (sorted(keys(rest)), sorted(keys(out)))
    assert {p.class_key for p in rest} == {p.class_key for p in images.photographs}


def test_the_same_seed_holds_out_the_same():
    assert held(imaginary(20, 20, 3), 0.3, 5) == held(imaginary(20, 20, 3), 0.3, 5)


def test_another_seed_holds_out_others():
    assert held(imaginary(20, 0), 0.3, 5) != held(imaginary(20, 0), 0.3, 6)


def test_two_classes_of_a_size_do_not_lose_the_same_places():
    first, second = (
        {key.split("/")[1] for key in held(imaginary(40, 40, 0), 0.3) if key.startswith(f"n0000000{i}")}
        for i in (0, 1)
    )
    assert first != second


def test_what_is_held_out_of_a_class_does_not_depend_on_other_classes():
    alone = held(imaginary(20, 0), 0.3)
    together = held(imaginary(20, 9, 4, 7), 0.3)
    assert alone == [key for key in together if key.startswith("n00000000/")]


def test_what_is_held_out_is_the_same_on_every_machine():
    """The choice is part of what was published; a change of it must be noticed."""
    assert [key[-7:-4] for key in held(imaginary(10, 0), 0.3)] == ["000", "001", "005"]


def test_what_is_unmatched_stays_with_the_rest():
    unmatched = (Unmatched("dodo", 2),)
    whole = imaginary(4, 0)
    rest, out = Images(whole.name, whole.photographs, unmatched).split(0.5, 0)
    assert (rest.unmatched, out.unmatched) == (unmatched, ())


def test_both_parts_keep_the_name_and_have_digests_of_their_own():
    whole = imaginary(4, 0)
    rest, out = whole.split(0.5, 0)
    assert (rest.name, out.name, len({whole.digest, rest.digest, out.digest})) == (
        "imaginary",
        "imaginary",
        3,
    )


@pytest.mark.parametrize("share", [0.0, 1.0, -0.2, 20.0, float("nan")])
def test_a_share_out_of_range_is_refused(share):
    with pytest.raises(
        InputError, match=f"a share of {share}: cannot be held out; it must lie between 0 and 1"
    ):
        imaginary(4, 0).split(share, 0)


def imagenet():
    index = json.loads((REALDATA / "imagenet_labels" / "imagenet_class_index.json").read_text())
    return [OutputClass(int(i), name, wnid) for i, (wnid, name) in index.items()]


real = pytest.mark.skipif(not REALDATA.is_dir(), reason="the folder with real data is not there")


@pytest.fixture(scope="module")
def imagenet50():
    return open_images(REALDATA / "imagenet50" / "images", imagenet())


@real
def test_imagenet50_is_2270_photographs_of_44_classes(imagenet50):
    classes = {p.label for p in imagenet50.photographs}
    assert (len(imagenet50.photographs), len(classes), min(classes) >= 0) == (2270, 44, True)


@real
def test_the_table_of_imagenet50_says_the_same_as_its_folders(imagenet50):
    table = open_images(REALDATA / "imagenet50" / "labels.csv", imagenet())
    assert {p.key.removeprefix("images/"): (p.label, p.content) for p in table.photographs} == {
        p.key: (p.label, p.content) for p in imagenet50.photographs
    }


@real
def test_the_validation_table_lists_1968_photographs():
    opened = open_images(REALDATA / "imagenet_val" / "labels.csv", imagenet())
    assert (len(opened.photographs), opened.unmatched) == (1968, ())


@real
def test_none_of_imagenet50_is_unreadable(imagenet50):
    small = Preprocessing(resize=(8, 8), crop=None, interpolation="nearest")
    shown = [(len(s.photographs), s.skipped) for s in imagenet50.batches(small, 64)]
    assert (sum(number for number, _ in shown), [s for _, s in shown if s]) == (2270, [])
