"""python3 micrograd.py check|time EXAMPLES: the tutorial's engine in its own language.

After github.com/karpathy/micrograd (MIT); the recursive sort became iterative, nothing else.
The program is the one in program.js.
"""
import gc, json, math, platform, statistics, sys, time


class Value:
    def __init__(self, data, _children=(), _op=''):
        self.data = data
        self.grad = 0
        self._backward = lambda: None
        self._prev = set(_children)
        self._op = _op

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other), '+')

        def _backward():
            self.grad += out.grad
            other.grad += out.grad

        out._backward = _backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other), '*')

        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out._backward = _backward
        return out

    def tanh(self):
        out = Value(math.tanh(self.data), (self,), 'tanh')

        def _backward():
            self.grad += (1 - out.data * out.data) * out.grad

        out._backward = _backward
        return out

    def backward(self):
        order, visited, stack = [], {self}, [(self, iter(self._prev))]
        while stack:
            v, children = stack[-1]
            child = next(children, None)
            if child is None:
                order.append(v)
                stack.pop()
            elif child not in visited:
                visited.add(child)
                stack.append((child, iter(child._prev)))
        self.grad = 1
        for v in reversed(order):
            v._backward()


INPUTS, NEURONS = 64, 32


def build(examples):
    made = -1

    def row(n, scale):
        nonlocal made
        out = []
        for _ in range(n):
            made += 1
            out.append(Value(((made + 1) * 7919 % 10007 / 10007 - 0.5) * scale))
        return out

    weights = [row(INPUTS, 0.5) for _ in range(NEURONS)]
    biases = row(NEURONS, 0.5)
    total = None
    for _ in range(examples):
        x = row(INPUTS, 2)
        for w, z in zip(weights, biases):
            for wi, xi in zip(w, x):
                z = z + wi * xi
            y = z.tanh()
            total = y if total is None else total + y
    return total, [weights[0][0], weights[31][63], weights[7][21], biases[5], x[3]]


def resident():
    gc.collect()
    with open('/proc/self/statm') as f:
        return int(f.read().split()[1]) * 4096


def held(examples):
    try:
        before = resident()
        total, _ = build(examples)
        total.backward()
        return resident() - before
    except OSError:
        return None


task, examples = sys.argv[1], int(sys.argv[2])
if task == 'check':
    total, watched = build(examples)
    total.backward()
    print(json.dumps({'results': [total.data] + [v.grad for v in watched]}))
else:
    nodes = NEURONS * (INPUTS + 1) + examples * (INPUTS + NEURONS * (2 * INPUTS + 1) + NEURONS) - 1
    kept = held(examples)
    gc.disable()  # while the clock runs, as timeit does: on, it takes most of the time
    forward, backward = [], []
    for repetition in range(2 + 7):
        total = None
        gc.collect()
        start = time.perf_counter()
        total, _ = build(examples)
        between = time.perf_counter()
        total.backward()
        end = time.perf_counter()
        if repetition >= 2:
            forward.append(1e3 * (between - start))
            backward.append(1e3 * (end - between))
    print(json.dumps({
        'nodes': nodes,
        'forward': statistics.median(forward),
        'backward': statistics.median(backward),
        'bytes': kept and kept / nodes,
        'version': platform.python_version(),
    }))
