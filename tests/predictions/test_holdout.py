"""Hold-outs built from the digits and from an image folder: what is inside, and what cannot be looked up."""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from autograder.predictions.holdout.building import HoldOut, build_holdout
from autograder.predictions.holdout.keyed import Keyed
from autograder.predictions.holdout.lookup import lookup_cheat_accuracy
from autograder.predictions.holdout.public_images import HoldOutError
from autograder.predictions.holdout.sources import load_source
from autograder.predictions.holdout.transforming import transform
from autograder.predictions.reading import read_predictions
from autograder.predictions.scoring import score
from autograder.predictions.solution import Solution, read_solution

COMMITTED = Path(__file__).parents[2] / "grading_data/hw2_cnn"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> HoldOut:
    """The demo's hold-out, built again."""
    recipe = tomllib.loads((COMMITTED / "holdout.toml").read_text())
    return build_holdout(recipe["source"], tmp_path_factory.mktemp("demo") / "out", recipe["secret"])


@pytest.fixture(scope="module")
def solution(demo: HoldOut) -> Solution:
    return read_solution(demo.instructor / "solution.csv")


def pictures(root: Path) -> Path:
    """A small ImageFolder: three classes of six images that are easy to tell apart."""
    rng = np.random.default_rng(0)
    for label, name in enumerate(("ant", "bee", "cat")):
        for part, count in (("train", 4), ("test", 2)):
            folder = root / part / name
            folder.mkdir(parents=True)
            for number in range(count):
                pixels = rng.integers(80 * label, 80 * label + 60, (40, 40, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(folder / f"{number}.png")
    return root


def all_bytes(root: Path) -> dict[str, str]:
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_committed_hidden_labels_are_those_of_the_demos_secret(demo: HoldOut) -> None:
    assert (demo.instructor / "solution.csv").read_bytes() == (COMMITTED / "solution.csv").read_bytes()
    committed = json.loads((COMMITTED / "manifest.json").read_text())
    assert json.loads(demo.manifest.to_json())["sha256"] == committed["sha256"]
    assert demo.manifest.secret_fingerprint == committed["secret_fingerprint"]


def test_students_get_folders_arrays_names_and_a_sample(demo: HoldOut) -> None:
    names = ["classes.txt", "sample_predictions.csv", "test", "test.npz", "train", "train.npz", "val", "val.npz"]
    assert sorted(path.name for path in demo.student.iterdir()) == names
    classes = (demo.student / "classes.txt").read_text().split()
    assert classes == sorted(path.name for path in (demo.student / "train").iterdir())
    assert classes == sorted(classes) == [f"class_{label}" for label in range(10)]


@pytest.mark.parametrize("part", ["train", "val"])
def test_folder_and_arrays_hold_the_same_images_under_the_same_labels(demo: HoldOut, part: str) -> None:
    arrays = np.load(demo.student / f"{part}.npz")
    images, labels = arrays["images"], arrays["labels"]
    assert (images.dtype, images.shape[1:]) == (np.uint8, (32, 32, 3))
    for label in range(10):
        files = sorted((demo.student / part / f"class_{label}").iterdir())
        assert np.array_equal(np.stack([np.asarray(Image.open(f)) for f in files]), images[labels == label])
        assert files[0].name == "0000.png"


def test_test_images_are_numbered_by_id_and_carry_no_label(demo: HoldOut, solution: Solution) -> None:
    arrays = np.load(demo.student / "test.npz")
    assert sorted(arrays.files) == ["ids", "images"]
    assert np.array_equal(arrays["ids"], solution.ids)
    files = sorted((demo.student / "test").iterdir())
    assert [file.name for file in files] == [f"{i:05d}.png" for i in solution.ids]
    assert np.array_equal(np.asarray(Image.open(files[7])), arrays["images"][7])


def test_the_order_of_the_test_says_nothing_about_labels(solution: Solution) -> None:
    """Sorted or interleaved labels would make neighbours equal far more or far less often than one in ten."""
    same = (solution.labels[1:] == solution.labels[:-1]).mean()
    assert 0.05 < same < 0.16


def test_the_sample_is_a_valid_file_that_scores_like_guessing(demo: HoldOut, solution: Solution) -> None:
    found = score(read_predictions(demo.student / "sample_predictions.csv", solution.ids), solution)
    assert found.low < 0.1 < found.high


def test_every_image_is_used_once_and_classes_are_split_in_equal_shares(demo: HoldOut, solution: Solution) -> None:
    public = load_source("digits")
    parts = [np.load(demo.student / f"{name}.npz")["labels"] for name in ("train", "val")] + [solution.labels]
    total = np.bincount(public.labels)[np.argsort(list(demo.manifest.relabelling.values()))]
    assert np.array_equal(sum(np.bincount(labels) for labels in parts), total)
    for labels, share in zip(parts, (0.65, 0.10, 0.25), strict=True):
        assert np.abs(np.bincount(labels) / total - share).max() < 0.01


def test_public_and_private_are_halves_of_every_class(solution: Solution) -> None:
    public, private = (np.bincount(solution.labels[solution.usage == usage]) for usage in ("Public", "Private"))
    assert set((private - public).tolist()) <= {0, 1}


def test_no_class_keeps_its_public_label(demo: HoldOut) -> None:
    relabelling = list(demo.manifest.relabelling.values())
    assert sorted(relabelling) == list(range(10))
    assert all(new != old for old, new in enumerate(relabelling))


def test_looking_labels_up_in_the_public_data_scores_at_or_below_chance(demo: HoldOut, solution: Solution) -> None:
    public = load_source("digits")
    images = np.load(demo.student / "test.npz")["images"]
    accuracy = lookup_cheat_accuracy(images, solution.labels, public.images, public.labels)
    assert accuracy == pytest.approx(demo.manifest.lookup.accuracy, abs=0.005)
    assert accuracy <= 0.1


def test_the_look_up_measures_something(demo: HoldOut, solution: Solution) -> None:
    """The same cheat against the labels as they were before finds nearly all of them."""
    public = load_source("digits")
    images = np.load(demo.student / "test.npz")["images"]
    old_of = np.argsort(list(demo.manifest.relabelling.values()))
    assert lookup_cheat_accuracy(images, old_of[solution.labels], public.images, public.labels) > 0.9
    assert demo.manifest.lookup.informed_accuracy > 0.9


def test_no_image_is_byte_for_byte_a_public_one(demo: HoldOut) -> None:
    public = {image.tobytes() for image in load_source("digits").images}
    handed_out = np.concatenate([np.load(demo.student / f"{part}.npz")["images"] for part in ("train", "val", "test")])
    known = sum(image.tobytes() in public for image in handed_out)
    assert known <= 0.01 * len(handed_out)


def test_the_secret_is_written_nowhere(demo: HoldOut) -> None:
    secret = tomllib.loads((COMMITTED / "holdout.toml").read_text())["secret"].encode()
    assert not any(secret in file.read_bytes() for file in demo.student.parent.rglob("*") if file.is_file())


def test_the_printed_summary_names_sizes_and_the_look_up(demo: HoldOut) -> None:
    lookup = demo.manifest.lookup
    text = str(demo.manifest)
    assert "1,168 training, 179 validation, 450 hidden test images (223 public, 227 private)" in text
    assert f"look-up cheat on 450 test images: {lookup.accuracy:.1%}, chance is 10.0%" in text


def test_the_same_secret_builds_the_same_files_and_another_secret_others(tmp_path: Path) -> None:
    source = f"folder:{pictures(tmp_path / 'animals')}"
    first, again, other = (
        build_holdout(source, tmp_path / out, secret) for out, secret in (("a", "one"), ("b", "one"), ("c", "two"))
    )
    assert all_bytes(tmp_path / "a") == all_bytes(tmp_path / "b")
    assert all_bytes(tmp_path / "a")["instructor/solution.csv"] != all_bytes(tmp_path / "c")["instructor/solution.csv"]
    assert first.manifest == again.manifest
    assert first.manifest.secret_fingerprint != other.manifest.secret_fingerprint
    assert first.manifest.source == "folder:animals", "the machine's path stays out"
    assert first.manifest.sizes == {"train": 9, "validation": 3, "test": 6, "public": 3, "private": 3}


def test_a_folder_without_splits_gives_the_same_classes(tmp_path: Path) -> None:
    flat = load_source(f"folder:{pictures(tmp_path / 'a') / 'train'}")
    assert flat.class_names == ("ant", "bee", "cat")
    assert flat.images.shape == (12, 32, 32, 3)
    assert flat.labels.tolist() == [0] * 4 + [1] * 4 + [2] * 4


def test_broken_sources_are_explained(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    bad = tmp_path / "bad/ant/x.png"
    bad.parent.mkdir(parents=True)
    bad.write_bytes(b"not an image")
    explanations = {
        "cifar": "unknown source 'cifar': the sources are digits, cifar10, fashion-mnist, folder",
        "folder:": "folder:: no such folder",
        f"folder:{tmp_path}/nowhere": "no such folder",
        f"folder:{tmp_path}/empty": "no images; expected PATH/CLASS/*.png or PATH/train/CLASS/*.png",
        f"folder:{tmp_path}/bad": f"{bad} is not an image that can be read",
        "digits:here": "takes no path",
        f"cifar10:{tmp_path}/empty": f"cifar10: no whole cifar-10-batches-py in {tmp_path}/empty",
        f"fashion-mnist:{tmp_path}/empty": "train-images-idx3-ubyte.gz is missing (Debian: apt-get install",
    }
    for source, message in explanations.items():
        with pytest.raises(HoldOutError) as caught:
            build_holdout(source, tmp_path / "out", "secret")
        assert message in str(caught.value)
        assert not (tmp_path / "out").exists()


def test_too_few_images_or_classes_are_explained(tmp_path: Path) -> None:
    pictures(tmp_path / "a")
    for file in (tmp_path / "a/test/bee").iterdir():
        file.unlink()
    (tmp_path / "a/train/bee/0.png").unlink()
    with pytest.raises(HoldOutError, match="class 1 has 3 images"):
        build_holdout(f"folder:{tmp_path / 'a'}", tmp_path / "out", "secret")
    one = pictures(tmp_path / "b") / "train"
    for name in ("bee", "cat"):
        (one / name).rename(tmp_path / name)
    with pytest.raises(HoldOutError, match="has one class only"):
        build_holdout(f"folder:{one}", tmp_path / "out", "secret")


def test_an_earlier_build_is_not_overwritten(demo: HoldOut) -> None:
    with pytest.raises(HoldOutError, match="is not an empty folder"):
        build_holdout("digits", demo.student.parent, "another")
    with pytest.raises(HoldOutError, match="the secret is empty"):
        build_holdout("digits", demo.student.parent / "new", "")


def test_changes_to_images_are_light() -> None:
    images = load_source("digits").images[:200]
    changed = transform(images, Keyed("secret"))
    difference = np.abs(changed.astype(int) - images.astype(int)).mean(axis=(1, 2, 3))
    assert 5 < difference.mean() < 60
    inner = changed[:, 8:24, 8:24].mean(axis=(1, 2, 3)) - images[:, 8:24, 8:24].mean(axis=(1, 2, 3))
    assert np.abs(inner).max() < 45


def test_random_numbers_depend_on_secret_and_purpose_and_never_change() -> None:
    keyed = Keyed("secret")
    assert keyed.order("a", 6).tolist() == [4, 3, 1, 2, 0, 5]
    assert keyed.uniform("u", 2).tolist() == [0.5594920644082206, 0.7715896032701371]
    assert keyed.order("a", 50).tolist() != keyed.order("b", 50).tolist()
    assert keyed.order("a", 50).tolist() != Keyed("Secret").order("a", 50).tolist()
    assert set(keyed.integers("i", -2, 2, 500).tolist()) == {-2, -1, 0, 1, 2}
    for n in range(2, 12):
        assert (keyed.derangement("d", n) != np.arange(n)).all()
