"""A world is written whole, once, and again the same."""

from pathlib import Path

import pytest

from kgexplain.errors import InputError
from kgexplain.world import CLASSES, make_annotated, make_captioned, make_photographs, make_world, making


@pytest.fixture(autouse=True)
def two_classes(monkeypatch):
    """A world of all classes takes longer and shows no more."""
    monkeypatch.setattr(making, "CLASSES", CLASSES[:2])


def contents(folder):
    return {
        path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_two_worlds_of_a_seed_are_the_same_to_the_byte_but_for_archives(tmp_path):
    worlds = [make_world(tmp_path / name, 1, 2, 3) for name in ("one", "two")]
    first, second = (contents(world.folder) for world in worlds)
    # .npz and .mat files carry the time of writing.
    assert {path: data for path, data in first.items() if path.suffix not in (".npz", ".mat")} == {
        path: data for path, data in second.items() if path.suffix not in (".npz", ".mat")
    }
    assert len(first) > 30


def test_another_seed_is_another_world(tmp_path):
    one, two = (contents(make_photographs(tmp_path / str(seed), 1, seed).images) for seed in (0, 1))
    assert one.keys() == two.keys()
    assert all(one[path] != two[path] for path in one)


def test_photographs_are_class_folders_only(tmp_path):
    world = make_photographs(tmp_path / "world", 2)
    assert sorted(path.name for path in world.folder.iterdir()) == ["images", "world.json"]
    assert len(list(world.images.rglob("*.png"))) == 2 * 2


def test_a_world_that_is_there_is_not_made_again(tmp_path, monkeypatch):
    make_photographs(tmp_path / "world", 1)
    monkeypatch.setattr(making, "samples", lambda *_: pytest.fail("drawn again"))
    make_photographs(tmp_path / "world", 1)


def test_another_world_is_not_written_over_one_that_is_there(tmp_path):
    make_photographs(tmp_path / "world", 1)
    before = contents(tmp_path)
    with pytest.raises(
        InputError, match=r"world: holds something else already; choose another folder or delete it"
    ):
        make_photographs(tmp_path / "world", 2)
    assert contents(tmp_path) == before


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="holds something else already"):
        make_world(tmp_path, 1, 1)
    assert contents(tmp_path).keys() == {(tmp_path / "mine.txt").relative_to(tmp_path)}


def test_an_interrupted_run_leaves_no_world_and_the_next_one_makes_it(tmp_path, monkeypatch):
    with monkeypatch.context() as interrupted:
        interrupted.setattr(making, "class_folders", broken)
        with pytest.raises(KeyboardInterrupt):
            make_photographs(tmp_path / "world", 1)
    assert not (tmp_path / "world").exists()
    make_photographs(tmp_path / "world", 1)
    assert [path.name for path in tmp_path.iterdir()] == ["world"]
    assert not (tmp_path / "world" / "half").exists()


def broken(folder, _):
    folder.mkdir()
    (folder.parent / "half").write_text("half")
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("images", "scenes", "what"), [(0, 5, "images_per_class is 0"), (2, -1, "scenes is -1")]
)
def test_a_world_without_pictures_is_refused(tmp_path, images, scenes, what):
    with pytest.raises(InputError, match=rf"{what}: a world needs pictures; it must be at least 1"):
        make_world(tmp_path / "world", images, scenes)


def test_captioned_photographs_have_the_layout_of_birds_beside_the_class_folders(tmp_path):
    world = make_captioned(tmp_path / "world", 2)
    assert sorted(path.name for path in world.folder.iterdir()) == ["birds", "images", "world.json"]
    assert (
        len(list((world.birds / "text_c10").rglob("*.txt")))
        == len(list(world.images.rglob("*.png")))
        == 2 * 2
    )


def test_annotated_photographs_have_masks_beside_all_that_captioned_ones_have(tmp_path):
    annotated, captioned = make_annotated(tmp_path / "a", 2, 3), make_captioned(tmp_path / "b", 2, 3)
    both, alone = contents(annotated.folder), contents(captioned.folder)
    del both[Path("world.json")], alone[Path("world.json")]
    assert both.keys() > alone.keys()
    assert all(both[path] == alone[path] for path in alone)
    assert {path.parts[0] for path in both.keys() - alone.keys()} == {"broden"}


def test_annotated_photographs_are_not_taken_for_captioned_ones(tmp_path):
    make_captioned(tmp_path / "world", 1)
    with pytest.raises(InputError, match="holds something else already"):
        make_annotated(tmp_path / "world", 1)
