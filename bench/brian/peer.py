"""What the Brian2 peers share: the project directory, the loop time, the line of JSON."""

import json
import os
import sys
import time

BEGIN = time.perf_counter()

import brian2  # noqa: E402  (the import is part of the whole process, so it is timed)
import numpy  # noqa: E402
from brian2 import device, set_device  # noqa: E402

IMPORTED = time.perf_counter()
DIRECTORY = os.path.abspath(sys.argv[1])


def standalone(**options):
    """Selects C++ standalone mode in DIRECTORY (kept: a second call compiles only what changed)."""
    set_device("cpp_standalone", directory=DIRECTORY, **options)
    brian2.seed(42)


def fanout(*synapses):
    """Number of synapses of every source neuron, for sources that follow each other."""
    return numpy.concatenate([numpy.bincount(numpy.asarray(s.i), minlength=len(s.source)) for s in synapses])


def report(spikes, updates, events, loop_s=None, **more):
    """Prints the JSON line `bench/run` reads."""
    line = {
        "loop_s": device._last_run_time if loop_s is None else loop_s,
        "inside_s": time.perf_counter() - BEGIN,
        "import_s": IMPORTED - BEGIN,
        "spikes": int(spikes),
        "neuron_updates": int(updates),
        "synaptic_events": int(events),
        **more,
    }
    print(json.dumps(line))
