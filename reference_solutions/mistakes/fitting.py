"""Variants of training with Adam, of evaluation, and of saved weights."""

from reference_solutions.mistakes.variant import Define, Edit, Variant, accepted, mistake

FIT, DECAY, EVALUATION = ("fitting.fit",), ("fitting.decay",), ("fitting.evaluation",)
DEVICES = ("fitting.devices",)
SAVING, WRITTEN = ("fitting.saving",), ("fitting.fitted_weights",)
TRAINING = FIT + DECAY
ADAM = "torch.optim.Adam(model.parameters(), lr=learning_rate, weight_decay=weight_decay)"
LOOP = "    history = []\n    for _ in range(epochs):\n        model.train()\n"
ZERO = "            optimizer.zero_grad()\n"
BACKWARD = "            loss.backward()\n            optimizer.step()\n"
COUNTED = "            total += loss.item() * len(labels)\n"
MEANS = "    return total / seen, correct / seen"
TRAIN_ROW = 'row = {"train_loss": total / seen, "train_accuracy": correct / seen}'
VALIDATE = "val_loss, val_accuracy = evaluate(model, val_loader, device)"
REPORT = "            report(**row)\n"
WRITE = "    if weights is not None:\n        save_weights(model, weights)\n"
STATE = "torch.save(model.state_dict(), path)"
TO_DEVICE = "            images, labels = images.to(device), labels.to(device)\n"
READ = "model.load_state_dict(torch.load(path, map_location=device, weights_only=True))"

