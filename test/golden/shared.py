"""Exported programs, each by two processes that share its batches, as torchrun starts them: torch is imported once.

stdin:  {"files": [path, ...]}
stdout: [what the first process of each prints, ...]
"""

import json
import os
import runpy
import socket
import sys
import tempfile
import traceback

import torch.distributed

PROCESSES = 2


def started(file, surroundings):
    """A process that runs the file as a program, and where it prints to."""
    output = tempfile.TemporaryFile()
    child = os.fork()
    if child > 0:
        return child, output
    status = 1
    try:
        os.environ.update(surroundings)
        os.dup2(output.fileno(), 1)
        runpy.run_path(file, run_name="__main__")
        sys.stdout.flush()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def printed(file):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    group = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": str(PROCESSES)}
    ranks = [str(rank) for rank in range(PROCESSES)]
    runs = [started(file, {**group, "RANK": rank, "LOCAL_RANK": rank}) for rank in ranks]
    if any([os.waitpid(child, 0)[1] for child, _ in runs]):
        sys.exit(f"{file} failed")
    output = runs[0][1]
    output.seek(0)
    return output.read().decode()


json.dump([printed(file) for file in json.load(sys.stdin)["files"]], sys.stdout)
