"""Variants of predicting labels and of writing predictions.csv."""

from reference_solutions.mistakes.variant import Define, Edit, Variant, accepted, mistake

PREDICT, WRITE = ("predictions.predict",), ("predictions.write",)

PREDICTING: tuple[Variant, ...] = (
    mistake(
        "argmax_over_batch",
        "predictions",
        Edit("argmax(dim=1)", "argmax(dim=0)"),
        probes=PREDICT,
        sentence="Your argmax runs over the batch (dim 0); the classes are along dim 1.",
    ),
    mistake(
        "train_mode",
        "predictions",
        Edit("    model.eval()\n", ""),
        probes=PREDICT,
        sentence="You predict in training mode, so batch norm uses the batch's own statistics; call "
        "model.eval() first.",
    ),
    mistake(
        "batch_not_moved",
        "predictions",
        Edit("images.to(device)", "images"),
        probes=PREDICT,
        credit=0.5,
        sentence="predict never moves its batches to the device that was asked for.",
    ),
    mistake(
        "mode_not_restored",
        "predictions",
        Edit("    model.train(was_training)\n", ""),
        probes=PREDICT,
        credit=0.5,
        sentence="The model stays in evaluation mode after predict; put it back into the mode it was in.",
    ),
    mistake(
        "always_back_to_training",
        "predictions",
        Edit("model.train(was_training)", "model.train()"),
        probes=PREDICT,
        credit=0.5,
        sentence="predict always ends in training mode; a model that came in evaluation mode has to stay in it.",
    ),
    mistake(
        "first_batch_only",
        "predictions",
        Edit("labels += model(images", "return model(images"),
        probes=PREDICT,
        sentence="Only the first batch is predicted (a return inside the loop); collect the labels of all batches.",
    ),
    mistake(
        "last_batch_only",
        "predictions",
        Edit("labels += model(images", "labels = model(images"),
        probes=PREDICT,
        sentence="Only the last batch's labels come back (overwritten instead of collected).",
    ),
    mistake(
        "list_of_batches",
        "predictions",
        Edit(
            "labels += model(images.to(device)).argmax(dim=1).tolist()",
            "labels.append(model(images).argmax(dim=1).tolist())",
        ),
        probes=PREDICT,
        sentence="You return one list a batch; one flat list of labels is asked for (extend instead of append).",
    ),
    mistake(
        "one_based",
        "predictions",
        Edit(".argmax(dim=1).tolist()", ".argmax(dim=1).add(1).tolist()"),
        probes=PREDICT,
        sentence="Your predicted labels start at 1; classes are numbered from 0.",
    ),
    mistake(
        "scores",
        "predictions",
        Edit(".argmax(dim=1)", ".max(dim=1)[0]"),
        probes=PREDICT,
        sentence="You return the largest score instead of its class: torch.max gives (values, indices); take "
        "the indices.",
    ),
    accepted(
        "inference_mode",
        "predictions",
        Define("""
            @torch.inference_mode()
            def predict(model, batches, device="cpu"):
                mode = model.training
                model.eval()
                try:
                    logits = torch.cat([model(images.to(device)) for images in batches])
                    return [label.item() for label in logits.softmax(dim=1).max(dim=1).indices]
                finally:
                    model.train(mode)
        """),
        probes=PREDICT,
    ),
    accepted(
        "numpy_labels",
        "predictions",
        Define("""
            import numpy as np

            def predict(model, batches, device="cpu"):
                was_training = model.training
                model.eval()
                labels = []
                with torch.no_grad():
                    for images in batches:
                        labels.extend(np.argmax(model(images.to(device)).cpu().numpy(), axis=1))
                if was_training:
                    model.train()
                return labels
        """),
        probes=PREDICT,
    ),
)

WRITING: tuple[Variant, ...] = (
    mistake(
        "float_labels",
        "predictions",
        Edit("(int(i), int(label))", "(int(i), float(label))"),
        probes=WRITE,
        sentence="Labels are written as 3.0; write them as integers.",
    ),
    mistake(
        "no_header",
        "predictions",
        Edit('        writer.writerow(["Id", "Label"])\n', ""),
        probes=WRITE,
        sentence="The header line Id,Label is missing.",
    ),
    mistake(
        "lower_case_header",
        "predictions",
        Edit('["Id", "Label"]', '["id", "label"]'),
        probes=WRITE,
        sentence="The header must be exactly Id,Label, with capitals.",
    ),
    mistake(
        "semicolons",
        "predictions",
        Edit('lineterminator="\\n"', 'lineterminator="\\n", delimiter=";"'),
        probes=WRITE,
        sentence="The columns are separated by semicolons; use commas.",
    ),
    mistake(
        "index_column",
        "predictions",
        Edit('writer.writerow(["Id", "Label"])', 'writer.writerow(["", "Id", "Label"])'),
        Edit(
            "((int(i), int(label)) for i, label in zip(ids, labels, strict=True))",
            "((n, i, label) for n, (i, label) in enumerate(zip(ids, labels)))",
        ),
        probes=WRITE,
        sentence="pandas wrote its index as a first column; call to_csv with index=False.",
    ),
    mistake(
        "ids_from_one",
        "predictions",
        Edit("range(len(labels)) if", "range(1, len(labels) + 1) if"),
        probes=WRITE,
        sentence="Your ids start at 1; they start at 0 when none are given.",
    ),
    mistake(
        "ids_ignored",
        "predictions",
        Edit(
            "(int(i), int(label)) for i, label in zip(ids, labels, strict=True)",
            "(i, int(x)) for i, x in enumerate(labels)",
        ),
        probes=WRITE,
        sentence="The given ids are not used: rows are numbered 0, 1, 2, ... all the same.",
    ),
    mistake(
        "sorted_by_id",
        "predictions",
        Edit("for i, label in zip(ids, labels, strict=True)", "for i, label in zip(sorted(ids), labels)"),
        probes=WRITE,
        sentence="You sort the ids without their labels, so labels end up with other images' ids.",
    ),
    mistake(
        "columns_swapped",
        "predictions",
        Edit("(int(i), int(label)) for", "(int(label), int(i)) for"),
        probes=WRITE,
        sentence="The columns are swapped: the id comes first, then the label.",
    ),
    mistake(
        "lengths_unchecked",
        "predictions",
        Edit("if len(ids) != len(labels):", "if False:"),
        Edit("strict=True", "strict=False"),
        probes=WRITE,
        credit=0.5,
        sentence="zip cuts to the shorter sequence without a word; raise ValueError when labels and ids differ "
        "in number.",
    ),
    accepted(
        "pandas",
        "predictions",
        Define("""
            import pandas as pd

            def write_predictions(path, labels, ids=None):
                if ids is None:
                    ids = list(range(len(labels)))
                pd.DataFrame({"Id": ids, "Label": labels}).to_csv(path, index=False)
        """),
        probes=WRITE,
    ),
    accepted(
        "carriage_returns",
        "predictions",
        Edit('csv.writer(file, lineterminator="\\n")', "csv.writer(file)"),
        probes=WRITE,
    ),
    accepted(
        "joined_lines",
        "predictions",
        Define("""
            def write_predictions(path, labels, ids=None):
                if ids is None:
                    ids = range(len(labels))
                rows = [f"{i},{label}" for i, label in zip(ids, labels, strict=True)]
                Path(path).write_text("\\n".join(["Id,Label", *rows]))
        """),
        probes=WRITE,
    ),
)

VARIANTS: tuple[Variant, ...] = PREDICTING + WRITING
