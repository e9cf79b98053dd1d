"""Variants of the data set class, the channel statistics and the loaders."""

from reference_solutions.mistakes.variant import Define, Edit, Variant, accepted, mistake

FOLDER, BATCHES = ("datasets.image_folder",), ("datasets.python_batches",)
TRANSFORM = ("datasets.transformed",)
ITEMS = FOLDER + BATCHES + TRANSFORM
STATISTICS, LOADERS = ("datasets.statistics",), ("datasets.loaders",)
READ = "torch.from_numpy(self.images[index]).permute(2, 0, 1).to(torch.float32) / 255"
APPLY = "if self.transform is not None:"

FILES: tuple[Variant, ...] = (
    mistake(
        "labels_from_one",
        "datasets",
        Edit("enumerate(classes):", "enumerate(classes, start=1):"),
        Edit("int(label) for label in batch", "int(label) + 1 for label in batch"),
        probes=FOLDER + BATCHES,
        sentence="Your labels start at 1; classes are numbered from 0.",
    ),
    mistake(
        "classes_unsorted",
        "datasets",
        Edit(
            "sorted(entry.name for entry in folder.iterdir() if entry.is_dir())",
            "[entry.name for entry in folder.iterdir() if entry.is_dir()]",
        ),
        probes=FOLDER,
        sentence="Classes are numbered in the order in which the folder lists them (os.listdir); sort the names first.",
    ),
    mistake(
        "files_unsorted",
        "datasets",
        Edit(
            'sorted(p for p in (folder / name).iterdir() if p.suffix.lower() in (".png", ".jpg", ".jpeg"))',
            '[p for p in (folder / name).iterdir() if p.suffix.lower() in (".png", ".jpg", ".jpeg")]',
        ),
        probes=FOLDER,
        credit=0.5,
        sentence="Images come in the order in which the folder lists them (os.listdir, glob); sort the file names.",
    ),
    mistake(
        "class_names_as_labels",
        "datasets",
        Edit("labels.append(label)", "labels.append(name)"),
        probes=FOLDER,
        sentence="Labels are class names; map each class to its number.",
    ),
    mistake(
        "file_number_as_label",
        "datasets",
        Edit("labels.append(label)", "labels.append(int(path.stem))"),
        probes=FOLDER,
        sentence="Labels are taken from the file names; an image's class is its folder.",
    ),
    mistake(
        "bgr",
        "datasets",
        Edit("torch.from_numpy(self.images[index])", "torch.from_numpy(self.images[index][:, :, ::-1].copy())"),
        probes=ITEMS,
        sentence="Red and blue are swapped: OpenCV reads BGR; turn it into RGB.",
    ),
    mistake(
        "channels_last",
        "datasets",
        Edit(".permute(2, 0, 1)", ""),
        probes=ITEMS,
        sentence="Images have shape (32, 32, 3); PyTorch wants the channels first, (3, 32, 32).",
    ),
    mistake(
        "batches_column_by_column",
        "datasets",
        Edit("planes).transpose(0, 2, 3, 1)", "planes).transpose(0, 3, 2, 1)"),
        probes=BATCHES + TRANSFORM,
        sentence="The planes are stored row by row; you read rows as columns, so images lie on their side.",
    ),
    mistake(
        "transposed",
        "datasets",
        Edit(".permute(2, 0, 1)", ".permute(2, 1, 0)"),
        probes=ITEMS,
        sentence="Rows and columns are swapped: use permute(2, 0, 1), not a transposition or permute(2, 1, 0).",
    ),
    mistake(
        "range_255",
        "datasets",
        Edit(READ, READ.removesuffix(" / 255")),
        probes=ITEMS,
        sentence="Pixels run from 0 to 255; divide by 255 so that they lie in [0, 1].",
    ),
    mistake(
        "divided_twice",
        "datasets",
        Edit(READ, f"{READ} / 255"),
        probes=ITEMS,
        sentence="Pixels are divided by 255 twice, so that images are nearly black (ToTensor divides already).",
    ),
    mistake(
        "divided_by_256",
        "datasets",
        Edit("/ 255", "/ 256"),
        probes=ITEMS,
        credit=0.5,
        sentence="You divide by 256; the largest pixel is 255 and has to become 1.",
    ),
    mistake(
        "range_minus_one_to_one",
        "datasets",
        Edit(READ, f"({READ}) * 2 - 1"),
        probes=ITEMS,
        sentence="Pixels run from -1 to 1; the data set gives [0, 1], and normalisation belongs in the transform.",
    ),
    mistake(
        "bytes",
        "datasets",
        Edit(READ, READ.split(".to(")[0]),
        probes=ITEMS,
        sentence="Images are uint8; convert them to float32 in [0, 1].",
    ),
    mistake(
        "test_reads_train",
        "datasets",
        Edit("read_folder(root / split)", 'read_folder(root / "train")'),
        Edit("read_batches(root, split)", 'read_batches(root, "train")'),
        probes=ITEMS,
        sentence='split="test" reads the training images: training and test set are the same, and your accuracy '
        "is not one.",
    ),
    mistake(
        "first_batch_file",
        "datasets",
        Edit("range(1, 6)", "range(1, 2)"),
        probes=BATCHES,
        sentence="Only data_batch_1 is read; the training set is in five files.",
    ),
    mistake(
        "four_batch_files",
        "datasets",
        Edit("range(1, 6)", "range(1, 5)"),
        probes=BATCHES,
        sentence="data_batch_5 is missing: range(1, 5) ends at 4.",
    ),
    mistake(
        "planes_misread",
        "datasets",
        Edit(".reshape(-1, 3, 32, 32))", ".reshape(-1, 32, 32, 3))"),
        Edit("np.concatenate(planes).transpose(0, 2, 3, 1).copy()", "np.concatenate(planes)"),
        probes=BATCHES + TRANSFORM,
        sentence="Each row holds three colour planes one after the other: reshape to (-1, 3, 32, 32), not to "
        "(-1, 32, 32, 3).",
    ),
    mistake(
        "torchvision_dataset",
        "datasets",
        Edit("self.transform = transform", "self.transform, self.inner = transform, FakeData(1)"),
        Edit("from PIL import Image", "from PIL import Image\nfrom torchvision.datasets import FakeData"),
        probes=FOLDER + BATCHES,
        sentence="Your data set holds or is one of torchvision.datasets; read the files yourself.",
    ),
    accepted(
        "read_when_needed",
        "datasets",
        Edit('images.append(np.asarray(image.convert("RGB")))', "images.append(path)"),
        Edit("return np.stack(images), labels, classes", "return images, labels, classes"),
        Edit(
            f"image = {READ}",
            "image = self.images[index]\n"
            "        if isinstance(image, Path):\n"
            '            image = np.array(Image.open(image).convert("RGB"))\n'
            "        image = torch.from_numpy(image.transpose(2, 0, 1).astype(np.float32) / 255.0)",
        ),
        probes=ITEMS,
    ),
    accepted(
        "torchvision_to_tensor",
        "datasets",
        Define("""
            from torchvision.transforms.functional import to_tensor
            from torch.utils.data import Dataset

            class CIFAR10Dataset(Dataset):
                def __init__(self, root, split="train", transform=None):
                    self.transform = transform
                    folder = Path(root) / split
                    if folder.exists():
                        images, self.labels, self.classes = read_folder(folder)
                    else:
                        images, self.labels = read_batches(Path(root), split)
                    self.images = [to_tensor(image) for image in images]

                def __len__(self):
                    return len(self.images)

                def __getitem__(self, index):
                    image = self.images[index]
                    return (self.transform(image) if self.transform else image), torch.tensor(self.labels[index])
        """),
        probes=ITEMS,
    ),
    accepted(
        "latin1_keys",
        "datasets",
        Edit('encoding="bytes"', 'encoding="latin1"'),
        Edit('batch[b"data"]', 'batch["data"]'),
        Edit('batch[b"labels"]', 'batch["labels"]'),
        probes=BATCHES,
    ),
)

