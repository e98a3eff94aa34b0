//! Names and texts that want to be something else: words of C and of the kernel's own, comment ends, includes; files that
//! are too large. No byte of the user's reaches the C but checked names behind a prefix, and numbers.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;

use proptest::prelude::*;

use crate::planted::JOB;
use crate::support::{Folder, Results, root};

/// The C of a job's models, as it is compiled.
fn code(job: &jobs::Job) -> Vec<String> {
    let programs = job.models().iter().map(|model| kernels::program::build(model).expect("a checked job"));
    programs.map(|program| kernels::c::kernel(&program).text).collect()
}

fn accepted(text: &str) -> Option<jobs::Job> {
    jobs::from_text("job.toml", text.as_bytes(), Path::new("jobs/gallery"), &[]).ok()
}

const WORDS_OF_C: &[&str] = &[
    "auto",
    "break",
    "case",
    "char",
    "const",
    "continue",
    "default",
    "do",
    "double",
    "enum",
    "extern",
    "float",
    "goto",
    "inline",
    "long",
    "register",
    "restrict",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "struct",
    "switch",
    "typedef",
    "union",
    "unsigned",
    "void",
    "volatile",
    "while",
    "asm",
    "main",
    "errno",
    "NULL",
    "INFINITY",
    "base",
    "arena",
    "header",
    "plan",
    "row",
    "keys",
    "lane",
    "lanes",
    "ss_exp",
    "ss_prepare",
    "spikesweep_kernel",
    "int64_t",
    "uint8_t",
    "p_v",
    "v_v",
    "new_v",
    "s_P_v",
    "a__b",
    "a_",
    "_a",
    "__attribute__",
    "__FILE__",
    "_Noreturn",
    "abort",
    "exit",
    "malloc",
    "q",
    "e",
    "linux",
    "unix",
];

/// Whether a job with this name in it is accepted; if not, it is refused with a place.
fn is_accepted(text: &str) -> bool {
    match jobs::from_text("job.toml", text.as_bytes(), Path::new("."), &[]) {
        Ok(_) => true,
        Err(rejected) => {
            assert!(rejected.render(false).contains("--> job.toml:"), "no place: {}", rejected.render(false));
            false
        }
    }
}

