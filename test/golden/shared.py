"""Exported programs, each by two processes that share its batches; torch is imported once for all of them.

stdin:  {"files": [path, ...]}
stdout: [{"printed": what the first process prints, "attempts": how often both were begun}, ... for each]
"""

import functools
import json
import os
import runpy
import signal
import sys
import tempfile
import time
import traceback

import torch.distributed as dist

PROCESSES = 2

# Processes of PyTorch 1.13 that meet wait for ever now and then, wherever they meet: after so many seconds they are
# ended, and they may begin so often.
PATIENCE = 40
ATTEMPTS = 3


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


def ended(child, until):
    """The exit status of a process; None where it has not ended by then, and is put to an end."""
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def printed(file):
    for attempt in range(1, ATTEMPTS + 1):
        runs = [started(file, rank, f"{file}.meeting-{attempt}") for rank in range(PROCESSES)]
        until = time.monotonic() + PATIENCE
        statuses = [ended(child, until) for child, _ in runs]
        if any(statuses):
            sys.exit(f"{file} failed")
        if None not in statuses:
            output = runs[0][1]
            output.seek(0)
            return {"printed": output.read().decode(), "attempts": attempt}
    sys.exit(f"{file}: its processes did not end within {PATIENCE} s, {ATTEMPTS} times")


json.dump([printed(file) for file in json.load(sys.stdin)["files"]], sys.stdout)
