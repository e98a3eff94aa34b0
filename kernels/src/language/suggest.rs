//! "Did you mean": the nearest of some names, or none if none is near.

/// No more letters of a name are compared.
const LETTERS: usize = 64;

/// The distances of the beginnings of a name from those of another, all of one length, in twice the number of edits.
type Row = [u16; LETTERS + 1];

/// The candidate nearest to `name`: equal but for case, or a few typing errors away.
pub fn nearest<I, S>(name: &str, candidates: I) -> Option<String>
where
    I: IntoIterator<Item = S>,
    S: AsRef<str>,
{
    let length = name.chars().count();
    let most = if length > 1 { 2 * (length / 3).clamp(1, 3) } else { 1 };
    let start: Vec<char> = name.chars().take(LETTERS).collect();
    candidates
        .into_iter()
        .filter(|c| c.as_ref() != name && !c.as_ref().is_empty())
        .filter_map(|c| Some((distance(&start, c.as_ref(), most)?, c)))
        .filter(|(_, c)| c.as_ref().chars().count() < 2 * length + 2)
        .min_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.as_ref().cmp(b.1.as_ref())))
        .map(|(_, c)| c.as_ref().to_string())
}

/// Twice the number of insertions, deletions, replacements and swaps of neighbours; a change of case counts one.
/// `None` if that is more than `most`.
fn distance(a: &[char], b: &str, most: usize) -> Option<usize> {
    let (mut letters, mut length) = (['\0'; LETTERS], 0);
    for (letter, c) in letters.iter_mut().zip(b.chars()) {
        (*letter, length) = (c, length + 1);
    }
    // Most names are too long or too short, which is seen at once.
    if 2 * a.len().abs_diff(length) > most {
        return None;
    }
    let b = &letters[..length];
    let mut rows = [[0; LETTERS + 1]; 3];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i % 3][j] = cell(a, b, &rows, i, j);
        }
    }
    Some(usize::from(rows[a.len() % 3][b.len()])).filter(|d| *d <= most)
}

/// The distance of the first `i` letters of `a` from the first `j` of `b`; row `i` stands at `i % 3`.
fn cell(a: &[char], b: &[char], rows: &[Row; 3], i: usize, j: usize) -> u16 {
    if i == 0 || j == 0 {
        return 2 * (i + j) as u16;
    }
    let (x, y) = (a[i - 1], b[j - 1]);
    let (here, before) = (&rows[i % 3], &rows[(i - 1) % 3]);
    let replace = if x == y { 0 } else { 2 - u16::from(x.eq_ignore_ascii_case(&y)) };
    let mut best = (before[j] + 2).min(here[j - 1] + 2).min(before[j - 1] + replace);
    if i > 1 && j > 1 && x == b[j - 2] && a[i - 2] == y {
        best = best.min(rows[(i - 2) % 3][j - 2] + 2);
    }
    best
}
