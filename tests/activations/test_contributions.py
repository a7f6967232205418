"""What filters add to the scores of the predicted and the true class, image by image and class by class."""

import numpy as np
import pytest
import torch

from kgexplain.activations.contributions import ClassGradients, Contributions, weights
from kgexplain.activations.head import Head, head
from kgexplain.activations.look import look
from kgexplain.activations.recording import Recording, one_pass
from kgexplain.activations.statistic import HEAD, OUTPUT
from tests.activations.batches import batch
from tests.activations.heads import LINEAR, OTHER, opened
from tests.activations.pictures import numbers

ROWS = np.array([[1, 0], [0, 2], [3, -1]], np.float32)
LINEAR_HEAD = Head("second", 2, "linear", ROWS, np.zeros(3, np.float32))


def by_hand():
    """Images 0, 1 and 2 of classes 0, 2 and none; predicted 1, 2 and 0."""
    network = opened(LINEAR["means"]())
    seen = Contributions(network, LINEAR_HEAD)
    seen.observe(batch(HEAD, [[1, 2], [3, 4], [5, 6]], [0, 2, -1]))
    seen.observe(batch(OUTPUT, [[0, np.log(2), 0], [0, 0, np.log(6)], [9, 0, 0]], [0, 2, -1]))
    return seen


def test_images_by_hand():
    """exp(0) : exp(log 2) : exp(0) is 1 : 2 : 1; in the second image 1 : 1 : 6."""
    images = by_hand().images
    assert (images.keys.tolist(), images.labels.tolist()) == (["0", "1", "2"], [0, 2, -1])
    assert images.predicted.tolist() == [1, 2, 0]
    assert images.probabilities[:2] == pytest.approx([0.5, 0.75])
    assert images.true_probabilities == pytest.approx([0.25, 0.75, 0])


def test_pooled_maps_are_kept():
    assert by_hand().images.pooled.tolist() == [[1, 2], [3, 4], [5, 6]]


def test_weights_are_rows_of_the_predicted_and_of_the_true_class():
    images = by_hand().images
    assert [weights(LINEAR_HEAD, images, row).tolist() for row in range(2)] == [
        [[0, 2], [1, 0]],
        [[3, -1], [3, -1]],
    ]


def test_a_class_that_is_not_known_has_no_weights():
    assert weights(LINEAR_HEAD, by_hand().images, 2).tolist() == [[1, 0], [0, 0]]


def test_images_are_sorted_by_key():
    """The keys of this pass are 0.png to 12.png, of which 10.png stands second."""
    network = opened(LINEAR["means"]())
    seen = Contributions(network, head(network))
    one_pass(network, numbers(13), [seen], Recording(batch_size=5))
    assert seen.images.keys.tolist()[:3] == ["0.png", "1.png", "10.png"]


def test_scores_before_pooled_maps_are_refused():
    with pytest.raises(ValueError, match="the output was observed before the head"):
        Contributions(opened(LINEAR["means"]()), LINEAR_HEAD).observe(batch(OUTPUT, [[1, 0, 0]], [1]))


def test_pooled_maps_are_of_one_batch():
    seen = by_hand()
    with pytest.raises(ValueError, match="the output was observed before the head"):
        seen.observe(batch(OUTPUT, [[1, 0, 0]], [1]))


@pytest.mark.parametrize("make", [LINEAR["means"], OTHER["two layers"]], ids=["linear", "gradient"])
def test_a_pass_shows_what_a_look_at_each_image_does(make):
    network, shown = opened(make()), numbers(7)
    found = head(network)
    seen = Contributions(network, found)
    one_pass(network, shown, [seen], Recording(batch_size=4))
    images = seen.images
    for row, (photograph, pixels) in enumerate(zip(shown.photographs, shown.pixels(), strict=True)):
        predicted = look(network, found, pixels)
        assert (images.keys[row], images.predicted[row]) == (photograph.key, predicted.predicted)
        assert np.allclose(images.pooled[row], predicted.pooled, atol=1e-5)
        assert np.allclose(weights(found, images, row)[0], predicted.weights[0], atol=1e-4)
        true = look(network, found, pixels, [photograph.label]).weights[0] if photograph.label >= 0 else 0
        assert np.allclose(weights(found, images, row)[1], true, atol=1e-4)


def test_class_gradients_are_means_over_the_images_of_each_class():
    """Photographs are of classes −1, 0, 1, 2, −1, 0, 1; class by class and image by image, with a look at each."""
    network, shown = opened(OTHER["two layers"]()), numbers(7)
    found = head(network)
    seen = ClassGradients(network, found)
    one_pass(network, shown, [seen], Recording(batch_size=3))
    expected = np.zeros((3, 5))
    for class_, of in ((0, (1, 5)), (1, (2, 6)), (2, (3,))):
        for image in of:
            expected[class_] += look(network, found, shown.pixels()[image], [class_]).weights[0] / len(of)
    assert seen.counts.tolist() == [2, 2, 1]
    assert np.allclose(seen.means(), expected, atol=1e-4)


def test_a_class_without_images_has_no_mean():
    network = opened(OTHER["two layers"]())
    seen = ClassGradients(network, head(network))
    one_pass(network, numbers(3), [seen])
    assert np.isnan(seen.means()).all(1).tolist() == [False, False, True]


def test_statistics_that_run_the_network_disturb_no_others():
    network = opened(OTHER["two layers"]())
    found = head(network)
    alone, beside = (Contributions(network, found) for _ in range(2))
    one_pass(network, numbers(7), [alone], Recording(batch_size=4))
    others = [ClassGradients(network, found), beside, Contributions(network, head(network, "first"))]
    one_pass(network, numbers(7), others, Recording(batch_size=4))
    assert all(
        np.array_equal(a, b) for a, b in zip(alone.state().values(), beside.state().values(), strict=True)
    )


def test_nothing_is_left_of_a_pass_by_gradient():
    network = opened(OTHER["two layers"]())
    before = {name: tensor.clone() for name, tensor in network.module.state_dict().items()}
    one_pass(network, numbers(5), [Contributions(network, head(network))])
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.module.state_dict().items())
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in network.module.modules())


def test_identities_tell_heads_apart():
    network = opened(LINEAR["means"]())
    one, other = (Contributions(network, head(network, layer)).identity for layer in ("first", "second"))
    assert one != other
