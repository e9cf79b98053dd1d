"""Variants of the picture of filters, of the traced layers, and of the drawn graph."""

from reference_solutions.mistakes.interpretation_accepted import ACCEPTED
from reference_solutions.mistakes.variant import Edit, Variant, mistake

FILTERS = ("interpretation.filters", "interpretation.filters_edges")
EDGES = ("interpretation.filters_edges",)
TRACE = ("interpretation.trace", "interpretation.trace_again")
AGAIN = ("interpretation.trace_again",)
DOT = ("interpretation.dot",)
EXTREMES = "low, high = filters.amin(dim=(1, 2, 3), keepdim=True), filters.amax(dim=(1, 2, 3), keepdim=True)"
GRID = "grid = filters.new_ones(channels, rows * down + padding, columns * across + padding)"
PLACE = "top, left = padding + number // columns * down, padding + number % columns * across"
NAMES = "names = {module: name for name, module in model.named_modules() if not list(module.children())}"
ROW = "tuple(output.shape),"

ON_FILTERS = (
    mistake(
        "all_filters_together",
        "interpretation",
        Edit(EXTREMES, "low, high = filters.amin(), filters.amax()"),
        probes=FILTERS,
        sentence="You scale all filters by one minimum and maximum, so weak ones turn grey; each is scaled by its own.",
        credit=0.5,
    ),
    mistake(
        "channel_by_channel",
        "interpretation",
        Edit(EXTREMES, EXTREMES.replace("(1, 2, 3)", "(2, 3)")),
        probes=("interpretation.filters",),
        sentence="You scale each channel alone, which changes a filter's colours; its channels are scaled together.",
        credit=0.5,
    ),
    mistake(
        "by_largest_size",
        "interpretation",
        Edit(EXTREMES, "high = filters.abs().amax(dim=(1, 2, 3), keepdim=True)\n    low = -high"),
        probes=FILTERS,
        sentence="You scale by the largest absolute value, with 0 as grey; the docstring asks for (f - "
        "min) / (max - min).",
        credit=0.5,
    ),
    mistake(
        "not_scaled",
        "interpretation",
        Edit("filters = (filters - low) / span", "filters = filters.clamp(0, 1)"),
        probes=FILTERS,
        sentence="You clip the filters to [0, 1], so negative weights vanish; scale them by (f - min) / (max - min).",
        credit=0.25,
    ),
    mistake(
        "black_between",
        "interpretation",
        Edit("filters.new_ones(", "filters.new_zeros("),
        probes=FILTERS,
        sentence="The pixels between the filters are black; they are white, 1.0.",
        credit=0.5,
    ),
    mistake(
        "no_border",
        "interpretation",
        Edit(
            GRID,
            GRID.replace(
                "rows * down + padding, columns * across + padding", "rows * down - padding, columns * across - padding"
            ),
        ),
        Edit(PLACE, PLACE.replace("padding + ", "")),
        probes=FILTERS,
        sentence="The padding around the whole picture is missing; it stands between the filters and all around.",
        credit=0.5,
    ),
    mistake(
        "column_by_column",
        "interpretation",
        Edit(PLACE, "top, left = padding + number % rows * down, padding + number // rows * across"),
        probes=FILTERS,
        sentence="Your filters run down the columns; they stand row by row.",
        credit=0.5,
    ),
    mistake(
        "columns_for_rows",
        "interpretation",
        Edit("rows = -(-count // columns)", "rows, columns = columns, -(-count // columns)"),
        probes=FILTERS,
        sentence="You take `columns` for the number of rows.",
        credit=0.5,
    ),
    mistake(
        "last_row_dropped",
        "interpretation",
        Edit("rows = -(-count // columns)", "rows = count // columns"),
        Edit("enumerate(filters)", "enumerate(filters[: rows * columns])"),
        probes=FILTERS,
        sentence="A last row that is not full is lost; round the number of rows up.",
        credit=0.5,
    ),
    mistake(
        "channels_last",
        "interpretation",
        Edit("    return grid\n", "    return grid.permute(1, 2, 0)\n"),
        probes=FILTERS,
        sentence="You return (H, W, C), as matplotlib takes it; the docstring asks for (C, H, W).",
        credit=0.75,
    ),
    mistake(
        "constant_filter",
        "interpretation",
        Edit("span = torch.where(high > low, high - low, torch.ones_like(high))", "span = high - low"),
        probes=EDGES,
        sentence="A filter whose numbers are all equal becomes 0 / 0; make it 0.",
        credit=0.5,
    ),
    mistake(
        "weight_changed",
        "interpretation",
        Edit("filters = (filters - low) / span", "filters.sub_(low).div_(span)"),
        probes=EDGES,
        sentence="You scale the layer's own weight in place, so looking at the network destroys it; make a copy.",
        credit=0.25,
    ),
)

