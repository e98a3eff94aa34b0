"""64 points of CUBA, 8 x 8 weights, two processes: cuba_sweep.py DIRECTORY

Compiled once; every point is a run of the compiled program with other initial values of `we` and `wi`, into its own directory
of results. Spikes are recorded, as in the job.
"""

import multiprocessing
import time

import numpy
import peer
from brian2 import NeuronGroup, SpikeMonitor, Synapses, device, ms, mV, run, second

NEURONS, P, WORKERS = 4000, 0.02, 2
POINTS = [(we, wi) for we in numpy.linspace(1.2, 1.9, 8) for wi in numpy.linspace(-6, -13, 8)]

peer.standalone(build_on_run=False)
taum, taue, taui = 20 * ms, 5 * ms, 10 * ms
Vt, Vr, El = -50 * mV, -60 * mV, -49 * mV
neurons = NeuronGroup(
    NEURONS,
    """dv/dt = (ge + gi - (v - El))/taum : volt (unless refractory)
       dge/dt = -ge/taue : volt
       dgi/dt = -gi/taui : volt""",
    threshold="v > Vt", reset="v = Vr", refractory=5 * ms, method="exact",
)
neurons.v = "Vr + rand()*(Vt - Vr)"
exc = Synapses(neurons[:3200], neurons, "we : volt (shared, constant)", on_pre="ge_post += we")
inh = Synapses(neurons[3200:], neurons, "wi : volt (shared, constant)", on_pre="gi_post += wi")
exc.connect(p=P)
inh.connect(p=P)
spikes = SpikeMonitor(neurons)
run(1 * second)
device.build(directory=peer.DIRECTORY, run=False)
built = time.perf_counter()


def simulate(point):
    """Runs one point; returns its loop time, number of spikes and number of synaptic events."""
    we, wi = POINTS[point]
    results = f"results_{point}"  # relative to the project
    device.run(results_directory=results, run_args={exc.we: we * mV, inh.wi: wi * mV})
    return device._last_run_time, spikes.num_spikes, int((numpy.asarray(spikes.count) * peer.fanout(exc, inh)).sum())


if __name__ == "__main__":
    with multiprocessing.get_context("fork").Pool(WORKERS) as pool:
        results = pool.map(simulate, range(len(POINTS)), chunksize=1)
    loop_s, spike_count, events = (sum(column) for column in zip(*results))
    peer.report(spike_count, len(POINTS) * 10000 * NEURONS, events, loop_s=loop_s / WORKERS,
                build_s=built - peer.IMPORTED, points_s=time.perf_counter() - built)
