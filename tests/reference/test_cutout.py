"""Cutout and batch augmentation of the reference do what their docstrings say; ResNet-44 is ResNet-20's family."""

from collections import Counter

import pytest
import torch

from reference_solutions.cutout import batch_augmentation, cutout
from reference_solutions.resnet import ResNet
from reference_solutions.resnet44 import cifar_resnet, resnet44


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(0)


def hole(before, after):
    """Rows and columns of the pixels that were changed."""
    changed = (before != after).all(dim=0)
    assert torch.equal(changed, (before != after).any(dim=0))
    rows, columns = changed.any(dim=1).nonzero().flatten().tolist(), changed.any(dim=0).nonzero().flatten().tolist()
    assert changed.sum() == len(rows) * len(columns)
    return rows, columns


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8])
def test_the_square_is_of_zeros_and_clipped_around_each_pixel_equally_often(size):
    image = torch.rand(3, 5, 6) + 0.1
    found = Counter()
    for _ in range(3000):
        after = cutout(image, size)
        rows, columns = hole(image, after)
        assert after[:, rows][:, :, columns].eq(0).all()
        found[tuple(rows), tuple(columns)] += 1
    expected = Counter()
    for row in range(5):
        for column in range(6):
            span = [range(c - size // 2, c - size // 2 + size) for c in (row, column)]
            expected[tuple(r for r in span[0] if 0 <= r < 5), tuple(c for c in span[1] if 0 <= c < 6)] += 1
    assert set(found) == set(expected)
    for place, pixels in expected.items():
        share = pixels / 30
        assert found[place] / 3000 == pytest.approx(share, abs=5 * (share * (1 - share) / 3000) ** 0.5 + 1e-9)


def test_a_square_of_16_covers_a_quarter_of_a_small_image_at_most():
    image = torch.ones(3, 32, 32)
    zeros = [int((cutout(image)[0] == 0).sum()) for _ in range(200)]
    assert max(zeros) == 16 * 16
    assert min(zeros) >= 8 * 8


def test_images_and_labels_stay_as_they_were():
    images, labels = torch.rand(3, 2, 6, 6) + 0.1, torch.tensor([4, 1, 4])
    kept = images.clone(), labels.clone()
    cutout(images[0], 3)
    batch_augmentation(images, labels, 3, 3)
    assert torch.equal(images, kept[0])
    assert torch.equal(labels, kept[1])


@pytest.mark.parametrize("copies", [1, 2, 32])
def test_versions_of_a_sample_stand_together_with_its_label(copies):
    images, labels = torch.rand(5, 3, 8, 8) + 0.1, torch.tensor([7, 0, 3, 3, 9])
    versions, targets = batch_augmentation(images, labels, copies, size=4)
    assert versions.shape == (5 * copies, 3, 8, 8)
    assert targets.tolist() == [label for label in labels.tolist() for _ in range(copies)]
    for place, version in enumerate(versions):
        rows, columns = hole(images[place // copies], version)
        assert 0 < len(rows) <= 4
        assert 0 < len(columns) <= 4


def test_versions_differ_from_each_other():
    versions, _ = batch_augmentation(torch.ones(2, 1, 32, 32), torch.tensor([0, 1]), 8)
    assert len({version.numpy().tobytes() for version in versions}) > 12


def test_resnet44_has_658_586_parameters():
    assert sum(p.numel() for p in resnet44().parameters()) == 658_586


@pytest.mark.parametrize("depth", [8, 20, 44])
def test_it_computes_what_the_resnet_of_hw2_does(depth):
    """Two implementations that share no line, with the same weights, in the order in which they stand."""
    ours, theirs = cifar_resnet(depth, 7).double(), ResNet(depth, 7).double()
    for one, other in zip(ours.state_dict().values(), theirs.state_dict().values(), strict=True):
        other.copy_(one.normal_(0.3, 0.1).abs_() if one.ndim == 1 else one)
    x = torch.randn(2, 3, 32, 32, dtype=torch.float64)
    for model in (ours, theirs):
        model.eval()
    with torch.no_grad():
        torch.testing.assert_close(ours(x), theirs(x), rtol=1e-10, atol=1e-12)
