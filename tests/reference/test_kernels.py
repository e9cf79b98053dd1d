"""The GPU kernels against float64: through Triton's interpreter, compiled for a GPU that is not there, and on a GPU.

Triton reads TRITON_INTERPRET when it is first imported, so the interpreter gets a process of its own, which is this
file run as a script: it calculates every case once, and the tests compare.
"""

import os
import re
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from reference_solutions.kernels.batchnorm import BatchNormFunction, BatchNormSwish, batchnorm_forward
from reference_solutions.kernels.swish import Swish, swish

ROOT = Path(__file__).parents[2]
IMAGES = [(3, 5, 7, 9), (2, 2, 13, 11), (5, 17, 1, 3)]
CASES = [
    *product([(6, 4), (1, 3), (37, 5)], ["contiguous"], ["float32", "bfloat16"]),
    *product(IMAGES, ["contiguous", "channels_last"], ["float32", "bfloat16"]),
    ((2, 3, 3, 5), "strided", "float32"),
]
FULL_TILES = [((3, 2, 32, 33), layout, "bfloat16") for layout in ("contiguous", "channels_last")]  # a GPU's constants
LARGE_MEAN = ((6, 3, 8, 8), "large mean", "float32")
EPS = 1e-5
# ||found - expected|| / ||expected||. float32's rounding is 6e-8, and the sums here are short; bfloat16's is at most
# 4e-3 to nearest, but the interpreter truncates.
ALLOWED = {torch.float32: 2e-6, torch.bfloat16: 5e-3}
gpu = [pytest.mark.gpu, pytest.mark.skipif(not torch.cuda.is_available(), reason="needs CUDA")]

Arguments = tuple[Tensor, Tensor, Tensor, Tensor]


def arguments(shape: tuple[int, ...], layout: str, dtype: str) -> Arguments:
    """x and df/dy (always contiguous), gamma and beta (float32, whatever x is)."""
    generator = torch.Generator().manual_seed(sum(shape))
    x = (torch.randn(*shape, 2, generator=generator) * 2 + 3).to(getattr(torch, dtype))[..., 0]
    if layout != "strided":
        memory_format = torch.channels_last if layout == "channels_last" else torch.contiguous_format
        x = x.contiguous(memory_format=memory_format)
    x = x + 1e4 if layout == "large mean" else x
    df_dy = torch.randn(shape, generator=generator).to(x.dtype)
    return x, df_dy, *torch.randn(2, shape[1], generator=generator).unbind()


def found(x: Tensor, df_dy: Tensor, gamma: Tensor, beta: Tensor) -> dict[str, Tensor]:
    """Everything the operators return, through autograd."""
    x, gamma, beta = (t.detach().requires_grad_() for t in (x, gamma, beta))
    y = swish(x)
    results = {"swish": y, "swish dx": torch.autograd.grad(y, x, df_dy)[0]}
    for name, with_swish in (("batch norm", False), ("batch norm and swish", True)):
        y, mean, var = BatchNormFunction.apply(x, gamma, beta, EPS, with_swish)
        gradients = torch.autograd.grad(y, (x, gamma, beta), df_dy)
        parts = zip(("y", "mean", "var", "dx", "dgamma", "dbeta"), (y, mean, var, *gradients))
        results |= {f"{name} {part}": value for part, value in parts}
    return {name: value.detach() for name, value in results.items()}


def expected(x: Tensor, df_dy: Tensor, gamma: Tensor, beta: Tensor) -> dict[str, Tensor]:
    """The same by PyTorch's operators and autograd in float64."""
    x, gamma, beta = (t.detach().double().cpu().requires_grad_() for t in (x, gamma, beta))
    df_dy = df_dy.double().cpu()
    y = F.silu(x)
    results = {"swish": y, "swish dx": torch.autograd.grad(y, x, df_dy)[0]}
    axes = [0, *range(2, x.ndim)]
    mean, var = x.mean(dim=axes, keepdim=True), x.var(dim=axes, keepdim=True, correction=0)
    channel = [1, -1] + [1] * (x.ndim - 2)
    for name, activation in (("batch norm", nn.Identity()), ("batch norm and swish", F.silu)):
        y = activation((x - mean) / torch.sqrt(var + EPS) * gamma.view(channel) + beta.view(channel))
        gradients = torch.autograd.grad(y, (x, gamma, beta), df_dy, retain_graph=True)
        parts = zip(("y", "mean", "var", "dx", "dgamma", "dbeta"), (y, mean.flatten(), var.flatten(), *gradients))
        results |= {f"{name} {part}": value for part, value in parts}
    return results


