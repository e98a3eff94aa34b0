static SS_COLD int32_t ss_prepare(unsigned char *base, uint64_t arena, int64_t lane) {
    (void)base; (void)arena; (void)lane;
    ss_header *const header = (ss_header *)(base + arena);
    const int64_t *const plan = (const int64_t *)(base + header->plan);
    const double dt = header->dt;
    const double *const row = (const double *)(base + header->rows + (uint64_t)lane * header->stride);
    const double p_tau = row[0];
    const double p_v0 = row[1];
    const int64_t n_P = plan[0];
    int64_t *restrict const last_P = (int64_t *)(base + plan[3]);
    int32_t *restrict const s_P_i = (int32_t *)(base + plan[4]);
    double *restrict const e_P_0 = (double *)(base + plan[5]);
    /* initial values: P */
    for (int64_t i = 0; i < n_P; ++i) {
        const int64_t e = lane * n_P + i;
        s_P_i[e] = (int32_t)i;
        last_P[e] = -((int64_t)1 << 61);
    }
    for (int64_t i = 0; i < n_P; ++i) {
        const int64_t e = lane * n_P + i;
        const double h_P_2 = dt*ss_exprel(-1.0/p_tau*dt);
        e_P_0[e] = h_P_2*(p_v0/p_tau);
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
    int64_t *restrict const diverged = (int64_t *)(base + plan[8]);
    int32_t any = 0;
    (void)any;
    any = 0;
    for (int64_t e = lane_from * n_P; e < lane_until * n_P; ++e) any |= !(s_P_v[e] - s_P_v[e] == 0.0);
    if (any) for (int64_t e = lane_from * n_P; e < lane_until * n_P; ++e) {
        int64_t *const found = diverged + 3 * (e / n_P);
        if ((!(s_P_v[e] - s_P_v[e] == 0.0)) && found[0] < 0) found[0] = step, found[1] = 0, found[2] = e % n_P;
    }
    return SS_DONE;
}

static int32_t ss_advance(unsigned char *base, uint64_t arena, int64_t most_steps) {
    ss_header *const header = (ss_header *)(base + arena);
    const int64_t *const plan = (const int64_t *)(base + header->plan);
    const double dt = header->dt;
    const double *const row = (const double *)(base + header->rows);
    const double p_tau = row[0];
    const double p_theta = row[2];
    const double p_t_ref = row[3];
    const int64_t n_P = plan[0];
    const int64_t events_most = plan[11];
    const int64_t records_most = plan[12];
    double *restrict const s_P_v = (double *)(base + plan[2]);
    int64_t *restrict const last_P = (int64_t *)(base + plan[3]);
    double *restrict const e_P_0 = (double *)(base + plan[5]);
    int64_t *restrict const events = (int64_t *)(base + plan[9]);
    if (header->struct_size != sizeof(ss_header) || header->abi != SS_ABI) return SS_BAD_HEADER;
    const uint64_t environment = ss_flush_to_zero();
    const int64_t h_P_0 = ss_refractory_steps(p_t_ref, dt);
    const double h_P_1 = ss_exp(-1.0/p_tau*dt);
    int64_t events_used = header->events_used, records_used = header->records_used;
    int64_t synaptic_events = 0, neuron_updates = 0, left = most_steps;
    int32_t reason = SS_DONE;
    const int64_t wide = header->lanes_per_block, blocks = (header->lanes + wide - 1) / wide;
    for (; header->block < blocks && reason == SS_DONE;) {
        const int64_t lane_from = header->block * wide;
        const int64_t lane_until = lane_from + wide < header->lanes ? lane_from + wide : header->lanes;
        const int64_t lo_P = lane_from * n_P, hi_P = lane_until * n_P;
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
            for (int64_t from = lo_P; from < hi_P; from += 128) {
                const int64_t to = from + 128 < hi_P ? from + 128 : hi_P;
                int64_t crossed[128], any = 0;
                #pragma GCC ivdep
                for (int64_t e = from; e < to; ++e) {
                    const double v_v = s_P_v[e];
                    const int64_t active = step - last_P[e] >= h_P_0;
                    const double new_v = active ? h_P_1*v_v + e_P_0[e] : v_v;
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
                        events[2 * events_used] = step;
                        events[2 * events_used++ + 1] = ((int64_t)0 << 32) | e;
                        last_P[e] = step;
                        s_P_v[e] = 0.0;
                    }
                }
            }
            neuron_updates += hi_P - lo_P;
            ++header->progress;
        }
        header->step = step;
        if (reason != SS_DONE) break;
        reason = ss_test(base, arena, header->n_steps, lane_from, lane_until);
        header->block += 1;
        header->step = 0;
    }
    header->events_used = events_used;
    header->records_used = records_used;
    header->synaptic_events += synaptic_events;
    header->neuron_updates += neuron_updates;
    ss_restore(environment);
    return reason;
}
