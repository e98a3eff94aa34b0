static SS_COLD int32_t ss_prepare(unsigned char *base, uint64_t arena, int64_t lane) {
    (void)base; (void)arena; (void)lane;
    ss_header *const header = (ss_header *)(base + arena);
    const int64_t *const plan = (const int64_t *)(base + header->plan);
    const double *const row = (const double *)(base + header->rows + (uint64_t)lane * header->stride);
    const uint64_t *const keys = (const uint64_t *)(row + 6);
    const double p_theta = row[1];
    const double p_v_reset = row[2];
    const uint64_t k_0 = keys[0];
    const int64_t n_P = plan[0];
    double *restrict const s_P_v = (double *)(base + plan[2]);
    int64_t *restrict const last_P = (int64_t *)(base + plan[3]);
    /* initial values: P */
    for (int64_t i = 0; i < n_P; ++i) {
        const int64_t e = lane * n_P + i;
        last_P[e] = -((int64_t)1 << 61);
        s_P_v[e] = p_v_reset + ss_uniform(k_0, 0, i)*(p_theta - p_v_reset);
    }
    return SS_DONE;
}

static int64_t ss_count(unsigned char *base, uint64_t arena, int64_t object, int64_t from, int64_t to, int64_t *place) {
    (void)base; (void)arena; (void)object; (void)from; (void)to; (void)place;
    return 0;
}

static int64_t ss_fill(unsigned char *base, uint64_t arena, int64_t object, int64_t from, int64_t to, int64_t *place) {
    (void)base; (void)arena; (void)object; (void)from; (void)to; (void)place;
    return 0;
}

static SS_COLD int32_t ss_test(unsigned char *base, uint64_t arena, int64_t step, int64_t lane_from, int64_t lane_until) {
    (void)base; (void)arena; (void)step; (void)lane_from; (void)lane_until;
    ss_header *const header = (ss_header *)(base + arena);
    const int64_t *const plan = (const int64_t *)(base + header->plan);
    const int64_t n_P = plan[0];
    double *restrict const s_P_v = (double *)(base + plan[2]);
    int64_t *restrict const diverged = (int64_t *)(base + plan[6]);
    int32_t any = 0;
    (void)any;
    any = 0;
    for (int64_t e = lane_from * n_P; e < lane_until * n_P; ++e) any |= !(s_P_v[e] - s_P_v[e] == 0.0);
    if (any) for (int64_t e = lane_from * n_P; e < lane_until * n_P; ++e) {
        int64_t *const found = diverged + 3 * (e / n_P);
        if ((!(s_P_v[e] - s_P_v[e] == 0.0)) && found[0] < 0) found[0] = step, found[1] = 0, found[2] = e % n_P;
    }
    if (any) return SS_DIVERGED;
    return SS_DONE;
}

static int32_t ss_advance(unsigned char *base, uint64_t arena, int64_t most_steps) {
    ss_header *const header = (ss_header *)(base + arena);
    const int64_t *const plan = (const int64_t *)(base + header->plan);
    const double dt = header->dt;
    const double *const row = (const double *)(base + header->rows);
    const uint64_t *const keys = (const uint64_t *)(row + 6);
    const double p_tau = row[0];
    const double p_theta = row[1];
    const double p_v_reset = row[2];
    const double p_t_ref = row[3];
    const double p_mu = row[4];
    const double p_sigma = row[5];
    const uint64_t k_1 = keys[1];
    const int64_t n_P = plan[0];
    const int64_t slots_P = plan[1];
    const int64_t events_most = plan[9];
    const int64_t records_most = plan[10];
    double *restrict const s_P_v = (double *)(base + plan[2]);
    int64_t *restrict const last_P = (int64_t *)(base + plan[3]);
    int32_t *restrict const ring_P = (int32_t *)(base + plan[4]);
    int64_t *restrict const spikes_P = (int64_t *)(base + plan[5]);
    int64_t *restrict const events = (int64_t *)(base + plan[7]);
    if (header->struct_size != sizeof(ss_header) || header->abi != SS_ABI) return SS_BAD_HEADER;
    const uint64_t environment = ss_flush_to_zero();
    const double h_P_0 = ss_sqrt(dt);
    const int64_t h_P_1 = ss_refractory_steps(p_t_ref, dt);
    const double h_P_2 = 1.0/p_tau;
    const double h_P_3 = p_sigma*ss_sqrt(2/p_tau);
    int64_t events_used = header->events_used, records_used = header->records_used;
    int64_t synaptic_events = 0, neuron_updates = 0, left = most_steps;
    int32_t reason = SS_DONE;
    const int64_t lane_from = 0, lane_until = 1;
    (void)lane_from; (void)lane_until;
    const int64_t lo_P = 0, hi_P = n_P;
    (void)lo_P; (void)hi_P;
    int64_t step = header->step;
    for (; step < header->n_steps; ++step, --left) {
        if (step % 1000 == 0 && step > 0) {
            reason = ss_test(base, arena, step, lane_from, lane_until);
            if (reason != SS_DONE) break;
        }
        if (left <= 0 || *(volatile int64_t *)&header->stop) { reason = SS_STOPPED; break; }
        if (header->events_room - events_used < events_most || header->records_room - records_used < records_most) {
            reason = SS_FULL;
            break;
        }
        const double t = (double)step * dt;
        (void)t;
        /* groups, thresholds: P */
        const int64_t now_P = step % slots_P;
        int32_t *const spiked_P = ring_P + now_P * n_P;
        int64_t fired_P = 0;
        for (int64_t from = lo_P; from < hi_P; from += 128) {
            const int64_t to = from + 128 < hi_P ? from + 128 : hi_P;
            double noise_xi[128];
            ss_normals(k_1, (uint64_t)step, (uint64_t)from, to - from, noise_xi);
            int64_t crossed[128], any = 0;
            #pragma GCC ivdep
            for (int64_t e = from; e < to; ++e) {
                const double v_v = s_P_v[e];
                const double dW_xi = h_P_0*noise_xi[e - from];
                const int64_t active = step - last_P[e] >= h_P_1;
                const double new_v = active ? v_v + dt*((p_mu - v_v)*h_P_2) + h_P_3*dW_xi : v_v;
                s_P_v[e] = new_v;
                const int64_t above = (new_v > p_theta) & active;
                crossed[e - from] = above;
                any |= above;
            }
            if (any) for (int64_t part = from; part < to; part += 64) {
                const int64_t most = to - part < 64 ? to - part : 64;
                uint64_t hits = 0;
                for (int64_t k = 0; k < most; ++k) hits |= (uint64_t)(crossed[part - from + k] != 0) << k;
                for (; hits; hits &= hits - 1) {
                    const int64_t e = part + __builtin_ctzll(hits);
                    spiked_P[fired_P++] = (int32_t)e;
                    events[2 * events_used] = step;
                    events[2 * events_used++ + 1] = ((int64_t)0 << 32) | e;
                    last_P[e] = step;
                }
            }
        }
        spikes_P[now_P] = fired_P;
        neuron_updates += hi_P - lo_P;
        /* resets: P */
        for (int64_t k = 0; k < fired_P; ++k) {
            const int64_t e = spiked_P[k];
            s_P_v[e] = p_v_reset;
        }
        header->progress = step + 1;
    }
    if (reason == SS_DONE && step >= header->n_steps) reason = ss_test(base, arena, step, 0, 1);
    header->step = step;
    header->events_used = events_used;
    header->records_used = records_used;
    header->synaptic_events += synaptic_events;
    header->neuron_updates += neuron_updates;
    ss_restore(environment);
    return reason;
}
