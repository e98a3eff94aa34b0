/* How many steps a refractory period lasts: Brian's timestep(period, dt), at least one, since a neuron cannot spike twice
   in a step. The largest count stands for ever. */
static inline int64_t ss_refractory_steps(double period, double dt) {
    const double steps = __builtin_trunc((period + 1e-3 * dt) / dt);
    return steps >= 1.0 ? (steps < 0x1p60 ? (int64_t)steps : (int64_t)1 << 60) : 1;
}
