//! Text on stdout and stderr. A reader that has gone away is no fault: results are on disk, and what is said is only said.

use std::io::{IsTerminal, Write};

/// Results, on stdout.
pub fn say(text: impl AsRef<str>) {
    let _ = writeln!(std::io::stdout().lock(), "{}", text.as_ref());
}

/// The rest, on stderr.
pub fn tell(text: impl AsRef<str>) {
    let _ = writeln!(std::io::stderr().lock(), "{}", text.as_ref());
}

/// Whether messages on stderr may be coloured.
pub fn colours() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()) && std::io::stderr().is_terminal()
}
