"""Variants of FashionMNIST's reader, its data set and its split."""

from reference_solutions.mistakes.variant import Define, Edit, Variant, accepted, mistake

IDX, BROKEN = ("fashion.idx",), ("fashion.broken_idx",)
ITEMS, TRANSFORM = ("fashion.items",), ("fashion.transformed",)
SPLIT = ("fashion.split",)
READING = IDX + BROKEN
SHOWN = ITEMS + TRANSFORM
IMAGE = "torch.tensor(self.images[index]).unsqueeze(0).to(torch.float32) / 255"
ARRAY = "return np.frombuffer(data[start:], dtype=np.uint8).reshape(shape)"
SIZE_CHECK = "    if len(data) - start != math.prod(shape):"
KIND_CHECK = 'if data[:3] != b"\\0\\0\\x08" or len(data) < 4 + 4 * data[3]:'
ORDER = "order = torch.randperm(len(dataset), generator=torch.Generator().manual_seed(seed)).tolist()"
PARTS = "return Subset(dataset, order[held:]), Subset(dataset, order[:held])"

READER: tuple[Variant, ...] = (
    mistake(
        "little_endian",
        "fashion",
        Edit('dtype=">u4"', 'dtype="<u4"'),
        probes=READING,
        sentence="You read the sizes as little-endian numbers (numpy's default); IDX is big-endian, '>u4'.",
    ),
    mistake(
        "header_of_sixteen_bytes",
        "fashion",
        Edit("start = 4 + 4 * data[3]", "start = 16"),
        Edit('dtype=">u4"', 'dtype=">u4", count=data[3]'),
        Edit("if len(data) - start != math.prod(shape):", "if False:"),
        Edit("dtype=np.uint8).reshape(shape)", "dtype=np.uint8)[: math.prod(shape)].reshape(shape)"),
        probes=IDX,
        sentence="You skip 16 bytes whatever the file; the header is 4 bytes and 4 more an axis, so 8 for labels.",
    ),
    mistake(
        "header_kept",
        "fashion",
        Edit(ARRAY, "return np.frombuffer(data, dtype=np.uint8)[: math.prod(shape)].reshape(shape)"),
        probes=READING,
        sentence="The header is read as if it were the first numbers; skip its 4 bytes and 4 more an axis.",
    ),
    mistake(
        "flat_array",
        "fashion",
        Edit(ARRAY, "return np.frombuffer(data[start:], dtype=np.uint8)"),
        Edit(
            "torch.tensor(self.images[index])",
            "torch.tensor(self.images[784 * index : 784 * index + 784]).view(28, 28)",
        ),
        probes=READING,
        credit=0.5,
        sentence="read_idx returns one long row of numbers; give it the shape that the header names.",
    ),
    mistake(
        "images_of_28_only",
        "fashion",
        Edit("dtype=np.uint8).reshape(shape)", "dtype=np.uint8).reshape((-1, 28, 28) if len(shape) == 3 else shape)"),
        probes=READING,
        credit=0.5,
        sentence="You wrote 28x28 into the reader; take the sizes from the header.",
    ),
    mistake(
        "last_axis_slowest",
        "fashion",
        Edit(".reshape(shape)", '.reshape(shape, order="F")'),
        probes=READING,
        sentence="You fill the array column by column; in IDX the last axis is the fastest (numpy's usual order).",
    ),
    mistake(
        "signed_bytes",
        "fashion",
        Edit("dtype=np.uint8", "dtype=np.int8"),
        probes=READING + ITEMS,
        sentence="You read signed bytes, so what is brighter than 127 becomes negative; the type is unsigned, uint8.",
    ),
    mistake(
        "gzip_unknown",
        "fashion",
        Edit('if path.suffix == ".gz":', "if False:"),
        probes=IDX,
        credit=0.5,
        sentence="Compressed files are not decompressed; open those that end in .gz with gzip.",
    ),
    mistake(
        "always_gzip",
        "fashion",
        Edit('if path.suffix == ".gz":', "if True:"),
        probes=IDX,
        credit=0.5,
        sentence="Every file is taken for a compressed one; only those that end in .gz are.",
    ),
    mistake(
        "cut_short_unnoticed",
        "fashion",
        Edit(SIZE_CHECK, "    if False:"),
        Edit(ARRAY, "return np.resize(np.frombuffer(data[start:], dtype=np.uint8), shape)"),
        probes=BROKEN,
        sentence="A file that is cut short is filled up without a word; compare the number of bytes with the header's "
        "sizes and raise ValueError.",
    ),
    mistake(
        "too_long_unnoticed",
        "fashion",
        Edit("if len(data) - start != math.prod(shape):", "if len(data) - start < math.prod(shape):"),
        Edit("dtype=np.uint8).reshape(shape)", "dtype=np.uint8)[: math.prod(shape)].reshape(shape)"),
        probes=BROKEN,
        credit=0.5,
        sentence="Numbers beyond those of the header's sizes are dropped without a word; raise ValueError.",
    ),
    mistake(
        "beginning_unchecked",
        "fashion",
        Edit(KIND_CHECK, "if len(data) < 4:"),
        Edit('dtype=">u4")', 'dtype=">u4", count=min(data[3], (len(data) - 4) // 4))'),
        probes=BROKEN,
        credit=0.5,
        sentence="The first bytes are not looked at, so a file of another type is read as bytes; they are 0, 0, 8.",
    ),
    mistake(
        "assertion",
        "fashion",
        Edit(
            KIND_CHECK,
            'assert data[:3] == b"\\0\\0\\x08" and len(data) >= 4 + 4 * data[3], path\n    if False:',
        ),
        Edit(SIZE_CHECK, "    assert len(data) - start == math.prod(shape), path\n    if False:"),
        probes=BROKEN,
        credit=0.5,
        sentence="Broken files raise AssertionError; raise ValueError (python -O drops assertions).",
    ),
    mistake(
        "file_not_named",
        "fashion",
        Edit('f"{path} is not an IDX file of unsigned bytes"', '"not an IDX file of unsigned bytes"'),
        Edit('f"{path} holds {len(data) - start} numbers, but its header says {shape}"', '"wrong number of bytes"'),
        probes=BROKEN,
        credit=0.75,
        sentence="Your message does not name the file; whoever reads it has four of them.",
    ),
    accepted(
        "struct_and_fromfile",
        "fashion",
        Define("""
            import struct

            def read_idx(path):
                opened = gzip.open(path, "rb") if str(path).endswith(".gz") else open(path, "rb")
                with opened as file:
                    zero, kind, axes = struct.unpack(">HBB", file.read(4))
                    if zero != 0 or kind != 8:
                        raise ValueError(f"wrong magic number in {path}")
                    shape = struct.unpack(f">{axes}I", file.read(4 * axes))
                    data = np.frombuffer(bytearray(file.read()), dtype=np.uint8)
                if data.size != np.prod(shape, dtype=int):
                    raise ValueError(f"{path}: expected {shape}, found {data.size} bytes")
                return data.reshape(shape)
        """),
        probes=READING + SHOWN,
    ),
    accepted(
        "int_from_bytes",
        "fashion",
        Edit(
            '[int(size) for size in np.frombuffer(data[4:start], dtype=">u4")]',
            '[int.from_bytes(data[i : i + 4], "big") for i in range(4, start, 4)]',
        ),
        Edit(ARRAY, "return np.array(list(data[start:]), dtype=np.uint8).reshape(*shape)"),
        probes=READING + SHOWN,
    ),
)

