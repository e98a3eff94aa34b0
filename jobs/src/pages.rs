//! A page for each code: what it means, a wrong example with its message, a right one. `spikesweep explain` shows them.
//!
//! The pages are files in `codes/`; `tests/pages.rs` runs their examples and demands one for each code.

macro_rules! pages {
    ($($code:literal)*) => {
        const PAGES: &[(&str, &str)] = &[$(($code, include_str!(concat!("../codes/", $code, ".md")))),*];
    };
}

#[rustfmt::skip]
pages! {
    "E0101" "E0102" "E0103" "E0104" "E0105" "E0106" "E0107" "E0108" "E0109" "E0110" "E0111" "E0112" "E0113" "E0114" "E0115" "E0116" "E0117" "E0118" "E0119" "E0120" "E0121" "E0122" "E0123" "E0124"
    "E0201" "E0202" "E0203" "E0204" "E0205" "E0206" "E0207" "E0208" "E0209" "E0210" "E0211" "E0212"
    "E0301" "E0302" "E0303" "E0304" "E0305" "E0306" "E0307"
    "E0401" "E0402" "E0403" "E0404" "E0405" "E0406" "E0407" "E0408"
    "E0501" "E0502" "E0503" "E0504"
    "E0601" "E0602" "E0603" "E0604" "E0611" "E0612" "E0613"
    "E2001" "E2002" "E2003" "E2004" "E2005" "E2006" "E2007" "E2008" "E2009" "E2010" "E2011" "E2012" "E2013"
    "E2101" "E2102" "E2103" "E2104" "E2105" "E2106" "E2107" "E2108"
    "E2201" "E2202" "E2203"
    "E2301" "E2302" "E2303" "E2304" "E2305" "E2306"
    "E2401" "E2402" "E2403"
    "E2501" "E2502" "E2503" "E2504" "E2505" "E2506" "E2507" "E2508"
    "E2601" "E2602"
    "E2701"
    "E2901"
}

/// The page of a code.
pub fn page(code: &str) -> Option<&'static str> {
    PAGES.binary_search_by(|(c, _)| (*c).cmp(code)).ok().map(|k| PAGES[k].1)
}

/// The code that is meant by `E0302`, `e302` or `302`, whether there is one or not.
pub fn spelt(text: &str) -> String {
    let upper = text.trim().to_ascii_uppercase();
    let digits = upper.strip_prefix('E').unwrap_or(&upper);
    if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return upper;
    }
    format!("E{digits:0>4}")
}

/// Codes like one that does not exist: those of its hundred that differ in one digit, else all of its hundred, else none.
pub fn near(code: &str) -> Vec<&'static str> {
    let differing = |other: &str| other.bytes().zip(code.bytes()).filter(|(a, b)| a != b).count();
    let candidates = |test: &dyn Fn(&str) -> bool| -> Vec<&'static str> {
        let fits = PAGES.iter().map(|(c, _)| *c).filter(|c| c.len() == code.len() && test(c));
        fits.take(5).collect()
    };
    let close = candidates(&|c| differing(c) == 1);
    if close.is_empty() { candidates(&|c| c.get(..3) == code.get(..3)) } else { close }
}
