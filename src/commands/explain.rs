//! `spikesweep explain`: the page of a code, or the list of all codes.

use anyhow::Result;
use jobs::{codes, pages};

use crate::arguments::ExplainOptions;
use crate::exit::Exit;
use crate::terminal::{colours, say, tell};

/// As many codes are named at the end of a report.
const MOST: usize = 5;

/// Runs the subcommand.
pub fn explain(options: &ExplainOptions) -> Result<Exit> {
    if options.codes.is_empty() {
        codes::every().for_each(|(code, meaning)| say(format!("{code}  {meaning}")));
        return Ok(Exit::Good);
    }
    let mut exit = Exit::Good;
    for (k, text) in options.codes.iter().enumerate() {
        let code = pages::spelt(text);
        match pages::page(&code) {
            Some(page) => {
                let gap = if k > 0 { "\n" } else { "" };
                say(format!("{gap}{}", page.trim_start_matches("# ").trim_end()));
            }
            None => {
                tell(unknown(&code));
                exit = Exit::Usage;
            }
        }
    }
    Ok(exit)
}

/// The faults of a job with a last line that says where more is to be read.
pub fn report(rejected: &jobs::Rejected) -> String {
    let codes: Vec<&str> = rejected.codes().into_iter().take(MOST).collect();
    format!("{}for more: spikesweep explain {}", rejected.render(colours()), codes.join(" "))
}

fn unknown(code: &str) -> String {
    let near = pages::near(code);
    let advice = if near.is_empty() {
        "spikesweep explain lists all codes".to_owned()
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    format!("spikesweep: there is no code {code}; {advice}")
}
