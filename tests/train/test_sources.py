"""Each kind of data set is read as it is, and each fault of one is named in one sentence with its path."""

import gzip
import os
import shutil
import struct

import numpy as np
import pytest
from PIL import Image

from reference_solutions.train import folder
from reference_solutions.train.networks import NETWORKS, find_network
from reference_solutions.train.sources import digits, load_data
from reference_solutions.train.unusable import UnusableInput

CLASSES = [f"class{number}" for number in range(10)]


def save_image(path, size=(32, 32), mode="RGB", seed=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    shape = (size[1], size[0], 3) if mode == "RGB" else (size[1], size[0])
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)).save(path)


@pytest.fixture
def image_folder(tmp_path):
    """A folder with two training images a class and one test image a class."""
    root = tmp_path / "images"
    for number, name in enumerate(CLASSES):
        for which in range(2):
            save_image(root / "train" / name / f"{which:04}.png", seed=10 * which + number)
        save_image(root / "test" / name / "0000.jpg", seed=100 + number)
    return root


def load(data, model="simplenn", cache=None):
    network = find_network(model)
    loaded = load_data(str(data), network, cache)
    loaded.check(network, model)
    return loaded


def write_arrays(root, size=32, channels=3):
    root.mkdir()
    images = np.random.default_rng(0).integers(0, 256, (30, size, size, channels), dtype=np.uint8)
    labels = np.arange(30) % 10
    np.savez_compressed(root / "train.npz", images=images[:20], labels=labels[:20])
    np.savez_compressed(root / "val.npz", images=images[20:], labels=labels[20:])
    np.savez_compressed(root / "test.npz", images=images[:5], ids=np.arange(5) + 7)
    return images, labels


def write_idx(path, array):
    header = struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    path.write_bytes(gzip.compress(header + array.tobytes()))


@pytest.fixture
def holdout(tmp_path):
    write_arrays(tmp_path / "holdout")
    return tmp_path / "holdout"


@pytest.fixture
def fashion(tmp_path):
    root = tmp_path / "fashion"
    root.mkdir()
    random = np.random.default_rng(0)
    for name, count in (("train", 20), ("t10k", 10)):
        write_idx(root / f"{name}-images-idx3-ubyte.gz", random.integers(0, 256, (count, 28, 28), dtype=np.uint8))
        write_idx(root / f"{name}-labels-idx1-ubyte.gz", (np.arange(count) % 10).astype(np.uint8))
    return root


def test_an_image_folder(image_folder):
    data = load(image_folder)
    assert data.train.images.shape == (20, 32, 32, 3)
    assert data.train.labels.tolist() == [number for number in range(10) for _ in range(2)]
    with Image.open(image_folder / "train/class3/0001.png") as image:
        assert np.array_equal(data.train.images[7], np.asarray(image))
    assert data.test.labels.tolist() == list(range(10))
    assert data.validation is None
    assert data.unlabelled is None


def test_a_folder_of_test_images_without_labels_goes_by_its_numbers(image_folder):
    shutil.rmtree(image_folder / "test")
    for number in (12, 3, 100):
        save_image(image_folder / f"test/{number:05}.png", seed=number)
    data = load(image_folder)
    assert data.test is None
    assert data.unlabelled.ids == [3, 12, 100]
    with Image.open(image_folder / "test/00012.png") as image:
        assert np.array_equal(data.unlabelled.images[1], np.asarray(image))


def test_validation_images_are_used_where_there_are_some(image_folder):
    shutil.copytree(image_folder / "test", image_folder / "val")
    data = load(image_folder)
    assert data.with_validation(0.5, seed=0) is data
    assert len(data.validation) == 10


def test_others_are_held_out_once_and_for_all_by_the_seed(few_digits):
    data = few_digits[32, 3]
    one, same, other = (data.with_validation(0.1, seed) for seed in (1, 1, 2))
    assert len(one.validation) == 30
    assert len(one.train) == 270
    assert np.array_equal(one.validation.images, same.validation.images)
    assert not np.array_equal(one.validation.images, other.validation.images)
    together = np.concatenate([one.train.images, one.validation.images]).reshape(300, -1)
    assert sorted(map(bytes, together)) == sorted(map(bytes, data.train.images.reshape(300, -1)))