DATASET: tuple[Variant, ...] = (
    mistake(
        "no_channel_axis",
        "fashion",
        Edit(".unsqueeze(0)", ""),
        probes=SHOWN,
        credit=0.5,
        sentence="Images have shape (28, 28); a convolution wants the channel in front, (1, 28, 28).",
    ),
    mistake(
        "channel_last",
        "fashion",
        Edit(".unsqueeze(0)", ".unsqueeze(-1)"),
        probes=SHOWN,
        credit=0.5,
        sentence="Images have shape (28, 28, 1); PyTorch wants the channel first, (1, 28, 28).",
    ),
    mistake(
        "transposed",
        "fashion",
        Edit(".unsqueeze(0)", ".t().unsqueeze(0)"),
        probes=SHOWN,
        sentence="Rows and columns are swapped: the clothes lie on their side.",
    ),
    mistake(
        "range_255",
        "fashion",
        Edit(IMAGE, IMAGE.removesuffix(" / 255")),
        probes=SHOWN,
        sentence="Pixels run from 0 to 255; divide by 255 so that they lie in [0, 1].",
    ),
    mistake(
        "divided_twice",
        "fashion",
        Edit(IMAGE, f"{IMAGE} / 255"),
        probes=SHOWN,
        sentence="Pixels are divided by 255 twice, so that images are nearly black.",
    ),
    mistake(
        "divided_by_256",
        "fashion",
        Edit("/ 255", "/ 256"),
        probes=SHOWN,
        credit=0.5,
        sentence="You divide by 256; the largest pixel is 255 and has to become 1.",
    ),
    mistake(
        "range_minus_one_to_one",
        "fashion",
        Edit(IMAGE, f"({IMAGE}) * 2 - 1"),
        probes=SHOWN,
        credit=0.5,
        sentence="Pixels run from -1 to 1; the data set gives [0, 1], and normalisation belongs in the transform.",
    ),
    mistake(
        "inverted",
        "fashion",
        Edit(IMAGE, f"1 - {IMAGE}"),
        probes=SHOWN,
        credit=0.5,
        sentence="Images are inverted; in the files 0 is the black background, and it stays 0.",
    ),
    mistake(
        "bytes",
        "fashion",
        Edit(IMAGE, IMAGE.split(".to(")[0]),
        probes=SHOWN,
        sentence="Images are uint8; convert them to float32 in [0, 1].",
    ),
    mistake(
        "labels_from_one",
        "fashion",
        Edit("int(self.labels[index])", "int(self.labels[index]) + 1"),
        probes=ITEMS,
        sentence="Your labels start at 1; the files number the classes from 0.",
    ),
    mistake(
        "class_names_as_labels",
        "fashion",
        Edit("int(self.labels[index])", "CLASSES[self.labels[index]]"),
        probes=ITEMS,
        credit=0.5,
        sentence="Labels are class names; return the class's number.",
    ),
    mistake(
        "one_hot_labels",
        "fashion",
        Edit("int(self.labels[index])", "torch.eye(10)[int(self.labels[index])]"),
        probes=ITEMS,
        credit=0.5,
        sentence="Labels are one-hot vectors; return the class's number, an int.",
    ),
    mistake(
        "test_reads_train",
        "fashion",
        Edit("{FILES[split]}", "{FILES['train']}", times=2),
        probes=SHOWN,
        sentence='split="test" reads the training images, so your test accuracy is that of images you trained on.',
    ),
    mistake(
        "compressed_files_not_found",
        "fashion",
        Edit('for path in (root / name, root / f"{name}.gz"):', "for path in (root / name,):"),
        probes=ITEMS,
        credit=0.5,
        sentence="Files with .gz at the end of their name are not found; that is how FashionMNIST is handed out.",
    ),
    mistake(
        "transform_ignored",
        "fashion",
        Edit("if self.transform is not None:", "if False:"),
        probes=TRANSFORM,
        sentence="The transform has no effect: it is never called, or what it returns is dropped.",
    ),
    mistake(
        "transform_before_scaling",
        "fashion",
        Edit(IMAGE, IMAGE.removesuffix(" / 255")),
        Edit("return image, int(", "return image / 255, int("),
        probes=TRANSFORM,
        sentence="The transform gets pixels from 0 to 255; scale to [0, 1] before it, not after it.",
    ),
    mistake(
        "transformed_twice",
        "fashion",
        Edit("image = self.transform(image)", "image = self.transform(self.transform(image))"),
        probes=TRANSFORM,
        sentence="The transform is applied twice.",
    ),
    mistake(
        "transform_only_on_train",
        "fashion",
        Edit("self.transform = transform", 'self.transform = transform if split == "train" else None'),
        probes=TRANSFORM,
        sentence="The transform is used for the training images only; apply whatever was given, to the test set too.",
    ),
    mistake(
        "torchvision_dataset",
        "fashion",
        Edit("self.transform = transform\n", "self.transform, self.inner = transform, FakeData(1)\n"),
        Edit("import numpy as np", "import numpy as np\nfrom torchvision.datasets import FakeData"),
        probes=ITEMS,
        sentence="Your data set holds or is one of torchvision.datasets; read the files yourself.",
    ),
    accepted(
        "tensors_made_at_once",
        "fashion",
        Define("""
            class FashionMNIST(Dataset):
                def __init__(self, root, split="train", transform=None):
                    prefix = {"train": "train", "test": "t10k"}[split]
                    found = {p.name.split("-")[1]: p for p in Path(root).iterdir() if p.name.startswith(prefix)}
                    self.x = torch.from_numpy(read_idx(found["images"]).astype("float32")).div(255)[:, None]
                    self.y = torch.from_numpy(read_idx(found["labels"]).astype("int64"))
                    self.transform = transform

                def __len__(self):
                    return self.x.size(0)

                def __getitem__(self, i):
                    return (self.x[i] if self.transform is None else self.transform(self.x[i])), self.y[i]
        """),
        probes=SHOWN,
    ),
    accepted(
        "torchvision_to_tensor",
        "fashion",
        Edit(IMAGE, "to_tensor(np.array(self.images[index]))"),
        Edit("import numpy as np", "import numpy as np\nfrom torchvision.transforms.functional import to_tensor"),
        probes=SHOWN,
    ),
)

