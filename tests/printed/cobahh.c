static SS_COLD int32_t ss_prepare(unsigned char *base, uint64_t arena, int64_t lane) {
    (void)base; (void)arena; (void)lane;
    ss_header *const header = (ss_header *)(base + arena);
    const int64_t *const plan = (const int64_t *)(base + header->plan);
    const double *const row = (const double *)(base + header->rows + (uint64_t)lane * header->stride);
    const uint64_t *const keys = (const uint64_t *)(row + 17);
    const double p_El = row[7];
    const uint64_t k_0 = keys[0];
    const uint64_t k_1 = keys[1];
    const uint64_t k_2 = keys[2];
    const int64_t n_P = plan[0];
    double *restrict const s_P_v = (double *)(base + plan[2]);
    double *restrict const s_P_ge = (double *)(base + plan[6]);
    double *restrict const s_P_gi = (double *)(base + plan[7]);
    int64_t *restrict const last_P = (int64_t *)(base + plan[8]);
    /* initial values: P */
    for (int64_t i = 0; i < n_P; ++i) {
        const int64_t e = lane * n_P + i;
        last_P[e] = -((int64_t)1 << 61);
        s_P_v[e] = p_El + (5*ss_normal(k_0, 0, i) - 5)*0.001;
        s_P_ge[e] = (1.5*ss_normal(k_1, 0, i) + 4)*10*1e-9;
        s_P_gi[e] = (12*ss_normal(k_2, 0, i) + 20)*10*1e-9;
    }
    return SS_DONE;
}

static int64_t ss_count(unsigned char *base, uint64_t arena, int64_t object, int64_t from, int64_t to, int64_t *place) {
    (void)base; (void)arena; (void)object; (void)from; (void)to; (void)place;
    ss_header *const header = (ss_header *)(base + arena);
    const int64_t *const plan = (const int64_t *)(base + header->plan);
    const double *const row = (const double *)(base + header->rows);
    const uint64_t *const keys = (const uint64_t *)(row + 17);
    const double p_p_connect = row[1];
    const uint64_t k_3 = keys[3];
    const uint64_t k_4 = keys[4];
    const int64_t columns_exc = plan[24];
    const int64_t columns_inh = plan[28];
    int64_t *restrict const first_exc = (int64_t *)(base + plan[9]);
    int64_t *restrict const first_inh = (int64_t *)(base + plan[13]);
    if (object == 0) {
        int64_t q = 0;
        for (int64_t i = from; i < to; ++i) {
            const int64_t row = q;
            {
                const double odds = ss_geometric_inverse(p_p_connect);
                const double end = (double)columns_exc;
                double skips[SS_SKIPS], far = -1.0;
                for (uint64_t draw = 0;; ++draw) {
                    if (draw % SS_SKIPS == 0) ss_skips(skips, k_3, draw, (uint64_t)i, odds);
                    far += 1.0 + skips[draw % SS_SKIPS];
                    if (!(far < end)) break;
                    const int64_t j = (int64_t)far;
                    ++q;
                }
            }
            first_exc[i] = q - row;
        }
        return q;
    }
    if (object == 1) {
        int64_t q = 0;
        for (int64_t i = from; i < to; ++i) {
            const int64_t row = q;
            {
                const double odds = ss_geometric_inverse(p_p_connect);
                const double end = (double)columns_inh;
                double skips[SS_SKIPS], far = -1.0;
                for (uint64_t draw = 0;; ++draw) {
                    if (draw % SS_SKIPS == 0) ss_skips(skips, k_4, draw, (uint64_t)i, odds);
                    far += 1.0 + skips[draw % SS_SKIPS];
                    if (!(far < end)) break;
                    const int64_t j = (int64_t)far;
                    ++q;
                }
            }
            first_inh[i] = q - row;
        }
        return q;
    }
    return 0;
}

