static SS_COLD int32_t ss_prepare(unsigned char *base, uint64_t arena, int64_t lane) {
    (void)base; (void)arena; (void)lane;
    ss_header *const header = (ss_header *)(base + arena);
    const int64_t *const plan = (const int64_t *)(base + header->plan);
    const double *const row = (const double *)(base + header->rows + (uint64_t)lane * header->stride);
    const double p_mu = row[0];
    const int64_t n_P = plan[0];
    double *restrict const s_P_x = (double *)(base + plan[2]);
    int64_t *restrict const last_P = (int64_t *)(base + plan[4]);
    int64_t *restrict const s_P_not__refractory = (int64_t *)(base + plan[5]);
    int32_t *restrict const s_P_i = (int32_t *)(base + plan[6]);
    double *restrict const e_P_0 = (double *)(base + plan[8]);
    double *restrict const reduced_0 = (double *)(base + plan[9]);
    /* initial values: P */
    for (int64_t i = 0; i < n_P; ++i) {
        const int64_t e = lane * n_P + i;
        s_P_i[e] = (int32_t)i;
        last_P[e] = -((int64_t)1 << 61);
        s_P_not__refractory[e] = 1;
        s_P_x[e] = 2;
    }
    for (int64_t i = 0; i < n_P; ++i) {
        const int64_t e = lane * n_P + i;
        e_P_0[e] = p_mu;
    }
    for (int64_t i = 0; i < n_P; ++i) reduced_0[lane * n_P + i] = -SS_INFINITY;
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
    double *restrict const s_P_x = (double *)(base + plan[2]);
    double *restrict const s_P_y = (double *)(base + plan[3]);
    int64_t *restrict const diverged = (int64_t *)(base + plan[12]);
    int32_t any = 0;
    (void)any;
    any = 0;
    for (int64_t e = lane_from * n_P; e < lane_until * n_P; ++e) any |= !(s_P_x[e] - s_P_x[e] == 0.0);
    if (any) for (int64_t e = lane_from * n_P; e < lane_until * n_P; ++e) {
        int64_t *const found = diverged + 3 * (e / n_P);
        if ((!(s_P_x[e] - s_P_x[e] == 0.0)) && found[0] < 0) found[0] = step, found[1] = 0, found[2] = e % n_P;
    }
    any = 0;
    for (int64_t e = lane_from * n_P; e < lane_until * n_P; ++e) any |= !(s_P_y[e] - s_P_y[e] == 0.0);
    if (any) for (int64_t e = lane_from * n_P; e < lane_until * n_P; ++e) {
        int64_t *const found = diverged + 3 * (e / n_P);
        if ((!(s_P_y[e] - s_P_y[e] == 0.0)) && found[0] < 0) found[0] = step, found[1] = 1, found[2] = e % n_P;
    }
    return SS_DONE;
}

