"""The reference of what surrounds a network is right: data, losses, augmentation, schedules, training, predictions."""

import math
import pickle
from collections import Counter

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from autograder.checks.engine.draws import Draws
from autograder.checks.engine.images import pixels, write_png, write_python_batch
from reference_solutions.augmentation import Normalize, make_transform, random_crop, random_horizontal_flip
from reference_solutions.datasets import CIFAR10Dataset, channel_statistics, make_loaders
from reference_solutions.losses import cross_entropy, l1_penalty, l2_penalty
from reference_solutions.predictions import predict, write_predictions
from reference_solutions.schedules import StepDecay, decayed_lr
from reference_solutions.training import best_device, evaluate, train_one_epoch

CLASSES = ["airplane", "automobile", "bird"]


@pytest.fixture
def draws():
    return Draws(7, "reference.pieces")


@pytest.fixture
def layouts(tmp_path, draws):
    """The same seven training and three test images as an image folder and as python batches."""
    folder, batches = tmp_path / "folder", tmp_path / "batches"
    batches.mkdir()
    for split, labels in (("train", [0, 0, 1, 1, 1, 2, 2]), ("test", [0, 1, 2])):
        images = pixels(draws, len(labels))
        for number, label in enumerate(labels):
            (folder / split / CLASSES[label]).mkdir(parents=True, exist_ok=True)
            write_png(folder / split / CLASSES[label] / f"{number:04d}.png", images[number])
        files = [f"data_batch_{i}" for i in range(1, 6)] if split == "train" else ["test_batch"]
        cuts = np.array_split(np.arange(len(labels)), len(files))
        for name, part in zip(files, cuts, strict=True):
            write_python_batch(batches / name, images[part], [labels[i] for i in part])
    return folder, batches


class TestDataSet:
    @pytest.mark.parametrize("split", ["train", "test"])
    def test_both_layouts_give_the_same_items(self, layouts, split):
        folder, batches = (CIFAR10Dataset(root, split) for root in layouts)
        assert len(folder) == len(batches) == {"train": 7, "test": 3}[split]
        for (left, label), (right, other) in zip(folder, batches, strict=True):
            assert torch.equal(left, right)
            assert label == other
        assert folder.classes == CLASSES

    def test_an_item_is_what_pillow_reads(self, layouts):
        folder, _ = layouts
        image, label = CIFAR10Dataset(folder)[2]
        with Image.open(folder / "train" / CLASSES[label] / "0002.png") as picture:
            assert picture.size == (32, 32)
            red, _green, blue = (np.asarray(plane) for plane in picture.split())
        assert image.shape == (3, 32, 32)
        assert image.dtype == torch.float32
        assert np.array_equal((image[0] * 255).round().numpy(), red)
        assert np.array_equal((image[2] * 255).round().numpy(), blue)

    def test_the_real_files_bytes_keys_are_read(self, tmp_path, draws):
        planes = draws.integers(0, 256, 2, 3072).to(torch.uint8).numpy()
        for name in [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]:
            (tmp_path / name).write_bytes(pickle.dumps({b"data": planes, b"labels": [3, 9]}))
        image, label = CIFAR10Dataset(tmp_path, "test")[1]
        assert label == 9
        assert image[1, 0, 2] == pytest.approx(planes[1][1024 + 2] / 255)
        assert image[2, 1, 0] == pytest.approx(planes[1][2048 + 32] / 255)

    def test_the_transform_is_applied_each_time(self, layouts):
        calls = []
        dataset = CIFAR10Dataset(layouts[0], "test", lambda image: calls.append(image.shape) or -image)
        assert (dataset[0][0] <= 0).all()
        assert not torch.equal(dataset[0][0], dataset[1][0])
        assert calls == [(3, 32, 32)] * 3

    def test_a_folder_without_images_is_explained(self, tmp_path):
        with pytest.raises(FileNotFoundError, match=str(tmp_path)):
            CIFAR10Dataset(tmp_path)

    def test_statistics_are_those_of_all_pixels(self, layouts):
        dataset = CIFAR10Dataset(layouts[1])
        mean, std = channel_statistics(dataset)
        every = np.stack([image.numpy() for image, _ in dataset]).astype(np.float64)
        np.testing.assert_allclose(mean, every.mean(axis=(0, 2, 3)), rtol=1e-6)
        np.testing.assert_allclose(std, every.std(axis=(0, 2, 3)), rtol=1e-6)

    def test_loaders_deliver_everything(self, draws):
        train = TensorDataset(torch.arange(50.0), torch.arange(50))
        test = TensorDataset(torch.arange(13.0), torch.arange(13))
        train_loader, test_loader = make_loaders(train, test, batch_size=8)
        first, second = (torch.cat([labels for _, labels in train_loader]).tolist() for _ in range(2))
        assert sorted(first) == sorted(second) == list(range(50))
        assert len({tuple(first), tuple(second), tuple(range(50))}) == 3
        assert torch.cat([labels for _, labels in test_loader]).tolist() == list(range(13))


