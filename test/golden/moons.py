"""The loss curve of the reference network on the reference moons, by PyTorch in float64.

stdin:  {"X": [[x0, x1], ...], "y": [-1 or 1, ...], "params": [337 numbers]}
        parameters by layer and neuron: weights, then bias.
stdout: {"torch": version, "losses": [100 numbers]}
"""

import json
import sys

import torch

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

data = json.load(sys.stdin)
points, labels = torch.tensor(data["X"]), torch.tensor(data["y"], dtype=torch.float64)
sizes = [2, 16, 16, 1]

layers, at = [], 0
for fan_in, fan_out in zip(sizes, sizes[1:]):
    block = torch.tensor(data["params"][at : at + fan_out * (fan_in + 1)]).reshape(fan_out, fan_in + 1)
    layers.append((block[:, :-1].clone().requires_grad_(), block[:, -1].clone().requires_grad_()))
    at += fan_out * (fan_in + 1)
parameters = [p for layer in layers for p in layer]

losses = []
for k in range(100):
    h = points
    for i, (weight, bias) in enumerate(layers):
        h = h @ weight.T + bias
        if i < len(layers) - 1:
            h = torch.relu(h)
    margin = torch.relu(1 - labels * h[:, 0]).mean()
    loss = margin + 1e-4 * sum((p * p).sum() for p in parameters)
    gradients = torch.autograd.grad(loss, parameters)
    losses.append(loss.item())
    with torch.no_grad():
        for p, g in zip(parameters, gradients):
            p -= (1.0 - 0.9 * k / 100) * g

json.dump({"torch": torch.__version__, "losses": losses}, sys.stdout)
