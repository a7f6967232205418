"""Listening: when maps are heard, what is left behind, and what is refused."""

import weakref
from contextlib import ExitStack
from types import SimpleNamespace

import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812  (as in torch's own documentation)
from torch.overrides import _get_current_function_mode_stack

from kgexplain.activations.sites import listening, reached
from kgexplain.activations.statistic import OUTPUT
from kgexplain.errors import InputError
from tests.activations.toys import Net, agrees, conv, heard, pixels, pooled, small, zero_first


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(7)


def test_layers_are_heard_once_each_as_they_run_and_the_scores_last():
    order = []
    module, shown = small(), pixels()
    with listening(SimpleNamespace(module=module), ["3", "0"], lambda name, maps: order.append(name)):
        for images in (2, 1, 2):
            module(shown[:images])
    assert order == ["0", "3", OUTPUT] * 3


def test_scores_are_what_the_network_gives():
    module, shown = small(), pixels()
    with torch.no_grad():
        expected = module(shown)
    assert torch.equal(heard(module, shown, ("0",))[OUTPUT], expected)


def test_no_layers_leave_the_scores():
    assert list(heard(small(), pixels(), ())) == [OUTPUT]


def test_pixels_by_name_are_as_good():
    module = Net(lambda net, x: pooled(F.relu(net.conv(x))), conv=conv())
    found = []
    with listening(SimpleNamespace(module=module), ["conv"], lambda n, m: found.append(m.min().tolist())):
        module(pixels=pixels())
    assert found[0] == 0


def test_inference_mode_is_as_good():
    module, shown = small(), pixels()
    module(shown)
    expected = heard(module, shown, ("0",))["0"]
    found = []
    with (
        listening(SimpleNamespace(module=module), ["0"], lambda n, m: found.append(m.clone())),
        torch.inference_mode(),
    ):
        module(shown.clone())
    assert torch.equal(found[0], expected)


def test_a_graph_module_is_heard_like_the_network_it_was_made_from():
    module, shown = small(), pixels()
    module(shown)
    expected = heard(module, shown, ("0", "3"))
    found = heard(torch.fx.symbolic_trace(module), shown, ("0", "3"))
    assert all(torch.equal(found[name], expected[name]) for name in expected)


def test_listeners_can_be_nested():
    module, shown = small(), pixels()
    module(shown)
    raw, final = heard(module, shown, ("0",), "raw"), heard(module, shown, ("0",))
    inner, outer = {}, {}
    with ExitStack() as stack, torch.no_grad():
        for found, place in ((outer, "raw"), (inner, "activation")):
            network = SimpleNamespace(module=module)
            hear = lambda name, maps, found=found: found.setdefault(name, []).append(maps.clone())  # noqa: E731
            stack.enter_context(listening(network, ["0"], hear, place))
        module(shown)
    assert [len(outer["0"]), len(inner["0"])] == [1, 1]
    assert torch.equal(outer["0"][0], raw["0"])
    assert torch.equal(inner["0"][0], final["0"])


def test_two_nested_listeners_to_activations_hear_the_same():
    module, found = small(), []
    network, hear = SimpleNamespace(module=module), lambda name, maps: found.append(name)
    with listening(network, ["0"], hear), listening(network, ["3"], hear):
        module(pixels())
    assert sorted(found) == [OUTPUT, OUTPUT, "0", "3"]


def is_untouched(module):
    hooks = [h for m in module.modules() for h in (*m._forward_hooks, *m._forward_pre_hooks)]
    return not hooks and not _get_current_function_mode_stack()


def test_everything_is_removed_at_the_end():
    module = small()
    heard(module, pixels(), ("0", "3"))
    assert is_untouched(module)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
@pytest.mark.parametrize("when", ["0", "3", OUTPUT])
def test_everything_is_removed_after_an_error_in_hear(when, error):
    def hear(name, maps):
        if name == when:
            raise error("stop")

    module = small()
    with pytest.raises(error, match="stop"), listening(SimpleNamespace(module=module), ["0", "3"], hear):
        module(pixels())
    assert is_untouched(module)


def test_everything_is_removed_after_an_error_in_the_pass():
    module = small()
    network = SimpleNamespace(module=module)
    with pytest.raises(RuntimeError, match="shapes"), listening(network, ["0"], lambda *_: None):
        module(pixels(side=12))
    assert is_untouched(module)


def test_the_next_pass_is_heard_after_one_that_failed():
    module, found = small(), []
    module(pixels())
    with listening(SimpleNamespace(module=module), ["0"], lambda name, maps: found.append(name)):
        module(pixels())
        with pytest.raises(RuntimeError, match="shapes"):
            module(pixels(side=12))
        module(pixels())
    assert found == ["0", OUTPUT, "0", "0", OUTPUT]


def test_no_mode_is_left_between_passes_even_after_an_error():
    module = small()
    with listening(SimpleNamespace(module=module), ["0"], lambda *_: None):
        module(pixels())
        with pytest.raises(RuntimeError, match="shapes"):
            module(pixels(side=12))
        assert not _get_current_function_mode_stack()


def test_pixels_are_not_changed_by_finding_the_ways():
    module = Net(lambda net, x: pooled(F.relu(net.conv(x.mul_(2)))), conv=conv())
    shown = pixels()
    doubled = shown * 2
    found = heard(module, shown)["conv"]
    with torch.no_grad():
        assert torch.equal(found, F.relu(module.conv(doubled)))


def test_the_network_is_unchanged():
    module, shown = small(), pixels()
    before = module(shown)
    state = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    heard(module, shown, ("0", "3"))
    assert all(torch.equal(tensor, state[name]) for name, tensor in module.state_dict().items())
    assert torch.equal(module(shown), before)


def test_maps_are_not_kept_alive():
    module, alive = small(), []
    hear = lambda name, maps: alive.append((name, weakref.ref(maps)))  # noqa: E731
    with listening(SimpleNamespace(module=module), ["0", "3"], hear), torch.no_grad():
        module(pixels())
        assert [name for name, maps in alive if maps() is not None] == []


def test_an_unknown_layer_is_refused_with_those_that_exist():
    with pytest.raises(InputError, match=r"no layer \['conv9'\] in this network; it has \['0', '3'\]"):
        heard(small(), pixels(), ("conv9", "0"))


def test_an_unknown_place_is_refused():
    with pytest.raises(InputError, match="place is 'input'; it must be one of activation, raw"):
        heard(small(), pixels(), ("0",), "input")


def test_a_layer_that_is_never_reached_is_refused_by_name():
    module = Net(lambda net, x: pooled(net.conv(x)), conv=conv(), aside=conv())
    with pytest.raises(
        InputError, match=r"layers \['aside'\] are not reached by a forward pass; leave them out"
    ):
        heard(module, pixels(), ("conv", "aside"))


@pytest.mark.parametrize("place", ["activation", "raw"])
def test_a_layer_that_runs_twice_is_refused(place):
    module = Net(lambda net, x: pooled(net.conv(net.conv(x))), conv=conv(3))
    with pytest.raises(InputError, match="layer 'conv' runs more than once in a forward pass; leave it out"):
        heard(module, pixels(), ("conv",), place)


@pytest.mark.parametrize(
    "other",
    [
        lambda maps: maps.sigmoid(),
        lambda maps: F.relu(maps.mul_(2)),
        lambda maps: F.relu(maps + 1),
        lambda maps: F.relu(zero_first(maps)),
        lambda maps: maps,
    ],
    ids=["function", "in place before", "other value", "part in place", "nothing"],
)
def test_maps_that_go_another_way_than_those_of_the_first_image_are_refused(other):
    def run(net, x):
        return pooled(F.relu(net.conv(x)) if len(x) == 1 else other(net.conv(x)))

    with pytest.raises(
        InputError, match=r"the maps of layers \['conv'\] took another way than those of the first"
    ):
        heard(Net(run, conv=conv()), pixels(images=2))


def test_maps_that_an_operation_reads_twice_where_it_read_them_once_are_refused():
    def run(net, x):
        maps = net.conv(x)
        return pooled(maps + 1 if len(x) == 1 else maps + maps)

    with pytest.raises(InputError, match="took another way"):
        heard(Net(run, conv=conv()), pixels(images=2))


def test_looking_at_maps_on_their_way_does_no_harm():
    def run(net, x):
        maps = net.conv(x)
        if len(x) > 1:
            assert maps.dim() == maps.ndim == len(maps.size()) == len(maps.shape)
        return pooled(F.relu(maps))

    assert agrees(Net(run, conv=conv()), lambda net, x: F.relu(net.conv(x)))


def test_a_network_that_gives_no_tensor_is_refused():
    module = Net(lambda net, x: {"out": net.conv(x)}, conv=conv())
    with pytest.raises(InputError, match="the network gives a dict; it must give one tensor of scores"):
        heard(module, pixels())


def test_a_network_in_training_mode_is_refused():
    module = small()
    module[1].train()
    with pytest.raises(
        InputError, match=r"module '1' is in training mode; call eval\(\) on the network first"
    ):
        heard(module, pixels(), ("0",))


@pytest.mark.filterwarnings("ignore:.torch.jit")
def test_torchscript_is_refused():
    module = nn.Sequential(torch.jit.trace(nn.Sequential(conv(), nn.ReLU()).eval(), pixels())).eval()
    with pytest.raises(
        InputError, match="module '0' is a TorchScript; give the network that it was made from"
    ):
        heard(module, pixels(), ("0",))


def test_a_compiled_module_is_refused():
    module = small()
    module[0].compile(backend="eager")
    with pytest.raises(InputError, match="module '0' is compiled; give the network that it was made from"):
        heard(module, pixels(), ("3",))


def prepared(module):
    return SimpleNamespace(
        module=module, preprocessing=SimpleNamespace(pixels=lambda photograph: pixels()[0])
    )


def test_reached_gives_the_layers_that_run_once_in_the_order_in_which_they_run():
    def run(net, x):
        return pooled(net.last(net.twice(net.twice(net.first(x)))))

    module = Net(run, last=conv(4), never=conv(), twice=conv(3), first=conv(3))
    assert reached(prepared(module)) == ("first", "last")


def test_reached_leaves_no_hooks():
    module = small()
    reached(prepared(module))
    assert is_untouched(module)


def test_what_is_reached_can_be_heard():
    module, found = small(), []
    network = prepared(module)
    with listening(network, reached(network), lambda name, maps: found.append(name)):
        module(pixels())
    assert found == ["0", "3", OUTPUT]


def test_reached_is_no_pass_that_listeners_hear():
    module, found = small(), []
    network = prepared(module)
    with listening(network, ["0"], lambda name, maps: found.append(name)):
        reached(network)
    assert found == []
