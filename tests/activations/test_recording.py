"""One pass: what statistics see, in what order, and how an interrupted pass goes on."""

import numpy as np
import pytest
import torch

from kgexplain.activations.evidence import Evidence
from kgexplain.activations.moments import ClassAccuracy, ClassMeans
from kgexplain.activations.recording import Recording, glance, one_pass
from kgexplain.activations.statistic import HEAD, OUTPUT
from kgexplain.errors import EvidenceError, InputError
from tests.activations.pictures import numbers, toy


def all_means():
    return [ClassMeans("first.0", 3, 4), ClassMeans("second", 3, 5), ClassAccuracy(3)]


def states(statistics):
    return [statistic.state() for statistic in statistics]


def same(a, b):
    return all(np.allclose(x[k], y[k], rtol=1e-5) for x, y in zip(a, b, strict=True) for k in x)


def exactly(a, b):
    return all(np.array_equal(x[k], y[k]) for x, y in zip(a, b, strict=True) for k in x)


def recorded(images, batch_size=4, evidence=None):
    statistics = all_means()
    one_pass(toy(), images, statistics, Recording(batch_size=batch_size), evidence)
    return states(statistics)


def evidence(folder, seconds=0.0):
    return Evidence(folder / "evidence", {"network": "toy"}, seconds)


def by_hand(images):
    """Each image alone through the modules, scaled and added up with loops."""
    module, sums, counts = toy().module, np.zeros((3, 5)), np.zeros(3)
    for photograph, pixels in zip(images.photographs, images.pixels(), strict=True):
        if photograph.label >= 0:
            with torch.no_grad():
                maps = (
                    torch.relu(module.second(torch.relu(module.first[0](pixels[None]))))[0].double().numpy()
                )
            sums[photograph.label] += ((maps - maps.min()) / (maps.max() - maps.min())).mean((1, 2))
            counts[photograph.label] += 1
    return sums, counts


def test_statistics_see_what_the_rest_of_the_network_sees():
    sums, counts = by_hand(numbers())
    state = recorded(numbers())[1]
    assert np.allclose(state["sums"], sums, atol=1e-5)
    assert state["counts"].tolist() == counts.tolist()


def test_a_batch_of_any_size_gives_the_same():
    assert same(recorded(numbers(), batch_size=3), recorded(numbers(), batch_size=11))


def test_each_statistic_hears_its_layers_in_order_and_the_output_last():
    heard = []

    class Order(ClassMeans):
        @property
        def layers(self):
            return ("second", OUTPUT, "first.0")

        def observe(self, batch):
            heard.append(batch.layer)

    one_pass(toy(), numbers(4), [Order("second", 3, 5)])
    assert heard == ["first.0", "second", OUTPUT]


class Pooled(ClassMeans):
    """Keeps what the linear layer gets, and in what order places are heard."""

    def __init__(self):
        super().__init__("second", 3, 5)
        self.heard, self.rows = [], []

    @property
    def layers(self):
        return (OUTPUT, HEAD, "second")

    def observe(self, batch):
        self.heard.append(batch.layer)
        if batch.layer == HEAD:
            self.rows += batch.maps.tolist()


def test_the_head_is_what_the_linear_layer_gets():
    network, pooled, images = toy(), Pooled(), numbers(7)
    one_pass(network, images, [pooled], Recording(batch_size=4))
    with torch.no_grad():
        maps = torch.relu(network.module.second(network.module.first(images.pixels())))
    assert np.allclose(pooled.rows, maps.mean((2, 3)), atol=1e-6)


def test_the_head_is_heard_once_between_the_last_layer_and_the_output():
    pooled = Pooled()
    one_pass(toy(), numbers(7), [pooled], Recording(batch_size=4))
    assert pooled.heard == ["second", HEAD, OUTPUT] * 2


def test_nothing_listens_to_the_head_after_an_error():
    network = toy()
    with pytest.raises(KeyboardInterrupt):
        one_pass(network, numbers(stop=4), [Pooled()], Recording(batch_size=4))
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in network.module.modules())


def test_a_network_without_one_linear_layer_has_no_head():
    network = toy()
    network.module.head = torch.nn.Sequential(
        torch.nn.Linear(5, 4), torch.nn.ReLU(), torch.nn.Linear(4, 3)
    ).eval()
    message = "network toy: its scores are not made by one linear layer from the means of its last maps; observe a layer"
    with pytest.raises(InputError, match=message):
        one_pass(network, numbers(), [Pooled()])


