"""1000 Poisson trains of 50 Hz, all to all onto 1000 neurons, a weight for every synapse, 1 s: dense.py DIRECTORY"""

import peer
from brian2 import Hz, NeuronGroup, PoissonGroup, SpikeMonitor, Synapses, ms, mV, run, second

peer.standalone()
taum, taug = 20 * ms, 5 * ms
inputs = PoissonGroup(1000, rates=50 * Hz)
neurons = NeuronGroup(
    1000,
    """dv/dt = (g - v)/taum : volt (unless refractory)
       dg/dt = -g/taug : volt""",
    threshold="v > 10*mV", reset="v = 0*mV", refractory=5 * ms, method="exact",
)
synapses = Synapses(inputs, neurons, "w : volt", on_pre="g_post += w")
synapses.connect()
synapses.w = "0.1*mV*rand()"
spikes = SpikeMonitor(neurons)
run(1 * second)
# The trains are not recorded (nor are they by the others): events are expected ones.
peer.report(spikes.num_spikes, 10000 * 1000, 1000 * 50 * 1000)
