"""Variants of what is measured along the gradient, and of the envelope of losses."""

from reference_solutions.mistakes.landscape_accepted import ACCEPTED
from reference_solutions.mistakes.variant import Define, Edit, Variant, mistake

ENVELOPE = ("landscape.envelope",)
ALONG = ("landscape.loss_along_gradient",)
PREDICTIVENESS = ("landscape.predictiveness_quadratic", "landscape.predictiveness_network")
BETA = ("landscape.beta_quadratic", "landscape.beta_network")
NETWORKS = (*ALONG, "landscape.predictiveness_network", "landscape.beta_network")
FROZEN = ("landscape.predictiveness_network", "landscape.beta_network")
VALUES = (*ALONG, *PREDICTIVENESS, *BETA)
EDGES = ("landscape.beta_edges",)
UNTOUCHED = ("landscape.untouched",)

EXTREMES = "return losses.amin(dim=0), losses.amax(dim=0)"
DISTANCES = "return torch.stack([torch.linalg.vector_norm(there - here) for _, here, there in points])"
RATIO = "ratios.append(torch.linalg.vector_norm(there - here).item() / moved)"
LARGEST = "    return max(ratios)\n"
MOVE = "weight.copy_(w - eta * g)"
TWIN = "twin = copy.deepcopy(model)"
WEIGHTS = "weights = [p for p in twin.parameters() if p.requires_grad]"
RESTORE = (
    "        with torch.no_grad():\n"
    "            for buffer, value in zip(twin.buffers(), buffers, strict=True):\n"
    "                buffer.copy_(value)\n"
)

ON_ENVELOPE = (
    mistake(
        "mean_and_deviation",
        "landscape",
        Edit(EXTREMES, "return losses.mean(dim=0) - losses.std(dim=0), losses.mean(dim=0) + losses.std(dim=0)"),
        probes=ENVELOPE,
        sentence="You return mean minus and plus deviation; the envelope is the smallest and the largest "
        "loss at a step.",
        credit=0.25,
    ),
    mistake(
        "over_the_steps",
        "landscape",
        Edit(EXTREMES, "return losses.amin(dim=1), losses.amax(dim=1)"),
        probes=ENVELOPE,
        sentence="You take the extremes of each run over its steps; take them at each step, over the runs.",
    ),
    mistake(
        "upper_first",
        "landscape",
        Edit(EXTREMES, "return losses.amax(dim=0), losses.amin(dim=0)"),
        probes=ENVELOPE,
        sentence="You return the upper curve first; it is (lower, upper).",
        credit=0.5,
    ),
    mistake(
        "running_extremes",
        "landscape",
        Edit(EXTREMES, "return losses.amin(dim=0).cummin(dim=0)[0], losses.amax(dim=0).cummax(dim=0)[0]"),
        probes=ENVELOPE,
        sentence="Your curves keep the smallest and largest loss so far; the envelope looks at each step alone.",
        credit=0.25,
    ),
    mistake(
        "runs_cut_short",
        "landscape",
        Edit("    if len(lengths) != 1:\n", "    runs = [run[: lengths[0]] for run in runs]\n    if not lengths:\n"),
        probes=ENVELOPE,
        sentence="Runs of different lengths are cut to the shortest without a word; raise ValueError.",
        credit=0.5,
    ),
)

