"""1000 Poisson inputs of 15 Hz with event-driven STDP onto one neuron, 100 s: stdp.py DIRECTORY"""

import peer
from brian2 import Hz, NeuronGroup, PoissonGroup, SpikeMonitor, Synapses, ms, mV, run, second

peer.standalone()
taum, taue, taupre, taupost = 10 * ms, 5 * ms, 20 * ms, 20 * ms
Ee, vt, vr, El = 0 * mV, -54 * mV, -60 * mV, -74 * mV
gmax = 0.01
dApre = 0.01 * gmax
dApost = -dApre * taupre / taupost * 1.05
inputs = PoissonGroup(1000, rates=15 * Hz)
neurons = NeuronGroup(
    1,
    """dv/dt = (ge*(Ee - vr) + El - v)/taum : volt
       dge/dt = -ge/taue : 1""",
    threshold="v > vt", reset="v = vr", method="euler",
)
neurons.v = vr
synapses = Synapses(
    inputs, neurons,
    """w : 1
       dApre/dt = -Apre/taupre : 1 (event-driven)
       dApost/dt = -Apost/taupost : 1 (event-driven)""",
    on_pre="""ge_post += w
              Apre += dApre
              w = clip(w + Apost, 0, gmax)""",
    on_post="""Apost += dApost
               w = clip(w + Apre, 0, gmax)""",
)
synapses.connect()
synapses.w = "rand()*gmax"
spikes = SpikeMonitor(neurons)
run(100 * second)
# Spikes of the inputs are expected ones; those of the neuron reach all synapses, too.
peer.report(spikes.num_spikes, 1_000_000, 15 * 100 * 1000 + spikes.num_spikes * 1000)
