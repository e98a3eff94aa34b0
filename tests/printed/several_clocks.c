static SS_COLD int32_t ss_prepare(unsigned char *base, uint64_t arena, int64_t lane) {
    (void)base; (void)arena; (void)lane;
    ss_header *const header = (ss_header *)(base + arena);
    const int64_t *const plan = (const int64_t *)(base + header->plan);
    const int64_t n_cell = plan[0];
    const int64_t n_process = plan[1];
    /* initial values: cell */
    for (int64_t i = 0; i < n_cell; ++i) {
        const int64_t e = lane * n_cell + i;
    }
    /* initial values: process */
    for (int64_t i = 0; i < n_process; ++i) {
        const int64_t e = lane * n_process + i;
    }
    return SS_DONE;
}

static int64_t ss_count(unsigned char *base, uint64_t arena, int64_t object, int64_t from, int64_t to, int64_t *place) {
    (void)base; (void)arena; (void)object; (void)from; (void)to; (void)place;
    ss_header *const header = (ss_header *)(base + arena);
    const int64_t *const plan = (const int64_t *)(base + header->plan);
    const double *const row = (const double *)(base + header->rows);
    const int64_t columns_count = plan[27];
    const int64_t columns_regulate = plan[31];
    int64_t *restrict const first_count = (int64_t *)(base + plan[8]);
    int64_t *restrict const first_regulate = (int64_t *)(base + plan[12]);
    if (object == 0) {
        int64_t q = 0;
        for (int64_t i = from; i < to; ++i) {
            const int64_t row = q;
            for (int64_t j = 0; j < columns_count; ++j) {
                ++q;
            }
            first_count[i] = q - row;
        }
        return q;
    }
    if (object == 1) {
        int64_t q = 0;
        for (int64_t i = from; i < to; ++i) {
            const int64_t row = q;
            for (int64_t j = 0; j < columns_regulate; ++j) {
                ++q;
            }
            first_regulate[i] = q - row;
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
    const int64_t columns_count = plan[27];
    const int64_t target_start_count = plan[29];
    const int64_t columns_regulate = plan[31];
    const int64_t target_start_regulate = plan[33];
    int64_t *restrict const first_count = (int64_t *)(base + plan[8]);
    int32_t *restrict const target_count = (int32_t *)(base + plan[9]);
    int32_t *restrict const delays_count_pre = (int32_t *)(base + plan[10]);
    int64_t *restrict const first_regulate = (int64_t *)(base + plan[12]);
    int32_t *restrict const target_regulate = (int32_t *)(base + plan[13]);
    int32_t *restrict const delays_regulate_pre = (int32_t *)(base + plan[14]);
    double *restrict const clock_dts = (double *)(base + plan[25]);
    const double dt_1 = clock_dts[1];
    if (object == 0) {
        {
            const double seconds = 0.0, steps = __builtin_floor(seconds / dt + 0.5);
            delays_count_pre[0] = seconds >= 0.0 && steps < 2147483647.0 ? (int32_t)steps : -1;
        }
        for (int64_t i = from; i < to; ++i) {
            const int64_t row = first_count[i];
            int64_t q = row;
            for (int64_t j = 0; j < columns_count; ++j) {
                target_count[q] = (int32_t)(target_start_count + j);
                ++q;
            }
        }
        return 0;
    }
    if (object == 1) {
        {
            const double seconds = 0.0, steps = __builtin_floor(seconds / dt_1 + 0.5);
            delays_regulate_pre[0] = seconds >= 0.0 && steps < 2147483647.0 ? (int32_t)steps : -1;
        }
        for (int64_t i = from; i < to; ++i) {
            const int64_t row = first_regulate[i];
            int64_t q = row;
            for (int64_t j = 0; j < columns_regulate; ++j) {
                target_regulate[q] = (int32_t)(target_start_regulate + j);
                ++q;
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
    const int64_t n_cell = plan[0];
    const int64_t n_process = plan[1];
    double *restrict const s_cell_v = (double *)(base + plan[4]);
    double *restrict const s_cell_less = (double *)(base + plan[5]);
    double *restrict const s_process_r = (double *)(base + plan[6]);
    double *restrict const s_process_less = (double *)(base + plan[7]);
    int64_t *restrict const diverged = (int64_t *)(base + plan[20]);
    int32_t any = 0;
    (void)any;
    any = 0;
    for (int64_t e = lane_from * n_cell; e < lane_until * n_cell; ++e) any |= !(s_cell_v[e] - s_cell_v[e] == 0.0);
    if (any) for (int64_t e = lane_from * n_cell; e < lane_until * n_cell; ++e) {
        int64_t *const found = diverged + 3 * (e / n_cell);
        if ((!(s_cell_v[e] - s_cell_v[e] == 0.0)) && found[0] < 0) found[0] = step, found[1] = 0, found[2] = e % n_cell;
    }
    if (any) return SS_DIVERGED;
    any = 0;
    for (int64_t e = lane_from * n_cell; e < lane_until * n_cell; ++e) any |= !(s_cell_less[e] - s_cell_less[e] == 0.0);
    if (any) for (int64_t e = lane_from * n_cell; e < lane_until * n_cell; ++e) {
        int64_t *const found = diverged + 3 * (e / n_cell);
        if ((!(s_cell_less[e] - s_cell_less[e] == 0.0)) && found[0] < 0) found[0] = step, found[1] = 1, found[2] = e % n_cell;
    }
    if (any) return SS_DIVERGED;
    any = 0;
    for (int64_t e = lane_from * n_process; e < lane_until * n_process; ++e) any |= !(s_process_r[e] - s_process_r[e] == 0.0);
    if (any) for (int64_t e = lane_from * n_process; e < lane_until * n_process; ++e) {
        int64_t *const found = diverged + 3 * (e / n_process);
        if ((!(s_process_r[e] - s_process_r[e] == 0.0)) && found[0] < 0) found[0] = step, found[1] = 2, found[2] = e % n_process;
    }
    if (any) return SS_DIVERGED;
    any = 0;
    for (int64_t e = lane_from * n_process; e < lane_until * n_process; ++e) any |= !(s_process_less[e] - s_process_less[e] == 0.0);
    if (any) for (int64_t e = lane_from * n_process; e < lane_until * n_process; ++e) {
        int64_t *const found = diverged + 3 * (e / n_process);
        if ((!(s_process_less[e] - s_process_less[e] == 0.0)) && found[0] < 0) found[0] = step, found[1] = 3, found[2] = e % n_process;
    }
    if (any) return SS_DIVERGED;
    return SS_DONE;
}

static int32_t ss_advance(unsigned char *base, uint64_t arena, int64_t most_steps) {
    ss_header *const header = (ss_header *)(base + arena);
    const int64_t *const plan = (const int64_t *)(base + header->plan);
    const double dt = header->dt;
    const double *const row = (const double *)(base + header->rows);
    const double p_drive = row[0];
    const double p_target = row[1];
    const double p_memory = row[2];
    const double p_gain = row[3];
    const int64_t n_cell = plan[0];
    const int64_t slots_cell = plan[2];
    const int64_t n_process = plan[1];
    const int64_t slots_process = plan[3];
    const int64_t rows_count = plan[26];
    const int64_t columns_count = plan[27];
    const int64_t source_start_count = plan[28];
    const int64_t target_start_count = plan[29];
    const int64_t rows_regulate = plan[30];
    const int64_t columns_regulate = plan[31];
    const int64_t source_start_regulate = plan[32];
    const int64_t target_start_regulate = plan[33];
    const int64_t n_delays_count_pre = plan[34];
    const int64_t n_delays_regulate_pre = plan[35];
    const int64_t every_0 = plan[38];
    const int64_t count_0 = plan[39];
    const int64_t start_0 = plan[40];
    const int64_t events_most = plan[43];
    const int64_t records_most = plan[44];
    double *restrict const s_cell_v = (double *)(base + plan[4]);
    double *restrict const s_cell_less = (double *)(base + plan[5]);
    double *restrict const s_process_r = (double *)(base + plan[6]);
    double *restrict const s_process_less = (double *)(base + plan[7]);
    int32_t *restrict const target_count = (int32_t *)(base + plan[9]);
    int32_t *restrict const delays_count_pre = (int32_t *)(base + plan[10]);
    int64_t *restrict const start_count_pre = (int64_t *)(base + plan[11]);
    int32_t *restrict const target_regulate = (int32_t *)(base + plan[13]);
    int32_t *restrict const delays_regulate_pre = (int32_t *)(base + plan[14]);
    int64_t *restrict const start_regulate_pre = (int64_t *)(base + plan[15]);
    int32_t *restrict const ring_cell = (int32_t *)(base + plan[16]);
    int64_t *restrict const spikes_cell = (int64_t *)(base + plan[17]);
    int32_t *restrict const ring_process = (int32_t *)(base + plan[18]);
    int64_t *restrict const spikes_process = (int64_t *)(base + plan[19]);
    int64_t *restrict const events = (int64_t *)(base + plan[21]);
    double *restrict const records = (double *)(base + plan[22]);
    int64_t *restrict const clock_steps = (int64_t *)(base + plan[23]);
    int64_t *restrict const clock_ends = (int64_t *)(base + plan[24]);
    double *restrict const clock_dts = (double *)(base + plan[25]);
    const double dt_1 = clock_dts[1];
    if (header->struct_size != sizeof(ss_header) || header->abi != SS_ABI) return SS_BAD_HEADER;
    const uint64_t environment = ss_flush_to_zero();
    const double h_cell_0 = ss_exp(-50.0*dt);
    const double h_cell_1 = dt*ss_exprel(-50.0*dt);
    const double h_process_0 = 1.0/p_memory;
    int64_t events_used = header->events_used, records_used = header->records_used;
    int64_t synaptic_events = 0, neuron_updates = 0, left = most_steps;
    int32_t reason = SS_DONE;
    const int64_t lane_from = 0, lane_until = 1;
    (void)lane_from; (void)lane_until;
    const int64_t lo_cell = 0, hi_cell = n_cell;
    (void)lo_cell; (void)hi_cell;
    const int64_t lo_process = 0, hi_process = n_process;
    (void)lo_process; (void)hi_process;
    double shortest = dt;
    if (dt_1 < shortest) shortest = dt_1;
    int64_t step_0 = clock_steps[0];
    int64_t step_1 = clock_steps[1];
    for (;; --left) {
        const double t_0 = step_0 < clock_ends[0] ? (double)step_0 * dt : SS_INFINITY;
        const double t_1 = step_1 < clock_ends[1] ? (double)step_1 * dt_1 : SS_INFINITY;
        double next = t_0;
        if (t_1 < next) next = t_1;
        if (!(next < SS_INFINITY)) break;
        next += 1e-4 * shortest;
        const int32_t due_0 = t_0 <= next;
        const int32_t due_1 = t_1 <= next;
        const int64_t step = step_0;
        if (due_0 && step % 1000 == 0 && step > 0) {
            reason = ss_test(base, arena, step, lane_from, lane_until);
            if (reason != SS_DONE) break;
        }
        if (left <= 0 || *(volatile int64_t *)&header->stop) { reason = SS_STOPPED; break; }
        if (header->events_room - events_used < events_most || header->records_room - records_used < records_most) {
            reason = SS_FULL;
            break;
        }
        if (due_1) {
            const int64_t step = step_1;
            const double t = t_1;
            (void)step; (void)t;
            /* monitor 1 */
            if (step % every_0 == 0) for (int64_t lane = lane_from; lane < lane_until; ++lane) {
                double *const record = records + records_used;
                ((int64_t *)record)[0] = step;
                ((int64_t *)record)[1] = (lane << 32) | 0;
                records_used += 2 + count_0 * 2;
                for (int64_t k = 0; k < count_0; ++k) {
                    const int64_t e = lane * n_process + start_0 + k;
                    record[2 + k * 2 + 0] = s_process_r[e];
                    record[2 + k * 2 + 1] = s_process_less[e];
                }
            }
        }
        if (due_0) {
            const int64_t step = step_0;
            const double t = t_0;
            (void)step; (void)t;
            /* groups, thresholds: cell */
            const int64_t now_cell = step % slots_cell;
            int32_t *const spiked_cell = ring_cell + now_cell * n_cell;
            int64_t fired_cell = 0;
            for (int64_t from = lo_cell; from < hi_cell; from += 128) {
                const int64_t to = from + 128 < hi_cell ? from + 128 : hi_cell;
                int64_t crossed[128], any = 0;
                #pragma GCC ivdep
                for (int64_t e = from; e < to; ++e) {
                    const double v_v = s_cell_v[e];
                    const double v_less = s_cell_less[e];
                    const double new_v = h_cell_0*v_v + h_cell_1*((p_drive - v_less)*50.0);
                    s_cell_v[e] = new_v;
                    const int64_t above = new_v > 0.01;
                    crossed[e - from] = above;
                    any |= above;
                }
                if (any) for (int64_t part = from; part < to; part += 64) {
                    const int64_t most = to - part < 64 ? to - part : 64;
                    uint64_t hits = 0;
                    for (int64_t k = 0; k < most; ++k) hits |= (uint64_t)(crossed[part - from + k] != 0) << k;
                    for (; hits; hits &= hits - 1) {
                        const int64_t e = part + __builtin_ctzll(hits);
                        spiked_cell[fired_cell++] = (int32_t)e;
                        events[2 * events_used] = step;
                        events[2 * events_used++ + 1] = ((int64_t)0 << 32) | e;
                    }
                }
            }
            spikes_cell[now_cell] = fired_cell;
            neuron_updates += hi_cell - lo_cell;
        }
        if (due_1) {
            const int64_t step = step_1;
            const double t = t_1;
            (void)step; (void)t;
            /* groups, thresholds: process */
            const int64_t now_process = step % slots_process;
            int32_t *const spiked_process = ring_process + now_process * n_process;
            int64_t fired_process = 0;
            for (int64_t from = lo_process; from < hi_process; from += 128) {
                const int64_t to = from + 128 < hi_process ? from + 128 : hi_process;
                int64_t crossed[128], any = 0;
                #pragma GCC ivdep
                for (int64_t e = from; e < to; ++e) {
                    const double v_r = s_process_r[e];
                    const double v_less = s_process_less[e];
                    const double new_r = v_r + dt_1*(-v_r*h_process_0);
                    const double new_less = v_less + dt_1*(p_gain*(v_r - p_target));
                    s_process_r[e] = new_r;
                    s_process_less[e] = new_less;
                    const int64_t above = 1;
                    crossed[e - from] = above;
                    any |= above;
                }
                if (any) for (int64_t part = from; part < to; part += 64) {
                    const int64_t most = to - part < 64 ? to - part : 64;
                    uint64_t hits = 0;
                    for (int64_t k = 0; k < most; ++k) hits |= (uint64_t)(crossed[part - from + k] != 0) << k;
                    for (; hits; hits &= hits - 1) {
                        const int64_t e = part + __builtin_ctzll(hits);
                        spiked_process[fired_process++] = (int32_t)e;
                        events[2 * events_used] = step;
                        events[2 * events_used++ + 1] = ((int64_t)1 << 32) | e;
                    }
                }
            }
            spikes_process[now_process] = fired_process;
            neuron_updates += hi_process - lo_process;
        }
        if (due_0) {
            const int64_t step = step_0;
            const double t = t_0;
            (void)step; (void)t;
            /* synapses: count, on_pre */
            for (int64_t d = 0; d < n_delays_count_pre; ++d) {
                const int64_t sent = step - delays_count_pre[d];
                if (sent < 0) continue;
                const int64_t slot = sent % slots_cell;
                const int32_t *const senders = ring_cell + slot * n_cell;
                const int64_t due = spikes_cell[slot];
                int64_t k = 0;
                for (; k + 4 <= due; k += 4) {
                    int64_t first[4], full = 0;
                    for (int64_t r = 0; r < 4; ++r) {
                        const int64_t own = senders[k + r] - source_start_count;
                        if (own < 0 || own >= rows_count) break;
                        const int64_t *const run = start_count_pre + own * n_delays_count_pre + d;
                        if (run[1] - run[0] != columns_count) break;
                        first[full++] = run[0] - target_start_count;
                    }
                    if (full < 4) break;
                    synaptic_events += 4 * columns_count;
                    #pragma GCC ivdep
                    for (int64_t post = target_start_count; post < target_start_count + columns_count; ++post) {
                        {
                            const int64_t q = first[0] + post, pre = senders[k + 0];
                            (void)q; (void)pre;
                            s_process_r[post] += 1/p_memory;
                        }
                        {
                            const int64_t q = first[1] + post, pre = senders[k + 1];
                            (void)q; (void)pre;
                            s_process_r[post] += 1/p_memory;
                        }
                        {
                            const int64_t q = first[2] + post, pre = senders[k + 2];
                            (void)q; (void)pre;
                            s_process_r[post] += 1/p_memory;
                        }
                        {
                            const int64_t q = first[3] + post, pre = senders[k + 3];
                            (void)q; (void)pre;
                            s_process_r[post] += 1/p_memory;
                        }
                    }
                }
                for (; k + 2 <= due; k += 2) {
                    int64_t first[2], full = 0;
                    for (int64_t r = 0; r < 2; ++r) {
                        const int64_t own = senders[k + r] - source_start_count;
                        if (own < 0 || own >= rows_count) break;
                        const int64_t *const run = start_count_pre + own * n_delays_count_pre + d;
                        if (run[1] - run[0] != columns_count) break;
                        first[full++] = run[0] - target_start_count;
                    }
                    if (full < 2) break;
                    synaptic_events += 2 * columns_count;
                    #pragma GCC ivdep
                    for (int64_t post = target_start_count; post < target_start_count + columns_count; ++post) {
                        {
                            const int64_t q = first[0] + post, pre = senders[k + 0];
                            (void)q; (void)pre;
                            s_process_r[post] += 1/p_memory;
                        }
                        {
                            const int64_t q = first[1] + post, pre = senders[k + 1];
                            (void)q; (void)pre;
                            s_process_r[post] += 1/p_memory;
                        }
                    }
                }
                for (; k < due; ++k) {
                    const int64_t sender = senders[k], own = sender - source_start_count;
                    if (own < 0 || own >= rows_count) continue;
                    const int64_t *const run = start_count_pre + own * n_delays_count_pre + d;
                    synaptic_events += run[1] - run[0];
                    if (run[1] - run[0] == columns_count) {
                        const int64_t pre = sender, first = run[0] - target_start_count;
                        (void)pre; (void)first;
                        #pragma GCC ivdep
                        for (int64_t post = target_start_count; post < target_start_count + columns_count; ++post) {
                            const int64_t q = first + post;
                            (void)q;
                            s_process_r[post] += 1/p_memory;
                        }
                        continue;
                    }
                    const int64_t pre = sender;
                    (void)pre;
                    for (int64_t q = run[0]; q < run[1]; ++q) {
                        const int64_t post = target_count[q];
                        (void)post;
                        s_process_r[post] += 1/p_memory;
                    }
                }
            }
        }
        if (due_1) {
            const int64_t step = step_1;
            const double t = t_1;
            (void)step; (void)t;
            /* synapses: regulate, on_pre */
            for (int64_t d = 0; d < n_delays_regulate_pre; ++d) {
                const int64_t sent = step - delays_regulate_pre[d];
                if (sent < 0) continue;
                const int64_t slot = sent % slots_process;
                const int32_t *const senders = ring_process + slot * n_process;
                const int64_t due = spikes_process[slot];
                int64_t k = 0;
                for (; k + 4 <= due; k += 4) {
                    int64_t first[4], full = 0;
                    for (int64_t r = 0; r < 4; ++r) {
                        const int64_t own = senders[k + r] - source_start_regulate;
                        if (own < 0 || own >= rows_regulate) break;
                        const int64_t *const run = start_regulate_pre + own * n_delays_regulate_pre + d;
                        if (run[1] - run[0] != columns_regulate) break;
                        first[full++] = run[0] - target_start_regulate;
                    }
                    if (full < 4) break;
                    synaptic_events += 4 * columns_regulate;
                    #pragma GCC ivdep
                    for (int64_t post = target_start_regulate; post < target_start_regulate + columns_regulate; ++post) {
                        {
                            const int64_t q = first[0] + post, pre = senders[k + 0];
                            (void)q; (void)pre;
                            s_cell_less[post] = s_process_less[pre];
                        }
                        {
                            const int64_t q = first[1] + post, pre = senders[k + 1];
                            (void)q; (void)pre;
                            s_cell_less[post] = s_process_less[pre];
                        }
                        {
                            const int64_t q = first[2] + post, pre = senders[k + 2];
                            (void)q; (void)pre;
                            s_cell_less[post] = s_process_less[pre];
                        }
                        {
                            const int64_t q = first[3] + post, pre = senders[k + 3];
                            (void)q; (void)pre;
                            s_cell_less[post] = s_process_less[pre];
                        }
                    }
                }
                for (; k + 2 <= due; k += 2) {
                    int64_t first[2], full = 0;
                    for (int64_t r = 0; r < 2; ++r) {
                        const int64_t own = senders[k + r] - source_start_regulate;
                        if (own < 0 || own >= rows_regulate) break;
                        const int64_t *const run = start_regulate_pre + own * n_delays_regulate_pre + d;
                        if (run[1] - run[0] != columns_regulate) break;
                        first[full++] = run[0] - target_start_regulate;
                    }
                    if (full < 2) break;
                    synaptic_events += 2 * columns_regulate;
                    #pragma GCC ivdep
                    for (int64_t post = target_start_regulate; post < target_start_regulate + columns_regulate; ++post) {
                        {
                            const int64_t q = first[0] + post, pre = senders[k + 0];
                            (void)q; (void)pre;
                            s_cell_less[post] = s_process_less[pre];
                        }
                        {
                            const int64_t q = first[1] + post, pre = senders[k + 1];
                            (void)q; (void)pre;
                            s_cell_less[post] = s_process_less[pre];
                        }
                    }
                }
                for (; k < due; ++k) {
                    const int64_t sender = senders[k], own = sender - source_start_regulate;
                    if (own < 0 || own >= rows_regulate) continue;
                    const int64_t *const run = start_regulate_pre + own * n_delays_regulate_pre + d;
                    synaptic_events += run[1] - run[0];
                    if (run[1] - run[0] == columns_regulate) {
                        const int64_t pre = sender, first = run[0] - target_start_regulate;
                        (void)pre; (void)first;
                        #pragma GCC ivdep
                        for (int64_t post = target_start_regulate; post < target_start_regulate + columns_regulate; ++post) {
                            const int64_t q = first + post;
                            (void)q;
                            s_cell_less[post] = s_process_less[pre];
                        }
                        continue;
                    }
                    const int64_t pre = sender;
                    (void)pre;
                    for (int64_t q = run[0]; q < run[1]; ++q) {
                        const int64_t post = target_regulate[q];
                        (void)post;
                        s_cell_less[post] = s_process_less[pre];
                    }
                }
            }
        }
        if (due_0) {
            const int64_t step = step_0;
            const double t = t_0;
            (void)step; (void)t;
            const int64_t now_cell = step % slots_cell, fired_cell = spikes_cell[now_cell];
            const int32_t *const spiked_cell = ring_cell + now_cell * n_cell;
            /* resets: cell */
            for (int64_t k = 0; k < fired_cell; ++k) {
                const int64_t e = spiked_cell[k];
                s_cell_v[e] = 0.0;
            }
        }
        step_0 += due_0;
        step_1 += due_1;
        header->progress += 1;
    }
    clock_steps[0] = step_0;
    clock_steps[1] = step_1;
    header->step = step_0;
    if (reason == SS_DONE) reason = ss_test(base, arena, step_0, 0, 1);
    header->events_used = events_used;
    header->records_used = records_used;
    header->synaptic_events += synaptic_events;
    header->neuron_updates += neuron_updates;
    ss_restore(environment);
    return reason;
}
