"""A network that PyTorch itself wrote as ONNX: {} -> {bytes in base 64, state}."""

import base64
import io
import json

import torch
from torch import nn

torch.manual_seed(1)
model = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 4), nn.Tanh(), nn.Linear(4, 2), nn.Sigmoid())
written = io.BytesIO()
torch.onnx.export(model, torch.zeros(1, 3), written, opset_version=17)
state = [p.tolist() for p in model.parameters()]
print(json.dumps({"bytes": base64.b64encode(written.getvalue()).decode(), "state": state}))
