"""f-I curve of a leaky integrate-and-fire neuron, 1000 inputs as one group, 1 s: lif_fi.py DIRECTORY"""

import peer
from brian2 import NeuronGroup, SpikeMonitor, ms, mV, run, second

peer.standalone()
tau = 10 * ms
neurons = NeuronGroup(
    1000,
    """dv/dt = (v0 - v)/tau : volt (unless refractory)
       v0 : volt (constant)""",
    threshold="v > 10*mV", reset="v = 0*mV", refractory=5 * ms, method="exact",
)
neurons.v = 0 * mV
neurons.v0 = "20*mV*i/(N - 1)"
spikes = SpikeMonitor(neurons)
run(1 * second)
peer.report(spikes.num_spikes, 10000 * 1000, 0)
