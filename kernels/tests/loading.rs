//! Shared objects that are no kernels of this model and this version are refused before a word of them is run.

#[path = "../../tests/support/not_run.rs"]
mod not_run;

use std::path::{Path, PathBuf};
use std::process::Command;

use kernels::load::{LoadError, load};

/// The layout that the host asks for.
const LAYOUT: u64 = 0x1122_3344_5566_7788;

/// A kernel's table, as the interface's C header declares it, with an entry of the test's choice.
fn source(table: &str) -> String {
    let header = include_str!("../abi/kernel.h");
    format!(
        "#include <stdint.h>\n{header}\n\
         static int32_t prepare(unsigned char *b, uint64_t a, int64_t l) {{ (void)b; (void)a; (void)l; return 0; }}\n\
         static int64_t many(unsigned char *b, uint64_t a, int64_t o) {{ (void)b; (void)a; (void)o; return 0; }}\n\
         static int32_t advance(unsigned char *b, uint64_t a, int64_t n) {{ (void)b; (void)a; (void)n; return 0; }}\n\
         {table}\n"
    )
}

fn table(size: &str, abi: &str, layout: u64) -> String {
    source(&format!(
        "const ss_kernel spikesweep_kernel = {{ {size}, {abi}, 0, {layout}ull, prepare, many, many, advance }};"
    ))
}

/// Compiles C to a shared object.
fn object(cc: &Path, folder: &Path, name: &str, text: &str) -> PathBuf {
    let (c, so) = (folder.join(format!("{name}.c")), folder.join(format!("{name}.so")));
    std::fs::write(&c, text).unwrap();
    let output = Command::new(cc).args(["-shared", "-fPIC", "-o"]).arg(&so).arg(&c).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    so
}

/// What differs, what was found, what was expected.
fn foreign(path: &Path) -> (&'static str, u64, u64) {
    match load(path, LAYOUT) {
        Err(LoadError::Foreign { what, found, expected }) => (what, found, expected),
        other => panic!("{} should be foreign, but: {other:?}", path.display()),
    }
}

#[test]
fn only_the_right_kernel_is_loaded() {
    let Some(cc) = not_run::compiler_for("only_the_right_kernel_is_loaded") else { return };
    let folder = tempfile::tempdir().unwrap();
    let made = |name: &str, text: &str| object(&cc, folder.path(), name, text);

    let good = made("good", &table("sizeof(ss_kernel)", "SS_ABI", LAYOUT));
    load(&good, LAYOUT).expect("the table that all others are changed from");

    let (what, found, expected) = foreign(&made("size", &table("sizeof(ss_kernel) - 8", "SS_ABI", LAYOUT)));
    assert_eq!((what, found + 8), ("the size of its table", expected));
    let larger = made("larger", &table("sizeof(ss_kernel) + 8", "SS_ABI", LAYOUT));
    assert_eq!(foreign(&larger).0, "the size of its table");

    let version = u64::from(kernels::abi::VERSION);
    let older = made("older", &table("sizeof(ss_kernel)", "SS_ABI - 1", LAYOUT));
    assert_eq!(foreign(&older), ("its interface version", version - 1, version));
    let newer = made("newer", &table("sizeof(ss_kernel)", "SS_ABI + 1", LAYOUT));
    assert_eq!(foreign(&newer), ("its interface version", version + 1, version));

    let layout = made("layout", &table("sizeof(ss_kernel)", "SS_ABI", LAYOUT ^ 1));
    assert_eq!(foreign(&layout), ("its layout", LAYOUT ^ 1, LAYOUT));
}

#[test]
fn what_is_no_kernel_is_refused_by_the_loader() {
    let Some(cc) = not_run::compiler_for("what_is_no_kernel_is_refused_by_the_loader") else { return };
    let folder = tempfile::tempdir().unwrap();
    let nameless = object(&cc, folder.path(), "nameless", &source("const int other_symbol = 1;"));
    let hidden =
        table("sizeof(ss_kernel)", "SS_ABI", LAYOUT).replace("const ss_kernel", "static const ss_kernel");
    let hidden = object(&cc, folder.path(), "hidden", &hidden);
    let text = folder.path().join("text.so");
    std::fs::write(&text, "not an object").unwrap();
    let good = object(&cc, folder.path(), "good", &table("sizeof(ss_kernel)", "SS_ABI", LAYOUT));
    // Cut inside the first header; a file cut later is caught by the hash that the cache keeps.
    let cut = folder.path().join("cut.so");
    std::fs::write(&cut, &std::fs::read(good).unwrap()[..40]).unwrap();
    let missing = folder.path().join("missing.so");
    for path in [nameless, hidden, text, cut, missing] {
        let refused = load(&path, LAYOUT).expect_err("must not be loaded");
        assert!(matches!(refused, LoadError::Loader(_)), "{}: {refused:?}", path.display());
        assert!(refused.to_string().starts_with("cannot load the kernel: "), "{refused}");
    }
}

#[test]
fn header_and_host_agree_about_the_version() {
    let header = include_str!("../abi/kernel.h");
    assert!(header.contains(&format!("#define SS_ABI {}\n", kernels::abi::VERSION)));
}
