"""Variants of the training loop and of evaluation."""

from reference_solutions.mistakes.variant import Define, Edit, Variant, accepted, mistake

EPOCHS, OVERFIT = ("training.train_epochs",), ("training.overfit",)
DEVICES, EVALUATION = ("training.devices",), ("training.evaluation",)
TRAINING = EPOCHS + OVERFIT
BACKWARD = "        loss.backward()\n        optimizer.step()\n"
ZERO = "        optimizer.zero_grad()\n"
TO_DEVICE = "images, labels = images.to(device), labels.to(device)"
TRAIN_LOSS, TEST_LOSS = "total_loss += loss.item() * len(labels)", "loss_fn(logits, labels).item() * len(labels)"
MEANS = "return total_loss / seen, correct / seen"
TRAIN_END, TEST_END = f"        seen += len(labels)\n    {MEANS}", f"    model.train(was_training)\n    {MEANS}"

LOOP: tuple[Variant, ...] = (
    mistake(
        "no_zero_grad",
        "training",
        Edit(ZERO, ""),
        probes=TRAINING + DEVICES,
        sentence="optimizer.zero_grad() is missing, so gradients of all earlier batches pile up.",
    ),
    mistake(
        "zero_grad_once",
        "training",
        Edit(ZERO, ""),
        Edit("    model.train()\n", "    model.train()\n    optimizer.zero_grad()\n"),
        probes=TRAINING + DEVICES,
        sentence="Gradients are cleared once an epoch; clear them before every batch's backward pass.",
    ),
    mistake(
        "zero_grad_before_step",
        "training",
        Edit(
            BACKWARD,
            "        loss.backward()\n        optimizer.zero_grad(set_to_none=False)\n        optimizer.step()\n",
        ),
        probes=TRAINING + DEVICES,
        sentence="zero_grad() stands between backward() and step(), so every step sees gradients of zero.",
    ),
    mistake(
        "step_before_backward",
        "training",
        Edit(ZERO, ""),
        Edit(BACKWARD, "        optimizer.step()\n        optimizer.zero_grad()\n        loss.backward()\n"),
        probes=TRAINING + DEVICES,
        sentence="step() comes before backward(), which then no longer finds the weights of the forward pass.",
    ),
    mistake(
        "no_step",
        "training",
        Edit(BACKWARD, "        loss.backward()\n"),
        probes=TRAINING + DEVICES,
        sentence="optimizer.step() is missing: no weight ever changes.",
    ),
    mistake(
        "two_steps",
        "training",
        Edit(BACKWARD, f"{BACKWARD}        optimizer.step()\n"),
        probes=TRAINING + DEVICES,
        sentence="optimizer.step() is called twice a batch.",
    ),
    mistake(
        "detached_loss",
        "training",
        Edit("loss = loss_fn(logits, labels)\n", "loss = loss_fn(logits, labels).detach().requires_grad_()\n"),
        probes=TRAINING + DEVICES,
        sentence="The loss is cut off from the graph before backward() (detach, .data or a new tensor), so "
        "nothing is learnt.",
    ),
    mistake(
        "mode_not_set",
        "training",
        Edit("    model.train()\n", ""),
        probes=EPOCHS,
        credit=0.5,
        sentence="train_one_epoch never calls model.train(), so after an evaluation it trains in evaluation mode.",
    ),
    mistake(
        "trained_in_evaluation_mode",
        "training",
        Edit("    model.train()\n", "    model.eval()\n"),
        probes=TRAINING + DEVICES,
        sentence="The model trains in evaluation mode, so batch norm uses and keeps its old statistics; call "
        "model.train().",
    ),
    mistake(
        "softmax_before_loss",
        "training",
        Edit(
            "        logits = model(images)\n        loss =",
            "        logits = model(images).softmax(dim=1)\n        loss =",
        ),
        probes=TRAINING + DEVICES,
        sentence="The loss gets probabilities; it takes the softmax itself, so pass the logits.",
    ),
    mistake(
        "first_batch_only",
        "training",
        Edit(TRAIN_END, f"        seen += len(labels)\n        break\n    {MEANS}"),
        probes=TRAINING + DEVICES,
        sentence="Only the first batch is used (a return or break inside the loop).",
    ),
    mistake(
        "loss_mean_over_batches",
        "training",
        Edit(TRAIN_LOSS, "total_loss += loss.item()"),
        Edit(TRAIN_END, "        seen += len(labels)\n    return total_loss / len(loader), correct / seen"),
        probes=EPOCHS,
        credit=0.5,
        sentence="You average the batches' losses; the last batch is smaller, so weight each by its number of images.",
    ),
    mistake(
        "loss_summed",
        "training",
        Edit(TRAIN_END, "        seen += len(labels)\n    return total_loss, correct / seen"),
        probes=TRAINING + DEVICES,
        credit=0.5,
        sentence="You return the sum of the losses; divide by the number of images.",
    ),
    mistake(
        "loss_of_means_by_images",
        "training",
        Edit(TRAIN_LOSS, "total_loss += loss.item()"),
        probes=TRAINING + DEVICES,
        credit=0.5,
        sentence="You add up batch means and divide by the number of images; multiply each mean by its batch's "
        "size first.",
    ),
    mistake(
        "last_loss_only",
        "training",
        Edit(TRAIN_END, "        seen += len(labels)\n    return loss.item(), correct / seen"),
        probes=TRAINING + DEVICES,
        credit=0.5,
        sentence="You return the last batch's loss; the mean over all images of the epoch is asked for.",
    ),
    mistake(
        "loss_as_tensor",
        "training",
        Edit(TRAIN_LOSS, "total_loss += loss * len(labels)"),
        probes=TRAINING + DEVICES,
        credit=0.5,
        sentence="You return a tensor that keeps the graphs of all batches in memory; add up loss.item().",
    ),
    mistake(
        "accuracy_in_percent",
        "training",
        Edit(TRAIN_END, "        seen += len(labels)\n    return total_loss / seen, 100 * correct / seen"),
        probes=EPOCHS + DEVICES,
        credit=0.5,
        sentence="The training accuracy is in percent; a number from 0 to 1 is asked for.",
    ),
    mistake(
        "accuracy_of_last_batch",
        "training",
        Edit(
            TRAIN_END,
            "        seen += len(labels)\n        right = int((logits.argmax(dim=1) == labels).sum())\n"
            "    return total_loss / seen, right / len(labels)",
        ),
        probes=EPOCHS + DEVICES,
        credit=0.5,
        sentence="The training accuracy is that of the last batch; count over all images of the epoch.",
    ),
    mistake(
        "accuracy_after_step",
        "training",
        Edit(TRAIN_LOSS, f"logits = model(images)\n        {TRAIN_LOSS}"),
        probes=TRAINING + DEVICES,
        credit=0.5,
        sentence="You run every batch a second time for the accuracy, which also moves batch norm's statistics twice; "
        "use the outputs of the training pass.",
    ),
    accepted(
        "set_to_zero",
        "training",
        Edit(ZERO, ""),
        Edit(BACKWARD, f"{BACKWARD}        model.zero_grad(set_to_none=False)\n"),
        Edit("    model.train()\n", "    model.train()\n    model.zero_grad()\n"),
        probes=TRAINING + DEVICES,
    ),
    accepted(
        "numpy_bookkeeping",
        "training",
        Define("""
            import numpy as np

            def train_one_epoch(model, loader, loss_fn, optimizer, device="cpu"):
                losses, sizes, hits = [], [], []
                model.train()
                for batch in loader:
                    x = batch[0].to(device, non_blocking=True)
                    y = batch[1].to(device=device)
                    output = model(x)
                    loss = loss_fn(output, y)
                    optimizer.zero_grad(set_to_none=True)
                    loss.backward()
                    optimizer.step()
                    losses.append(loss.detach().cpu().numpy())
                    sizes.append(x.shape[0])
                    hits.extend((output.detach().max(1)[1] == y).cpu().numpy().tolist())
                return float(np.average(losses, weights=sizes)), np.mean(hits)
        """),
        probes=TRAINING + DEVICES,
    ),
)

