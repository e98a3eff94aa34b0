//! Statistics written down from their definitions, over whole trains of whole steps: what the streams must come to.

/// Steps of the spikes of each neuron, in order.
pub type Trains = Vec<Vec<i64>>;

/// Those that fulfil a condition.
pub fn at(trains: &Trains, when: impl Fn(i64) -> bool) -> Trains {
    trains.iter().map(|train| train.iter().copied().filter(|s| when(*s)).collect()).collect()
}

pub fn count(trains: &Trains) -> f64 {
    trains.iter().map(Vec::len).sum::<usize>() as f64
}

fn intervals(train: &[i64]) -> Vec<f64> {
    train.windows(2).map(|two| (two[1] - two[0]) as f64).collect()
}

fn mean(x: &[f64]) -> Option<f64> {
    (!x.is_empty()).then(|| x.iter().sum::<f64>() / x.len() as f64)
}

fn variance(x: &[f64]) -> f64 {
    let m = mean(x).unwrap();
    x.iter().map(|x| (x - m) * (x - m)).sum::<f64>() / x.len() as f64
}

/// The mean over neurons for which there is a value.
fn over_neurons(trains: &Trains, each: impl Fn(&[i64]) -> Option<f64>) -> Option<f64> {
    mean(&trains.iter().filter_map(|train| each(train)).collect::<Vec<f64>>())
}

pub fn cv(trains: &Trains) -> Option<f64> {
    over_neurons(trains, |train| {
        let x = intervals(train);
        (x.len() >= 2).then(|| variance(&x).sqrt() / mean(&x).unwrap())
    })
}

pub fn cv2(trains: &Trains) -> Option<f64> {
    over_neurons(trains, |train| {
        let x = intervals(train);
        mean(&x.windows(2).map(|i| 2.0 * (i[1] - i[0]).abs() / (i[1] + i[0])).collect::<Vec<_>>())
    })
}

/// Windows of `width` steps from `first` on, as many as end by `end`.
pub fn fano(trains: &Trains, first: i64, end: i64, width: i64) -> Option<f64> {
    let windows = (end - first) / width;
    over_neurons(trains, |train| {
        let inside = |k: i64| train.iter().filter(|s| (**s - first).div_euclid(width) == k).count() as f64;
        let counts: Vec<f64> = (0..windows).map(inside).collect();
        let m = mean(&counts).unwrap();
        (windows >= 2 && m > 0.0).then(|| variance(&counts) / m)
    })
}

pub fn vector_strength(trains: &Trains, period: f64) -> Option<f64> {
    let phases: Vec<f64> =
        trains.iter().flatten().map(|s| 2.0 * std::f64::consts::PI * *s as f64 / period).collect();
    let (c, s) = (phases.iter().map(|p| p.cos()).collect::<Vec<_>>(), phases.iter().map(|p| p.sin()));
    Some(mean(&c)?.hypot(mean(&s.collect::<Vec<_>>())?))
}

/// As brian2modelfitting has it, of trains that lie within `steps`; `delta` in steps.
pub fn gamma_factor(trains: &Trains, target: &[i64], delta: f64, steps: f64) -> Option<f64> {
    let (m, rate) = (target.len() as f64, target.len() as f64 / steps);
    over_neurons(trains, |train| {
        let near = |t: &&i64| train.iter().any(|s| ((s - **t) as f64).abs() <= delta);
        let coincidences = target.iter().filter(near).count() as f64;
        let chance = 2.0 * delta * m * rate;
        let norm = 0.5 * (1.0 - 2.0 * delta * rate);
        (m > 0.0).then(|| (coincidences - chance) / (norm * (m + train.len() as f64)))
    })
}

pub fn latency(trains: &Trains) -> Option<f64> {
    over_neurons(trains, |train| train.first().map(|s| *s as f64))
}

/// Counts of the numbers in `[k width, (k + 1) width)` for `from <= k < to`.
pub fn histogram(numbers: impl Iterator<Item = i64>, width: i64, from: i64, to: i64) -> Vec<f64> {
    let mut counts = vec![0.0; (to - from) as usize];
    for k in numbers.map(|x| x.div_euclid(width)).filter(|k| (from..to).contains(k)) {
        counts[(k - from) as usize] += 1.0;
    }
    counts
}

pub fn isi(trains: &Trains) -> Vec<i64> {
    trains.iter().flat_map(|train| train.windows(2).map(|two| two[1] - two[0])).collect()
}

/// All lags of pairs of different spikes of a neuron, to both sides.
pub fn own_lags(trains: &Trains) -> Vec<i64> {
    let each = |train: &Vec<i64>| {
        let n = train.len();
        let pairs = (0..n).flat_map(move |a| (0..n).filter(move |b| a != *b).map(move |b| (a, b)));
        pairs.map(|(a, b)| train[b] - train[a]).collect::<Vec<i64>>()
    };
    trains.iter().flat_map(each).collect()
}

/// All lags of pairs of a spike of the source and a different one of the target. Neurons are given with their numbers.
pub fn lags(source: &[(usize, &Vec<i64>)], target: &[(usize, &Vec<i64>)]) -> Vec<i64> {
    let mut out = Vec::new();
    for (i, a) in source {
        for (j, b) in target {
            for s in a.iter() {
                out.extend(b.iter().filter(|t| i != j || s != *t).map(|t| t - s));
            }
        }
    }
    out
}