LOOPS: tuple[Variant, ...] = (
    mistake(
        "weight_decay_ignored",
        "fitting",
        Edit(ADAM, "torch.optim.Adam(model.parameters(), lr=learning_rate)"),
        probes=DECAY,
        sentence="The weight decay never reaches the optimiser: pass weight_decay=weight_decay to Adam.",
    ),
    mistake(
        "adamw",
        "fitting",
        Edit("torch.optim.Adam(", "torch.optim.AdamW("),
        probes=DECAY,
        credit=0.5,
        sentence="AdamW takes the decay out of Adam's gradient (and has one by default); here it is torch.optim.Adam.",
    ),
    mistake(
        "decay_of_weights_only",
        "fitting",
        Edit(
            ADAM,
            "torch.optim.Adam(\n"
            '        [{"params": [p for p in model.parameters() if p.ndim > 1], "weight_decay": weight_decay},\n'
            '         {"params": [p for p in model.parameters() if p.ndim <= 1]}], lr=learning_rate)',
        ),
        probes=DECAY,
        credit=0.5,
        sentence="You decay the weights only; here every parameter is decayed, biases and batch norm's too.",
    ),
    mistake(
        "penalty_without_half",
        "fitting",
        Edit(ADAM, "torch.optim.Adam(model.parameters(), lr=learning_rate)"),
        Edit(
            "            loss.backward()\n",
            "            (loss + weight_decay * sum(p.square().sum() for p in model.parameters())).backward()\n",
        ),
        probes=DECAY,
        credit=0.5,
        sentence="You add weight_decay * w^2 to the loss, whose gradient is twice weight_decay * w; it takes a half.",
    ),
    mistake(
        "sgd",
        "fitting",
        Edit("torch.optim.Adam(", "torch.optim.SGD("),
        probes=TRAINING,
        sentence="You train with SGD; the handout asks for torch.optim.Adam.",
    ),
    mistake(
        "learning_rate_ignored",
        "fitting",
        Edit("lr=learning_rate", "lr=1e-3"),
        probes=TRAINING,
        credit=0.5,
        sentence="The learning rate is always 1e-3; pass the argument learning_rate to Adam.",
    ),
    mistake(
        "optimizer_every_epoch",
        "fitting",
        Edit(f"    optimizer = {ADAM}\n", ""),
        Edit(LOOP, f"{LOOP}        optimizer = {ADAM}\n"),
        probes=TRAINING,
        credit=0.5,
        sentence="A new Adam is made in every epoch, which forgets its moments; make it once, before the loop.",
    ),
    mistake(
        "no_zero_grad",
        "fitting",
        Edit(ZERO, ""),
        probes=TRAINING,
        sentence="optimizer.zero_grad() is missing, so gradients of all earlier batches pile up.",
    ),
    mistake(
        "no_step",
        "fitting",
        Edit(BACKWARD, "            loss.backward()\n"),
        probes=TRAINING,
        sentence="No weight ever changes: optimizer.step() is missing, or zero_grad() stands right before it.",
    ),
    mistake(
        "mode_set_once",
        "fitting",
        Edit(LOOP, "    history = []\n    model.train()\n    for _ in range(epochs):\n"),
        Edit("    model.train(was_training)\n", ""),
        probes=TRAINING,
        credit=0.5,
        sentence="From the second epoch on you train in evaluation mode: call model.train() in every epoch, since "
        "evaluation switches it off.",
    ),
    mistake(
        "mode_never_set",
        "fitting",
        Edit(LOOP, "    history = []\n    for _ in range(epochs):\n"),
        probes=TRAINING,
        credit=0.5,
        sentence="fit never calls model.train(), so a model that comes in evaluation mode trains without dropout and "
        "with fixed statistics.",
    ),
    mistake(
        "one_epoch_short",
        "fitting",
        Edit("range(epochs)", "range(1, epochs)"),
        probes=TRAINING,
        credit=0.5,
        sentence="You train one epoch less than asked: range(1, epochs) ends before epochs.",
    ),
    mistake(
        "softmax_before_loss",
        "fitting",
        Edit("loss = F.cross_entropy(logits, labels)", "loss = F.cross_entropy(logits.softmax(dim=1), labels)"),
        probes=TRAINING,
        sentence="The loss gets probabilities; cross-entropy takes the softmax itself, so pass the logits.",
    ),
    mistake(
        "trained_on_validation",
        "fitting",
        Edit(
            VALIDATE,
            f"{VALIDATE}\n        for images, labels in val_loader:\n            optimizer.zero_grad()\n"
            "            F.cross_entropy(model(images.to(device)), labels.to(device)).backward()\n"
            "            optimizer.step()",
        ),
        probes=TRAINING,
        sentence="You also train on the validation images; they are for measuring only.",
    ),
    mistake(
        "batch_not_moved",
        "fitting",
        Edit(TO_DEVICE + ZERO, ZERO),
        probes=DEVICES,
        sentence="fit never moves its batches: images and labels have to go to the device that was asked for.",
    ),
    mistake(
        "labels_not_moved",
        "fitting",
        Edit(TO_DEVICE + ZERO, "            images = images.to(device)\n" + ZERO),
        probes=DEVICES,
        sentence="The labels stay where the loader put them; on a GPU the loss then finds them on another device.",
    ),
    mistake(
        "evaluated_on_the_default_device",
        "fitting",
        Edit(VALIDATE, VALIDATE.replace(", device)", ")")),
        probes=DEVICES,
        sentence="fit calls evaluate without the device, so validation batches stay on the CPU.",
    ),
    mistake(
        "loss_mean_over_batches",
        "fitting",
        Edit(COUNTED, "            total += loss.item()\n"),
        Edit('"train_loss": total / seen', '"train_loss": total / len(train_loader)'),
        probes=FIT,
        credit=0.5,
        sentence="You average the batches' losses; the last batch is smaller, so weight each by its number of images.",
    ),
    mistake(
        "accuracy_in_percent",
        "fitting",
        Edit('"train_accuracy": correct / seen', '"train_accuracy": 100 * correct / seen'),
        Edit(MEANS, "    return total / seen, 100 * correct / seen"),
        probes=FIT + EVALUATION,
        credit=0.5,
        sentence="Accuracies are in percent; numbers from 0 to 1 are asked for.",
    ),
    mistake(
        "measured_after_epoch",
        "fitting",
        Edit(TRAIN_ROW, 'row = dict(zip(("train_loss", "train_accuracy"), evaluate(model, train_loader, device)))'),
        probes=FIT,
        credit=0.75,
        sentence="The training numbers come from a second pass after the epoch; take them from the training passes.",
    ),
    mistake(
        "validation_on_train",
        "fitting",
        Edit("evaluate(model, val_loader, device)", "evaluate(model, train_loader, device)"),
        probes=FIT,
        sentence="The validation numbers are measured on the training images; use val_loader.",
    ),
    mistake(
        "same_row_every_epoch",
        "fitting",
        Edit("return history\n", "return [row] * len(history)\n"),
        probes=FIT,
        credit=0.5,
        sentence="All rows of the history are the last one (one dictionary appended again and again); make a new one "
        "an epoch.",
    ),
    mistake(
        "report_at_the_end",
        "fitting",
        Edit("        if report is not None:\n" + REPORT, ""),
        Edit("    return history\n", "    if report is not None:\n        report(**row)\n    return history\n"),
        probes=FIT,
        credit=0.5,
        sentence="report is called once, after the last epoch; call it after each.",
    ),
    accepted(
        "penalty_in_loss",
        "fitting",
        Edit(ADAM, "torch.optim.Adam(model.parameters(), lr=learning_rate, betas=(0.9, 0.999), foreach=False)"),
        Edit(
            "            loss.backward()\n",
            "            (loss + weight_decay / 2 * sum(p.square().sum() for p in model.parameters())).backward()\n",
        ),
        probes=TRAINING + WRITTEN,
    ),
    accepted(
        "helper_an_epoch",
        "fitting",
        Define("""
            def fit(model, train_loader, val_loader, epochs, learning_rate=1e-3, weight_decay=0.0, device="cpu",
                    weights=None, report=None):
                model.to(device)
                adam = torch.optim.Adam(model.parameters(), learning_rate, weight_decay=weight_decay, amsgrad=False)
                rows = []
                for epoch in range(1, epochs + 1):
                    losses, hits, sizes = [], [], []
                    for x, y in train_loader:
                        model.train()
                        x, y = x.to(device), y.to(device)
                        output = model(x)
                        loss = nn.CrossEntropyLoss()(output, y)
                        loss.backward()
                        adam.step()
                        model.zero_grad(set_to_none=False)
                        losses.append(loss.item() * y.numel())
                        hits.append((output.detach().max(1)[1] == y).sum().item())
                        sizes.append(y.numel())
                    val = evaluate(model, val_loader, device)
                    rows.append({
                        "epoch": epoch, "val_loss": val[0], "val_accuracy": val[1],
                        "train_loss": sum(losses) / sum(sizes), "train_accuracy": sum(hits) / sum(sizes),
                    })
                    if report:
                        report(**{k: v for k, v in rows[-1].items() if k != "epoch"})
                if weights:
                    save_weights(model, weights)
                return rows
        """),
        probes=TRAINING + WRITTEN,
    ),
)