static int32_t ss_advance(unsigned char *base, uint64_t arena, int64_t most_steps) {
    ss_header *const header = (ss_header *)(base + arena);
    const int64_t *const plan = (const int64_t *)(base + header->plan);
    const double dt = header->dt;
    const int64_t n_P = plan[0];
    const int64_t tested_P = 0;
    const int64_t events_most = plan[15];
    const int64_t records_most = plan[16];
    double *restrict const s_P_x = (double *)(base + plan[2]);
    double *restrict const s_P_y = (double *)(base + plan[3]);
    int64_t *restrict const last_P = (int64_t *)(base + plan[4]);
    int64_t *restrict const s_P_not__refractory = (int64_t *)(base + plan[5]);
    double *restrict const inner_P = (double *)(base + plan[7]);
    double *restrict const e_P_0 = (double *)(base + plan[8]);
    double *restrict const reduced_0 = (double *)(base + plan[9]);
    int64_t *restrict const diverged = (int64_t *)(base + plan[12]);
    int64_t *restrict const events = (int64_t *)(base + plan[13]);
    if (header->struct_size != sizeof(ss_header) || header->abi != SS_ABI) return SS_BAD_HEADER;
    const uint64_t environment = ss_flush_to_zero();
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
            /* reduction 0 */
            for (int64_t e = lo_P; e < hi_P; ++e) {
                const double value = s_P_x[e];
                reduced_0[e] = value > reduced_0[e] ? value : reduced_0[e];
            }
            /* groups, thresholds: P */
            for (int64_t from = lo_P; from < hi_P; from += 128) {
                const int64_t to = from + 128 < hi_P ? from + 128 : hi_P;
                double ends[2][128];
                for (int64_t first = from; first < to; first += SS_WIDE) {
                    const int64_t width = to - first < SS_WIDE ? to - first : SS_WIDE;
                    double y[2 * SS_WIDE], x[2 * SS_WIDE], k[14 * SS_WIDE];
                    double absolute[2 * SS_WIDE] = {0}, relative[SS_WIDE] = {0}, ratio[2 * SS_WIDE] = {0};
                    double trials[SS_WIDE];
                    ss_rk45 inner;
                    #pragma GCC ivdep
                    for (int64_t w = 0; w < width; ++w) {
                        const int64_t e = first + w;
                        const double v_x = s_P_x[e];
                        const double v_y = s_P_y[e];
                        y[0 * SS_WIDE + w] = x[0 * SS_WIDE + w] = v_x;
                        absolute[0 * SS_WIDE + w] = 1e-8;
                        y[1 * SS_WIDE + w] = x[1 * SS_WIDE + w] = v_y;
                        absolute[1 * SS_WIDE + w] = 1e-8;
                        relative[w] = 1e-8;
                        trials[w] = 1000.0;
                    }
                    ss_rk45_begin(&inner, 2, width, dt, inner_P + first, trials, y, x, k);
                    do {
                        double *const rates = k + SS_WIDE * 2 * inner.stage;
                        #pragma GCC ivdep
                        for (int64_t w = 0; w < width; ++w) {
                            const int64_t e = first + w;
                            const double x_x = x[0 * SS_WIDE + w];
                            const double x_y = x[1 * SS_WIDE + w];
                            rates[0 * SS_WIDE + w] = x_y;
                            rates[1 * SS_WIDE + w] = e_P_0[e]*(1 - x_x*x_x)*x_y - x_x;
                        }
                    }
                    while (ss_rk45_next(&inner, 2, y, x, k, ratio, absolute, relative));
                    for (int64_t w = 0; w < width; ++w) {
                        inner_P[first + w] = inner.next[w];
                        for (int32_t j = 0; j < 2; ++j) ends[j][first - from + w] = y[j * SS_WIDE + w];
                    }
                    if (inner.troubled) for (int64_t w = 0; w < width; ++w) if (inner.trouble[w]) {
                        static const int32_t number[2] = {0, 1};
                        const int64_t e = first + w;
                        int64_t *const found = diverged + 3 * (e / n_P);
                        const int64_t cause = inner.trouble[w] == 1 ? SS_NOT_FINITE : SS_INACCURATE;
                        if (found[0] < 0) {
                            found[0] = step;
                            found[1] = cause << 32 | (tested_P + number[inner.worst[w]]);
                            found[2] = e % n_P;
                        }
                        for (int32_t j = 0; j < 2; ++j) ends[j][e - from] = SS_NAN;
                    }
                }
                int64_t crossed[128], any = 0;
                #pragma GCC ivdep
                for (int64_t e = from; e < to; ++e) {
                    const double v_x = s_P_x[e];
                    const double v_y = s_P_y[e];
                    const int64_t active = s_P_not__refractory[e] | (!(v_x > 0));
                    s_P_not__refractory[e] = active;
                    const double new_x = ends[0][e - from];
                    const double new_y = ends[1][e - from];
                    s_P_x[e] = new_x;
                    s_P_y[e] = new_y;
                    const int64_t above = (new_x > 0) & active;
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
                        s_P_not__refractory[e] = 0;
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
