//! Reads the command line. Help and version are good ends; what is wrong with it is told together with the mend.

use std::ffi::OsString;
use std::path::Path;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use clap::{ColorChoice, CommandFactory, FromArgMatches};
use kernels::language::suggest;

use crate::arguments::Arguments;
use crate::exit::Exit;
use crate::terminal::colours_refused;

/// Words that other programs use for what is called otherwise here.
const OTHER_WORDS: &[(&str, &str)] = &[
    ("simulate", "run"),
    ("start", "run"),
    ("resume", "run"),
    ("continue", "run"),
    ("validate", "check"),
    ("lint", "check"),
    ("init", "new"),
    ("create", "new"),
    ("progress", "status"),
    ("list", "show"),
    ("points", "show"),
    ("doctor", "selftest"),
    ("completion", "completions"),
    ("manual", "man"),
];

/// The arguments, or how the command ends without any.
pub fn parse() -> Result<Arguments, Exit> {
    let words: Vec<OsString> = std::env::args_os().collect();
    // Left to itself, clap colours for a terminal that has none where a variable CI is set.
    let colours = if colours_refused() { ColorChoice::Never } else { ColorChoice::Auto };
    let matches = Arguments::command().color(colours).try_get_matches_from(&words);
    matches.and_then(|matches| Arguments::from_arg_matches(&matches)).map_err(|mut error| {
        if let Some(mend) = mend(&error, &words) {
            error.remove(ContextKind::SuggestedSubcommand);
            error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![StyledStr::from(mend)]));
        }
        // Whoever started the command may have closed stderr; the exit code tells enough.
        error.print().ok();
        if error.use_stderr() { Exit::Usage } else { Exit::Good }
    })
}

/// The mend of an error for which clap has none.
fn mend(error: &Error, words: &[OsString]) -> Option<String> {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    match error.kind() {
        ErrorKind::InvalidSubcommand => other_word(text(ContextKind::InvalidSubcommand)?),
        ErrorKind::UnknownArgument => unquoted(text(ContextKind::InvalidArg)?, words),
        _ => None,
    }
}

fn other_word(word: &str) -> Option<String> {
    if word.ends_with(".toml") || Path::new(word).is_file() {
        return Some(format!("to simulate a job: 'spikesweep run {word}'"));
    }
    if let Some((_, ours)) = OTHER_WORDS.iter().find(|(theirs, _)| *theirs == word.to_lowercase()) {
        return Some(format!("the command for this is '{ours}'"));
    }
    let command = Arguments::command();
    let near = suggest::nearest(word, command.get_subcommands().map(clap::Command::get_name))?;
    Some(format!("did you mean '{near}'?"))
}

/// `--set tau=20 ms` and `--set tau = 20` reach us as several words.
fn unquoted(word: &str, words: &[OsString]) -> Option<String> {
    let at = words.iter().position(|w| w == word)?;
    let before = words.get(at.checked_sub(1)?)?.to_str()?;
    let start = match before.strip_prefix("--set=") {
        Some(start) => start,
        None => Some(before).filter(|_| at >= 2 && words[at - 2] == "--set")?,
    };
    if word.starts_with('=') || start.ends_with('=') || !start.contains('=') {
        return Some(close_up(start, &words[at..]));
    }
    Some(format!("put a value with a blank into quotes: --set \"{start} {word}\""))
}

/// `tau = 20 ms` without the blanks about `=`.
fn close_up(start: &str, rest: &[OsString]) -> String {
    let is_value =
        |word: &&str| !word.starts_with('-') || word[1..].starts_with(|c: char| c.is_ascii_digit());
    let rest = rest.iter().filter_map(|word| word.to_str()).take_while(is_value).take(3);
    let whole = std::iter::once(start).chain(rest).collect::<Vec<_>>().join(" ");
    match whole.split_once('=') {
        Some((name, value)) => {
            let setting = format!("{}={}", name.trim(), value.trim());
            format!("write a setting as one word, with its unit in quotes: --set \"{setting}\"")
        }
        None => format!("a setting has a name and a value: --set \"{}\"", whole.replacen(' ', "=", 1)),
    }
}
