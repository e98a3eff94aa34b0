"""CUBA (Vogels & Abbott 2005), 1 s: cuba.py DIRECTORY [NEURONS P [delays]]; with a delay of each synapse, 0.1 to 5.1 ms"""

import sys

import numpy
import peer
from brian2 import NeuronGroup, SpikeMonitor, Synapses, ms, mV, run, second

NEURONS = int(sys.argv[2]) if len(sys.argv) > 2 else 4000
P = float(sys.argv[3]) if len(sys.argv) > 3 else 0.02

peer.standalone()
taum, taue, taui = 20 * ms, 5 * ms, 10 * ms
Vt, Vr, El = -50 * mV, -60 * mV, -49 * mV
we, wi = 1.62 * mV, -9 * mV
neurons = NeuronGroup(
    NEURONS,
    """dv/dt = (ge + gi - (v - El))/taum : volt (unless refractory)
       dge/dt = -ge/taue : volt
       dgi/dt = -gi/taui : volt""",
    threshold="v > Vt", reset="v = Vr", refractory=5 * ms, method="exact",
)
neurons.v = "Vr + rand()*(Vt - Vr)"
border = NEURONS * 4 // 5
exc = Synapses(neurons[:border], neurons, on_pre="ge_post += we")
inh = Synapses(neurons[border:], neurons, on_pre="gi_post += wi")
exc.connect(p=P)
inh.connect(p=P)
if sys.argv[4:] == ["delays"]:
    exc.delay = inh.delay = "0.1*ms + rand()*5*ms"
spikes = SpikeMonitor(neurons)
run(1 * second)
peer.report(spikes.num_spikes, 10000 * NEURONS, (numpy.asarray(spikes.count) * peer.fanout(exc, inh)).sum())
