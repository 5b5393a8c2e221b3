"""python3 pytorch.py check|time: one training step on the reference moons, one thread.

stdin: {"points", "labels", "layers": [{"weight", "bias"}], "decay", "rates"}
"""
import json, re, statistics, sys, time

import torch

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

data = json.load(sys.stdin)
points, labels = torch.tensor(data['points']), torch.tensor(data['labels']).double()[:, None]
layers = [torch.nn.Linear(len(l['weight'][0]), len(l['weight'])) for l in data['layers']]
with torch.no_grad():
    for layer, start in zip(layers, data['layers']):
        layer.weight.copy_(torch.tensor(start['weight']))
        layer.bias.copy_(torch.tensor(start['bias']))
model = torch.nn.Sequential(layers[0], torch.nn.ReLU(), layers[1], torch.nn.ReLU(), layers[2])
optimizer = torch.optim.SGD(model.parameters(), lr=1.0)


def step(k):
    optimizer.param_groups[0]['lr'] = data['rates'][k % 100]
    loss = torch.relu(1 - labels * model(points)).mean()
    loss = loss + data['decay'] * sum((p * p).sum() for p in model.parameters())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


if sys.argv[1] == 'check':
    print(json.dumps({'results': [step(k) for k in range(3)]}))
else:
    times = []
    for k in range(100 + 501):
        start = time.perf_counter()
        step(k)
        if k >= 100:
            times.append(1e3 * (time.perf_counter() - start))
    blas = re.search(r'BLAS_INFO=(\w+)', torch.__config__.show())
    print(json.dumps({
        'milliseconds': statistics.median(times),
        'version': torch.__version__,
        'blas': blas.group(1) if blas else 'unknown',
    }))