ON_POINTS = (
    mistake(
        "uphill",
        "landscape",
        Edit(MOVE, "weight.copy_(w + eta * g)"),
        probes=NETWORKS,
        sentence="You move along plus the gradient, uphill; the points are w - eta * g(w).",
        credit=0.25,
    ),
    mistake(
        "unit_direction",
        "landscape",
        Edit(MOVE, "weight.copy_(w - eta * g / here.norm())"),
        probes=VALUES,
        sentence="You move by eta in the gradient's direction; the points are w - eta * g(w), so the "
        "gradient's length counts.",
        credit=0.5,
    ),
    mistake(
        "steps_add_up",
        "landscape",
        Edit(MOVE, "weight.copy_(weight - eta * g)"),
        probes=VALUES,
        sentence="Each of your points starts from the one before; all of them start from the same w.",
        credit=0.25,
    ),
    mistake(
        "never_moved",
        "landscape",
        Edit(MOVE, "weight.copy_(w)"),
        probes=VALUES,
        sentence="The weights are never moved, so that you measure at w each time.",
    ),
    mistake(
        "parameters_one_by_one",
        "landscape",
        Edit(
            "                weight.copy_(w - eta * g)\n        loss, moved = measure()\n"
            "        yield loss, here, torch.cat([g.flatten() for g in moved])\n",
            "                weight.copy_(w - eta * g)\n                break\n        loss, moved = measure()\n"
            "        yield loss, here, torch.cat([g.flatten() for g in moved])\n",
        ),
        probes=VALUES,
        sentence="Only the first parameter is moved; w is all of them together.",
    ),
    mistake(
        "always_evaluation_mode",
        "landscape",
        Edit(TWIN, f"{TWIN}.eval()"),
        probes=NETWORKS,
        sentence="You measure in evaluation mode whatever the model is in, so batch norm uses its running statistics.",
        credit=0.5,
    ),
    mistake(
        "always_training_mode",
        "landscape",
        Edit(TWIN, f"{TWIN}.train()"),
        probes=NETWORKS,
        sentence="You measure in training mode whatever the model is in.",
        credit=0.5,
    ),
    mistake(
        "gradients_accumulate",
        "landscape",
        Edit(
            "found = torch.autograd.grad(loss, weights, allow_unused=True)",
            "loss.backward()\n        found = [None if w.grad is None else w.grad.clone() for w in weights]",
        ),
        Edit(TWIN, "twin = model"),
        probes=(*VALUES, *UNTOUCHED),
        sentence="Gradients add up in .grad: what was there before, and each measurement, is in the next one.",
        credit=0.25,
    ),
    mistake(
        "frozen_differentiated",
        "landscape",
        Edit(WEIGHTS, "weights = list(twin.parameters())"),
        probes=FROZEN,
        sentence="Parameters that do not require a gradient are no part of w; autograd refuses to "
        "differentiate to them.",
        credit=0.5,
    ),
    mistake(
        "frozen_thawed",
        "landscape",
        Edit(WEIGHTS, "weights = [p.requires_grad_() for p in twin.parameters()]"),
        probes=FROZEN,
        sentence="You make frozen parameters require a gradient; they are no part of w.",
        credit=0.5,
    ),
    mistake(
        "unused_not_allowed",
        "landscape",
        Edit(", allow_unused=True", ""),
        probes=FROZEN,
        sentence="A parameter that the loss does not depend on stops you; its gradient is zero (allow_unused=True).",
        credit=0.75,
    ),
)

ON_PREDICTIVENESS = (
    mistake(
        "squared_distance",
        "landscape",
        Edit(DISTANCES, "return torch.stack([(there - here).square().sum() for _, here, there in points])"),
        probes=PREDICTIVENESS,
        sentence="You return the squared distance of the gradients; take its root.",
        credit=0.5,
    ),
    mistake(
        "difference_of_norms",
        "landscape",
        Edit(DISTANCES, "return torch.stack([(there.norm() - here.norm()).abs() for _, here, there in points])"),
        probes=PREDICTIVENESS,
        sentence="You return the difference of the gradients' norms; it is the norm of their difference.",
    ),
    mistake(
        "cosine",
        "landscape",
        Edit(
            DISTANCES, "return torch.stack([torch.cosine_similarity(here, there, dim=0) for _, here, there in points])"
        ),
        probes=PREDICTIVENESS,
        sentence="You return the cosine between the gradients; it is the distance between them.",
    ),
    mistake(
        "relative_distance",
        "landscape",
        Edit(DISTANCES, "return torch.stack([(there - here).norm() / here.norm() for _, here, there in points])"),
        probes=PREDICTIVENESS,
        sentence="You divide the distance by the gradient's norm; gradient predictiveness is the distance itself.",
        credit=0.5,
    ),
    mistake(
        "distance_over_step",
        "landscape",
        Edit(
            DISTANCES,
            "return torch.stack(\n        [(there - here).norm() / (eta * here.norm()) for eta, (_, here, there) in "
            "zip(step_sizes, points)]\n    )",
        ),
        probes=PREDICTIVENESS,
        sentence="You divide by the distance moved, which is what effective beta does; here it is the distance itself.",
        credit=0.25,
    ),
    mistake(
        "sum_of_absolute_differences",
        "landscape",
        Edit(DISTANCES, "return torch.stack([(there - here).abs().sum() for _, here, there in points])"),
        probes=PREDICTIVENESS,
        sentence="You add up absolute differences (the L1 norm); the distance is Euclidean.",
        credit=0.5,
    ),
    mistake(
        "largest_distance_only",
        "landscape",
        Edit(DISTANCES, "return max(torch.linalg.vector_norm(there - here) for _, here, there in points)"),
        probes=PREDICTIVENESS,
        sentence="You return the largest distance only; one for each step size is asked for.",
        credit=0.5,
    ),
    mistake(
        "distances_between_neighbours",
        "landscape",
        Edit(
            DISTANCES,
            "found, last = [], None\n"
            "    for _, here, there in points:\n"
            "        found.append(torch.linalg.vector_norm(there - (here if last is None else last)))\n"
            "        last = there\n"
            "    return torch.stack(found)",
        ),
        probes=PREDICTIVENESS,
        sentence="You compare each gradient with that of the point before; compare all of them with the gradient at w.",
        credit=0.25,
    ),
)

