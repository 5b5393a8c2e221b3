"""Exported programs, each by two processes that share its batches; torch is imported once for all of them.

stdin:  {"files": [path, ...]}
stdout: [what the first process of each prints, ...]
"""

import functools
import json
import os
import runpy
import sys
import tempfile
import traceback

import torch.distributed as dist

PROCESSES = 2


def started(file, rank, meeting):
    """A process that runs the file as a program, and where it prints to. The processes meet in a file: a server's
    thread in one of them may outlast the others, and wait."""
    output = tempfile.TemporaryFile()
    child = os.fork()
    if child > 0:
        return child, output
    status = 1
    try:
        os.environ.update({"WORLD_SIZE": str(PROCESSES), "RANK": str(rank), "LOCAL_RANK": str(rank)})
        store = dist.FileStore(meeting, PROCESSES)
        dist.init_process_group = functools.partial(
            dist.init_process_group, store=store, rank=rank, world_size=PROCESSES
        )
        os.dup2(output.fileno(), 1)
        runpy.run_path(file, run_name="__main__")
        sys.stdout.flush()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def printed(file):
    runs = [started(file, rank, f"{file}.meeting") for rank in range(PROCESSES)]
    if any([os.waitpid(child, 0)[1] for child, _ in runs]):
        sys.exit(f"{file} failed")
    output = runs[0][1]
    output.seek(0)
    return output.read().decode()


json.dump([printed(file) for file in json.load(sys.stdin)["files"]], sys.stdout)