static int64_t ss_fill(unsigned char *base, uint64_t arena, int64_t object, int64_t from, int64_t to, int64_t *place) {
    (void)base; (void)arena; (void)object; (void)from; (void)to; (void)place;
    ss_header *const header = (ss_header *)(base + arena);
    const int64_t *const plan = (const int64_t *)(base + header->plan);
    const double dt = header->dt;
    const double *const row = (const double *)(base + header->rows);
    const uint64_t *const keys = (const uint64_t *)(row + 17);
    const double p_p_connect = row[1];
    const uint64_t k_3 = keys[3];
    const uint64_t k_4 = keys[4];
    const int64_t columns_exc = plan[24];
    const int64_t target_start_exc = plan[26];
    const int64_t columns_inh = plan[28];
    const int64_t target_start_inh = plan[30];
    int64_t *restrict const first_exc = (int64_t *)(base + plan[9]);
    int32_t *restrict const target_exc = (int32_t *)(base + plan[10]);
    int32_t *restrict const delays_exc_pre = (int32_t *)(base + plan[11]);
    int64_t *restrict const first_inh = (int64_t *)(base + plan[13]);
    int32_t *restrict const target_inh = (int32_t *)(base + plan[14]);
    int32_t *restrict const delays_inh_pre = (int32_t *)(base + plan[15]);
    if (object == 0) {
        {
            const double seconds = 0.0, steps = __builtin_floor(seconds / dt + 0.5);
            delays_exc_pre[0] = seconds >= 0.0 && steps < 2147483647.0 ? (int32_t)steps : -1;
        }
        for (int64_t i = from; i < to; ++i) {
            const int64_t row = first_exc[i];
            int64_t q = row;
            {
                const double odds = ss_geometric_inverse(p_p_connect);
                const double end = (double)columns_exc;
                double skips[SS_SKIPS], far = -1.0;
                for (uint64_t draw = 0;; ++draw) {
                    if (draw % SS_SKIPS == 0) ss_skips(skips, k_3, draw, (uint64_t)i, odds);
                    far += 1.0 + skips[draw % SS_SKIPS];
                    if (!(far < end)) break;
                    const int64_t j = (int64_t)far;
                    target_exc[q] = (int32_t)(target_start_exc + j);
                    ++q;
                }
            }
        }
        return 0;
    }
    if (object == 1) {
        {
            const double seconds = 0.0, steps = __builtin_floor(seconds / dt + 0.5);
            delays_inh_pre[0] = seconds >= 0.0 && steps < 2147483647.0 ? (int32_t)steps : -1;
        }
        for (int64_t i = from; i < to; ++i) {
            const int64_t row = first_inh[i];
            int64_t q = row;
            {
                const double odds = ss_geometric_inverse(p_p_connect);
                const double end = (double)columns_inh;
                double skips[SS_SKIPS], far = -1.0;
                for (uint64_t draw = 0;; ++draw) {
                    if (draw % SS_SKIPS == 0) ss_skips(skips, k_4, draw, (uint64_t)i, odds);
                    far += 1.0 + skips[draw % SS_SKIPS];
                    if (!(far < end)) break;
                    const int64_t j = (int64_t)far;
                    target_inh[q] = (int32_t)(target_start_inh + j);
                    ++q;
                }
            }
        }
        return 0;
    }
    return 0;
}