ON_BETA = (
    mistake(
        "mean_beta",
        "landscape",
        Edit(LARGEST, "    return sum(ratios) / max(1, len(ratios) - 1)\n"),
        probes=("landscape.beta_network",),
        sentence="You return the mean of the ratios; effective beta is the largest.",
        credit=0.5,
    ),
    mistake(
        "smallest_beta",
        "landscape",
        Edit(LARGEST, "    return min(ratios[1:], default=0.0)\n"),
        probes=("landscape.beta_network",),
        sentence="You return the smallest ratio; effective beta is the largest.",
        credit=0.5,
    ),
    mistake(
        "beta_of_last_step",
        "landscape",
        Edit(LARGEST, "    return ratios[-1]\n"),
        probes=("landscape.beta_network",),
        sentence="You return the ratio of the last step size; effective beta is the largest of all.",
        credit=0.5,
    ),
    mistake(
        "step_size_forgotten",
        "landscape",
        Edit("moved = eta * torch.linalg.vector_norm(here).item()", "moved = torch.linalg.vector_norm(here).item()"),
        probes=BETA,
        sentence="You divide by ||g||; the distance moved is eta * ||g||, since w' - w = -eta * g.",
        credit=0.25,
    ),
    mistake(
        "step_size_twice",
        "landscape",
        Edit("moved = eta * torch", "moved = eta**2 * torch"),
        probes=BETA,
        sentence="Your distance has eta twice; w' - w = -eta * g, so it is eta * ||g||.",
        credit=0.25,
    ),
    mistake(
        "gradient_norm_forgotten",
        "landscape",
        Edit("moved = eta * torch.linalg.vector_norm(here).item()", "moved = eta"),
        probes=BETA,
        sentence="You divide by eta; the distance moved is eta * ||g||, since w' - w = -eta * g.",
        credit=0.25,
    ),
    mistake(
        "not_divided",
        "landscape",
        Edit(f"{RATIO}", RATIO.replace(" / moved", "")),
        probes=BETA,
        sentence="You return the largest change of the gradient; divide it by the distance moved.",
        credit=0.25,
    ),
    mistake(
        "divided_by_weights",
        "landscape",
        Edit(RATIO, RATIO.replace("/ moved", "/ sum(p.square().sum().item() for p in model.parameters()) ** 0.5")),
        probes=BETA,
        sentence="You divide by the norm of the weights; divide by the distance moved, ||w' - w|| = eta * ||g||.",
        credit=0.25,
    ),
    mistake(
        "curvature_along_gradient",
        "landscape",
        Edit(RATIO, "ratios.append(abs(torch.dot(here - there, here).item()) / moved / here.norm().item())"),
        probes=BETA,
        sentence="You look at the gradient's change along the gradient only; its change in every direction counts.",
        credit=0.25,
    ),
    mistake(
        "successive_training_steps",
        "landscape",
        Define("""
            def effective_beta(model, loss_fn, images, labels, step_sizes):
                if not step_sizes or min(step_sizes) <= 0:
                    raise ValueError("step sizes must be positive, and at least one")
                twin = copy.deepcopy(model)
                weights = [p for p in twin.parameters() if p.requires_grad]

                def gradient():
                    found = torch.autograd.grad(loss_fn(twin(images), labels), weights, allow_unused=True)
                    return [torch.zeros_like(w) if g is None else g for w, g in zip(weights, found)]

                largest, here = 0.0, gradient()
                for eta in step_sizes:
                    with torch.no_grad():
                        for w, g in zip(weights, here):
                            w -= eta * g
                    there = gradient()
                    change = torch.cat([(a - b).flatten() for a, b in zip(there, here)]).norm().item()
                    moved = eta * torch.cat([g.flatten() for g in here]).norm().item()
                    largest = max(largest, change / moved if moved else 0.0)
                    here = there
                return largest
        """),
        probes=("landscape.beta_network",),
        sentence="You compare gradients of successive training steps; Santurkar et al. compare points "
        "along one gradient "
        "with the gradient at w.",
        credit=0.25,
    ),
    mistake(
        "division_by_zero",
        "landscape",
        Edit("        if moved > 0:\n            ratios", "        ratios"),
        probes=EDGES,
        sentence="Where the gradient is zero you divide by zero; effective beta is 0.0 there.",
        credit=0.5,
    ),
    mistake(
        "any_step_size",
        "landscape",
        Edit(
            "    if not step_sizes or min(step_sizes) <= 0:\n"
            '        raise ValueError("step sizes must be positive, and at least one")\n',
            "",
        ),
        probes=EDGES,
        sentence="Step sizes that are zero or negative, or none at all, are accepted; raise ValueError.",
        credit=0.5,
    ),
)

