import os
import pickle
from collections import OrderedDict

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from kgexplain.errors import InputError
from kgexplain.inputs.weights import load, read_weights, renamed


def small():
    return nn.Sequential(
        OrderedDict(conv=nn.Conv2d(3, 2, 1), norm=nn.BatchNorm2d(2), last=nn.Conv2d(2, 5, 3))
    )


@pytest.fixture
def state():
    torch.manual_seed(1)
    return small().state_dict()


class Code:
    def __init__(self, proof):
        self.proof = proof

    def __reduce__(self):
        return os.mkdir, (str(self.proof),)


def saved_npz(state, file):
    np.savez(file, **{name: tensor.numpy() for name, tensor in state.items()})


SAVERS = {".pt": torch.save, ".pth": torch.save, ".safetensors": save_file, ".npz": saved_npz}


@pytest.mark.parametrize("ending", SAVERS)
def test_every_kind_of_file_gives_the_weights_back(ending, state, tmp_path):
    file = tmp_path / f"weights{ending}"
    SAVERS[ending](state, file)
    module = small()
    load(module, read_weights(str(file)), "weights")
    assert all(torch.equal(tensor, state[name]) for name, tensor in module.state_dict().items())


def test_half_precision_becomes_the_networks_own(state, tmp_path):
    file = tmp_path / "half.npz"
    saved_npz({name: t.half() if t.is_floating_point() else t for name, t in state.items()}, file)
    module = small()
    load(module, read_weights(str(file)), "half.npz")
    assert module.conv.weight.dtype == torch.float32
    assert torch.equal(module.conv.weight, state["conv.weight"].half().float())


@pytest.mark.parametrize("wrapper", ["state_dict", "model_state_dict", "model", "net"])
def test_a_checkpoint_of_training_is_unwrapped(wrapper, state, tmp_path):
    file = tmp_path / "checkpoint.pth"
    torch.save({"epoch": 3, wrapper: state, "best": 0.5}, file)
    assert read_weights(str(file)).keys() == state.keys()


@pytest.mark.parametrize("prefix", ["module.", "_orig_mod.", "model."])
def test_a_prefix_that_training_puts_before_all_names_is_taken_off(prefix, state):
    module = small()
    load(module, {prefix + name: tensor for name, tensor in state.items()}, "weights")
    assert torch.equal(module.last.weight, state["last.weight"])


def test_a_prefix_that_is_the_networks_own_stays(state):
    outer = nn.ModuleDict({"model": small()})
    load(outer, {f"model.{name}": tensor for name, tensor in state.items()}, "weights")
    assert torch.equal(outer["model"].conv.bias, state["conv.bias"])


def test_the_counter_of_batches_may_be_left_out(state):
    module = small()
    module.norm.num_batches_tracked += 9
    load(module, {name: tensor for name, tensor in state.items() if "num_batches" not in name}, "weights")
    assert module.norm.num_batches_tracked.item() == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("features.denseblock4.denselayer16.conv.2.weight", "features.denseblock4.denselayer16.conv2.weight"),
        ("encoder.layers.encoder_layer_3.mlp.linear_1.bias", "encoder.layers.encoder_layer_3.mlp.0.bias"),
        ("encoder.layers.encoder_layer_3.mlp.linear_2.bias", "encoder.layers.encoder_layer_3.mlp.3.bias"),
        ("features.denseblock1.denselayer1.norm1.weight", "features.denseblock1.denselayer1.norm1.weight"),
    ],
)
def test_names_of_old_published_files_become_todays(old, new):
    assert list(renamed({old: torch.zeros(1)}, {new: torch.zeros(1)})) == [new]


@pytest.mark.parametrize("ending", [".pt", ".pth"])
def test_a_pickle_that_would_run_code_is_refused_and_does_not_run(ending, tmp_path):
    file, proof = tmp_path / f"evil{ending}", tmp_path / "ran"
    torch.save({"conv.weight": Code(proof)}, file)
    with pytest.raises(InputError, match=r"evil.* a pickle that would run code, which is refused"):
        read_weights(str(file))
    assert not proof.exists()


