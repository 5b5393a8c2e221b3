"""What a row of the table is to PyTorch."""

import re

import torch


def function_of(row):
    """A function of tensors, from the row's `torch`: a name in torch, or an expression of its operands."""
    spelling = row["torch"]
    if re.fullmatch(r"[\w.]+", spelling):
        return eval("torch." + spelling)
    operands = "*x" if row["variadic"] else ", ".join("abc"[: row["arity"]])
    return eval(f"lambda {operands}: {spelling}", {"torch": torch})


def gradient_of(y, x):
    """dy/dx as numbers; 0 where PyTorch says there is none, as for a comparison."""
    if not y.requires_grad:
        return [0.0] * len(x)
    return [0.0 if g is None else g.item() for g in torch.autograd.grad(y, x, allow_unused=True)]


def slope_of(y, x):
    """The sum of dy/dx, to be differentiated once more."""
    found = torch.autograd.grad(y, x, create_graph=True, allow_unused=True) if y.requires_grad else []
    return sum((g for g in found if g is not None), torch.tensor(0.0, dtype=torch.float64))
