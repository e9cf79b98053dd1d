"""The reference of hw1_foundations is what its definitions say, computed another way."""

import gzip
import struct
from itertools import pairwise

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from autograder.checks.engine.draws import Draws
from autograder.checks.engine.idx import write_fashion
from reference_solutions.fashion import CLASSES, FashionMNIST, read_idx, train_val_split
from reference_solutions.fitting import evaluate, fit, load_weights, save_weights
from reference_solutions.lenet import LeNet5, LeNet5BatchNorm, LeNet5Dropout
from reference_solutions.mlp import mlp_forward


def size(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())


def convolution(inputs: int, outputs: int, kernel: int) -> int:
    return outputs * (inputs * kernel**2 + 1)


def lenet_size(classes: int) -> int:
    side = ((28 + 2 * 2 - 5 + 1) // 2 - 5 + 1) // 2
    dense = [16 * side**2, 120, 84, classes]
    return convolution(1, 6, 5) + convolution(6, 16, 5) + sum((a + 1) * b for a, b in pairwise(dense))


def test_lenet5_parameter_counts_are_the_published_ones():
    assert size(LeNet5()) == size(LeNet5Dropout()) == lenet_size(10) == 61_706
    assert size(LeNet5BatchNorm()) == 61_706 + 2 * (6 + 16)
    assert size(LeNet5(7)) == lenet_size(7)


def test_the_three_convolutions_of_question_2_have_903_400_parameters():
    layers = [nn.Conv2d(3, 100, 3), nn.Conv2d(100, 200, 3), nn.Conv2d(200, 400, 3)]
    assert [size(layer) for layer in layers] == [2_800, 180_200, 720_400]
    assert sum(map(size, layers)) == 903_400


def test_the_shapes_of_question_1_fit_together():
    m = 6
    shapes = [(m, 10), (10, 50), (50,), (50, 3), (3,)]
    assert mlp_forward(*(torch.randn(shape) for shape in shapes)).shape == (m, 3)


def test_mlp_forward_is_its_sums_written_out():
    x, w_h, b_h, w_o, b_o = (torch.randn(*shape, dtype=torch.float64) for shape in ((3, 2), (2, 4), (4,), (4, 2), (2,)))
    found = mlp_forward(x, w_h, b_h, w_o, b_o)
    for row in range(3):
        hidden = [max(0.0, sum(x[row, i] * w_h[i, j] for i in range(2)) + b_h[j]) for j in range(4)]
        for k in range(2):
            expected = max(0.0, float(sum(hidden[j] * w_o[j, k] for j in range(4)) + b_o[k]))
            assert float(found[row, k]) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("network", [LeNet5, LeNet5Dropout, LeNet5BatchNorm])
def test_lenet5_in_evaluation_mode_is_its_formula(network):
    torch.manual_seed(0)
    model = network().double().eval()
    x = torch.randn(2, 1, 28, 28, dtype=torch.float64)
    kernels = [m for m in model.modules() if isinstance(m, nn.Conv2d)]
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    y = F.pad(x, (2, 2, 2, 2))
    assert y.shape[-1] == 32, "LeCun's images"
    for i, layer in enumerate(kernels):
        patches = y.unfold(2, 5, 1).unfold(3, 5, 1)
        y = torch.einsum("nchwij,ocij->nohw", patches, layer.weight) + layer.bias[:, None, None]
        y = y / (1 + norms[i].eps) ** 0.5 if norms else y
        y = y.clamp(min=0).unflatten(3, (-1, 2)).unflatten(2, (-1, 2)).amax(dim=(3, 5))
    assert y.shape[1:] == (16, 5, 5)
    y = y.flatten(1)
    dense = [m for m in model.modules() if isinstance(m, nn.Linear)]
    for i, layer in enumerate(dense):
        y = (y.clamp(min=0) if i else y) @ layer.weight.T + layer.bias
    torch.testing.assert_close(model(x), y, rtol=1e-9, atol=1e-10)


HEADER = bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3])


class TestIdxFiles:
    def test_bytes_written_by_hand_are_read(self, tmp_path):
        (tmp_path / "images").write_bytes(HEADER + bytes([1, 2, 3, 200, 255, 0]))
        found = read_idx(tmp_path / "images")
        assert found.dtype == np.uint8
        assert found.tolist() == [[[1, 2, 3]], [[200, 255, 0]]]

    def test_labels_have_one_axis_and_compressed_files_are_decompressed(self, tmp_path):
        labels = bytes([0, 0, 8, 1, 0, 0, 1, 1]) + bytes(range(256)) + b"\x07"
        (tmp_path / "labels.gz").write_bytes(gzip.compress(labels))
        assert read_idx(str(tmp_path / "labels.gz")).tolist() == [*range(256), 7]

    @pytest.mark.parametrize(
        ("data", "complaint"),
        [
            (HEADER + bytes(5), r"holds 5 numbers.*\[2, 1, 3\]"),
            (HEADER + bytes(7), "holds 7 numbers"),
            (HEADER[:9], "not an IDX file"),
            (b"", "not an IDX file"),
            (b"\0\0\x0d" + HEADER[3:] + bytes(24), "not an IDX file"),
            (b"<html>", "not an IDX file"),
        ],
    )
    def test_a_broken_file_is_named_with_what_is_wrong(self, tmp_path, data, complaint):
        path = tmp_path / "train-images-idx3-ubyte"
        path.write_bytes(data)
        with pytest.raises(ValueError, match=complaint) as refusal:
            read_idx(path)
        assert str(path) in str(refusal.value)

    @pytest.mark.parametrize("cut", [5, 15, 22])
    def test_a_compressed_file_that_was_cut_short_is_named(self, tmp_path, cut):
        path = tmp_path / "images.gz"
        path.write_bytes(gzip.compress(HEADER + bytes(6))[:cut])
        with pytest.raises(ValueError, match=r"images\.gz is not a whole gzip file"):
            read_idx(path)