EVALUATING: tuple[Variant, ...] = (
    mistake(
        "evaluated_in_training_mode",
        "training",
        Edit("    model.eval()\n", ""),
        probes=EVALUATION + DEVICES,
        sentence="evaluate never calls model.eval(): batch norm uses the batch's statistics and changes its "
        "running ones.",
    ),
    mistake(
        "evaluation_records_gradients",
        "training",
        Edit("with torch.no_grad():", "with torch.enable_grad():"),
        probes=EVALUATION,
        credit=0.5,
        sentence="evaluate records gradients, which costs memory for nothing; use torch.no_grad().",
    ),
    mistake(
        "left_in_evaluation_mode",
        "training",
        Edit(TEST_END, f"    {MEANS}"),
        probes=EVALUATION,
        credit=0.5,
        sentence="evaluate leaves the model in evaluation mode; put it back into the mode it was in.",
    ),
    mistake(
        "left_in_training_mode",
        "training",
        Edit(TEST_END, f"    model.train()\n    {MEANS}"),
        probes=EVALUATION,
        credit=0.5,
        sentence="evaluate always ends in training mode; a model that came in evaluation mode has to stay in it.",
    ),
    mistake(
        "gradients_cleared",
        "training",
        Edit(TEST_END, f"    model.zero_grad()\n{TEST_END}"),
        probes=EVALUATION,
        credit=0.5,
        sentence="evaluate clears the gradients of the model; it must change nothing.",
    ),
    mistake(
        "evaluation_trains",
        "training",
        Edit("with torch.no_grad():", "with torch.enable_grad():"),
        Edit(
            f"total_loss += {TEST_LOSS}",
            "loss = loss_fn(logits, labels)\n"
            "            loss.backward()\n"
            "            with torch.no_grad():\n"
            "                for p in model.parameters():\n"
            "                    p -= 0.01 * p.grad\n"
            "            total_loss += loss.item() * len(labels)",
        ),
        probes=EVALUATION + DEVICES,
        sentence="evaluate trains on the test set: there is a backward pass and a step in it.",
    ),
    mistake(
        "evaluation_mean_over_batches",
        "training",
        Edit(TEST_LOSS, "loss_fn(logits, labels).item()"),
        Edit(TEST_END, "    model.train(was_training)\n    return total_loss / len(loader), correct / seen"),
        probes=EVALUATION,
        credit=0.5,
        sentence="evaluate averages the batches' losses; the last batch is smaller, so weight each by its "
        "number of images.",
    ),
    mistake(
        "evaluation_accuracy_in_percent",
        "training",
        Edit(TEST_END, "    model.train(was_training)\n    return total_loss / seen, 100 * correct / seen"),
        probes=EVALUATION + DEVICES,
        credit=0.5,
        sentence="evaluate returns the accuracy in percent; a number from 0 to 1 is asked for.",
    ),
    mistake(
        "evaluation_last_batch_only",
        "training",
        Edit(
            TEST_LOSS,
            "loss_fn(logits, labels).item() * len(labels)\n            total_loss, correct, seen = 0.0, 0, 0\n"
            f"            total_loss += {TEST_LOSS}",
        ),
        probes=EVALUATION + DEVICES,
        sentence="evaluate returns the numbers of the last batch; count over all images.",
    ),
    mistake(
        "returned_in_wrong_order",
        "training",
        Edit(MEANS, "return correct / seen, total_loss / seen", times=2),
        probes=TRAINING + EVALUATION + DEVICES,
        credit=0.5,
        sentence="You return (accuracy, loss); the loss comes first.",
    ),
    accepted(
        "inference_mode",
        "training",
        Define("""
            @torch.inference_mode()
            def evaluate(model, loader, loss_fn, device="cpu"):
                mode = model.training
                model.eval()
                outputs, targets = [], []
                for images, labels in loader:
                    outputs.append(model(images.to(device)))
                    targets.append(labels.to(device))
                model.train(mode)
                logits, labels = torch.cat(outputs), torch.cat(targets)
                hits = torch.eq(logits.argmax(1), labels).to(torch.float64)
                total = sum(loss_fn(o, t).item() * t.numel() for o, t in zip(outputs, targets))
                return total / len(loader.dataset), hits.mean().item()
        """),
        probes=EVALUATION + DEVICES,
    ),
)

MOVING: tuple[Variant, ...] = (
    mistake(
        "device_ignored",
        "training",
        Edit(TO_DEVICE, "pass", times=2),
        probes=DEVICES,
        sentence="Images and labels never reach the device: it is ignored, .to() is called and its result "
        "dropped, or another is used.",
    ),
    mistake(
        "labels_not_moved",
        "training",
        Edit(TO_DEVICE, "images = images.to(device)", times=2),
        probes=DEVICES,
        sentence="Only the images are moved to the device; the loss needs the labels there too.",
    ),
    mistake(
        "cast_to_float32",
        "training",
        Edit("logits = model(images)", "logits = model.float()(images.float())", times=2),
        probes=DEVICES + OVERFIT,
        credit=0.5,
        sentence="Images or model are cast to float32; keep the dtype they come in.",
    ),
    accepted(
        "moved_by_keyword",
        "training",
        Edit(
            TO_DEVICE,
            "images, labels = (t.to(device=torch.device(device), non_blocking=True) for t in (images, labels))",
            times=2,
        ),
        probes=TRAINING + DEVICES + EVALUATION,
    ),
)

VARIANTS: tuple[Variant, ...] = LOOP + EVALUATING + MOVING