static SS_COLD int32_t ss_test(unsigned char *base, uint64_t arena, int64_t step, int64_t lane_from, int64_t lane_until) {
    (void)base; (void)arena; (void)step; (void)lane_from; (void)lane_until;
    ss_header *const header = (ss_header *)(base + arena);
    const int64_t *const plan = (const int64_t *)(base + header->plan);
    const int64_t n_P = plan[0];
    double *restrict const s_P_v = (double *)(base + plan[2]);
    double *restrict const s_P_m = (double *)(base + plan[3]);
    double *restrict const s_P_h = (double *)(base + plan[4]);
    double *restrict const s_P_n = (double *)(base + plan[5]);
    double *restrict const s_P_ge = (double *)(base + plan[6]);
    double *restrict const s_P_gi = (double *)(base + plan[7]);
    int64_t *restrict const diverged = (int64_t *)(base + plan[20]);
    int32_t any = 0;
    (void)any;
    any = 0;
    for (int64_t e = lane_from * n_P; e < lane_until * n_P; ++e) any |= !(s_P_v[e] - s_P_v[e] == 0.0);
    if (any) for (int64_t e = lane_from * n_P; e < lane_until * n_P; ++e) {
        int64_t *const found = diverged + 3 * (e / n_P);
        if ((!(s_P_v[e] - s_P_v[e] == 0.0)) && found[0] < 0) found[0] = step, found[1] = 0, found[2] = e % n_P;
    }
    if (any) return SS_DIVERGED;
    any = 0;
    for (int64_t e = lane_from * n_P; e < lane_until * n_P; ++e) any |= !(s_P_m[e] - s_P_m[e] == 0.0);
    if (any) for (int64_t e = lane_from * n_P; e < lane_until * n_P; ++e) {
        int64_t *const found = diverged + 3 * (e / n_P);
        if ((!(s_P_m[e] - s_P_m[e] == 0.0)) && found[0] < 0) found[0] = step, found[1] = 1, found[2] = e % n_P;
    }
    if (any) return SS_DIVERGED;
    any = 0;
    for (int64_t e = lane_from * n_P; e < lane_until * n_P; ++e) any |= !(s_P_h[e] - s_P_h[e] == 0.0);
    if (any) for (int64_t e = lane_from * n_P; e < lane_until * n_P; ++e) {
        int64_t *const found = diverged + 3 * (e / n_P);
        if ((!(s_P_h[e] - s_P_h[e] == 0.0)) && found[0] < 0) found[0] = step, found[1] = 2, found[2] = e % n_P;
    }
    if (any) return SS_DIVERGED;
    any = 0;
    for (int64_t e = lane_from * n_P; e < lane_until * n_P; ++e) any |= !(s_P_n[e] - s_P_n[e] == 0.0);
    if (any) for (int64_t e = lane_from * n_P; e < lane_until * n_P; ++e) {
        int64_t *const found = diverged + 3 * (e / n_P);
        if ((!(s_P_n[e] - s_P_n[e] == 0.0)) && found[0] < 0) found[0] = step, found[1] = 3, found[2] = e % n_P;
    }
    if (any) return SS_DIVERGED;
    any = 0;
    for (int64_t e = lane_from * n_P; e < lane_until * n_P; ++e) any |= !(s_P_ge[e] - s_P_ge[e] == 0.0);
    if (any) for (int64_t e = lane_from * n_P; e < lane_until * n_P; ++e) {
        int64_t *const found = diverged + 3 * (e / n_P);
        if ((!(s_P_ge[e] - s_P_ge[e] == 0.0)) && found[0] < 0) found[0] = step, found[1] = 4, found[2] = e % n_P;
    }
    if (any) return SS_DIVERGED;
    any = 0;
    for (int64_t e = lane_from * n_P; e < lane_until * n_P; ++e) any |= !(s_P_gi[e] - s_P_gi[e] == 0.0);
    if (any) for (int64_t e = lane_from * n_P; e < lane_until * n_P; ++e) {
        int64_t *const found = diverged + 3 * (e / n_P);
        if ((!(s_P_gi[e] - s_P_gi[e] == 0.0)) && found[0] < 0) found[0] = step, found[1] = 5, found[2] = e % n_P;
    }
    if (any) return SS_DIVERGED;
    return SS_DONE;
}