def test_unreadable_photographs_are_told_and_change_nothing_else():
    statistics = all_means()
    progress = one_pass(toy(), numbers(unreadable=(1, 2, 3)), statistics, Recording(batch_size=4))
    assert [s.key for s in progress.skipped] == ["1.png", "2.png", "3.png"]
    assert statistics[0].state()["counts"].sum() == 8 - 3


def test_a_batch_without_a_readable_photograph_is_passed_over():
    one_pass(toy(), numbers(unreadable=(0, 1, 2, 3)), all_means(), Recording(batch_size=4))


def test_an_interrupted_pass_goes_on_to_the_very_same_numbers(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        recorded(numbers(unreadable=(1,), stop=8), evidence=evidence(tmp_path))
    resumed = recorded(numbers(unreadable=(1,)), evidence=evidence(tmp_path))
    assert exactly(resumed, recorded(numbers(unreadable=(1,))))


def test_a_resumed_pass_shows_only_the_images_that_are_left(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        recorded(numbers(stop=8), evidence=evidence(tmp_path))
    assert evidence(tmp_path).resume(all_means()).photographs == 8


def test_a_resumed_pass_remembers_what_was_skipped(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        recorded(numbers(unreadable=(1,), stop=8), evidence=evidence(tmp_path))
    progress = one_pass(
        toy(), numbers(unreadable=(1, 9)), all_means(), Recording(batch_size=4), evidence(tmp_path)
    )
    assert [s.key for s in progress.skipped] == ["1.png", "9.png"]


def test_a_finished_pass_is_not_run_again(tmp_path):
    first = recorded(numbers(), evidence=evidence(tmp_path))
    assert exactly(recorded(numbers(stop=0), evidence=evidence(tmp_path)), first)


def test_other_statistics_are_not_taken_for_the_same(tmp_path):
    recorded(numbers(), evidence=evidence(tmp_path))
    assert evidence(tmp_path).resume([ClassMeans("second", 3, 5)]).photographs == 0


def test_evidence_of_other_inputs_is_refused(tmp_path):
    Evidence(tmp_path, {"network": "a", "images": "b"})
    with pytest.raises(
        EvidenceError, match="recorded from images b, not from c; choose another folder or delete it"
    ):
        Evidence(tmp_path, {"network": "a", "images": "c"})


def test_a_broken_recording_says_what_to_do(tmp_path):
    recorded(numbers(), evidence=evidence(tmp_path))
    (path,) = (tmp_path / "evidence").glob("pass-*.npz")
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(EvidenceError, match=r"not a whole recording .* delete it and run again"):
        recorded(numbers(), evidence=evidence(tmp_path))


def test_a_broken_fingerprint_says_what_to_do(tmp_path):
    (tmp_path / "fingerprint.json").write_text("{")
    with pytest.raises(EvidenceError, match=r"cannot be read .* choose another folder or delete it"):
        Evidence(tmp_path, {})


def test_a_folder_that_cannot_be_made_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(EvidenceError, match="cannot be made"):
        Evidence(tmp_path / "file" / "evidence", {})


def test_evidence_waits_between_two_saves(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        recorded(numbers(stop=8), evidence=evidence(tmp_path, seconds=3600))
    assert evidence(tmp_path).resume(all_means()).photographs == 0


def test_a_glance_gives_the_maps_and_what_the_statistics_would_see():
    from PIL import Image

    network = toy()
    photograph = Image.new("RGB", (8, 6), (200, 30, 90))
    photograph.putpixel((3, 2), (0, 255, 0))
    seen = glance(network, photograph, ["first.0", "second"])
    maps = seen.maps["second"].astype(np.float64)
    assert maps.shape == (5, 2, 3)
    assert maps.min() >= 0
    assert np.allclose(
        seen.scaled["second"], ((maps - maps.min()) / (maps.max() - maps.min())).mean((1, 2)), atol=1e-6
    )
    with torch.no_grad():
        assert np.allclose(
            seen.scores, network.module(network.preprocessing.pixels(photograph)[None])[0], atol=1e-5
        )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"place": "middle"}, "place is 'middle'; it must be one of activation, raw"),
        ({"batch_size": 0}, "batch_size is 0; it must be at least 1"),
    ],
)
def test_wrong_options_say_what_would_be_right(options, message):
    with pytest.raises(InputError, match=message):
        Recording(**options)