class TestLosses:
    @pytest.mark.parametrize("scale", [1.0, 30.0, 1e4])
    def test_cross_entropy_is_that_of_torch(self, draws, scale):
        logits = draws.normal(40, 10, scale=scale, dtype=torch.float64).requires_grad_()
        targets = draws.integers(0, 10, 40)
        ours, theirs = cross_entropy(logits, targets), F.cross_entropy(logits, targets)
        torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-12)
        gradients = [torch.autograd.grad(loss, logits)[0] for loss in (ours, theirs)]
        torch.testing.assert_close(*gradients, rtol=1e-9, atol=1e-12)

    def test_cross_entropy_passes_gradcheck(self, draws):
        logits = draws.normal(4, 5, dtype=torch.float64).requires_grad_()
        assert torch.autograd.gradcheck(lambda x: cross_entropy(x, torch.tensor([0, 4, 2, 2])), logits)

    def test_cross_entropy_of_equal_logits_is_ln_10(self):
        assert cross_entropy(torch.zeros(5, 10), torch.arange(5)).item() == pytest.approx(math.log(10))

    def test_l2_penalty_is_weight_decay(self, draws):
        start = draws.normal(6, 4, dtype=torch.float64)
        decayed, penalised = (nn.Parameter(start.clone()) for _ in range(2))
        with_decay = torch.optim.SGD([decayed], lr=0.1, momentum=0.9, weight_decay=0.03)
        with_penalty = torch.optim.SGD([penalised], lr=0.1, momentum=0.9)
        for target in draws.normal(5, 6, 4, dtype=torch.float64):
            for weight, optimizer, penalty in ((decayed, with_decay, 0), (penalised, with_penalty, 0.03)):
                optimizer.zero_grad()
                ((weight - target).pow(4).sum() + l2_penalty([weight], penalty)).backward()
                optimizer.step()
        assert not torch.allclose(decayed, start)
        torch.testing.assert_close(penalised, decayed, rtol=1e-12, atol=1e-12)

    def test_penalties_of_known_weights(self):
        weights = [torch.tensor([3.0, -4.0]), torch.tensor([[2.0]])]
        assert l2_penalty(iter(weights), 0.1).item() == pytest.approx(0.05 * 29)
        assert l1_penalty(iter(weights), 0.1).item() == pytest.approx(0.9)


class TestAugmentation:
    def test_crop_positions_are_uniform(self, draws):
        """Pearson's chi-square with 80 degrees of freedom has mean 80 and deviation 12.6; 156 is 6 of these."""
        torch.manual_seed(3)
        image = draws.uniform(1, 5, 6, low=1.0, high=2.0)
        padded = F.pad(image, (4, 4, 4, 4))
        windows = {padded[:, y : y + 5, x : x + 6].numpy().tobytes(): (y, x) for y in range(9) for x in range(9)}
        assert len(windows) == 81
        count = Counter(windows[random_crop(image).numpy().tobytes()] for _ in range(8100))
        assert sum((count[place] - 100) ** 2 / 100 for place in windows.values()) < 156

    @pytest.mark.parametrize("p", [0.0, 0.3, 1.0])
    def test_flips_come_with_their_probability(self, draws, p):
        torch.manual_seed(4)
        image = draws.uniform(3, 4, 5)
        mirrored = torch.from_numpy(image.numpy()[:, :, ::-1].copy())
        flips = [random_horizontal_flip(image, p) for _ in range(2000)]
        share = sum(torch.equal(flipped, mirrored) for flipped in flips) / 2000
        assert all(torch.equal(flipped, mirrored) or torch.equal(flipped, image) for flipped in flips)
        assert share == pytest.approx(p, abs=6 * math.sqrt(p * (1 - p) / 2000))

    def test_normalised_training_images_have_mean_0_and_deviation_1(self, layouts):
        mean, std = channel_statistics(CIFAR10Dataset(layouts[0]))
        normalised = CIFAR10Dataset(layouts[0], transform=Normalize(mean.tolist(), std.tolist()))
        new_mean, new_std = channel_statistics(normalised)
        torch.testing.assert_close(new_mean, torch.zeros(3), rtol=0, atol=1e-5)
        torch.testing.assert_close(new_std, torch.ones(3), rtol=0, atol=1e-5)

    def test_only_the_training_transform_is_random(self, draws):
        image = draws.uniform(3, 32, 32)
        train, test = (make_transform(flag, (0.4, 0.5, 0.6), (0.1, 0.2, 0.3)) for flag in (True, False))
        assert all(torch.equal(test(image), Normalize((0.4, 0.5, 0.6), (0.1, 0.2, 0.3))(image)) for _ in range(20))
        assert len({train(image).numpy().tobytes() for _ in range(20)}) > 10