def assert_agree(results: dict[str, Tensor], given: Arguments) -> None:
    for name, value in expected(*given).items():
        result = results[name]
        assert result.shape == value.shape, name
        # Where the true value is zero up to rounding (one number a channel), the scale is that of the terms.
        error = (result.double().cpu() - value).norm() / max(value.norm().item(), 1e-2)
        assert error <= ALLOWED[result.dtype], f"{name}: {error:.1e}"
    x = given[0]
    assert {results[n].dtype for n in results if n.endswith(("swish", "dx", " y"))} == {x.dtype}
    if x.is_contiguous() or x.is_contiguous(memory_format=torch.channels_last):
        assert results["swish dx"].stride() == results["batch norm dx"].stride() == x.stride()


def run_as_script(inputs: Path, outputs: Path) -> None:
    from reference_solutions.kernels import batchnorm_triton, dispatch

    assert dispatch.runs_in_triton(torch.zeros(1))
    given = torch.load(inputs)
    results = [found(*a) for a in given["full tiles"]]
    # Tiles so small that little tensors have several a program, several programs a channel and several channel blocks.
    batchnorm_triton.TILE, batchnorm_triton.WIDEST, batchnorm_triton.PARTS = 64, 4, 6
    torch.save(results + [found(*a) for a in given["small tiles"]], outputs)


def environment(**variables: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", **variables}


@pytest.fixture(scope="module")
def interpreted(tmp_path_factory: pytest.TempPathFactory) -> dict[object, dict[str, Tensor]]:
    pytest.importorskip("triton")
    folder = tmp_path_factory.mktemp("interpreted")
    inputs = {
        "full tiles": [arguments(*c) for c in FULL_TILES],
        "small tiles": [arguments(*c) for c in [*CASES, LARGE_MEAN]],
    }
    torch.save(inputs, folder / "in.pt")
    command = [sys.executable, __file__, str(folder / "in.pt"), str(folder / "out.pt")]
    subprocess.run(command, env=environment(TRITON_INTERPRET="1"), check=True, timeout=280)
    return dict(zip([*FULL_TILES, *CASES, LARGE_MEAN], torch.load(folder / "out.pt"), strict=True))


@pytest.mark.parametrize("case", FULL_TILES + CASES, ids=str)
def test_interpreted_kernels_agree_with_float64(case, interpreted):
    assert_agree(interpreted[case], arguments(*case))


def test_variance_survives_a_large_mean(interpreted):
    true = expected(*arguments(*LARGE_MEAN))
    for results in (interpreted[LARGE_MEAN], found(*arguments(*LARGE_MEAN))):
        torch.testing.assert_close(results["batch norm var"].double(), true["batch norm var"], rtol=1e-5, atol=0)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_pytorch_stands_in_where_there_is_no_gpu(case):
    assert_agree(found(*arguments(*case)), arguments(*case))


@pytest.mark.parametrize("shape", [(64, 3), (4, 3, 8, 8)])
@pytest.mark.parametrize("layer", [Swish(), BatchNormSwish(3)])
def test_gradients_agree_with_finite_differences(layer, shape):
    if len(shape) == 4 or isinstance(layer, Swish):
        x = torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(0), requires_grad=True)
        assert torch.autograd.gradcheck(layer.double(), x, fast_mode=True)


