"""Other right ways to measure along the gradient."""

from reference_solutions.mistakes.variant import Define, Edit, accepted

MEASURES = (
    "landscape.loss_along_gradient",
    "landscape.predictiveness_quadratic",
    "landscape.predictiveness_network",
    "landscape.beta_quadratic",
    "landscape.beta_network",
    "landscape.beta_edges",
    "landscape.untouched",
)

ACCEPTED = (
    accepted(
        "functional_call",
        "landscape",
        Define("""
            def along_gradient(model, loss_fn, images, labels, step_sizes):
                start = {n: p.detach() for n, p in model.named_parameters() if p.requires_grad}

                def loss(values):
                    buffers = {name: buffer.clone() for name, buffer in model.named_buffers()}
                    return loss_fn(torch.func.functional_call(model, {**buffers, **values}, (images,)), labels)

                slope = torch.func.grad(loss)
                gradient = slope(start)
                here = torch.cat([g.reshape(-1) for g in gradient.values()])
                for eta in step_sizes:
                    point = {name: w - eta * gradient[name] for name, w in start.items()}
                    there = slope(point)
                    yield loss(point).detach(), here, torch.cat([there[name].reshape(-1) for name in gradient])
        """),
        probes=MEASURES,
    ),
    accepted(
        "in_place_and_put_back",
        "landscape",
        Define("""
            def along_gradient(model, loss_fn, images, labels, step_sizes):
                before = copy.deepcopy(model.state_dict())
                kept = [p.grad for p in model.parameters()]
                weights = [p for p in model.parameters() if p.requires_grad]

                def measure():
                    model.zero_grad(set_to_none=True)
                    loss = loss_fn(model(images), labels)
                    loss.backward()
                    gradient = [torch.zeros_like(w) if w.grad is None else w.grad.detach().clone() for w in weights]
                    return loss.detach().clone(), gradient

                found = []
                try:
                    _, first = measure()
                    here = torch.cat([g.flatten() for g in first])
                    for eta in step_sizes:
                        model.load_state_dict(before)
                        for w, g in zip(weights, first):
                            w.data.sub_(g, alpha=eta)
                        loss, second = measure()
                        found.append((loss, here, torch.cat([g.flatten() for g in second])))
                finally:
                    model.load_state_dict(before)
                    for p, g in zip(model.parameters(), kept):
                        p.grad = g
                return found
        """),
        probes=MEASURES,
    ),
    accepted(
        "beta_from_predictiveness",
        "landscape",
        Define("""
            def effective_beta(model, loss_fn, images, labels, step_sizes):
                if len(step_sizes) == 0 or any(eta <= 0 for eta in step_sizes):
                    raise ValueError(f"not usable as step sizes: {step_sizes}")
                change = gradient_predictiveness(model, loss_fn, images, labels, step_sizes)
                _, here, _ = next(iter(along_gradient(model, loss_fn, images, labels, step_sizes)))
                moved = here.norm() * torch.tensor(step_sizes, dtype=here.dtype)
                return float((change / moved).max()) if here.norm() > 0 else 0.0
        """),
        probes=MEASURES,
    ),
    accepted(
        "step_by_optimizer",
        "landscape",
        Edit(
            "                weight.copy_(w - eta * g)\n",
            "                weight.copy_(w)\n                weight.grad = g\n",
        ),
        Edit(
            "        loss, moved = measure()\n",
            "        torch.optim.SGD(weights, lr=eta).step()\n        loss, moved = measure()\n",
        ),
        probes=MEASURES,
    ),
    accepted(
        "lists_and_tensors",
        "landscape",
        Edit(
            "    return torch.stack([loss for loss, _, _ in points])",
            "    return [loss.item() for loss, _, _ in points]",
        ),
        Edit("    return max(ratios)\n", "    return torch.tensor(ratios, dtype=torch.float64).max()\n"),
        probes=MEASURES,
    ),
    accepted(
        "envelope_by_python",
        "landscape",
        Define("""
            def loss_envelope(runs):
                if not runs or any(len(run) != len(runs[0]) for run in runs):
                    raise ValueError("need runs of equal length")
                columns = list(zip(*runs))
                lower = torch.tensor([min(column) for column in columns], dtype=torch.double)
                return lower, torch.tensor([max(column) for column in columns], dtype=torch.double)
        """),
        probes=("landscape.envelope",),
    ),
)
