"""Variants of cutout and of batch augmentation."""

from reference_solutions.mistakes.variant import Define, Edit, Variant, accepted, mistake

SQUARES, BATCHES = ("cutout.squares",), ("cutout.batches",)
BOTH = SQUARES + BATCHES
CENTRE = "row, column = (int(torch.randint(0, extent, ())) for extent in (height, width))"
CORNER = "top, left = row - size // 2, column - size // 2"
WINDOW = "max(top, 0) : top + size, max(left, 0) : left + size"
FILL = f"out[:, {WINDOW}] = 0"
COPY = "out = image.clone()"
CUT = f"    {COPY}\n    {FILL}\n    return out"
VERSIONS = "versions = [cutout(image, size) for image in images for _ in range(copies)]"
RESULT = "return torch.stack(versions), labels.repeat_interleave(copies)"

PLACES = (
    mistake(
        "always_inside",
        "cutout",
        Edit(CENTRE, ""),
        Edit(CORNER, "top, left = (int(torch.randint(0, extent - size + 1, ())) for extent in (height, width))"),
        probes=BOTH,
        credit=0.5,
        sentence="Your squares always lie inside the image; draw the centre from all pixels and cut the square off at "
        "the border.",
    ),
    mistake(
        "pushed_inside",
        "cutout",
        Edit(CORNER, "top, left = (min(max(c - size // 2, 0), e - size) for c, e in ((row, height), (column, width)))"),
        probes=BOTH,
        credit=0.5,
        sentence="A square that reaches over the border is pushed back inside; it is cut off there, and so gets "
        "smaller.",
    ),
    mistake(
        "negative_index",
        "cutout",
        Edit(WINDOW, "top : top + size, left : left + size"),
        probes=BOTH,
        credit=0.5,
        sentence="Near the upper or left border nothing is cut out: a negative index counts from the end of the image "
        "and leaves an empty slice; use max(top, 0).",
    ),
    mistake(
        "wrapped_around",
        "cutout",
        Edit(
            FILL,
            "rows, columns = (torch.arange(top, top + size) % height, torch.arange(left, left + size) % width)\n"
            "    out[:, rows[:, None], columns] = 0",
        ),
        probes=BOTH,
        sentence="Squares that reach over one border come back at the opposite one; cut them off.",
    ),
    mistake(
        "corner_for_centre",
        "cutout",
        Edit(CORNER, "top, left = row, column"),
        probes=SQUARES,
        credit=0.5,
        sentence="You draw the square's upper left corner from all pixels; draw its centre, so that it is cut off at "
        "all four borders alike.",
    ),
    mistake(
        "range_too_short",
        "cutout",
        Edit("torch.randint(0, extent, ())", "torch.randint(0, extent - 1, ())"),
        probes=SQUARES,
        credit=0.5,
        sentence="The last row and column are never the centre: torch.randint leaves its upper end out already.",
    ),
    mistake(
        "one_number_for_both",
        "cutout",
        Edit(CENTRE, "row = column = int(torch.randint(0, height, ()))"),
        probes=SQUARES,
        credit=0.5,
        sentence="Row and column of the centre are the same number; draw two.",
    ),
    mistake(
        "height_for_width",
        "cutout",
        Edit("in (height, width))", "in (height, height))"),
        probes=SQUARES,
        credit=0.5,
        sentence="Rows and columns of the centre come from the same range, which is right for square images only.",
    ),
    mistake(
        "middle_of_the_image",
        "cutout",
        Edit(CENTRE, "row, column = height // 2, width // 2"),
        probes=BOTH,
        sentence="Every square lies in the middle of the image; its centre is random.",
    ),
    mistake(
        "seeded",
        "cutout",
        Edit(CENTRE, f"torch.manual_seed(0)\n    {CENTRE}"),
        probes=BOTH,
        sentence="You set the seed inside cutout, so that every square lies at the same place.",
    ),
)

