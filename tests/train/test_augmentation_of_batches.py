"""The augmentation of a whole batch has the distribution of the reference's single-image functions.

Outcomes are counted for both and compared by a chi-squared test of homogeneity; with these seeds, a probability below
1e-3 that chance made the difference is a failure. A padding off by one or a flip rate of 0.45 gives less than 1e-9.
"""

from collections import Counter

import pytest
import torch
from scipy.stats import chi2_contingency, ks_2samp

from reference_solutions.augmentation import random_crop, random_horizontal_flip
from reference_solutions.cutout import batch_augmentation, cutout
from reference_solutions.train.augmentation import batch_versions, random_crop_flip, random_cutout

DRAWS = 6000
CHANCE = 1e-3


@pytest.fixture
def generator():
    torch.manual_seed(1)
    return torch.Generator().manual_seed(2)


def numbered(height, width):
    """An image whose pixels are 1, 2, 3, ... so that each shows where it came from."""
    return torch.arange(1, height * width + 1).reshape(1, height, width)


def assert_same_distribution(ours, theirs):
    """ours, theirs: outcomes that can be counted."""
    ours, theirs = Counter(ours), Counter(theirs)
    assert set(ours) == set(theirs)
    table = [[counts[outcome] for outcome in sorted(ours)] for counts in (ours, theirs)]
    assert chi2_contingency(table).pvalue > CHANCE


def outcomes(images):
    return [tuple(image.flatten().tolist()) for image in images]


@pytest.mark.parametrize(("padding", "flip"), [(1, True), (1, False), (0, True), (2, False)])
def test_crops_and_flips(generator, padding, flip):
    image = numbered(4, 5)
    batch = image.permute(1, 2, 0).expand(DRAWS, -1, -1, -1)
    ours = random_crop_flip(batch, padding, flip, generator).permute(0, 3, 1, 2)
    theirs = [random_crop(image, padding) for _ in range(DRAWS)]
    theirs = [random_horizontal_flip(one) for one in theirs] if flip else theirs
    assert_same_distribution(outcomes(ours), outcomes(theirs))


def test_offsets_and_flip_rate_at_full_size(generator):
    """Padding 4: each of 9 x 9 offsets, and both directions, as often as they should be, to five deviations."""
    batch = numbered(32, 32).permute(1, 2, 0).expand(40_000, -1, -1, -1)
    out = random_crop_flip(batch, 4, True, generator)[:, :, :, 0]
    mirrored = out[:, 16, 15] > out[:, 16, 16]
    assert mirrored.float().mean().item() == pytest.approx(0.5, abs=5 * 0.5 / 200)
    upright = torch.where(mirrored[:, None, None], out.flip(2), out)[:, 16, 16] - 1
    counts = Counter(zip((upright // 32 - 16).tolist(), (upright % 32 - 16).tolist(), strict=True))
    assert set(counts) == {(row, column) for row in range(-4, 5) for column in range(-4, 5)}
    expected = 40_000 / 81
    assert all(abs(count - expected) < 5 * expected**0.5 for count in counts.values())


def test_images_of_a_batch_are_augmented_independently(generator):
    batch = numbered(6, 6).permute(1, 2, 0).expand(2 * DRAWS, -1, -1, -1)
    seen = outcomes(random_crop_flip(batch, 1, True, generator))
    names = {outcome: number for number, outcome in enumerate(sorted(set(seen)))}
    pairs = Counter((names[one], names[other]) for one, other in zip(seen[::2], seen[1::2], strict=True))
    table = [[pairs[one, other] for other in range(len(names))] for one in range(len(names))]
    assert chi2_contingency(table).pvalue > CHANCE


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_cutout_of_every_shape(generator, size):
    image = numbered(4, 5).float()
    ours = random_cutout(image.expand(DRAWS, -1, -1, -1), size, generator)
    assert_same_distribution(outcomes(ours), outcomes(cutout(image, size) for _ in range(DRAWS)))


def test_cutout_areas_at_full_size(generator):
    image = torch.ones(1, 32, 32)
    ours = (random_cutout(image.expand(DRAWS, -1, -1, -1), 16, generator) == 0).sum(dim=(1, 2, 3))
    theirs = torch.stack([(cutout(image) == 0).sum() for _ in range(DRAWS)])
    assert ks_2samp(ours.numpy(), theirs.numpy()).pvalue > CHANCE


def test_versions_of_a_sample_stand_together_as_in_the_reference(generator):
    images, labels = torch.rand(3, 2, 8, 8) + 0.1, torch.tensor([4, 1, 4])
    ours, targets = batch_versions(images, labels, 5, 4, generator)
    theirs, expected = batch_augmentation(images, labels, 5, 4)
    assert ours.shape == theirs.shape
    assert targets.tolist() == expected.tolist()
    for number, version in enumerate(ours):
        kept = version != 0
        assert torch.equal(version[kept], images[number // 5][kept])
    assert len(set(outcomes(ours))) > 10


def test_nothing_asked_for_changes_nothing(generator):
    images = torch.randint(0, 256, (4, 6, 6, 3), generator=generator, dtype=torch.uint8)
    before = generator.get_state()
    assert random_crop_flip(images, 0, False, generator) is images
    assert torch.equal(generator.get_state(), before)