SPLITTING: tuple[Variant, ...] = (
    mistake(
        "last_tenth",
        "fashion",
        Edit(ORDER, "order = list(range(len(dataset)))[::-1]"),
        probes=SPLIT,
        credit=0.25,
        sentence="The last items validate, in the data set's order; draw them at random, with the seed.",
    ),
    mistake(
        "not_seeded",
        "fashion",
        Edit(
            "generator=torch.Generator().manual_seed(seed)",
            "generator=torch.Generator().manual_seed(torch.Generator().seed())",
        ),
        probes=SPLIT,
        credit=0.5,
        sentence="The same seed gives another split each time; shuffle with a generator made from the seed.",
    ),
    mistake(
        "seed_ignored",
        "fashion",
        Edit("manual_seed(seed)", "manual_seed(42)"),
        probes=SPLIT,
        credit=0.5,
        sentence="Every seed gives the same split; make the generator from the argument seed.",
    ),
    mistake(
        "global_seed",
        "fashion",
        Edit(ORDER, "torch.manual_seed(seed)\n    order = torch.randperm(len(dataset)).tolist()"),
        probes=SPLIT,
        credit=0.5,
        sentence="torch.manual_seed resets the random numbers of the whole program; use a torch.Generator of your own.",
    ),
    mistake(
        "fraction_ignored",
        "fashion",
        Edit("round(fraction * len(dataset))", "len(dataset) // 10"),
        probes=SPLIT,
        credit=0.5,
        sentence="A tenth validates whatever fraction says; use the argument.",
    ),
    mistake(
        "parts_swapped",
        "fashion",
        Edit(PARTS, "return Subset(dataset, order[:held]), Subset(dataset, order[held:])"),
        probes=SPLIT,
        credit=0.5,
        sentence="The parts come in the wrong order, or fraction is taken for the training items: it is (train, "
        "validation), and fraction of the items validate.",
    ),
    mistake(
        "drawn_twice",
        "fashion",
        Edit(
            PARTS,
            "other = torch.randperm(len(dataset), generator=torch.Generator().manual_seed(seed + 1)).tolist()\n"
            "    return Subset(dataset, other[held:]), Subset(dataset, order[:held])",
        ),
        probes=SPLIT,
        sentence="The two parts are drawn independently and overlap, so you validate on items that you trained on.",
    ),
    mistake(
        "train_on_everything",
        "fashion",
        Edit(PARTS, "return Subset(dataset, order), Subset(dataset, order[:held])"),
        probes=SPLIT,
        sentence="The training part holds all items, those that validate too.",
    ),
    mistake(
        "drawn_with_replacement",
        "fashion",
        Edit(
            ORDER,
            "n = len(dataset)\n"
            "    order = torch.randint(n, (n,), generator=torch.Generator().manual_seed(seed)).tolist()",
        ),
        probes=SPLIT,
        sentence="Items are drawn with replacement, so some come twice and some never; use a permutation.",
    ),
    mistake(
        "one_item_lost",
        "fashion",
        Edit(PARTS, "return Subset(dataset, order[held + 1 :]), Subset(dataset, order[:held])"),
        probes=SPLIT,
        credit=0.5,
        sentence="One item is in neither part: where one slice ends the next has to begin.",
    ),
    accepted(
        "random_split",
        "fashion",
        Define("""
            from torch.utils.data import random_split

            def train_val_split(dataset, fraction=0.1, seed=0):
                return random_split(dataset, [1 - fraction, fraction], torch.Generator().manual_seed(seed))
        """),
        probes=SPLIT,
    ),
    accepted(
        "numpy_permutation",
        "fashion",
        Edit(ORDER, "order = np.random.default_rng(seed).permutation(len(dataset))"),
        Edit(PARTS, "return Subset(dataset, np.sort(order[:-held])), Subset(dataset, np.sort(order[-held:]))"),
        probes=SPLIT,
    ),
)

VARIANTS: tuple[Variant, ...] = READER + DATASET + SPLITTING