def test_a_bare_pickle_is_refused_and_does_not_run(tmp_path):
    file, proof = tmp_path / "evil.pt", tmp_path / "ran"
    file.write_bytes(pickle.dumps(Code(proof)))
    with pytest.raises(InputError, match="which is refused"):
        read_weights(str(file))
    assert not proof.exists()


def test_pickled_objects_in_an_npz_are_refused_and_do_not_run(tmp_path):
    file, proof = tmp_path / "evil.npz", tmp_path / "ran"
    np.savez(file, weight=np.array([Code(proof)], dtype=object))
    with pytest.raises(InputError, match=r"evil\.npz: are not arrays of numbers only"):
        read_weights(str(file))
    assert not proof.exists()


def test_a_whole_module_is_refused_with_what_to_save(tmp_path):
    file = tmp_path / "module.pt"
    torch.save(small(), file)
    with pytest.raises(InputError, match=r"save module\.state_dict\(\)"):
        read_weights(str(file))


@pytest.mark.parametrize("ending", [".pt", ".safetensors", ".npz"])
@pytest.mark.parametrize("content", [b"", b"hello world this is text", b"PK\x03\x04 not a zip", b"\x80\x04."])
def test_a_file_of_something_else_is_refused(ending, content, tmp_path):
    file = tmp_path / f"broken{ending}"
    file.write_bytes(content)
    with pytest.raises(InputError, match=f"broken{ending}: (are not|cannot be read)"):
        read_weights(str(file))


@pytest.mark.parametrize("ending", SAVERS)
def test_half_a_file_is_refused(ending, state, tmp_path):
    whole, half = tmp_path / f"whole{ending}", tmp_path / f"half{ending}"
    SAVERS[ending](state, whole)
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(InputError, match=f"half{ending}: (are not|cannot be read)"):
        read_weights(str(half))


def test_an_array_of_texts_is_refused(tmp_path):
    file = tmp_path / "texts.npz"
    np.savez(file, name=np.array(["tench"]))
    with pytest.raises(InputError, match="are not arrays of numbers only"):
        read_weights(str(file))


def test_a_single_array_under_the_wrong_ending_is_refused(tmp_path):
    file = tmp_path / "single.npz"
    with file.open("wb") as stream:
        np.save(stream, np.zeros(3))
    with pytest.raises(InputError, match="are not arrays of numbers only"):
        read_weights(str(file))


@pytest.mark.parametrize("saved", [3, [torch.zeros(1)], {}, {"epoch": 3}, torch.zeros(2)])
def test_a_file_without_a_state_dictionary_is_refused(saved, tmp_path):
    file = tmp_path / "other.pt"
    torch.save(saved, file)
    with pytest.raises(InputError, match="hold no state dictionary"):
        read_weights(str(file))


def test_an_unknown_ending_is_refused_with_the_known_ones():
    with pytest.raises(InputError, match=r"end in \.bin; they can end in \.pt, \.pth, \.safetensors, \.npz"):
        read_weights("some/weights.bin")


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(InputError, match=r"nowhere\.npz: there is no such file"):
        read_weights("nowhere.npz")


def test_missing_and_unexpected_names_are_said(state):
    other = {name.replace("last", "final"): tensor for name, tensor in state.items()}
    message = (
        r"weights w\.npz: are of another architecture "
        r"\(missing: last\.weight, last\.bias; unexpected: final\.weight, final\.bias\)"
    )
    with pytest.raises(InputError, match=message):
        load(small(), other, "w.npz")


def test_wrong_shapes_are_said_with_both(state):
    state["last.bias"] = torch.zeros(6)
    with pytest.raises(InputError, match=r"wrong shape: last\.bias \(6,\) instead of \(5,\)"):
        load(small(), state, "w.npz")


def test_only_a_few_of_many_names_are_said(state):
    with pytest.raises(
        InputError, match=r"missing: conv\.weight, conv\.bias, norm\.weight and 5 more; unexpected: x"
    ):
        load(small(), {"x": torch.zeros(1)}, "w.npz")


def test_refused_weights_of_wrong_shape_change_nothing(state):
    module = small()
    before = module.conv.weight.clone()
    with pytest.raises(InputError, match="wrong shape"):
        load(module, {**state, "last.bias": torch.zeros(6)}, "w.npz")
    assert torch.equal(module.conv.weight, before)
