//! Text on stdout and stderr. A reader that has gone away is no fault: results are on disk, and what is said is only said.

use std::io::{IsTerminal, Write};

use serde::Serialize;

/// Results, on stdout.
pub fn say(text: impl AsRef<str>) {
    let _ = writeln!(std::io::stdout().lock(), "{}", text.as_ref());
}

/// Bytes as they are, on stdout.
pub fn say_bytes(bytes: &[u8]) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Results as one JSON document, on stdout.
pub fn say_json(value: &impl Serialize) {
    say(serde_json::to_string_pretty(value).expect("keys are strings and values are plain"));
}

/// The rest, on stderr.
pub fn tell(text: impl AsRef<str>) {
    let _ = writeln!(std::io::stderr().lock(), "{}", text.as_ref());
}

/// Whether messages on stderr may be coloured.
pub fn colours() -> bool {
    !colours_refused() && std::io::stderr().is_terminal()
}

/// Whether the user wants none, or the terminal has none.
pub fn colours_refused() -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
    unwanted || std::env::var_os("TERM").is_some_and(|t| t == "dumb")
}
