"""Runs PyTorch's optimizers on a small smooth function and prints where the parameters went."""
import json
import sys

import torch

torch.set_default_dtype(torch.float64)


def loss_of(p):
    return ((p - torch.arange(3.0)) ** 4).sum() + torch.sin(p[0] * p[1]) + p[2] ** 2


def run(case):
    p = torch.tensor(case["start"], requires_grad=True)
    optimizer = getattr(torch.optim, case["optimizer"])([p], **case["options"])
    path = []
    for _ in range(case["steps"]):
        optimizer.zero_grad()
        loss_of(p).backward()
        optimizer.step()
        path.append(p.tolist())
    return path


print(json.dumps([run(case) for case in json.load(sys.stdin)]))