USE: tuple[Variant, ...] = (
    mistake(
        "transform_ignored",
        "datasets",
        Edit(APPLY, "if False:"),
        probes=TRANSFORM,
        sentence="The transform has no effect: it is never called, or what it returns is dropped; return that image.",
    ),
    mistake(
        "transform_only_on_train",
        "datasets",
        Edit(APPLY, "if self.transform is not None and self.train:"),
        Edit("self.transform = transform", 'self.transform, self.train = transform, split == "train"'),
        probes=TRANSFORM,
        sentence="The transform is used for the training set only; apply whatever was given, the test set needs "
        "it too.",
    ),
    mistake(
        "transformed_once",
        "datasets",
        Edit(
            "holds neither {split}/CLASS/*.png nor CIFAR-10's python batches\")",
            "holds neither {split}/CLASS/*.png nor CIFAR-10's python batches\")\n        self.cache = {}",
        ),
        Edit(
            "            image = self.transform(image)",
            "            if index not in self.cache:\n"
            "                self.cache[index] = self.transform(image)\n"
            "            image = self.cache[index]",
        ),
        probes=TRANSFORM,
        credit=0.5,
        sentence="Each image is transformed once and kept, so every epoch sees the same crops and flips; "
        "transform in __getitem__.",
    ),
    mistake(
        "transform_before_scaling",
        "datasets",
        Edit(
            f"image = {READ}",
            "image = torch.from_numpy(self.images[index]).permute(2, 0, 1).to(torch.float32)",
        ),
        Edit("return image, self.labels[index]", "return image / 255, self.labels[index]"),
        probes=TRANSFORM,
        sentence="The transform gets pixels from 0 to 255; scale to [0, 1] before it, not after it.",
    ),
    mistake(
        "transformed_twice",
        "datasets",
        Edit("image = self.transform(image)", "image = self.transform(self.transform(image))"),
        probes=TRANSFORM,
        sentence="The transform is applied twice (normalised images are normalised again).",
    ),
    mistake(
        "std_as_mean_of_images",
        "datasets",
        Edit(
            "std = images.std(dim=(0, 2, 3), unbiased=False)",
            "std = images.std(dim=(2, 3), unbiased=False).mean(dim=0)",
        ),
        probes=STATISTICS,
        sentence="You average the deviations of single images; take the deviation over all pixels of all images "
        "together.",
    ),
    mistake(
        "std_unbiased",
        "datasets",
        Edit("std = images.std(dim=(0, 2, 3), unbiased=False)", "std = images.std(dim=(0, 2, 3))"),
        probes=STATISTICS,
        credit=0.5,
        sentence="torch.std divides by n - 1; the deviation of all pixels divides by n (unbiased=False).",
    ),
    mistake(
        "variance_for_std",
        "datasets",
        Edit("images.std(dim=(0, 2, 3), unbiased=False)", "images.var(dim=(0, 2, 3), unbiased=False)"),
        probes=STATISTICS,
        sentence="You return the variance; the standard deviation is its square root.",
    ),
    mistake(
        "statistics_of_all_channels",
        "datasets",
        Edit("images.mean(dim=(0, 2, 3))", "images.mean().repeat(images.shape[1])"),
        Edit("images.std(dim=(0, 2, 3), unbiased=False)", "images.std(unbiased=False).repeat(images.shape[1])"),
        probes=STATISTICS,
        sentence="All channels share one mean and deviation; compute them channel by channel.",
    ),
    mistake(
        "statistics_over_batch_only",
        "datasets",
        Edit("images.mean(dim=(0, 2, 3))", "images.mean(dim=0)"),
        Edit("images.std(dim=(0, 2, 3), unbiased=False)", "images.std(dim=0, unbiased=False)"),
        probes=STATISTICS,
        sentence="You average over the images only and keep the pixels apart; average over images, rows and columns.",
    ),
    mistake(
        "statistics_of_first_image",
        "datasets",
        Edit("for i in range(len(dataset))", "for i in range(1)"),
        probes=STATISTICS,
        sentence="Only the first image (or batch) counts; go through the whole training set.",
    ),
    mistake(
        "test_shuffled",
        "datasets",
        Edit("shuffle=False", "shuffle=True"),
        probes=LOADERS,
        sentence="The test loader shuffles; predictions would no longer fit the order of the images.",
    ),
    mistake(
        "train_not_shuffled",
        "datasets",
        Edit("shuffle=True", "shuffle=False"),
        probes=LOADERS,
        sentence="The training loader does not shuffle; set shuffle=True.",
    ),
    mistake(
        "shuffled_once",
        "datasets",
        Edit(
            "DataLoader(train_set, batch_size, shuffle=True",
            "DataLoader(train_set, batch_size, sampler=torch.randperm(len(train_set)).tolist()",
        ),
        probes=LOADERS,
        credit=0.5,
        sentence="The training set is shuffled once and then keeps that order; every epoch needs a new one.",
    ),
    mistake(
        "drop_last_train",
        "datasets",
        Edit("shuffle=True", "shuffle=True, drop_last=True"),
        probes=LOADERS,
        credit=0.5,
        sentence="drop_last leaves out the last, smaller batch of the training set; deliver every image.",
    ),
    mistake(
        "drop_last_test",
        "datasets",
        Edit("shuffle=False", "shuffle=False, drop_last=True"),
        probes=LOADERS,
        sentence="drop_last leaves out the last, smaller batch of the test set: images without a prediction.",
    ),
    mistake(
        "drawn_with_replacement",
        "datasets",
        Edit(
            "DataLoader(train_set, batch_size, shuffle=True",
            "DataLoader(train_set, batch_size, sampler=torch.utils.data.RandomSampler(train_set, replacement=True)",
        ),
        probes=LOADERS,
        sentence="Training images are drawn with replacement, so an epoch misses a third of them; shuffle instead.",
    ),
    mistake(
        "batch_size_ignored",
        "datasets",
        Edit("set, batch_size, shuffle", "set, 128, shuffle", times=2),
        probes=LOADERS,
        sentence="batch_size is ignored; hand it on to both loaders.",
    ),
    mistake(
        "workers_ignored",
        "datasets",
        Edit("num_workers=num_workers", "num_workers=0", times=2),
        probes=LOADERS,
        credit=0.5,
        sentence="num_workers is ignored; hand it on to both loaders.",
    ),
    mistake(
        "test_loader_of_train_set",
        "datasets",
        Edit("DataLoader(test_set, batch_size", "DataLoader(train_set, batch_size"),
        probes=LOADERS,
        sentence="The test loader reads the training set.",
    ),
    accepted(
        "moments",
        "datasets",
        Define("""
            def channel_statistics(dataset):
                count, total, squares = 0, 0.0, 0.0
                for images, _ in DataLoader(dataset, batch_size=5):
                    count += images.numel() // images.shape[1]
                    total = total + images.double().sum(dim=(0, 2, 3))
                    squares = squares + images.double().square().sum(dim=(0, 2, 3))
                mean = total / count
                return mean.float(), (squares / count - mean**2).sqrt().float()
        """),
        probes=STATISTICS,
    ),
    accepted(
        "numpy_statistics",
        "datasets",
        Define("""
            def channel_statistics(dataset):
                pixels = np.stack([image.numpy() for image, _ in dataset]).swapaxes(0, 1)
                pixels = pixels.reshape(pixels.shape[0], -1)
                return torch.from_numpy(pixels.mean(axis=1)), torch.from_numpy(pixels.std(axis=1))
        """),
        probes=STATISTICS,
    ),
    accepted(
        "samplers",
        "datasets",
        Define("""
            from torch.utils.data import RandomSampler, SequentialSampler

            def make_loaders(train_set, test_set, batch_size=128, num_workers=0):
                train = DataLoader(train_set, batch_size, sampler=RandomSampler(train_set), num_workers=num_workers)
                test = DataLoader(test_set, batch_size, sampler=SequentialSampler(test_set), num_workers=num_workers)
                return train, test
        """),
        probes=LOADERS,
    ),
)

VARIANTS: tuple[Variant, ...] = FILES + USE