def test_images_are_decoded_once_until_one_changes(image_folder, tmp_path, monkeypatch):
    decoded = []
    decode = folder._decode
    monkeypatch.setattr(folder, "_decode", lambda file, network: decoded.append(file) or decode(file, network))
    first, second = (load(image_folder, cache=tmp_path / "cache") for _ in range(2))
    assert len(decoded) == 30
    assert np.array_equal(first.train.images, second.train.images)
    save_image(image_folder / "train/class0/0000.png", seed=999)
    os.utime(image_folder / "train/class0/0000.png", ns=(1, 1))
    changed = load(image_folder, cache=tmp_path / "cache")
    assert len(decoded) == 60
    assert not np.array_equal(first.train.images[0], changed.train.images[0])


def test_a_broken_cache_is_not_believed(image_folder, tmp_path):
    first = load(image_folder, cache=tmp_path)
    (kept,) = tmp_path.glob("decoded-*.npy")
    kept.write_bytes(kept.read_bytes()[:1000])
    assert np.array_equal(load(image_folder, cache=tmp_path).train.images, first.train.images)


def test_a_holdout(holdout):
    data = load(holdout)
    assert len(data.train) == 20
    assert len(data.validation) == 10
    assert data.unlabelled.ids == [7, 8, 9, 10, 11]


def test_predictions_of_a_holdout_are_written_for_its_ids(holdout, train, tmp_path):
    train(load(holdout), model="simplenn", epochs=1)
    lines = (tmp_path / "out/predictions.csv").read_text().splitlines()
    assert lines[0] == "Id,Label"
    assert [line.split(",")[0] for line in lines[1:]] == ["7", "8", "9", "10", "11"]


def test_fashion_mnist(fashion):
    data = load(fashion, "lenet5")
    assert data.train.images.shape == (20, 28, 28, 1)
    assert data.test.labels.tolist() == list(range(10))


@pytest.mark.parametrize("model", ["simplenn", "lenet5"])
def test_digits_come_in_the_network_s_size(model):
    network = NETWORKS[model]
    data = digits(network.size, network.channels)
    data.check(network, model)
    assert len(data.train) + len(data.test) == 1797
    assert data.train.images.max() == 255


def remove(path):
    return lambda root: shutil.rmtree(root / path) if (root / path).is_dir() else (root / path).unlink()


def truncate(path):
    return lambda root: (root / path).write_bytes((root / path).read_bytes()[:700])


FAULTY_FOLDERS = {
    "missing": (lambda root: shutil.rmtree(root), "--data {root}: no such folder; expected train/CLASS/*.png"),
    "empty": (lambda root: (shutil.rmtree(root), root.mkdir()), "--data {root}: empty; expected train/CLASS/*.png"),
    "a file": (
        lambda root: (shutil.rmtree(root), root.write_text("")),
        "--data {root}: no such folder; expected train/CLASS/*.png",
    ),
    "no train": (remove("train"), "--data {root}: nothing that can be read; expected train/CLASS/*.png"),
    "no classes": (
        lambda root: (shutil.rmtree(root / "train"), save_image(root / "train/0.png")),
        "{root}/train: no class folders in it; expected train/CLASS/*.png",
    ),
    "nine classes": (remove("train/class4"), "{root}/train: 9 class folders (class0, class1, class2, class3, class5"),
    "eleven classes": (lambda root: (root / "train/x").mkdir(), "{root}/train: 11 class folders"),
    "a class without images": (
        lambda root: [path.unlink() for path in (root / "train/class2").iterdir()],
        "{root}/train/class2: no image in it; expected train/CLASS/*.png",
    ),
    "other classes in test": (
        lambda root: (root / "test/class1").rename(root / "test/klass1"),
        "{root}/test: classes class0, class2",
    ),
    "a truncated image": (
        truncate("train/class5/0001.png"),
        "{root}/train/class5/0001.png cannot be read (",
    ),
    "a truncated JPEG": (truncate("test/class0/0000.jpg"), "{root}/test/class0/0000.jpg cannot be read ("),
    "text for an image": (
        lambda root: (root / "train/class5/0001.png").write_text("not an image"),
        "{root}/train/class5/0001.png cannot be read (",
    ),
    "an empty image": (
        lambda root: (root / "train/class5/0001.png").write_bytes(b""),
        "{root}/train/class5/0001.png cannot be read (",
    ),
    "another size": (
        lambda root: save_image(root / "train/class7/0000.png", size=(31, 32)),
        "{root}/train/class7/0000.png has 31x32 pixels; expected a whole image of 32x32 pixels",
    ),
}