SOURCES = "sources = origins([tensor.grad_fn for tensor in inputs], made_by)"
ON_TRACE = (
    mistake(
        "containers_too",
        "interpretation",
        Edit(NAMES, "names = {module: name for name, module in model.named_modules()}"),
        probes=TRACE,
        sentence="Modules that hold other modules are listed too; only those without submodules are layers.",
        credit=0.25,
    ),
    mistake(
        "order_of_registration",
        "interpretation",
        Edit(
            "    return found\n",
            "    order = list(names.values())\n    return sorted(found, key=lambda l: order.index(l.name))\n",
        ),
        probes=("interpretation.trace",),
        sentence="Your layers stand in the order in which they were registered; list them in the order of their calls.",
        credit=0.5,
    ),
    mistake(
        "a_chain",
        "interpretation",
        Edit(SOURCES, 'sources = {found[-1].name if found else "input"}'),
        probes=("interpretation.trace",),
        sentence="You connect each layer with the one called before it; where the network branches that is wrong.",
        credit=0.25,
    ),
    mistake(
        "all_ancestors",
        "interpretation",
        Edit(
            "            sources.add(made_by[function])\n        else:\n            waiting +=",
            "            sources.add(made_by[function])\n        if True:\n            waiting +=",
        ),
        probes=TRACE,
        sentence="You list every layer that lies before; stop at the first on each path.",
        credit=0.25,
    ),
    mistake(
        "input_shapes",
        "interpretation",
        Edit(ROW, "tuple(inputs[0].shape),"),
        probes=("interpretation.trace",),
        sentence="You note the shape of what goes in; it is the shape of what comes out.",
        credit=0.5,
    ),
    mistake(
        "weights_only",
        "interpretation",
        Edit(
            "sum(p.numel() for p in module.parameters())", "module.weight.numel() if hasattr(module, 'weight') else 0"
        ),
        probes=("interpretation.trace",),
        sentence="You count the weights only; biases are parameters too.",
        credit=0.5,
    ),
    mistake(
        "buffers_counted",
        "interpretation",
        Edit("sum(p.numel() for p in module.parameters())", "sum(v.numel() for v in module.state_dict().values())"),
        probes=("interpretation.trace",),
        sentence="You count batch norm's running statistics too; they are not learnt.",
        credit=0.5,
    ),
    mistake(
        "kind_with_package",
        "interpretation",
        Edit("type(module).__name__,", "str(type(module)),"),
        probes=("interpretation.trace",),
        sentence="`kind` is the class's name alone, type(module).__name__.",
        credit=0.75,
    ),
    mistake(
        "called_once",
        "interpretation",
        Edit(
            "        found.append(layer)\n",
            "        if layer.name not in [other.name for other in found]:\n            found.append(layer)\n",
        ),
        probes=AGAIN,
        sentence="A layer that is used twice is listed once; list every call.",
        credit=0.5,
    ),
    mistake(
        "hooks_left",
        "interpretation",
        Edit("        for handle in handles:\n            handle.remove()\n", ""),
        probes=AGAIN,
        sentence="Your hooks stay on the model, and a second trace would run them too; remove them.",
        credit=0.5,
    ),
    mistake(
        "statistics_moved",
        "interpretation",
        Edit("        model.eval()\n", ""),
        probes=AGAIN,
        sentence="Your forward pass moves batch norm's running statistics; run it in evaluation mode.",
        credit=0.5,
    ),
    mistake(
        "mode_left_changed",
        "interpretation",
        Edit("            module.training = training\n", "            pass\n"),
        probes=AGAIN,
        sentence="Afterwards the model is in evaluation mode; give every module its own mode back.",
        credit=0.5,
    ),
    mistake(
        "all_set_to_training",
        "interpretation",
        Edit(
            "        for module, training in modes.items():\n            module.training = training\n",
            "        model.train(modes[model])\n",
        ),
        probes=AGAIN,
        sentence="model.train() switches layers that you had in evaluation mode as well; note each module's mode.",
        credit=0.75,
    ),
)

NODE = 'f\'  "{layer.name}" [label="{layer.kind} {shape}"];\''
EDGE = 'f\'  "{source}" -> "{layer.name}";\''
ON_DOT = (
    mistake(
        "arrows_reversed",
        "interpretation",
        Edit(EDGE, 'f\'  "{layer.name}" -> "{source}";\''),
        probes=DOT,
        sentence="Your arrows point from a layer to its inputs; they follow the data.",
        credit=0.5,
    ),
    mistake(
        "undirected",
        "interpretation",
        Edit('"digraph {"', '"graph {"'),
        Edit(EDGE, EDGE.replace("->", "--")),
        probes=DOT,
        sentence="You draw an undirected graph; it is a `digraph` with -> edges.",
        credit=0.5,
    ),
    mistake(
        "label_with_batch",
        "interpretation",
        Edit("layer.output_shape[1:]", "layer.output_shape"),
        probes=DOT,
        sentence="The batch size stands in your labels; leave the first number of the shape out.",
        credit=0.75,
    ),
    mistake(
        "no_shapes",
        "interpretation",
        Edit(NODE, 'f\'  "{layer.name}" [label="{layer.kind}"];\''),
        probes=DOT,
        sentence="Your labels lack the output shape.",
        credit=0.5,
    ),
    mistake(
        "input_not_drawn",
        "interpretation",
        Edit("for source in layer.inputs]", 'for source in layer.inputs if source != "input"]'),
        probes=DOT,
        sentence='The edges from "input" are missing.',
        credit=0.75,
    ),
    mistake(
        "first_input_only",
        "interpretation",
        Edit("for source in layer.inputs]", "for source in layer.inputs[:1]]"),
        probes=DOT,
        sentence="You draw one edge into each layer; draw one for each of its inputs.",
        credit=0.5,
    ),
)

VARIANTS: tuple[Variant, ...] = ON_FILTERS + ON_TRACE + ON_DOT + ACCEPTED