/// The accepted ones of the words, each with a number, in a job that has all of them in one role.
fn all_accepted(job: impl Fn(&[(usize, &str)]) -> String) -> (String, Vec<(usize, &'static str)>) {
    let numbered = WORDS_OF_C.iter().copied().enumerate();
    let words: Vec<(usize, &str)> = numbered.filter(|word| is_accepted(&job(&[*word]))).collect();
    assert!(words.len() > 20, "only {words:?} were accepted");
    (job(&words), words)
}

/// The text of a part for each word.
fn each(words: &[(usize, &str)], part: impl Fn(usize, &str) -> String) -> String {
    words.iter().map(|(number, word)| part(*number, word)).collect()
}

const RUN: &str = "[run]\nduration = \"1 ms\"\nseed = 1\n";

/// The values of a table at time 0 are the numbers of the words, in order.
fn assert_numbers(
    folder: &Folder,
    text: &str,
    words: &[(usize, &str)],
    value: impl Fn(&Results, usize) -> f64,
) {
    let results = folder.results_of(text, "out", &["--workers", "1"]);
    for (place, (number, word)) in words.iter().enumerate() {
        assert_eq!(value(&results, place), *number as f64, "{word}");
    }
}

#[test]
fn words_of_c_are_names_of_variables_and_parameters() {
    let folder = Folder::new();
    let (text, words) = all_accepted(|words| {
        let equations = each(words, |_, word| format!("{word} : 1\n"));
        let initial = each(words, |number, word| format!("{word} = {number}\n"));
        let names = each(words, |_, word| format!("\"{word}\", "));
        format!(
            "{RUN}[neurons.P]\nsize = 1\nequations = \"\"\"\n{equations}\"\"\"\ninitial = \"\"\"\n{initial}\"\"\"\n\
             [record.m]\nkind = \"state\"\nsource = \"P\"\nvariables = [{names}]\n"
        )
    });
    // Behind point, time and neuron.
    assert_numbers(&folder, &text, &words, |results, place| {
        results.table("m").rows[0][3 + place].parse().unwrap()
    });

    let folder = Folder::new();
    let (text, words) = all_accepted(|words| {
        let parameters = each(words, |number, word| format!("{word} = {number}\n"));
        let equations = each(words, |number, _| format!("x{number} : 1\n"));
        let initial = each(words, |number, word| format!("x{number} = {word}\n"));
        let names = each(words, |number, _| format!("\"x{number}\", "));
        format!(
            "{RUN}[parameters]\n{parameters}[neurons.P]\nsize = 1\nequations = \"\"\"\n{equations}\"\"\"\n\
             initial = \"\"\"\n{initial}\"\"\"\n\
             [record.m]\nkind = \"state\"\nsource = \"P\"\nvariables = [{names}]\n"
        )
    });
    assert_numbers(&folder, &text, &words, |results, place| {
        results.table("m").rows[0][3 + place].parse().unwrap()
    });
}

#[test]
fn words_of_c_are_names_of_groups_and_synapses() {
    let folder = Folder::new();
    let (text, words) = all_accepted(|words| {
        let groups = each(words, |number, word| {
            format!(
                "[neurons.{word}]\nsize = 1\nequations = \"v : 1\"\ninitial = \"v = {number}\"\n\
                 [record.m{number}]\nkind = \"state\"\nsource = \"{word}\"\nvariables = [\"v\"]\n"
            )
        });
        format!("{RUN}{groups}")
    });
    let numbers: Vec<usize> = words.iter().map(|(number, _)| *number).collect();
    assert_numbers(&folder, &text, &words, |results, place| {
        results.table(&format!("m{}", numbers[place])).numbers("v")[0]
    });

    // Each object adds its number to a neuron of its own, at the first step.
    let folder = Folder::new();
    let (text, words) = all_accepted(|words| {
        let objects = each(words, |number, word| {
            format!(
                "[synapses.{word}]\nsource = \"S\"\ntarget = \"P\"\nconnect = {{ where = \"j == {number}\" }}\n\
                 on_pre = \"v_post += {number}\"\n"
            )
        });
        format!(
            "{RUN}[neurons.S]\nsize = 1\nthreshold = \"t_in_timesteps == 0\"\n\
             [neurons.P]\nsize = 100\nequations = \"v : 1\"\n{objects}\
             [record.m]\nkind = \"state\"\nsource = \"P\"\nvariables = [\"v\"]\n"
        )
    });
    let numbers: Vec<usize> = words.iter().map(|(number, _)| *number).collect();
    assert_numbers(&folder, &text, &words, |results, place| {
        // The rows of the second step.
        results.table("m").numbers("v")[100 + numbers[place]]
    });
}

/// Texts that are data: wherever one stands, the job is refused with a place, or its C is that of a job without it.
#[test]
fn texts_that_look_like_c_do_not_reach_it() {
    let hostile = [
        "*/ #include \"/etc/passwd\"",
        "\\\"; abort(); \\\"",
        "__attribute__((constructor))",
        "asm(\\\"int3\\\")",
        "??/",
        "\\\\",
        "// x",
        "/* x",
        "%s%n",
        "${HOME}",
        "$(touch hit)",
        "`touch hit`",
        "../../x",
        "\\u202e",
        "\\n#error\\n",
        "; touch hit ;",
    ];
    let clean = code(&accepted(JOB).expect("it is good"));
    type Place<'a> = (&'static str, &'a dyn Fn(&str) -> String);
    let places: [Place<'_>; 9] = [
        ("a comment", &|x| format!("# {}\n{JOB}", x.replace("\\n", " "))),
        ("a comment of equations", &|x| {
            JOB.replace("u : 1\n", &format!("u : 1 # {}\n", x.replace("\\n", " ")))
        }),
        ("the job's name", &|x| format!("[job]\nname = \"{x}\"\n{JOB}")),
        ("a description", &|x| format!("[job]\ndescription = \"{x}\"\n{JOB}")),
        ("a name", &|x| JOB.replace("[synapses.S]", &format!("[synapses.\"{x}\"]"))),
        ("a monitor's name", &|x| JOB.replace("[record.v]", &format!("[record.\"{x}\"]"))),
        ("an expression", &|x| JOB.replace("\"v > 10*mV\"", &format!("\"v > 10*mV {x}\""))),
        ("a quantity", &|x| JOB.replace("\"15 mV\"", &format!("\"15 mV{x}\""))),
        ("a text", &|x| JOB.replace("kind = 0", &format!("kind = 0\nmy_text = {{ text = \"{x}\" }}"))),
    ];
    let (mut accepted_ones, mut refused) = (0, 0);
    for text in hostile {
        for (what, place) in &places {
            let text = place(text);
            match jobs::from_text("job.toml", text.as_bytes(), Path::new("."), &[]) {
                Ok(job) => {
                    accepted_ones += 1;
                    assert_eq!(code(&job), clean, "{what}: {text}");
                }
                Err(rejected) => {
                    refused += 1;
                    assert!(rejected.render(false).contains("--> job.toml:"), "{what}: {text}");
                }
            }
        }
    }
    assert!(accepted_ones > 20 && refused > 50, "{accepted_ones} accepted, {refused} refused");
    assert!(!Path::new("hit").exists());
}

/// Letters, digits and signs of which the printer makes its C.
fn is_of_the_printer(c: char) -> bool {
    c.is_ascii_alphanumeric() || " \n_(){}[];,.<>=!&|+-*/?:~^%".contains(c)
}

/// Identifiers of a text.
fn words(text: &str) -> BTreeSet<&str> {
    let parts = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    parts.filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')).collect()
}

/// The lines of the C behind the prelude, without comments.
fn printed(text: &str) -> Vec<&str> {
    let text = &text[text.find("static SS_COLD int32_t ss_prepare").expect("each kernel has it")..];
    text.lines().map(|line| line.split("/*").next().unwrap_or("").trim()).collect()
}

/// What the C of the gallery's jobs has that follows from no name or number: lines with other signs than most (those for the
/// preprocessor), and words without a prefix.
struct Known {
    lines: BTreeSet<String>,
    words: BTreeSet<String>,
}

impl Known {
    fn read(sources: &[String]) -> Known {
        let codes: Vec<String> =
            sources.iter().flat_map(|text| accepted(text)).flat_map(|job| code(&job)).collect();
        let lines = || codes.iter().flat_map(|code| printed(code));
        let plain = |line: &&str| line.chars().all(is_of_the_printer);
        let known = Known {
            lines: lines().filter(|line| !plain(line)).map(str::to_owned).collect(),
            words: lines().flat_map(words).filter(|word| !is_prefixed(word)).map(str::to_owned).collect(),
        };
        assert!(known.lines.iter().all(|line| line.starts_with(['#', '_'])), "{:?}", known.lines);
        assert!(known.words.contains("double") && known.words.len() < 200, "{:?}", known.words);
        known
    }

    /// The C of a job holds nothing else, but for numbers and names behind a prefix.
    fn assert_enough_for(&self, text: &str) {
        for code in accepted(text).iter().flat_map(code) {
            for line in printed(&code) {
                let plain = line.chars().all(is_of_the_printer);
                assert!(plain || self.lines.contains(line), "{line}\nof\n{text}");
                for word in words(line) {
                    assert!(self.words.contains(word) || is_prefixed(word), "{word}\nof\n{text}");
                }
            }
        }
    }
}

fn is_prefixed(word: &str) -> bool {
    let (prefix, name) = word.split_once('_').unwrap_or((word, ""));
    word.len() < 400 && !prefix.is_empty() && !name.is_empty()
}

fn sources() -> Vec<String> {
    let folder = std::fs::read_dir(root().join("jobs/gallery")).unwrap();
    let mut paths: Vec<_> = folder.map(|e| e.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "toml"));
    paths.sort();
    paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

const PIECES: &[&str] = &[
    "*/", "/*", "//", "#", "\\", "\"", "'", "`", "@", "$", "__asm__", "abort()", ";", "{", "}", "goto x",
    " + v", "x_", "_", "1e9", "0x10", "1L", "\u{3b1}", "\u{ff08}", "i", "xi", "(", ")", "# */ x\n", "if",
    "**2",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(150) })]
    #[test]
    fn only_names_and_numbers_reach_the_c(
        which in any::<prop::sample::Index>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..PIECES.len()), 1..3),
    ) {
        static KNOWN: OnceLock<(Vec<String>, Known)> = OnceLock::new();
        let (sources, known) = KNOWN.get_or_init(|| {
            let sources = sources();
            let known = Known::read(&sources);
            (sources, known)
        });
        let mut text = which.get(sources).clone();
        for (at, piece) in edits {
            let mut start = at.index(text.len() + 1);
            while !text.is_char_boundary(start) { start -= 1; }
            text.insert_str(start, PIECES[piece]);
        }
        known.assert_enough_for(&text);
    }
}

