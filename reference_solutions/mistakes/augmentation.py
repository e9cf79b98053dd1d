"""Variants of crops, flips, normalisation and the transforms."""

from reference_solutions.mistakes.variant import Define, Edit, Variant, accepted, mistake

NORMALIZE, CROP, FLIP = ("augmentation.normalize",), ("augmentation.crop",), ("augmentation.flip",)
TRAIN, TEST = ("augmentation.train_transform",), ("augmentation.test_transform",)
FORMULA = "(image - self.mean.to(image)) / self.std.to(image)"
PAD = "F.pad(image, (padding, padding, padding, padding))"
OFFSETS = "torch.randint(0, 2 * padding + 1, (2,)).tolist()"
TURN = "image.flip(-1) if torch.rand(()).item() < p else image"
TRAINING = "image = random_horizontal_flip(random_crop(image, padding=4))"
WINDOW = "padded[:, top : top + height, left : left + width]"

NORMALISING: tuple[Variant, ...] = (
    mistake(
        "normalize_multiplies",
        "augmentation",
        Edit(FORMULA, "(image - self.mean.to(image)) * self.std.to(image)"),
        probes=NORMALIZE + TRAIN + TEST,
        sentence="You multiply by the standard deviation; divide by it.",
    ),
    mistake(
        "normalize_wrong_order",
        "augmentation",
        Edit(FORMULA, "image / self.std.to(image) - self.mean.to(image)"),
        probes=NORMALIZE + TRAIN + TEST,
        sentence="You divide before you subtract; subtract the mean first, then divide.",
    ),
    mistake(
        "normalize_by_variance",
        "augmentation",
        Edit(FORMULA, "(image - self.mean.to(image)) / self.std.to(image) ** 2"),
        probes=NORMALIZE + TRAIN + TEST,
        sentence="You divide by the variance; divide by the standard deviation.",
    ),
    mistake(
        "normalize_without_mean",
        "augmentation",
        Edit(FORMULA, "image / self.std.to(image)"),
        probes=NORMALIZE + TRAIN + TEST,
        sentence="The mean is not subtracted.",
    ),
    mistake(
        "normalize_one_channel",
        "augmentation",
        Edit("torch.as_tensor(mean).reshape(-1, 1, 1)", "torch.as_tensor(mean[0])"),
        Edit("torch.as_tensor(std).reshape(-1, 1, 1)", "torch.as_tensor(std[0])"),
        probes=NORMALIZE + TRAIN + TEST,
        sentence="All channels are normalised with the first channel's numbers; each has its own.",
    ),
    mistake(
        "normalize_own_statistics",
        "augmentation",
        Edit(FORMULA, "(image - image.mean(dim=(1, 2), keepdim=True)) / image.std(dim=(1, 2), keepdim=True)"),
        probes=NORMALIZE + TRAIN + TEST,
        sentence="Each image is normalised with its own mean and deviation; use the given ones of the training set.",
    ),
    mistake(
        "normalize_in_place",
        "augmentation",
        Edit(FORMULA, "image.sub_(self.mean.to(image)).div_(self.std.to(image))"),
        probes=NORMALIZE,
        credit=0.5,
        sentence="Normalize changes the image it is given, so an image in memory is normalised again each "
        "epoch; return a new one.",
    ),
    accepted(
        "normalize_by_inverse",
        "augmentation",
        Define("""
            class Normalize:
                def __init__(self, mean, std):
                    self.shift, self.inverse = list(mean), [1.0 / s for s in std]

                def __call__(self, image):
                    return torch.stack([(c - m) * i for c, m, i in zip(image, self.shift, self.inverse)])
        """),
        probes=NORMALIZE + TRAIN + TEST,
    ),
)

