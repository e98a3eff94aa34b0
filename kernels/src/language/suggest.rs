//! "Did you mean": the nearest of some names, or none if none is near.

/// The candidate nearest to `name`: equal but for case, or a few typing errors away.
pub fn nearest<I, S>(name: &str, candidates: I) -> Option<String>
where
    I: IntoIterator<Item = S>,
    S: AsRef<str>,
{
    let length = name.chars().count();
    let tolerated = if length < 3 { 1 } else { (length / 3).clamp(1, 3) };
    candidates
        .into_iter()
        .filter(|c| c.as_ref() != name && !c.as_ref().is_empty())
        .map(|c| (distance(name, c.as_ref()), c))
        .filter(|(d, c)| {
            *d <= 2 * tolerated && (length > 1 || *d <= 1) && c.as_ref().chars().count() < 2 * length + 2
        })
        .min_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.as_ref().cmp(b.1.as_ref())))
        .map(|(_, c)| c.as_ref().to_string())
}

/// Twice the number of insertions, deletions, replacements and swaps of neighbours; a change of case counts one.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().take(64).collect();
    let b: Vec<char> = b.chars().take(64).collect();
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = cell(&a, &b, &rows, i, j);
        }
    }
    rows[a.len()][b.len()]
}

fn cell(a: &[char], b: &[char], rows: &[Vec<usize>], i: usize, j: usize) -> usize {
    if i == 0 || j == 0 {
        return 2 * (i + j);
    }
    let (x, y) = (a[i - 1], b[j - 1]);
    let replace = if x == y { 0 } else { 2 - usize::from(x.eq_ignore_ascii_case(&y)) };
    let mut best = (rows[i - 1][j] + 2).min(rows[i][j - 1] + 2).min(rows[i - 1][j - 1] + replace);
    if i > 1 && j > 1 && x == b[j - 2] && a[i - 2] == y {
        best = best.min(rows[i - 2][j - 2] + 2);
    }
    best
}
