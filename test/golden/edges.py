"""Value and gradient of every row at every point, by PyTorch in float64; at order 2 of its slope.

stdin:  {"order": 1 or 2, "rows": [{"name", "torch", "arity", "variadic", "points": [[x, ...], ...]}, ...]}
stdout: {"torch": version, "rows": {name: [[[x, ...], value, [gradient, ...]], ...]}}
"""

import json
import math
import sys

import torch
from rows import function_of, gradient_of, slope_of

torch.set_num_threads(1)


def encode(x):
    """JSON has no spelling for these four."""
    return x if math.isfinite(x) and (x != 0 or math.copysign(1, x) > 0) else repr(x)


def at(function, point, order):
    x = [torch.tensor(float(xi), dtype=torch.float64, requires_grad=True) for xi in point]
    y = function(*x)
    if order == 2:
        y = slope_of(y, x)
    return [point, encode(y.item()), [encode(g) for g in gradient_of(y, x)]]


job = json.load(sys.stdin)
rows = {}
for row in job["rows"]:
    function = function_of(row)
    rows[row["name"]] = [at(function, point, job["order"]) for point in row["points"]]
json.dump({"torch": torch.__version__, "rows": rows}, sys.stdout)