RANDOM: tuple[Variant, ...] = (
    mistake(
        "crop_without_padding",
        "augmentation",
        Edit(PAD, "image"),
        Edit(OFFSETS, "0, 0"),
        probes=CROP + TRAIN,
        sentence="A crop of the original size without padding is the image itself; pad by 4 first.",
    ),
    mistake(
        "crop_centred",
        "augmentation",
        Edit(OFFSETS, "(padding + torch.randint(-1, 2, (2,))).tolist()"),
        probes=CROP + TRAIN,
        sentence="Your crops hardly move: offsets have to reach from 0 to 2 * padding.",
    ),
    mistake(
        "crop_pads_one_side",
        "augmentation",
        Edit(PAD, "F.pad(image, (0, padding, 0, padding))"),
        Edit(OFFSETS, "torch.randint(0, padding + 1, (2,)).tolist()"),
        probes=CROP + TRAIN,
        sentence="You pad on the right and at the bottom only; pad all four sides.",
    ),
    mistake(
        "crop_reflects",
        "augmentation",
        Edit(PAD, f'{PAD[:-1]}, mode="reflect")'),
        probes=CROP + TRAIN,
        credit=0.5,
        sentence="You pad with pixels of the image (reflected or repeated); the handout asks for zeros.",
    ),
    mistake(
        "crop_range_too_short",
        "augmentation",
        Edit("2 * padding + 1, (2,)", "2 * padding, (2,)"),
        probes=CROP,
        credit=0.5,
        sentence="torch.randint leaves its upper end out, so the last of the 2 * padding + 1 positions never comes.",
    ),
    mistake(
        "crop_range_half",
        "augmentation",
        Edit("2 * padding + 1, (2,)", "padding + 1, (2,)"),
        probes=CROP + TRAIN,
        sentence="Offsets reach to padding only; the padded image has room for 0 to 2 * padding.",
    ),
    mistake(
        "crop_one_offset",
        "augmentation",
        Edit(f"top, left = {OFFSETS}", "top = left = int(torch.randint(0, 2 * padding + 1, ()))"),
        probes=CROP,
        credit=0.5,
        sentence="Rows and columns are moved by the same number; draw two.",
    ),
    mistake(
        "crop_padding_ignored",
        "augmentation",
        Edit("    padded = F.pad", "    padding = 4\n    padded = F.pad"),
        probes=CROP,
        credit=0.5,
        sentence="The argument padding is ignored: it is always 4.",
    ),
    mistake(
        "crop_channels_differ",
        "augmentation",
        Edit(
            f"return {WINDOW}",
            "return torch.stack([random_window(channel, height, width, padding) for channel in padded])",
        ),
        Edit(
            "def random_horizontal_flip(",
            "def random_window(channel, height, width, padding):\n"
            f"    top, left = {OFFSETS}\n"
            "    return channel[top : top + height, left : left + width]\n\n\n"
            "def random_horizontal_flip(",
        ),
        probes=CROP + TRAIN,
        sentence="Each channel is cropped at a place of its own, so colours no longer fit; draw one offset an image.",
    ),
    mistake(
        "flip_always",
        "augmentation",
        Edit(TURN, "image.flip(-1)"),
        probes=FLIP + TRAIN,
        sentence="Every image is mirrored; it happens with probability p.",
    ),
    mistake(
        "flip_never",
        "augmentation",
        Edit("torch.rand(()).item() < p", "torch.randint(0, 1, ()) == 1"),
        probes=FLIP + TRAIN,
        sentence="No image is ever mirrored (randint(0, 1) is always 0, for one).",
    ),
    mistake(
        "flip_upside_down",
        "augmentation",
        Edit("image.flip(-1)", "image.flip(-2)"),
        probes=FLIP + TRAIN,
        sentence="Images are turned upside down; mirror left to right, along the last dimension.",
    ),
    mistake(
        "flip_channels",
        "augmentation",
        Edit("image.flip(-1)", "image.flip(0)"),
        probes=FLIP + TRAIN,
        sentence="You flip the channels (dim 0), so red and blue are swapped; mirror the last dimension.",
    ),
    mistake(
        "flip_p_ignored",
        "augmentation",
        Edit("torch.rand(()).item() < p", "torch.rand(()).item() < 0.5"),
        probes=FLIP,
        credit=0.5,
        sentence="The argument p is ignored: images are mirrored half of the time.",
    ),
    mistake(
        "flip_p_inverted",
        "augmentation",
        Edit("torch.rand(()).item() < p", "torch.rand(()).item() > p"),
        probes=FLIP,
        credit=0.5,
        sentence="Images are mirrored with probability 1 - p (> for <).",
    ),
    accepted(
        "random_module",
        "augmentation",
        Define("""
            import random

            def random_crop(image, padding=4):
                channels, height, width = image.shape
                padded = image.new_zeros(channels, height + 2 * padding, width + 2 * padding)
                padded[:, padding : padding + height, padding : padding + width] = image
                top = random.randint(0, 2 * padding)
                left = random.randint(0, 2 * padding)
                return padded[:, top : top + height, left : left + width]
        """),
        Define("""
            def random_horizontal_flip(image, p=0.5):
                return torch.flip(image, dims=[2]) if random.random() < p else image
        """),
        probes=CROP + FLIP + TRAIN + TEST,
    ),
    accepted(
        "numpy_random",
        "augmentation",
        Define("""
            import numpy as np

            def random_crop(image, padding=4):
                down, right = np.random.randint(-padding, padding + 1, size=2)
                height, width = image.shape[1:]
                out = torch.zeros_like(image)
                rows = slice(max(0, down), min(height, height + down))
                columns = slice(max(0, right), min(width, width + right))
                source_rows = slice(max(0, -down), min(height, height - down))
                source_columns = slice(max(0, -right), min(width, width - right))
                out[:, rows, columns] = image[:, source_rows, source_columns]
                return out
        """),
        Define("""
            def random_horizontal_flip(image, p=0.5):
                if np.random.binomial(1, p):
                    return image[:, :, torch.arange(image.shape[2] - 1, -1, -1)]
                return image
        """),
        probes=CROP + FLIP + TRAIN + TEST,
    ),
    accepted(
        "torchvision_functional",
        "augmentation",
        Define("""
            from torchvision.transforms.v2 import RandomCrop, RandomHorizontalFlip

            def random_crop(image, padding=4):
                return RandomCrop(tuple(image.shape[-2:]), padding=padding)(image)
        """),
        Define("""
            def random_horizontal_flip(image, p=0.5):
                return RandomHorizontalFlip(p)(image)
        """),
        probes=CROP + FLIP + TRAIN + TEST,
    ),
)