EVALUATING: tuple[Variant, ...] = (
    mistake(
        "evaluated_in_training_mode",
        "fitting",
        Edit("    model.eval()\n    total", "    total"),
        probes=EVALUATION + FIT,
        sentence="evaluate never calls model.eval(): dropout drops, and batch norm uses and changes its statistics.",
    ),
    mistake(
        "evaluation_records_gradients",
        "fitting",
        Edit("with torch.no_grad():", "with torch.enable_grad():"),
        probes=EVALUATION,
        credit=0.5,
        sentence="evaluate records gradients, which costs memory for nothing; use torch.no_grad().",
    ),
    mistake(
        "left_in_evaluation_mode",
        "fitting",
        Edit("    model.train(was_training)\n", ""),
        probes=EVALUATION,
        credit=0.5,
        sentence="evaluate leaves the model in evaluation mode; put it back into the mode it was in.",
    ),
    mistake(
        "evaluation_mean_over_batches",
        "fitting",
        Edit("F.cross_entropy(logits, labels).item() * len(labels)", "F.cross_entropy(logits, labels).item()"),
        Edit(MEANS, "    return total / len(loader), correct / seen"),
        probes=EVALUATION + FIT,
        credit=0.5,
        sentence="evaluate averages the batches' losses; the last batch is smaller, so weight each by its images.",
    ),
    mistake(
        "evaluation_not_moved",
        "fitting",
        Edit(
            "            images, labels = images.to(device), labels.to(device)\n            logits = model(images)\n"
            "            total += F",
            "            logits = model(images)\n            total += F",
        ),
        probes=DEVICES,
        credit=0.5,
        sentence="evaluate never moves its batches to the device that was asked for.",
    ),
    mistake(
        "returned_in_wrong_order",
        "fitting",
        Edit(MEANS, "    return correct / seen, total / seen"),
        Edit("val_loss, val_accuracy = evaluate(", "val_accuracy, val_loss = evaluate("),
        probes=EVALUATION,
        credit=0.5,
        sentence="evaluate returns (accuracy, loss); the loss comes first.",
    ),
    accepted(
        "all_logits_at_once",
        "fitting",
        Define("""
            @torch.inference_mode()
            def evaluate(model, loader, device="cpu"):
                mode = model.training
                model.eval()
                pairs = [(model(x.to(device)), y.to(device)) for x, y in loader]
                model.train(mode)
                logits, labels = (torch.cat(part) for part in zip(*pairs))
                hits = (logits.argmax(-1) == labels).double().mean().item()
                return F.cross_entropy(logits, labels).item(), hits
        """),
        probes=EVALUATION + FIT,
    ),
)