class TestSchedules:
    def test_step_decay_is_torchs_step_lr(self):
        ours, theirs = (
            torch.optim.SGD([{"params": [nn.Parameter(torch.zeros(1))], "lr": lr} for lr in (0.1, 0.02)]) for _ in "ab"
        )
        decay, reference = StepDecay(ours, 3, 0.4), torch.optim.lr_scheduler.StepLR(theirs, 3, 0.4)
        for epoch in range(12):
            rates = [[group["lr"] for group in optimizer.param_groups] for optimizer in (ours, theirs)]
            assert rates[0] == pytest.approx(rates[1])
            assert rates[0] == pytest.approx([decayed_lr(lr, epoch, 3, 0.4) for lr in (0.1, 0.02)])
            theirs.step()
            decay.step()
            reference.step()


@pytest.fixture
def model():
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 36, 10))


@pytest.fixture
def loader(draws):
    return DataLoader(TensorDataset(draws.normal(64, 3, 8, 8), draws.integers(0, 10, 64)), 24)


class TestTraining:
    def test_64_images_are_learnt_by_heart(self, model, loader):
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
        first, _ = train_one_epoch(model, loader, cross_entropy, optimizer)
        for _ in range(25):
            last, _ = train_one_epoch(model, loader, cross_entropy, optimizer)
        assert first > 1.5
        assert last < 0.05
        assert evaluate(model, loader, cross_entropy)[1] == 1.0

    def test_evaluation_averages_over_images(self, model, loader):
        loss, accuracy = evaluate(model, loader, cross_entropy)
        images, labels = loader.dataset.tensors
        with torch.no_grad():
            logits = model.eval()(images)
        assert loss == pytest.approx(F.cross_entropy(logits, labels).item(), rel=1e-5)
        assert accuracy == pytest.approx((logits.argmax(1) == labels).double().mean().item())

    @pytest.mark.parametrize("training", [True, False])
    def test_evaluation_changes_nothing(self, model, loader, training):
        model.train(training)
        before = {name: value.clone() for name, value in model.state_dict().items()}
        evaluate(model, loader, cross_entropy)
        assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
        assert all(p.grad is None for p in model.parameters())
        assert model.training is training

    def test_best_device_can_hold_a_tensor(self):
        assert torch.zeros(1, device=best_device()).device.type in ("cpu", "cuda")


class TestPredictions:
    @pytest.mark.parametrize("training", [True, False])
    def test_labels_are_those_of_evaluation_mode(self, model, loader, training):
        images = loader.dataset.tensors[0]
        expected = model.eval()(images).argmax(1).tolist()
        model.train(training)
        assert predict(model, images.split(20)) == expected
        assert model.training is training

    def test_the_file_has_one_row_an_image(self, tmp_path):
        path = tmp_path / "predictions.csv"
        write_predictions(path, [3, 0, 9])
        assert path.read_text() == "Id,Label\n0,3\n1,0\n2,9\n"
        write_predictions(path, [3, 0], ids=[17, 4])
        assert path.read_text() == "Id,Label\n17,3\n4,0\n"

    @pytest.mark.parametrize("ids", [[1], [1, 2, 3]])
    def test_labels_without_ids_are_refused(self, tmp_path, ids):
        with pytest.raises(ValueError, match="2 labels"):
            write_predictions(tmp_path / "predictions.csv", [3, 0], ids)
