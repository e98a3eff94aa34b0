"""COBAHH (Brette et al. 2007, benchmark 3), 4000 neurons, 1 s: cobahh.py DIRECTORY"""

import numpy
import peer
from brian2 import (NeuronGroup, SpikeMonitor, Synapses, cm, ms, msiemens, mV, nS, run, second, siemens, ufarad, umetre)

peer.standalone()
area = 20000 * umetre**2
Cm = 1 * ufarad / cm**2 * area
gl = 5e-5 * siemens / cm**2 * area
gna = 100 * msiemens / cm**2 * area
gkd = 30 * msiemens / cm**2 * area
El, EK, ENa, VT = -60 * mV, -90 * mV, 50 * mV, -63 * mV
taue, taui, Ee, Ei = 5 * ms, 10 * ms, 0 * mV, -80 * mV
we, wi = 6 * nS, 67 * nS
neurons = NeuronGroup(
    4000,
    """dv/dt = (gl*(El - v) + ge*(Ee - v) + gi*(Ei - v)
                - gna*(m*m*m)*h*(v - ENa) - gkd*(n*n*n*n)*(v - EK))/Cm : volt
       dm/dt = alpha_m*(1 - m) - beta_m*m : 1
       dn/dt = alpha_n*(1 - n) - beta_n*n : 1
       dh/dt = alpha_h*(1 - h) - beta_h*h : 1
       dge/dt = -ge/taue : siemens
       dgi/dt = -gi/taui : siemens
       alpha_m = 0.32*4/exprel((13*mV - v + VT)/(4*mV))/ms : Hz
       beta_m = 0.28*5/exprel((v - VT - 40*mV)/(5*mV))/ms : Hz
       alpha_h = 0.128*exp((17*mV - v + VT)/(18*mV))/ms : Hz
       beta_h = 4/(1 + exp((40*mV - v + VT)/(5*mV)))/ms : Hz
       alpha_n = 0.032*5/exprel((15*mV - v + VT)/(5*mV))/ms : Hz
       beta_n = 0.5*exp((10*mV - v + VT)/(40*mV))/ms : Hz""",
    threshold="v > -20*mV", refractory=3 * ms, method="exponential_euler",
)
neurons.v = "El + (5*randn() - 5)*mV"
neurons.ge = "(1.5*randn() + 4)*10*nS"
neurons.gi = "(12*randn() + 20)*10*nS"
exc = Synapses(neurons[:3200], neurons, on_pre="ge_post += we")
inh = Synapses(neurons[3200:], neurons, on_pre="gi_post += wi")
exc.connect(p=0.02)
inh.connect(p=0.02)
spikes = SpikeMonitor(neurons)
run(1 * second)
peer.report(spikes.num_spikes, 10000 * 4000, (numpy.asarray(spikes.count) * peer.fanout(exc, inh)).sum())