def test_the_layer_trains_and_evaluates_like_pytorchs_own():
    x, df_dy, gamma, beta = arguments((4, 3, 5, 5), "channels_last", "float32")
    ours, theirs = BatchNormSwish(3), nn.Sequential(nn.BatchNorm2d(3), nn.SiLU())
    for layer in (ours, theirs[0]):
        layer.weight.data, layer.bias.data = gamma.clone(), beta.clone()
    for layer in (ours, theirs):
        for _ in range(2):
            layer(x).backward(df_dy)
    for (name, mine), other in zip(ours.state_dict().items(), theirs.state_dict().values(), strict=True):
        torch.testing.assert_close(mine, other, msg=lambda m, name=name: f"{name}: {m}")
    torch.testing.assert_close(ours.weight.grad, theirs[0].weight.grad, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(ours.eval()(x), theirs.eval()(x))


def test_an_input_of_another_rank_is_refused():
    with pytest.raises(ValueError, match=r"\(N, C\) or \(N, C, H, W\), not \(2, 3, 4\)"):
        batchnorm_forward(torch.zeros(2, 3, 4), torch.ones(3), torch.zeros(3))


def test_nothing_here_needs_triton():
    blocked = (
        "import sys; sys.modules['triton'] = None\n"
        "import torch; from reference_solutions.kernels.batchnorm import BatchNormSwish\n"
        "BatchNormSwish(3)(torch.randn(2, 3, 4, 4)).sum().backward()"
    )
    subprocess.run([sys.executable, "-c", blocked], env=environment(TRITON_INTERPRET="1"), check=True, timeout=120)


@pytest.mark.parametrize("dtype", ["bf16", "fp32"])
@pytest.mark.parametrize("layout", ["contiguous", "channels_last"])
def test_kernels_compile_for_a_gpu_with_wide_loads_and_no_atomics(layout, dtype, tmp_path, monkeypatch):
    """What the interpreter cannot see; compiling for Hopper needs no GPU, only Triton's own assembler."""
    triton = pytest.importorskip("triton", "3.3", "before Triton 3.3 the compiler takes other descriptions")
    from triton.backends.compiler import GPUTarget

    from reference_solutions.kernels import batchnorm_triton, swish_triton

    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path))
    shape = dict(zip(("TO", "TC", "TI"), (2, 1, 1024) if layout == "contiguous" else (128, 16, 1)))
    fixed = {"BLOCK": 2048, "SWISH": True, "BACKWARD": True, "MOMENTS": True, "PARTS": 512, **shape}
    fixed |= {"inner": 1, "blocks": 1} if layout == "channels_last" else {}
    images = ("x", "y", "dy", "dx", "df_da")
    b, s = batchnorm_triton, swish_triton
    for kernel in (s._forward, s._backward, b._sums, b._finish, b._normalise, b._df_dx):
        signature, constants, divisible = {}, {}, {}
        for position, name in enumerate(kernel.arg_names):
            kind = "i32" if name in ("outer", "channels", "inner", "blocks", "tiles", "parts") else "*fp32"
            kind = f"*{dtype}" if name in images else "fp32" if name == "eps" else kind
            if name == "count":
                kind = "i32" if kernel in (s._forward, s._backward) else "fp32"
            signature[name] = "constexpr" if name in fixed else kind
            if name in fixed:
                constants[(position,)] = fixed[name]
            elif kind != "fp32":
                divisible[(position,)] = [["tt.divisibility", 16]]
        source = triton.compiler.ASTSource(kernel, signature, constants, divisible)
        text = triton.compile(source, target=GPUTarget("cuda", 90, 32), options={"num_warps": 4}).asm["ptx"]
        assert not re.search(r"\b(atom|red)\.|\.local\.", text), kernel.__name__
        assert "ld.global.v4.b32" in text, kernel.__name__


@pytest.mark.parametrize("case", [pytest.param(c, marks=gpu, id=str(c)) for c in FULL_TILES + CASES])
def test_a_gpu_agrees_with_float64_and_repeats_bit_for_bit(case):
    given = tuple(t.cuda() for t in arguments(*case))
    results = found(*given)
    assert_agree(results, given)
    again = found(*given)
    assert all(torch.equal(results[name], again[name]) for name in results)


@pytest.mark.parametrize("layout", [pytest.param(name, marks=gpu) for name in ("contiguous", "channels_last")])
def test_a_gpu_indexes_more_than_two_to_the_31_elements(layout):
    if torch.cuda.get_device_properties(0).total_memory < 40 * 2**30:
        pytest.skip("needs 40 GiB of GPU memory")
    x = torch.ones(2**21 + 1, 16, 8, 8, dtype=torch.bfloat16, device="cuda")
    x = x.contiguous(memory_format=torch.channels_last) if layout == "channels_last" else x
    x[-1] = 2
    assert torch.equal(swish(x[-1:]), swish(x)[-1:])
    y, cache = batchnorm_forward(x, torch.ones(16, device="cuda"), torch.zeros(16, device="cuda"))
    count = x.numel() / 16
    torch.testing.assert_close(cache["var"], torch.full((16,), 64 / count, device="cuda"), rtol=1e-3, atol=0)
    assert (y[-1] > 100).all()


if __name__ == "__main__":
    run_as_script(Path(sys.argv[1]), Path(sys.argv[2]))
