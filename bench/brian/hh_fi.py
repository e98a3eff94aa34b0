"""f-I curve of a Hodgkin-Huxley neuron, 1000 currents as one group, 1 s at 0.01 ms: hh_fi.py DIRECTORY"""

import peer
from brian2 import (NeuronGroup, SpikeMonitor, cm, defaultclock, ms, msiemens, mV, nA, run, second, siemens, ufarad,
                    umetre)

peer.standalone()
defaultclock.dt = 0.01 * ms
area = 20000 * umetre**2
Cm = 1 * ufarad / cm**2 * area
gl = 5e-5 * siemens / cm**2 * area
gna = 100 * msiemens / cm**2 * area
gkd = 30 * msiemens / cm**2 * area
El, EK, ENa, VT = -65 * mV, -90 * mV, 50 * mV, -63 * mV
neurons = NeuronGroup(
    1000,
    """dv/dt = (gl*(El - v) - gna*(m*m*m)*h*(v - ENa) - gkd*(n*n*n*n)*(v - EK) + I)/Cm : volt
       dm/dt = 0.32*4/exprel((13*mV - v + VT)/(4*mV))/ms*(1 - m) - 0.28*5/exprel((v - VT - 40*mV)/(5*mV))/ms*m : 1
       dn/dt = 0.032*5/exprel((15*mV - v + VT)/(5*mV))/ms*(1 - n) - 0.5*exp((10*mV - v + VT)/(40*mV))/ms*n : 1
       dh/dt = 0.128*exp((17*mV - v + VT)/(18*mV))/ms*(1 - h) - 4/(1 + exp((40*mV - v + VT)/(5*mV)))/ms*h : 1
       I : amp (constant)""",
    threshold="v > -40*mV", refractory="v > -40*mV", method="exponential_euler",
)
neurons.v = El
neurons.I = "0.7*nA*i/(N - 1)"
spikes = SpikeMonitor(neurons)
run(1 * second)
peer.report(spikes.num_spikes, 100000 * 1000, 0)