SIZES = (
    mistake(
        "halves_of_odd_sizes",
        "cutout",
        Edit("top + size, max", "top + size // 2 * 2, max"),
        Edit("left + size]", "left + size // 2 * 2]"),
        probes=BOTH,
        credit=0.75,
        sentence="Squares of an odd size come out one row and column too small: size // 2 on both sides loses one.",
    ),
    mistake(
        "one_too_large",
        "cutout",
        Edit("top + size, max", "top + size + 1, max"),
        Edit("left + size]", "left + size + 1]"),
        probes=BOTH,
        credit=0.5,
        sentence="Your squares are one row and column too large: the end of a slice is not part of it.",
    ),
    mistake(
        "size_on_both_sides",
        "cutout",
        Edit(CORNER, "top, left = row - size, column - size"),
        Edit(WINDOW, "max(top, 0) : row + size, max(left, 0) : column + size"),
        probes=BOTH,
        credit=0.5,
        sentence="Your squares are twice as large as asked for: they reach `size`, not half of it, to either side.",
    ),
    mistake(
        "size_ignored",
        "cutout",
        Edit(CORNER, f"size = 16\n    {CORNER}"),
        probes=BOTH,
        sentence="The argument size of cutout is ignored: it is always the same number.",
    ),
    mistake(
        "random_size",
        "cutout",
        Edit(CORNER, f"size = int(torch.randint(1, size + 1, ()))\n    {CORNER}"),
        probes=BOTH,
        credit=0.25,
        sentence="The size of your squares is random; it is fixed, only the place is random.",
    ),
    mistake(
        "whole_rows",
        "cutout",
        Edit(WINDOW, "max(top, 0) : top + size"),
        probes=BOTH,
        credit=0.25,
        sentence="You cut out whole rows of the image; limit the columns too.",
    ),
    mistake(
        "cross",
        "cutout",
        Edit(FILL, "out[:, max(top, 0) : top + size] = 0\n    out[:, :, max(left, 0) : left + size] = 0"),
        probes=BOTH,
        credit=0.25,
        sentence="You cut out a cross of whole rows and columns; it is the square where they meet.",
    ),
    mistake(
        "outside_of_the_square",
        "cutout",
        Edit(FILL, f"out.zero_()\n    out[:, {WINDOW}] = image[:, {WINDOW}]"),
        probes=BOTH,
        sentence="You keep the square and black out the rest; it is the other way round.",
    ),
)

FILLS = (
    mistake(
        "mean_colour",
        "cutout",
        Edit(FILL, f"out[:, {WINDOW}] = image.mean()"),
        probes=BOTH,
        credit=0.5,
        sentence="The square is filled with the image's mean; the handout asks for zeros.",
    ),
    mistake(
        "grey",
        "cutout",
        Edit(FILL, f"out[:, {WINDOW}] = 0.5"),
        probes=BOTH,
        credit=0.5,
        sentence="The square is grey (0.5); the handout asks for zeros.",
    ),
    mistake(
        "white",
        "cutout",
        Edit(FILL, f"out[:, {WINDOW}] = 1"),
        probes=BOTH,
        credit=0.5,
        sentence="The square is white (1); the handout asks for zeros.",
    ),
    mistake(
        "noise",
        "cutout",
        Edit(FILL, f"out[:, {WINDOW}].normal_()"),
        probes=BOTH,
        credit=0.5,
        sentence="The square is filled with noise, which is random erasing; the handout asks for zeros.",
    ),
    mistake(
        "first_channel",
        "cutout",
        Edit(f"out[:, {WINDOW}]", f"out[0, {WINDOW}]"),
        probes=BOTH,
        credit=0.25,
        sentence="Only the first channel is cut out; the square is black in all channels.",
    ),
    mistake(
        "channels_differ",
        "cutout",
        Edit(
            CUT,
            "    return torch.stack([holed(channel, height, width, size) for channel in image])",
        ),
        Edit(
            "def batch_augmentation(",
            "def holed(channel, height, width, size):\n"
            f"    {CENTRE}\n"
            f"    {CORNER}\n"
            "    out = channel.clone()\n"
            f"    out[{WINDOW}] = 0\n"
            "    return out\n\n\n"
            "def batch_augmentation(",
        ),
        probes=BOTH,
        credit=0.25,
        sentence="Each channel has a square at a place of its own; draw one place an image.",
    ),
    mistake(
        "half_of_the_time",
        "cutout",
        Edit(COPY, f"{COPY}\n    if torch.rand(()) < 0.5:\n        return out"),
        probes=BOTH,
        credit=0.5,
        sentence="Half of the images stay whole; every call cuts a square out.",
    ),
    mistake(
        "two_squares",
        "cutout",
        Edit("    return out", f"    {CENTRE}\n    {CORNER}\n    {FILL}\n    return out"),
        probes=BOTH,
        credit=0.25,
        sentence="You cut out two squares; it is one.",
    ),
    mistake(
        "in_place",
        "cutout",
        Edit(COPY, "out = image"),
        probes=("cutout.kept", "cutout.batches", "cutout.batch_kept"),
        credit=0.5,
        sentence="cutout blackens the image that it is given, so one in memory gets another hole each epoch; "
        "work on a copy.",
    ),
    mistake(
        "returns_double",
        "cutout",
        Edit("return out", "return out.double()"),
        probes=("cutout.kept", "cutout.squares", "cutout.batches"),
        credit=0.5,
        sentence="cutout returns float64 whatever it is given; keep the image's dtype.",
    ),
)