class TestFashionMNIST:
    @pytest.mark.parametrize("ending", ["", ".gz"])
    def test_items_are_what_is_in_the_files(self, tmp_path, ending):
        write_fashion(tmp_path, {"train": 5, "t10k": 3}, Draws(3, "fashion.test"), ending)
        assert [len(FashionMNIST(tmp_path, split)) for split in ("train", "test")] == [5, 3]
        images = tmp_path / f"t10k-images-idx3-ubyte{ending}"
        raw = gzip.decompress(images.read_bytes()) if ending else images.read_bytes()
        assert struct.unpack(">4i", raw[:16]) == (2051, 3, 28, 28), "FashionMNIST's own magic number"
        image, label = FashionMNIST(tmp_path, "test")[2]
        assert (image.shape, image.dtype) == ((1, 28, 28), torch.float32)
        assert (255 * image[0, 4, 9]).round() == raw[16 + 2 * 784 + 4 * 28 + 9]
        assert type(label) is int
        assert 0 <= label < len(CLASSES) == 10

    def test_a_missing_file_is_named(self, tmp_path):
        with pytest.raises(FileNotFoundError, match="train-images-idx3-ubyte"):
            FashionMNIST(tmp_path)


@pytest.mark.parametrize(("count", "fraction", "held"), [(60, 0.1, 6), (60_000, 0.1, 6000), (10, 0.25, 2), (7, 0.0, 0)])
def test_a_split_is_disjoint_complete_and_reproducible(count, fraction, held):
    items = range(count)
    train, val = train_val_split(items, fraction, seed=5)
    assert len(val) == held
    assert sorted([*train.indices, *val.indices]) == list(items)
    assert train_val_split(items, fraction, seed=5)[0].indices == train.indices
    if held > 0:
        assert train_val_split(items, fraction, seed=6)[1].indices != val.indices


def test_a_split_leaves_the_random_state_alone():
    torch.manual_seed(1)
    expected = torch.rand(2)
    torch.manual_seed(1)
    train_val_split(range(50))
    assert torch.equal(torch.rand(2), expected)


@pytest.fixture
def batches():
    torch.manual_seed(0)
    images = torch.randn(24, 1, 28, 28)
    return DataLoader(TensorDataset(images, images.mean(dim=(1, 2, 3)).gt(0).long()), 8)


def test_fit_learns_and_reports_each_epoch(batches):
    rows = []
    history = fit(LeNet5(2), batches, batches, 12, report=lambda **row: rows.append(row))
    assert rows == history
    assert history[-1]["train_loss"] < 0.7 * history[0]["train_loss"]


def test_weight_decay_is_the_gradient_of_half_the_squared_norm():
    start, decay = torch.full((3, 2), 0.5), 0.2
    models = [nn.Linear(2, 3, bias=False) for _ in range(2)]
    for model in models:
        model.weight.data.copy_(start)
    data = DataLoader(TensorDataset(torch.randn(6, 2), torch.tensor([0, 1, 2, 0, 1, 2])), 6)
    fit(models[0], data, data, 1, learning_rate=0.1, weight_decay=decay)
    ((x, y),) = data
    (F.cross_entropy(models[1](x), y) + decay / 2 * models[1].weight.square().sum()).backward()
    # Adam's first step is learning_rate in the direction of the gradient's sign
    torch.testing.assert_close(models[0].weight.detach(), start - 0.1 * models[1].weight.grad.sign(), atol=1e-5, rtol=0)


@pytest.mark.parametrize("network", [LeNet5, LeNet5Dropout, LeNet5BatchNorm])
def test_reloaded_weights_score_the_same(tmp_path, batches, network):
    model = network(2)
    history = fit(model, batches, batches, 2, weights=tmp_path / "weights.pt")
    again = load_weights(network(2), tmp_path / "weights.pt")
    assert not again.training
    assert evaluate(again, batches) == evaluate(model, batches)
    assert history[-1]["val_loss"] == evaluate(again, batches)[0]


def test_weights_of_another_network_are_refused(tmp_path):
    save_weights(LeNet5(), tmp_path / "weights.pt")
    for other in (LeNet5(7), LeNet5BatchNorm()):
        with pytest.raises(RuntimeError, match="Error"):
            load_weights(other, tmp_path / "weights.pt")