static int32_t ss_advance(unsigned char *base, uint64_t arena, int64_t most_steps) {
    ss_header *const header = (ss_header *)(base + arena);
    const int64_t *const plan = (const int64_t *)(base + header->plan);
    const double dt = header->dt;
    const double *const row = (const double *)(base + header->rows);
    const double p_C = row[3];
    const double p_gl = row[4];
    const double p_gna = row[5];
    const double p_gk = row[6];
    const double p_El = row[7];
    const double p_EK = row[8];
    const double p_ENa = row[9];
    const double p_VT = row[10];
    const double p_taue = row[11];
    const double p_taui = row[12];
    const double p_Ee = row[13];
    const double p_Ei = row[14];
    const double p_we = row[15];
    const double p_wi = row[16];
    const int64_t n_P = plan[0];
    const int64_t slots_P = plan[1];
    const int64_t rows_exc = plan[23];
    const int64_t source_start_exc = plan[25];
    const int64_t rows_inh = plan[27];
    const int64_t source_start_inh = plan[29];
    const int64_t n_delays_exc_pre = plan[31];
    const int64_t n_delays_inh_pre = plan[32];
    const int64_t every_0 = plan[35];
    const int64_t count_0 = plan[36];
    const int64_t start_0 = plan[37];
    const int64_t events_most = plan[40];
    const int64_t records_most = plan[41];
    double *restrict const s_P_v = (double *)(base + plan[2]);
    double *restrict const s_P_m = (double *)(base + plan[3]);
    double *restrict const s_P_h = (double *)(base + plan[4]);
    double *restrict const s_P_n = (double *)(base + plan[5]);
    double *restrict const s_P_ge = (double *)(base + plan[6]);
    double *restrict const s_P_gi = (double *)(base + plan[7]);
    int64_t *restrict const last_P = (int64_t *)(base + plan[8]);
    int32_t *restrict const target_exc = (int32_t *)(base + plan[10]);
    int32_t *restrict const delays_exc_pre = (int32_t *)(base + plan[11]);
    int64_t *restrict const start_exc_pre = (int64_t *)(base + plan[12]);
    int32_t *restrict const target_inh = (int32_t *)(base + plan[14]);
    int32_t *restrict const delays_inh_pre = (int32_t *)(base + plan[15]);
    int64_t *restrict const start_inh_pre = (int64_t *)(base + plan[16]);
    int32_t *restrict const indices_1 = (int32_t *)(base + plan[17]);
    int32_t *restrict const ring_P = (int32_t *)(base + plan[18]);
    int64_t *restrict const spikes_P = (int64_t *)(base + plan[19]);
    int64_t *restrict const events = (int64_t *)(base + plan[21]);
    double *restrict const records = (double *)(base + plan[22]);
    if (header->struct_size != sizeof(ss_header) || header->abi != SS_ABI) return SS_BAD_HEADER;
    const uint64_t environment = ss_flush_to_zero();
    const int64_t h_P_0 = ss_refractory_steps(0.003, dt);
    const double h_P_1 = 1.0/p_C;
    const double h_P_2 = -p_gl;
    const double h_P_3 = dt*ss_exprel(dt*(-1.0/p_taue));
    const double h_P_4 = 1.0/p_taue;
    const double h_P_5 = dt*ss_exprel(dt*(-1.0/p_taui));
    const double h_P_6 = 1.0/p_taui;
    const double h_P_7 = -20*0.001;
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
        /* monitor 1 */
        if (step % every_0 == 0) for (int64_t lane = lane_from; lane < lane_until; ++lane) {
            double *const record = records + records_used;
            ((int64_t *)record)[0] = step;
            ((int64_t *)record)[1] = (lane << 32) | 0;
            records_used += 2 + count_0 * 1;
            for (int64_t k = 0; k < count_0; ++k) {
                const int64_t e = lane * n_P + start_0 + indices_1[k];
                record[2 + k * 1 + 0] = s_P_v[e];
            }
        }
        /* groups, thresholds: P */
        const int64_t now_P = step % slots_P;
        int32_t *const spiked_P = ring_P + now_P * n_P;
        int64_t fired_P = 0;
        for (int64_t from = lo_P; from < hi_P; from += 128) {
            const int64_t to = from + 128 < hi_P ? from + 128 : hi_P;
            int64_t crossed[128], any = 0;
            #pragma GCC ivdep
            for (int64_t e = from; e < to; ++e) {
                const double v_v = s_P_v[e];
                const double v_m = s_P_m[e];
                const double v_h = s_P_h[e];
                const double v_n = s_P_n[e];
                const double v_ge = s_P_ge[e];
                const double v_gi = s_P_gi[e];
                const int64_t active = step - last_P[e] >= h_P_0;
                const double v_alpha_m = 1280.0*ss_inverse_exprel((0.013000000000000001 - v_v + p_VT)*250.0);
                const double v_beta_m = 1400.0000000000002*ss_inverse_exprel((v_v - p_VT - 0.04)*200.0);
                const double v_alpha_h = 128.0*ss_exp((0.017 - v_v + p_VT)*55.55555555555555);
                const double v_beta_h = 4000.0/(1 + ss_exp((0.04 - v_v + p_VT)*200.0));
                const double v_alpha_n = 160.0*ss_inverse_exprel((0.015 - v_v + p_VT)*200.0);
                const double v_beta_n = 500.0*ss_exp((0.01 - v_v + p_VT)*25.0);
                const double new_v = v_v + dt*ss_exprel(dt*((h_P_2 - v_ge - v_gi - p_gna*(v_m*v_m*v_m)*v_h - p_gk*(v_n*v_n*v_n*v_n))*h_P_1))*((p_gl*(p_El - v_v) + v_ge*(p_Ee - v_v) + v_gi*(p_Ei - v_v) - p_gna*(v_m*v_m*v_m)*v_h*(v_v - p_ENa) - p_gk*(v_n*v_n*v_n*v_n)*(v_v - p_EK))*h_P_1);
                const double new_m = v_m + dt*ss_exprel(dt*(-v_alpha_m - v_beta_m))*(v_alpha_m*(1 - v_m) - v_beta_m*v_m);
                const double new_h = v_h + dt*ss_exprel(dt*(-v_alpha_h - v_beta_h))*(v_alpha_h*(1 - v_h) - v_beta_h*v_h);
                const double new_n = v_n + dt*ss_exprel(dt*(-v_alpha_n - v_beta_n))*(v_alpha_n*(1 - v_n) - v_beta_n*v_n);
                const double new_ge = v_ge + h_P_3*(-v_ge*h_P_4);
                const double new_gi = v_gi + h_P_5*(-v_gi*h_P_6);
                s_P_v[e] = new_v;
                s_P_m[e] = new_m;
                s_P_h[e] = new_h;
                s_P_n[e] = new_n;
                s_P_ge[e] = new_ge;
                s_P_gi[e] = new_gi;
                const int64_t above = (new_v > h_P_7) & active;
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
        /* synapses: exc, on_pre */
        for (int64_t d = 0; d < n_delays_exc_pre; ++d) {
            const int64_t sent = step - delays_exc_pre[d];
            if (sent < 0) continue;
            const int64_t slot = sent % slots_P;
            const int32_t *const senders = ring_P + slot * n_P;
            const int64_t due = spikes_P[slot];
            int64_t k = 0;
            for (; k < due; ++k) {
                const int64_t sender = senders[k], own = sender - source_start_exc;
                if (own < 0 || own >= rows_exc) continue;
                const int64_t *const run = start_exc_pre + own * n_delays_exc_pre + d;
                synaptic_events += run[1] - run[0];
                const int64_t pre = sender;
                (void)pre;
                for (int64_t q = run[0]; q < run[1]; ++q) {
                    const int64_t post = target_exc[q];
                    (void)post;
                    s_P_ge[post] += p_we;
                }
            }
        }
        /* synapses: inh, on_pre */
        for (int64_t d = 0; d < n_delays_inh_pre; ++d) {
            const int64_t sent = step - delays_inh_pre[d];
            if (sent < 0) continue;
            const int64_t slot = sent % slots_P;
            const int32_t *const senders = ring_P + slot * n_P;
            const int64_t due = spikes_P[slot];
            int64_t k = 0;
            for (; k < due; ++k) {
                const int64_t sender = senders[k], own = sender - source_start_inh;
                if (own < 0 || own >= rows_inh) continue;
                const int64_t *const run = start_inh_pre + own * n_delays_inh_pre + d;
                synaptic_events += run[1] - run[0];
                const int64_t pre = sender;
                (void)pre;
                for (int64_t q = run[0]; q < run[1]; ++q) {
                    const int64_t post = target_inh[q];
                    (void)post;
                    s_P_gi[post] += p_wi;
                }
            }
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