COPIES = (
    mistake(
        "versions_tiled",
        "cutout",
        Edit(VERSIONS, "versions = [cutout(image, size) for _ in range(copies) for image in images]"),
        probes=BATCHES,
        sentence="Images and labels are in different orders: you repeat the whole batch of images, but each label on "
        "its own, so most images carry the label of another.",
    ),
    mistake(
        "labels_tiled",
        "cutout",
        Edit("labels.repeat_interleave(copies)", "labels.repeat(copies)"),
        probes=BATCHES,
        sentence="labels.repeat(M) gives the whole batch of labels M times, but the versions of one image stand "
        "together, so most images carry the label of another; use repeat_interleave.",
    ),
    mistake(
        "both_tiled",
        "cutout",
        Edit(VERSIONS, "versions = [cutout(image, size) for _ in range(copies) for image in images]"),
        Edit("labels.repeat_interleave(copies)", "labels.repeat(copies)"),
        probes=BATCHES,
        credit=0.5,
        sentence="You repeat the batch as a whole: labels fit, but the docstring asks for all versions of the first "
        "sample first, then those of the second.",
    ),
    mistake(
        "labels_not_repeated",
        "cutout",
        Edit("labels.repeat_interleave(copies)", "labels"),
        probes=BATCHES,
        sentence="There are as many labels as before, but `copies` times as many images; repeat each label.",
    ),
    mistake(
        "one_too_few",
        "cutout",
        Edit("in range(copies)", "in range(copies - 1)"),
        Edit("repeat_interleave(copies)", "repeat_interleave(copies - 1)"),
        probes=BATCHES,
        sentence="There are copies - 1 versions of each sample, one too few.",
    ),
    mistake(
        "original_added",
        "cutout",
        Edit(VERSIONS, "versions = [v for i in images for v in (i, *(cutout(i, size) for _ in range(copies)))]"),
        Edit("repeat_interleave(copies)", "repeat_interleave(copies + 1)"),
        probes=BATCHES,
        credit=0.5,
        sentence="The untouched sample comes on top of its versions, so the batch is (M + 1) times as large, not M "
        "times.",
    ),
    mistake(
        "original_first",
        "cutout",
        Edit(VERSIONS, "versions = [i if m == 0 else cutout(i, size) for i in images for m in range(copies)]"),
        probes=BATCHES,
        credit=0.5,
        sentence="The first version of each sample is the sample itself; all M of them have a square cut out.",
    ),
    mistake(
        "one_square_a_sample",
        "cutout",
        Edit(VERSIONS, "versions = [v for image in images for v in [cutout(image, size)] * copies]"),
        probes=BATCHES,
        credit=0.25,
        sentence="All versions of a sample have the same square: cutout is called once and its result repeated, which "
        "teaches nothing new.",
    ),
    mistake(
        "one_square_a_copy",
        "cutout",
        Edit(
            VERSIONS,
            "holed = [cutout(images.flatten(0, 1), size).view_as(images) for _ in range(copies)]\n"
            "    versions = [batch[i] for i in range(len(images)) for batch in holed]",
        ),
        probes=BATCHES,
        credit=0.5,
        sentence="All samples of the batch have their square at the same place; draw one for every sample.",
    ),
    mistake(
        "one_square_a_batch",
        "cutout",
        Edit(
            VERSIONS,
            "holed = cutout(images.flatten(0, 1), size).view_as(images)\n"
            "    versions = [image for image in holed for _ in range(copies)]",
        ),
        probes=BATCHES,
        credit=0.25,
        sentence="The whole batch has one and the same square; draw one for every version of every sample.",
    ),
    mistake(
        "default_size",
        "cutout",
        Edit(VERSIONS, VERSIONS.replace("cutout(image, size)", "cutout(image)")),
        probes=BATCHES,
        credit=0.5,
        sentence="batch_augmentation does not pass its argument size on to cutout.",
    ),
    mistake(
        "no_cutout",
        "cutout",
        Edit(VERSIONS, VERSIONS.replace("cutout(image, size)", "image.clone()")),
        probes=BATCHES,
        sentence="The batch holds the samples several times over, but none has a square cut out.",
    ),
    mistake(
        "stacked_not_flattened",
        "cutout",
        Edit("torch.stack(versions)", "torch.stack(versions).unflatten(0, (len(images), copies))"),
        probes=BATCHES,
        credit=0.5,
        sentence="The images have the shape (N, M, C, H, W); flatten it to (N * M, C, H, W), which a network takes.",
    ),
    mistake(
        "cut_again_and_again",
        "cutout",
        Edit(
            VERSIONS,
            "versions = []\n"
            "    for image in images:\n"
            "        for _ in range(copies):\n"
            "            image = cutout(image, size)\n"
            "            versions.append(image)",
        ),
        probes=BATCHES,
        credit=0.5,
        sentence="Each version is cut out of the one before, so that the last has as many squares as there are "
        "versions; always start from the sample.",
    ),
    mistake(
        "batch_overwritten",
        "cutout",
        Edit(RESULT, f"images.copy_(torch.stack(versions[::copies]))\n    {RESULT}"),
        probes=("cutout.batch_kept",),
        credit=0.5,
        sentence="batch_augmentation changes the batch that it is given; leave images and labels as they are.",
    ),
)

