"""Other right ways to show filters and to trace and draw a network."""

from reference_solutions.mistakes.variant import Define, Edit, accepted

FILTERS = ("interpretation.filters", "interpretation.filters_edges")
TRACE = ("interpretation.trace", "interpretation.trace_again")

ACCEPTED = (
    accepted(
        "make_grid",
        "interpretation",
        Define("""
            from torchvision.utils import make_grid

            def filter_grid(weight, columns=8, padding=1):
                pictures = weight.detach().clone()
                image = make_grid(
                    pictures, nrow=columns, padding=padding, pad_value=1.0, normalize=True, scale_each=True
                )
                return image[: weight.shape[1]]
        """),
        probes=FILTERS,
    ),
    accepted(
        "padded_and_joined",
        "interpretation",
        Define("""
            import torch.nn.functional as F

            def filter_grid(weight, columns=8, padding=1):
                tiles = []
                for f in weight.detach():
                    f = f - f.min()
                    tiles.append(F.pad(f / f.max() if f.max() > 0 else f, (padding, 0, padding, 0), value=1.0))
                while len(tiles) % columns:
                    tiles.append(torch.ones_like(tiles[0]))
                rows = [torch.cat(tiles[i : i + columns], dim=2) for i in range(0, len(tiles), columns)]
                return F.pad(torch.cat(rows, dim=1), (0, padding, 0, padding), value=1.0)
        """),
        probes=FILTERS,
    ),
    accepted(
        "recursive_origins",
        "interpretation",
        Define("""
            def origins(functions, made_by):
                if not functions:
                    return set()
                first, rest = functions[0], functions[1:]
                if first is None:
                    return origins(rest, made_by)
                if first in made_by:
                    return {made_by[first]} | origins(rest, made_by)
                return origins([f for f, _ in first.next_functions], made_by) | origins(rest, made_by)
        """),
        probes=TRACE,
    ),
    accepted(
        "traced_on_a_copy",
        "interpretation",
        Define("""
            import copy

            def trace_layers(model, x):
                model = copy.deepcopy(model).eval()
                layers, made_by = [], {}

                def hook(name, module):
                    def note(_, inputs, output):
                        sources = origins([t.grad_fn for t in inputs], made_by)
                        order = dict.fromkeys(["input"] + [layer.name for layer in layers])
                        inputs = tuple(n for n in order if n in sources)
                        size = sum(p.numel() for p in module.parameters())
                        layers.append(Layer(name, module.__class__.__name__, tuple(output.shape), size, inputs))
                        made_by[output.grad_fn] = name

                    return note

                for name, module in model.named_modules():
                    if next(module.children(), None) is None:
                        module.register_forward_hook(hook(name, module))
                x = torch.nn.Parameter(x.clone()).view_as(x)
                made_by[x.grad_fn] = "input"
                model(x)
                return layers
        """),
        probes=TRACE,
    ),
    accepted(
        "dot_in_another_layout",
        "interpretation",
        Edit('f\'  "{source}" -> "{layer.name}";\'', 'f\'"{source}"->"{layer.name}"\''),
        Edit(
            'f\'  "{layer.name}" [label="{layer.kind} {shape}"];\'',
            'f\'    "{layer.name}" [ label = "{layer.kind} {shape}" ]\'',
        ),
        Edit(
            'return "\\n".join(["digraph {", *nodes.values(), *edges, "}"]) + "\\n"',
            'return "digraph {\\n" + "\\n".join([*edges, *nodes.values()]) + "\\n}"',
        ),
        probes=("interpretation.dot",),
    ),
    accepted(
        "dot_with_styles",
        "interpretation",
        Edit(
            '["digraph {", ',
            '["digraph network {", "rankdir=TB;", "node [shape=box];", \'"input" [label="input"];\', ',
        ),
        Edit('[label="{layer.kind} {shape}"]', '[shape=box, label="{layer.kind} {shape}", color=blue]'),
        probes=("interpretation.dot",),
    ),
)
