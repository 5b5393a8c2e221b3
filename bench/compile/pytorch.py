"""python3 pytorch.py check|time: training steps of networks, one thread, float32.

stdin: {"activation", "loss", "decay", "optimizer", "layers": [{"weight", "bias"}], "X", "y", "rates"}
"""
import json, re, statistics, sys, time

import torch

torch.set_num_threads(1)

data = json.load(sys.stdin)
classify = data['loss'] == 'crossEntropy'
X = torch.tensor(data['X'])
y = torch.tensor(data['y'])
y = y if classify else y.float()[:, None]
modules = []
for start in data['layers']:
    layer = torch.nn.Linear(len(start['weight'][0]), len(start['weight']))
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(start['weight']))
        layer.bias.copy_(torch.tensor(start['bias']))
    modules += [layer, torch.nn.Tanh() if data['activation'] == 'tanh' else torch.nn.ReLU()]
model = torch.nn.Sequential(*modules[:-1])
rates = data['rates']
kind = torch.optim.Adam if data['optimizer'] == 'Adam' else torch.optim.SGD
optimizer = kind(model.parameters(), lr=rates[0])


def step(k):
    optimizer.param_groups[0]['lr'] = rates[k % len(rates)]
    if classify:
        loss = torch.nn.functional.cross_entropy(model(X), y)
    else:
        loss = torch.relu(1 - y * model(X)).mean()
        loss = loss + data['decay'] * sum((p * p).sum() for p in model.parameters())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def timed():
    k = 0

    def run(steps):
        nonlocal k
        start = time.perf_counter()
        for _ in range(steps):
            step(k)
            k += 1
        return (time.perf_counter() - start) / steps

    end = time.perf_counter() + 0.5
    while time.perf_counter() < end:
        each = run(10)
    steps = max(1, int(0.02 / each) + 1)
    return 1e6 * statistics.median(run(steps) for _ in range(25))


if sys.argv[1] == 'check':
    print(json.dumps({'results': [step(k) for k in range(5)]}))
else:
    with open('/proc/self/maps') as maps:
        loaded = set(re.findall(r'lib(openblas\w*|mkl_core|atlas|blis)', maps.read()))
    named = re.search(r'BLAS_INFO=(\w+)', torch.__config__.show())
    print(json.dumps({
        'microseconds': timed(),
        'version': torch.__version__,
        'blas': ', '.join(loaded) or (named.group(1) if named else 'unknown'),
    }))
