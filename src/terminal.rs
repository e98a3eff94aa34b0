//! Text on stdout and stderr. A reader that has gone away is no fault: results are on disk, and what is said is only said.
//!
//! Names of files and texts of jobs may come from anybody: characters that steer a terminal are shown, not sent.

use std::borrow::Cow;
use std::io::{IsTerminal, Write};

use serde::Serialize;

/// Results, on stdout.
pub fn say(text: impl AsRef<str>) {
    let _ = writeln!(std::io::stdout().lock(), "{}", shown(text.as_ref(), false));
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
    let _ = writeln!(std::io::stderr().lock(), "{}", shown(text.as_ref(), false));
}

/// As [`tell`], for a text that has colours of ours and no other escapes.
pub fn tell_coloured(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", shown(text, true));
}

/// A text with its control characters replaced, but for line ends, tabs and, if they are ours, escapes.
fn shown(text: &str, coloured: bool) -> Cow<'_, str> {
    let steers = |c: char| c.is_control() && !matches!(c, '\n' | '\t') && !(coloured && c == '\u{1b}');
    if text.contains(steers) { text.replace(steers, "\u{fffd}").into() } else { text.into() }
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
