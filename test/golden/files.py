"""Safetensors and numpy's files, written and read without a line of the library under test.

Safetensors from its published description alone: 8 bytes with the length of a JSON header, padded
with blanks to a multiple of 8; the tensors, largest elements first, then by name.

stdin:  {"task": name of a function below, ...}
stdout: what it returns; bytes as base64; ±∞, NaN and −0 as words
"""

import base64
import io
import json
import math
import struct
import sys

import numpy as np

ORDER = ["BOOL", "U8", "I8", "I16", "U16", "F16", "BF16", "I32", "U32", "F32", "F64", "I64", "U64"]
NUMPY = {
    "BOOL": "?", "U8": "u1", "I8": "i1", "I16": "<i2", "U16": "<u2", "F16": "<f2", "BF16": "<u2",
    "I32": "<i4", "U32": "<u4", "F32": "<f4", "F64": "<f8", "I64": "<i8", "U64": "<u8",
}


def encode(x):
    """JSON has no spelling for these four."""
    if not isinstance(x, float):
        return int(x)
    return x if math.isfinite(x) and (x != 0 or math.copysign(1, x) > 0) else repr(x)


def bytes_of(dtype, data):
    if dtype == "BF16":
        return (np.array([float(x) for x in data], "<f4").view("<u4") >> 16).astype("<u2").tobytes()
    if dtype[0] == "F":
        return np.array([float(x) for x in data], "<f8").astype(NUMPY[dtype]).tobytes()
    return np.array([int(x) for x in data], object).astype(NUMPY[dtype]).tobytes()


def numbers(dtype, raw):
    array = np.frombuffer(raw, NUMPY[dtype])
    if dtype == "BF16":
        array = (array.astype("<u4") << 16).view("<f4")
    return [encode(x) for x in array.tolist()]


def write(tensors, metadata=None):
    """Tensors as (name, dtype, shape, bytes)."""
    header, place = {}, 0
    if metadata is not None:
        header["__metadata__"] = dict(sorted(metadata.items()))
    tensors = sorted(tensors, key=lambda t: (-ORDER.index(t[1]), t[0].encode()))
    for name, dtype, shape, raw in tensors:
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [place, place + len(raw)]}
        place += len(raw)
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(t[3] for t in tensors)


def read(file):
    (length,) = struct.unpack("<Q", file[:8])
    header, data = json.loads(file[8 : 8 + length]), file[8 + length :]
    metadata = header.pop("__metadata__", {})
    return metadata, {
        name: (entry["dtype"], entry["shape"], data[slice(*entry["data_offsets"])])
        for name, entry in header.items()
    }


def write_file(job):
    tensors = [(t["name"], t["dtype"], t["shape"], bytes_of(t["dtype"], t["data"])) for t in job["tensors"]]
    return base64.b64encode(write(tensors, job.get("metadata"))).decode()


def read_file(job):
    metadata, tensors = read(base64.b64decode(job["file"]))
    return {
        "metadata": metadata,
        "tensors": {
            name: {"dtype": dtype, "shape": shape, "data": numbers(dtype, raw)}
            for name, (dtype, shape, raw) in tensors.items()
        },
    }


def network(sizes):
    """Linear layers with tanh between them, by the names that a list `layers` gives them."""
    import torch

    class Network(torch.nn.Module):
        def __init__(self):
            super().__init__()
            pairs = zip(sizes, sizes[1:])
            self.layers = torch.nn.ModuleList(torch.nn.Linear(m, n).double() for m, n in pairs)

        def forward(self, x):
            for layer in self.layers[:-1]:
                x = torch.tanh(layer(x))
            return self.layers[-1](x)

    return Network()


def outputs(model, X):
    import torch

    return model(torch.tensor(X, dtype=torch.float64)).tolist()


def trained(job):
    """A network with weights of its own, its file, and what it makes of X."""
    import torch

    torch.manual_seed(job["seed"])
    model = network(job["sizes"])
    kind = {"F64": torch.float64, "F32": torch.float32}[job["dtype"]]
    if job["dtype"] == "F32":
        model.load_state_dict({k: v.float().double() for k, v in model.state_dict().items()})
    state = {k: v.to(kind) for k, v in model.state_dict().items()}
    tensors = [(k, job["dtype"], list(v.shape), v.numpy().tobytes()) for k, v in state.items()]
    file = base64.b64encode(write(tensors, {"format": "pt"})).decode()
    return {"file": file, "outputs": outputs(model, job["X"])}


def loaded(job):
    """What a network with the weights of a file makes of X."""
    import torch

    model = network(job["sizes"])
    _, tensors = read(base64.b64decode(job["file"]))
    model.load_state_dict({
        name: torch.from_numpy(np.frombuffer(raw, NUMPY[dtype]).reshape(shape).astype("<f8"))
        for name, (dtype, shape, raw) in tensors.items()
    })
    return outputs(model, job["X"])


def array_of(job):
    """An array of that dtype, shape and order, with numbers that say where they are."""
    shape = job["shape"]
    count = math.prod(shape)
    start = 0 if job["dtype"][-2] in "ub" else -(count // 2)
    array = np.arange(start, start + count).reshape(shape).astype(job["dtype"])
    return np.array(array, order=job["order"])


def write_npy(job):
    """Each array as a file, and its numbers in C order."""
    files = []
    for wanted in job["arrays"]:
        array, file = array_of(wanted), io.BytesIO()
        np.lib.format.write_array(file, array, version=tuple(wanted["version"]))
        data = [encode(x) for x in array.astype("f8" if array.dtype.kind == "f" else "i8").ravel().tolist()]
        files.append({"file": base64.b64encode(file.getvalue()).decode(), "data": data})
    return files


def write_npz(job):
    file = io.BytesIO()
    save = np.savez_compressed if job["compressed"] else np.savez
    save(file, **{wanted["name"]: array_of(wanted) for wanted in job["arrays"]})
    return base64.b64encode(file.getvalue()).decode()


def refused(job):
    """Arrays that are no numbers, as numpy writes them."""
    arrays = {
        "object": np.array([1, None], object),
        "complex": np.array([1j]),
        "text": np.array(["a"]),
        "record": np.zeros(2, [("x", "f4"), ("y", "i2")]),
        "date": np.array(["2020-01-01"], "M8[D]"),
        "long double": np.zeros(2, np.longdouble),
    }
    files = {}
    for name, array in arrays.items():
        file = io.BytesIO()
        np.save(file, array)
        files[name] = base64.b64encode(file.getvalue()).decode()
    return files


job = json.load(sys.stdin)
json.dump(globals()[job["task"]](job), sys.stdout)