/// Larger than any job: refused by its size, before it is read.
#[test]
fn a_job_of_a_gigabyte_is_refused() {
    let folder = Folder::new();
    for (name, bytes) in [("job.toml", 1 << 30), ("small.toml", (8 << 20) + 1)] {
        std::fs::File::create(folder.path(name)).unwrap().set_len(bytes).unwrap();
        let refused = folder.spikesweep(&["run", name]).expect(65);
        assert!(refused.stderr.contains("it is larger than 8 MiB"), "{}", refused.stderr);
        assert!(refused.stderr.contains(&format!("--> {name}:1:1")), "{}", refused.stderr);
    }
}

/// Blocks of points whose product has no number, and sizes whose product with their variables has none.
#[test]
fn points_and_neurons_without_number_are_refused() {
    let folder = Folder::new();
    let sweep = |n: &str| format!("axes.kind = {{ from = 0, to = 1, n = {n} }}\naxes.drive");
    let cases = [
        JOB.replace("axes.drive", &sweep("1000000")).replace("n = 6", "n = 1000000"),
        JOB.replace("axes.drive", &sweep("9223372036854775807")),
        JOB.replace("axes.drive", &sweep("0")),
        JOB.replace("size = 12", "size = 1099511627776"),
        JOB.replace("size = 12", "size = 9223372036854775808"),
        JOB.replace("size = 12", "size = 1e400"),
        JOB.replace("size = 12", "size = nan"),
        JOB.replace("size = 12", "size = 0"),
        JOB.replace("size = 12", "size = -1"),
        JOB.replace("20 ms", "1e400 s"),
        JOB.replace("\"20 ms\"", "\"20 ms\"\ndt = \"0 ms\""),
    ];
    for text in cases {
        folder.write("job.toml", &text);
        let refused = folder.spikesweep(&["run", "job.toml", "--out", "out"]).expect(65);
        assert!(refused.stderr.contains("--> job.toml:"), "{}", refused.stderr);
        assert!(!folder.path("out").exists());
    }
}