ACCEPTED = (
    accepted(
        "mask",
        "cutout",
        Define("""
            def cutout(image, size=16):
                _, height, width = image.shape
                mask = torch.ones(height, width, dtype=image.dtype, device=image.device)
                y, x = torch.randint(height, (1,)).item(), torch.randint(width, (1,)).item()
                mask[max(0, y - size // 2) : min(height, y - size // 2 + size),
                     max(0, x - size // 2) : min(width, x - size // 2 + size)] = 0
                return image * mask
        """),
        probes=(*BOTH, "cutout.kept"),
    ),
    accepted(
        "numpy_random",
        "cutout",
        Define("""
            import numpy as np

            def cutout(image, size=16):
                height, width = image.shape[-2:]
                y, x = np.random.randint(height), np.random.randint(width)
                first, last = size // 2, size - size // 2
                y1, y2 = np.clip([y - first, y + last], 0, height)
                x1, x2 = np.clip([x - first, x + last], 0, width)
                out = image.clone()
                out[..., y1:y2, x1:x2] = 0.0
                return out
        """),
        probes=BOTH,
    ),
    accepted(
        "distances",
        "cutout",
        Define("""
            import random

            def cutout(image, size=16):
                rows, columns = torch.arange(image.shape[1]), torch.arange(image.shape[2])
                down, right = rows - random.choice(rows.tolist()), columns - random.choice(columns.tolist())
                low, high = -(size // 2), size - size // 2
                inside = ((low <= down) & (down < high))[:, None] & ((low <= right) & (right < high))
                return image.masked_fill(inside, 0)
        """),
        probes=BOTH,
    ),
    accepted(
        "padded_and_cropped",
        "cutout",
        Define("""
            def cutout(image, size=16):
                _, height, width = image.shape
                keep = torch.ones(height + 2 * size, width + 2 * size)
                top = size + int(torch.rand(()) * height) - size // 2
                left = size + int(torch.rand(()) * width) - size // 2
                keep[top : top + size, left : left + size] = 0
                return torch.where(keep[size : size + height, size : size + width] > 0, image, 0)
        """),
        probes=BOTH,
    ),
    accepted(
        "one_more_behind",
        "cutout",
        Edit(CORNER, "top, left = row - (size - 1) // 2, column - (size - 1) // 2"),
        probes=BOTH,
    ),
    accepted(
        "erase",
        "cutout",
        Define("""
            from torchvision.transforms.v2.functional import erase

            def cutout(image, size=16):
                _, h, w = image.shape
                i, j = int(torch.randint(h, ())) - size // 2, int(torch.randint(w, ())) - size // 2
                y, x = max(i, 0), max(j, 0)
                return erase(image, y, x, min(i + size, h) - y, min(j + size, w) - x, torch.zeros(1, dtype=image.dtype))
        """),
        probes=BOTH,
    ),
    accepted(
        "repeated_first",
        "cutout",
        Define("""
            def batch_augmentation(images, labels, copies, size=16):
                repeated = images.repeat_interleave(copies, dim=0)
                return torch.stack([cutout(image, size) for image in repeated]), labels.repeat_interleave(copies)
        """),
        probes=(*BATCHES, "cutout.batch_kept"),
    ),
    accepted(
        "interleaved_by_stacking",
        "cutout",
        Define("""
            def batch_augmentation(images, labels, copies, size=16):
                rounds = [torch.stack([cutout(image, size) for image in images]) for _ in range(copies)]
                return torch.stack(rounds, dim=1).flatten(0, 1), torch.stack([labels] * copies, dim=1).flatten()
        """),
        probes=BATCHES,
    ),
    accepted(
        "filled_in_place",
        "cutout",
        Define("""
            def batch_augmentation(images, labels, copies, size=16):
                big = images.new_empty(len(images) * copies, *images.shape[1:])
                targets = labels.new_empty(len(labels) * copies)
                for place in range(len(big)):
                    big[place] = cutout(images[place // copies], size)
                    targets[place] = labels[place // copies]
                return big, targets
        """),
        probes=BATCHES,
    ),
)

# Where evidence fits two mistakes the first is named: one of batch_augmentation goes before one of cutout that looks
# the same in a batch, because the squares' own probe, judged earlier, has named the latter by then.
VARIANTS: tuple[Variant, ...] = COPIES + PLACES + SIZES + FILLS + ACCEPTED
