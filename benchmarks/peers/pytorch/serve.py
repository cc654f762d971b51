"""PyTorch's side of a comparison, on one thread."""

import json
import sys
import time

import torch

torch.set_num_threads(1)
torch.manual_seed(1)


def serve(step):
    """Says that it is ready, then answers each line of stdin, a number of steps, with [wall, CPU] milliseconds of each."""
    print(json.dumps({"ready": {"torch": torch.__version__, "threads": torch.get_num_threads()}}), flush=True)
    for line in sys.stdin:
        times = []
        for _ in range(int(line)):
            start, cpu_start = time.perf_counter(), time.process_time()
            step()
            times.append([(time.perf_counter() - start) * 1000, (time.process_time() - cpu_start) * 1000])
        print(json.dumps({"times": times}), flush=True)