TRANSFORMS: tuple[Variant, ...] = (
    mistake(
        "flip_in_evaluation",
        "augmentation",
        Edit("return normalize(image)", "return normalize(image if train else random_horizontal_flip(image))"),
        probes=TEST,
        sentence="The test transform mirrors images at random; it only normalises.",
    ),
    mistake(
        "crop_in_evaluation",
        "augmentation",
        Edit("return normalize(image)", "return normalize(image if train else random_crop(image))"),
        probes=TEST,
        sentence="The test transform crops at random; it only normalises.",
    ),
    mistake(
        "augments_in_evaluation",
        "augmentation",
        Edit("if train:", "if True:"),
        probes=TEST,
        sentence="The test set is augmented like the training set; with train=False only normalise.",
    ),
    mistake(
        "no_augmentation",
        "augmentation",
        Edit("if train:", "if False:"),
        probes=TRAIN,
        sentence="The training transform neither crops nor mirrors.",
    ),
    mistake(
        "train_without_flip",
        "augmentation",
        Edit(TRAINING, "image = random_crop(image, padding=4)"),
        probes=TRAIN,
        credit=0.5,
        sentence="The training transform crops but never mirrors.",
    ),
    mistake(
        "train_without_crop",
        "augmentation",
        Edit(TRAINING, "image = random_horizontal_flip(image)"),
        probes=TRAIN,
        credit=0.5,
        sentence="The training transform mirrors but never crops.",
    ),
    mistake(
        "train_without_normalisation",
        "augmentation",
        Edit("return normalize(image)", "return image if train else normalize(image)"),
        probes=TRAIN,
        sentence="The training images are not normalised, the test images are.",
    ),
    mistake(
        "test_without_normalisation",
        "augmentation",
        Edit("return normalize(image)", "return normalize(image) if train else image"),
        probes=TEST,
        sentence="The test images are not normalised, the training images are.",
    ),
    mistake(
        "normalised_before_padding",
        "augmentation",
        Edit(TRAINING, "return random_horizontal_flip(random_crop(normalize(image), padding=4))"),
        probes=TRAIN,
        credit=0.5,
        sentence="You normalise before you crop, so the border is the mean colour instead of black; normalise last.",
    ),
    mistake(
        "normalised_twice",
        "augmentation",
        Edit("return normalize(image)", "return normalize(normalize(image))"),
        probes=TRAIN + TEST,
        sentence="Images are normalised twice.",
    ),
    mistake(
        "statistics_written_in",
        "augmentation",
        Edit("Normalize(mean, std)", "Normalize((0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616))"),
        probes=TRAIN + TEST,
        sentence="make_transform uses numbers copied from the web instead of the mean and deviation it is given.",
    ),
    mistake(
        "half_and_half",
        "augmentation",
        Edit("Normalize(mean, std)", "Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))"),
        probes=TRAIN + TEST,
        sentence="make_transform normalises with 0.5 and 0.5 instead of the mean and deviation it is given.",
    ),
    mistake(
        "drawn_once",
        "augmentation",
        Edit(
            "    def transform(image: Tensor) -> Tensor:\n        if train:",
            f"    top, left = {OFFSETS.replace('padding', '4')}\n"
            "    mirrored = bool(torch.rand(()) < 0.5)\n\n"
            "    def transform(image: Tensor) -> Tensor:\n        if train:",
        ),
        Edit(
            TRAINING,
            "height, width = image.shape[1:]\n"
            "            image = F.pad(image, (4, 4, 4, 4))[:, top : top + height, left : left + width]\n"
            "            image = image.flip(-1) if mirrored else image",
        ),
        probes=TRAIN,
        sentence="Crop and flip are drawn once, when the transform is made, and then stay the same for all images.",
    ),
    accepted(
        "flip_first",
        "augmentation",
        Edit(TRAINING, "image = random_crop(random_horizontal_flip(image, p=0.5))"),
        probes=TRAIN + TEST,
    ),
    accepted(
        "torchvision_compose",
        "augmentation",
        Define("""
            from torchvision.transforms import v2

            def make_transform(train, mean, std):
                steps = [v2.RandomCrop(32, padding=4), v2.RandomHorizontalFlip()] if train else []
                return v2.Compose([*steps, v2.Normalize(mean, std)])
        """),
        probes=TRAIN + TEST,
    ),
)

# Where evidence fits two mistakes the first is named: a mistake of make_transform goes before one of the
# crop that looks the same there, because the crop's own probe, judged earlier, has named the latter by then.
VARIANTS: tuple[Variant, ...] = NORMALISING + TRANSFORMS + RANDOM