@pytest.mark.parametrize("fault", FAULTY_FOLDERS)
def test_a_faulty_folder_is_named(image_folder, fault):
    spoil, said = FAULTY_FOLDERS[fault]
    spoil(image_folder)
    assert_named(lambda: load(image_folder), said.format(root=image_folder))


def test_a_link_that_leads_nowhere_is_named(image_folder, tmp_path):
    link = image_folder / "train/class5/0009.png"
    link.symlink_to("nowhere.png")
    said = f"{link}: No such file or directory; expected train/CLASS/*.png"
    assert_named(lambda: load(image_folder, cache=tmp_path / "cache"), said)


def spoil_arrays(name, **changed):
    def spoil(root):
        with np.load(root / name) as file:
            arrays = dict(file)
        kept = {**arrays, **changed}
        np.savez(root / name, **{key: value for key, value in kept.items() if value is not None})

    return spoil


FAULTY_HOLDOUTS = {
    "truncated": (truncate("train.npz"), "{root}/train.npz cannot be read ("),
    "no archive": (
        lambda root: (root / "val.npz").write_text("x"),
        "{root}/val.npz cannot be read (no archive of arrays); expected arrays images",
    ),
    "no labels": (spoil_arrays("train.npz", labels=None), "{root}/train.npz cannot be read ("),
    "pickled": (spoil_arrays("train.npz", labels=np.array([{}] * 20)), "{root}/train.npz cannot be read ("),
    "floating point": (
        spoil_arrays("train.npz", images=np.zeros((20, 32, 32, 3))),
        "{root}/train.npz holds images float64",
    ),
    "other number": (
        spoil_arrays("train.npz", labels=np.arange(19)),
        "{root}/train.npz holds images uint8 (20, 32, 32, 3)",
    ),
    "nine classes": (
        spoil_arrays("train.npz", labels=np.arange(20) % 9),
        "{root}: training images of 9 classes, expected 10",
    ),
    "a label of 10": (spoil_arrays("train.npz", labels=np.arange(20) % 11), "{root}: labels must be 0 to 9"),
    "test of another size": (
        spoil_arrays("test.npz", images=np.zeros((5, 28, 28, 3), dtype=np.uint8)),
        "{root} holds 28x28 colour images, but simplenn takes 32x32 colour images",
    ),
}


@pytest.mark.parametrize("fault", FAULTY_HOLDOUTS)
def test_a_faulty_holdout_is_named(holdout, fault):
    spoil, said = FAULTY_HOLDOUTS[fault]
    spoil(holdout)
    assert_named(lambda: load(holdout), said.format(root=holdout))


FAULTY_FASHION = {
    "a missing file": (remove("t10k-labels-idx1-ubyte.gz"), "--data {root}: {root} holds neither t10k-labels"),
    "a truncated file": (
        truncate("train-images-idx3-ubyte.gz"),
        "--data {root}: {root}/train-images-idx3-ubyte.gz is not",
    ),
    "labels for images": (
        lambda root: shutil.copy(root / "train-labels-idx1-ubyte.gz", root / "train-images-idx3-ubyte.gz"),
        "--data {root}: train-images has (20,)",
    ),
}


@pytest.mark.parametrize("fault", FAULTY_FASHION)
def test_a_faulty_fashion_mnist_is_named(fashion, fault):
    spoil, said = FAULTY_FASHION[fault]
    spoil(fashion)
    assert_named(lambda: load(fashion, "lenet5"), said.format(root=fashion))


def test_images_of_another_kind_than_the_network_takes(fashion):
    assert_named(lambda: load(fashion), f"{fashion} holds 28x28 grey images, but simplenn takes 32x32 colour images")


def assert_named(load, said):
    with pytest.raises(UnusableInput) as raised:
        load()
    assert str(raised.value).startswith(said)
    assert "\n" not in str(raised.value)
