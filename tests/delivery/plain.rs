//! A network and what comes of it, by a list of events that is sorted: the expectation, written without a look at kernels.

/// Numbers that look random: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
pub struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `low` to below `high`.
    fn roll(&mut self, low: i64, high: i64) -> i64 {
        low + (self.next() % (high - low) as u64) as i64
    }
}

/// A group: neuron k spikes at steps n of its clock with (n + k) % period == 0, all of them also where n % burst == 0.
pub struct Group {
    pub size: i64,
    /// The part that synapses begin or end at.
    pub part: [i64; 2],
    /// Its time step in those of the run (0.1 ms).
    pub dt: i64,
    pub period: i64,
    pub burst: i64,
}

/// A pathway: `factor` tells what it does from what others do.
pub struct Pathway {
    pub name: String,
    pub from_source: bool,
    /// Delay in steps of the sender's clock: base + i*di + j*dj.
    pub delay: [i64; 3],
    pub order: Option<i64>,
    pub factor: i64,
}

/// Two groups with synapses from A to B.
pub struct Network {
    pub a: Group,
    pub b: Group,
    /// Pairs in the order of making, by row.
    pub pairs: Vec<[i64; 2]>,
    pub pathways: Vec<Pathway>,
    /// Steps of the run.
    pub steps: i64,
}

/// The numbers that are left.
pub struct Left {
    pub x: Vec<i64>,
    pub y: Vec<i64>,
    pub w: Vec<i64>,
    pub events: usize,
    /// Events that came later than one that was sent after them.
    pub reordered: usize,
}

impl Network {
    pub fn random(seed: u64) -> Network {
        let mut dice = Dice(seed);
        let dts = [1, 1, 2, 3, 5];
        let mut group = || {
            let size = dice.roll(1, 9);
            let start = dice.roll(0, size);
            let part = [start, dice.roll(start + 1, size + 1)];
            Group { size, part, dt: dts[dice.roll(0, 5) as usize], period: dice.roll(2, 12), burst: 1000 }
        };
        let (a, b) = (group(), group());
        let (rows, columns) = (a.part[1] - a.part[0], b.part[1] - b.part[0]);
        let mut pairs: Vec<[i64; 2]> =
            (0..dice.roll(1, 40)).map(|_| [dice.roll(0, rows), dice.roll(0, columns)]).collect();
        pairs.sort_by_key(|pair| pair[0]);
        let names = ["pre", "post", "b", "a2", "a10", "zz"];
        let mut pathways = Vec::new();
        for (k, name) in names.iter().enumerate() {
            let from_source = if k < 2 { k == 0 } else { dice.roll(0, 2) == 0 };
            let slopes = if dice.roll(0, 3) == 0 { [0, 0] } else { [dice.roll(0, 4), dice.roll(0, 4)] };
            let delay = [dice.roll(0, 6), slopes[0], slopes[1]];
            let order = (k >= 2 && dice.roll(0, 4) == 0).then(|| dice.roll(-2, 3));
            if dice.roll(0, 3) > 0 || k == 0 {
                let (name, factor) = (name.to_string(), dice.roll(2, 50));
                pathways.push(Pathway { name, from_source, delay, order, factor });
            }
        }
        Network { a, b, pairs, pathways, steps: 150 }
    }

    /// So many synapses with so many delays that their events wait in queues, which overflow when all spike at once.
    pub fn large(seed: u64) -> Network {
        let mut dice = Dice(seed);
        let mut group = |burst| Group { size: 64, part: [2, 62], dt: 1, period: dice.roll(20, 40), burst };
        let (a, b) = (group(17), group(23));
        let pairs = (0..60).flat_map(|i| (0..60).map(move |j| [i, j])).collect();
        let pathway = |name: &str, from_source, delay, factor| Pathway {
            name: name.into(),
            from_source,
            delay,
            order: None,
            factor,
        };
        let mut delay = || [dice.roll(0, 3), 0, 1];
        let pathways = vec![
            pathway("pre", true, delay(), 7),
            pathway("post", false, [dice.roll(0, 3), 1, 0], 11),
            pathway("other", true, [1, 1, 0], 13),
        ];
        Network { a, b, pairs, pathways, steps: 150 }
    }

    pub fn simulated(&self) -> Left {
        let mut left = Left {
            x: vec![1; self.a.size as usize],
            y: vec![1; self.b.size as usize],
            w: vec![1; self.pairs.len()],
            events: 0,
            reordered: 0,
        };
        let mut order: Vec<&Pathway> = self.pathways.iter().collect();
        order.sort_by_key(|p| (p.order.unwrap_or(if p.from_source { -1 } else { 1 }), p.name.clone()));
        let queues: Vec<Vec<[i64; 4]>> = order.iter().map(|p| self.queue(p)).collect();
        for step in 0..self.steps {
            for (pathway, queue) in order.iter().zip(&queues) {
                let dt = if pathway.from_source { self.a.dt } else { self.b.dt };
                if step % dt != 0 {
                    continue;
                }
                let due = queue.iter().filter(|event| event[0] == step / dt);
                let mut last = i64::MIN;
                for [_, sent, _, synapse] in due {
                    left.events += 1;
                    left.reordered += usize::from(*sent != last && last != i64::MIN);
                    last = *sent;
                    self.act(pathway, *synapse as usize, &mut left);
                }
            }
        }
        // Tables have synapses by pair.
        let mut by_pair: Vec<usize> = (0..self.pairs.len()).collect();
        by_pair.sort_by_key(|synapse| self.pairs[*synapse]);
        left.w = by_pair.into_iter().map(|synapse| left.w[synapse]).collect();
        left
    }

    /// (arrival, step of the spike, neuron, synapse) of all events of a pathway, in the order in which they are done.
    fn queue(&self, pathway: &Pathway) -> Vec<[i64; 4]> {
        let sender = if pathway.from_source { &self.a } else { &self.b };
        let mut events = Vec::new();
        for (synapse, [i, j]) in self.pairs.iter().enumerate() {
            let neuron = if pathway.from_source { self.a.part[0] + i } else { self.b.part[0] + j };
            let [base, di, dj] = pathway.delay;
            let delay = base + di * i + dj * j;
            let spikes = (0..=self.steps / sender.dt)
                .filter(|n| (n + neuron) % sender.period == 0 || n % sender.burst == 0);
            events.extend(spikes.map(|n| [n + delay, n, neuron, synapse as i64]));
        }
        events.sort();
        events
    }

    /// What a pathway does at a synapse; nothing commutes.
    fn act(&self, pathway: &Pathway, synapse: usize, left: &mut Left) {
        let [i, j] = self.pairs[synapse];
        let (x, y) = ((self.a.part[0] + i) as usize, (self.b.part[0] + j) as usize);
        left.w[synapse] = (left.w[synapse] * pathway.factor + left.x[x] + i) % 1009;
        left.y[y] = (left.y[y] * 3 + left.w[synapse] + j) % 1013;
        left.x[x] = (left.x[x] * pathway.factor + left.y[y]) % 1019;
    }
}
