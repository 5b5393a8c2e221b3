"""Value and gradient of random programs, by PyTorch in float64; at order 2 of the sum of their slopes.

stdin:  {"order": 1 or 2, "rows": [{"name", "torch", "arity", "variadic"}, ...],
         "programs": [{"inputs": [number, ...], "source": "v2 = mul_(v0, v1)\\n...", "result": "v2"}, ...]}
stdout: {"torch": version, "results": [[value, gradient, ...], ...]}
"""

import json
import sys

import torch
from rows import function_of, gradient_of, slope_of

torch.set_num_threads(1)


def scalar(x, requires_grad=False):
    return torch.tensor(x, dtype=torch.float64, requires_grad=requires_grad)


def run(program, functions, order):
    x = [scalar(xi, True) for xi in program["inputs"]]
    names = {**functions, "literal": lambda x: scalar(float(x)), **{f"v{i}": xi for i, xi in enumerate(x)}}
    exec(program["source"], names)
    y = names[program["result"]]
    if order == 2:
        y = slope_of(y, x)
    return [y.item(), *gradient_of(y, x)]


job = json.load(sys.stdin)
functions = {row["name"] + "_": function_of(row) for row in job["rows"]}
results = [run(program, functions, job["order"]) for program in job["programs"]]
json.dump({"torch": torch.__version__, "results": results}, sys.stdout)
