// Hodgkin-Huxley neuron with Traub-Miles kinetics as in Brette et al. (2007), one step of exponential Euler.
// Units: mV, ms, nS, pF, pA.
//
// Tuned: every gate has one division, the exponential of (v - VT - 40 mV)/5 mV serves two rates, and the step of each
// variable is `rest + (x - rest) exp(-dt rate)`.
#ifndef BENCH_HH_H
#define BENCH_HH_H

#include "elementary.h"

// A membrane of 20000 um^2 with 1 uF/cm^2 and 100, 30 and 0.05 mS/cm^2.
#define HH_C 200.0
#define HH_GNA 20000.0
#define HH_GK 6000.0
#define HH_GL 10.0
#define HH_ENA 50.0
#define HH_EK (-90.0)
#define HH_VT (-63.0)

// How many neurons a loop over hh_step is best cut into: few, so that they stay in registers; but gcc reassociates a
// short loop into something it cannot vectorise when it is allowed to.
#ifdef __FAST_MATH__
#define HH_LANES 40
#else
#define HH_LANES 8
#endif

// x/(exp(x) - 1) is written d/(2^y - 1); at d = 0 it is replaced by its value next to it.
static inline double not_zero(double d) { return d == 0.0 ? 1e-9 : d; }

// g is the conductance of leak and synapses, i their current at 0 mV and the input: C dv/dt = i - g v - (sodium, potassium).
static inline void hh_step(double *v, double *m, double *h, double *n, double g, double i, double dt) {
    double u = *v - HH_VT;
    double dm = not_zero(13.0 - u), db = not_zero(u - 40.0), dn = not_zero(15.0 - u);
    double em = vexp2m1(dm * (LOG2_E / 4)), eb = vexp2m1(db * (LOG2_E / 5)), en = vexp2m1(dn * (LOG2_E / 5));
    double alpha_h = 0.128 * vexp2((17.0 - u) * (LOG2_E / 18)), beta_n = 0.5 * vexp2((10.0 - u) * (LOG2_E / 40));

    // alpha = open/q, alpha + beta = both/q; so rest = open/both, rate = both/q, and one division gives 1/(both q).
    double m_q = em * eb, m_open = 0.32 * dm * eb, m_both = m_open + 0.28 * db * em, m_inverse = 1.0 / (m_both * m_q);
    double h_q = eb + 2.0, h_open = alpha_h * h_q, h_both = h_open + 4.0 * (eb + 1.0), h_inverse = 1.0 / (h_both * h_q);
    double n_open = 0.032 * dn, n_both = n_open + beta_n * en, n_inverse = 1.0 / (n_both * en);
    double m_rest = m_open * m_q * m_inverse, m_rate = m_both * m_both * m_inverse;
    double h_rest = h_open * h_q * h_inverse, h_rate = h_both * h_both * h_inverse;
    double n_rest = n_open * en * n_inverse, n_rate = n_both * n_both * n_inverse;

    double sodium = HH_GNA * (*m * *m * *m) * *h;
    double potassium = HH_GK * (*n * *n) * (*n * *n);
    double total = g + sodium + potassium;
    double v_rest = (i + sodium * HH_ENA + potassium * HH_EK) / total;

    double scale = -dt * LOG2_E;
    *v = v_rest + (*v - v_rest) * vexp2(scale / HH_C * total);
    *m = m_rest + (*m - m_rest) * vexp2(scale * m_rate);
    *h = h_rest + (*h - h_rest) * vexp2(scale * h_rate);
    *n = n_rest + (*n - n_rest) * vexp2(scale * n_rate);
}

#endif