ON_STATE = (
    mistake(
        "weights_left_moved",
        "landscape",
        Edit(TWIN, "twin = model"),
        probes=UNTOUCHED,
        sentence="Afterwards the weights stand at the last point; put them back, or measure on a copy.",
        credit=0.25,
    ),
    mistake(
        "statistics_left_moved",
        "landscape",
        Edit(TWIN, "twin = model"),
        Edit(RESTORE, ""),
        Edit(
            "    _, gradient = measure()\n", "    try:\n        _, gradient = measure()\n    finally:\n        pass\n"
        ),
        Edit(
            "        yield loss, here, torch.cat([g.flatten() for g in moved])\n",
            "        yield loss, here, torch.cat([g.flatten() for g in moved])\n"
            "    with torch.no_grad():\n"
            "        for weight, w in zip(weights, start):\n"
            "            weight.copy_(w)\n",
        ),
        probes=UNTOUCHED,
        sentence="Every forward pass in training mode moved batch norm's running statistics; put them back afterwards.",
        credit=0.5,
    ),
    mistake(
        "mode_left_changed",
        "landscape",
        Edit(TWIN, f"{TWIN}\n    model.eval()"),
        probes=UNTOUCHED,
        sentence="Afterwards the model is in evaluation mode; leave the mode as it was.",
        credit=0.5,
    ),
    mistake(
        "gradients_cleared",
        "landscape",
        Edit(TWIN, f"{TWIN}\n    model.zero_grad()"),
        probes=UNTOUCHED,
        sentence="Measuring clears the gradients in .grad, which the next optimiser step may need.",
        credit=0.5,
    ),
    mistake(
        "gradients_overwritten",
        "landscape",
        Edit(TWIN, f"{TWIN}\n    model.zero_grad()"),
        Edit(
            "    for eta in step_sizes:\n        with",
            "    fill_grad(model, gradient)\n    for eta in step_sizes:\n        with",
        ),
        Edit(
            "Loss = Callable[[Tensor, Tensor], Tensor]\n",
            "Loss = Callable[[Tensor, Tensor], Tensor]\n\n\n"
            "def fill_grad(model, gradient):\n"
            "    for p, g in zip([p for p in model.parameters() if p.requires_grad], gradient, strict=True):\n"
            "        p.grad = g.clone()\n",
        ),
        probes=UNTOUCHED,
        sentence="Measuring leaves its own gradients in .grad (loss.backward()), which the next optimiser "
        "step would use.",
        credit=0.5,
    ),
)

VARIANTS: tuple[Variant, ...] = ON_ENVELOPE + ON_PREDICTIVENESS + ON_POINTS + ON_BETA + ON_STATE + ACCEPTED