WEIGHTS: tuple[Variant, ...] = (
    mistake(
        "buffers_forgotten",
        "fitting",
        Edit(STATE, "torch.save(dict(model.named_parameters()), path)"),
        Edit(READ, READ.replace("=True))", "=True), strict=False)")),
        probes=SAVING + WRITTEN,
        sentence="You save the parameters only; batch norm's running statistics are buffers, and without them the "
        "reloaded network scores worse. state_dict() has both.",
    ),
    mistake(
        "loaded_with_strict_false",
        "fitting",
        Edit(READ, READ.replace("=True))", "=True), strict=False)")),
        probes=SAVING,
        credit=0.5,
        sentence="strict=False lets weights that are missing from the file pass in silence; leave it out.",
    ),
    mistake(
        "misfits_skipped",
        "fitting",
        Edit(
            READ,
            "own, read = model.state_dict(), torch.load(path, map_location=device, weights_only=True)\n"
            "    own |= {name: t for name, t in read.items() if name in own and own[name].shape == t.shape}\n"
            "    model.load_state_dict(own)",
        ),
        probes=SAVING,
        credit=0.5,
        sentence="Weights that do not fit are skipped in silence; let load_state_dict raise its error.",
    ),
    mistake(
        "not_loaded",
        "fitting",
        Edit(READ, "torch.load(path, map_location=device, weights_only=True)"),
        probes=SAVING + WRITTEN,
        sentence="The file is read but its weights never get into the network: call model.load_state_dict.",
    ),
    mistake(
        "whole_model_pickled",
        "fitting",
        Edit(STATE, "torch.save(model, path)"),
        Edit(READ, "model = torch.load(path, map_location=device, weights_only=False)"),
        probes=SAVING + WRITTEN,
        sentence="You pickle the whole model and load_weights leaves its argument untouched; save the state_dict and "
        "load it into the model that was given.",
    ),
    mistake(
        "kept_in_memory",
        "fitting",
        Edit(STATE, f"REMEMBERED.update(model.state_dict())\n    {STATE}"),
        Edit(READ, "model.load_state_dict(REMEMBERED)"),
        Edit("Row = dict[str, float]", "Row = dict[str, float]\nREMEMBERED = {}"),
        probes=SAVING,
        sentence="What is loaded does not come from the file; after a restart it would be gone, and it changes when "
        "the network trains on.",
    ),
    mistake(
        "training_mode_after_loading",
        "fitting",
        Edit("return model.to(device).eval()", "return model.to(device)"),
        probes=SAVING,
        credit=0.5,
        sentence="The loaded network is left in training mode, where dropout and batch norm change its scores.",
    ),
    mistake(
        "nothing_returned",
        "fitting",
        Edit("return model.to(device).eval()", "model.to(device).eval()"),
        probes=SAVING,
        credit=0.5,
        sentence="load_weights returns nothing; return the model.",
    ),
    mistake(
        "saved_in_half_precision",
        "fitting",
        Edit(STATE, "torch.save({k: v.half() for k, v in model.state_dict().items()}, path)"),
        probes=SAVING + WRITTEN,
        credit=0.5,
        sentence="Weights are saved in half precision, so the reloaded network does not score quite the same.",
    ),
    mistake(
        "saved_in_evaluation_mode",
        "fitting",
        Edit(STATE, f"model.eval()\n    {STATE}"),
        probes=SAVING,
        credit=0.5,
        sentence="save_weights leaves the network in evaluation mode; saving changes nothing.",
    ),
    mistake(
        "saved_before_training",
        "fitting",
        Edit(WRITE, ""),
        Edit(LOOP, f"{WRITE}{LOOP}"),
        probes=WRITTEN,
        sentence="The weights are saved before training; save them after the last epoch.",
    ),
    mistake(
        "saved_before_last_step",
        "fitting",
        Edit(WRITE, ""),
        Edit(
            "            optimizer.step()\n",
            "            if weights is not None:\n"
            "                save_weights(model, weights)\n"
            "            optimizer.step()\n",
        ),
        probes=WRITTEN,
        sentence="The weights are saved before the last step of the optimiser, so the file is one step behind.",
    ),
    mistake(
        "saved_before_last_epoch",
        "fitting",
        Edit(WRITE, ""),
        Edit(
            "        model.train()\n        total",
            "        if weights is not None:\n"
            "            save_weights(model, weights)\n"
            "        model.train()\n        total",
        ),
        probes=WRITTEN,
        sentence="The weights are saved at the beginning of an epoch, so those of the last epoch are lost.",
    ),
    mistake(
        "never_saved",
        "fitting",
        Edit(WRITE, ""),
        probes=WRITTEN,
        sentence="fit never writes the file weights; call save_weights at the end.",
    ),
    accepted(
        "archive_of_arrays",
        "fitting",
        Edit(
            STATE,
            'with open(path, "wb") as file:\n'
            "        np.savez(file, **{k: v.detach().cpu().numpy() for k, v in model.state_dict().items()})",
        ),
        Edit(
            READ,
            "with np.load(path) as arrays:\n"
            "        model.load_state_dict({name: torch.from_numpy(arrays[name]) for name in arrays.files})",
        ),
        Edit("import torch\nimport torch.nn", "import numpy as np\nimport torch\nimport torch.nn"),
        probes=SAVING + WRITTEN,
    ),
    accepted(
        "checkpoint_with_more",
        "fitting",
        Edit(STATE, 'torch.save({"model": model.state_dict(), "epoch": 12}, str(path))'),
        Edit(READ, 'model.load_state_dict(torch.load(str(path), map_location="cpu")["model"], strict=True)'),
        Edit("return model.to(device).eval()", "model.eval()\n    return model.to(device)"),
        probes=SAVING + WRITTEN,
    ),
    accepted(
        "own_comparison",
        "fitting",
        Edit(
            READ,
            "read = torch.load(path, map_location=device, weights_only=True)\n"
            "    own = model.state_dict()\n"
            "    if own.keys() != read.keys():\n"
            '        raise KeyError(f"{path} is of another network")\n'
            "    with torch.no_grad():\n"
            "        for name, values in own.items():\n"
            "            if values.shape != read[name].shape:\n"
            "                raise ValueError(name)\n"
            "            values.copy_(read[name])",
        ),
        probes=SAVING + WRITTEN,
    ),
)

VARIANTS: tuple[Variant, ...] = LOOPS + EVALUATING + WEIGHTS
