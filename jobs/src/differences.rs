//! In what two job files differ, in a person's words: for the message that a result directory holds another run.
//!
//! Nothing is checked: a text that is no TOML differs in nothing that can be told.

use std::collections::BTreeMap;

use toml::Value;

/// Keys whose values differ, in the order of their names: `parameters.tau is "20 ms" there, "10 ms" here`.
pub fn differences(there: &str, here: &str) -> Vec<String> {
    let (Ok(there), Ok(here)) = (there.parse(), here.parse()) else { return Vec::new() };
    let (there, here) = (flat(&there), flat(&here));
    let shown = |value: Option<&String>| value.map_or("missing", String::as_str).to_owned();
    let mut keys: Vec<&String> = there.keys().chain(here.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.into_iter()
        .filter(|key| there.get(*key) != here.get(*key))
        .map(|key| format!("{key} is {} there, {} here", shown(there.get(key)), shown(here.get(key))))
        .collect()
}

/// Every value under its dotted key, as it is written on one line.
fn flat(table: &toml::Table) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for (key, value) in table {
        add(key, value, &mut out);
    }
    out
}

fn add(key: &str, value: &Value, out: &mut BTreeMap<String, String>) {
    match value {
        Value::Table(table) if !table.is_empty() => {
            table.iter().for_each(|(inner, value)| add(&format!("{key}.{inner}"), value, out));
        }
        Value::Array(list) if list.iter().any(Value::is_table) => {
            let numbered = list.iter().enumerate();
            numbered.for_each(|(k, value)| add(&format!("{key}[{k}]"), value, out));
        }
        value => {
            out.insert(key.to_owned(), short(&value.to_string()));
        }
    }
}

/// One line, and not a long one.
fn short(text: &str) -> String {
    const MOST: usize = 60;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_told_by_key() {
        let there = "a = 1\n[parameters]\ntau = \"20 ms\"\nsame = 3\n[[sweep]]\naxes.w = [1, 2]";
        let here = "[parameters]\ntau = \"10 ms\"\nsame = 3\nnew = true\n[[sweep]]\naxes.w = [1]";
        let expected = [
            "a is 1 there, missing here",
            "parameters.new is missing there, true here",
            "parameters.tau is \"20 ms\" there, \"10 ms\" here",
            "sweep[0].axes.w is [1, 2] there, [1] here",
        ];
        assert_eq!(differences(there, here), expected);
        assert_eq!(differences(here, here), [""; 0]);
        assert_eq!(differences("no TOML", here), [""; 0]);
    }

    #[test]
    fn long_values_are_cut() {
        let [told] = &differences(&format!("a = \"{}\"", "é ".repeat(99)), "a = 1")[..] else { panic!() };
        assert!(told.contains("... there, 1 here") && told.len() < 200, "{told}");
    }
}
