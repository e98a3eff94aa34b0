//! Files around a job: includes, links, data files, line ends, what is no file.

use std::fs;
use std::path::Path;

const MODEL: &str = "[parameters]\ntau = \"10 ms\"\nI = { file = \"drive.csv\", column = \"drive_nA\" }\n\n\
                     [neurons.G]\nsize = 2\nequations = '''\ndv/dt = -v/tau : 1\nJ = I : amp\n'''\n";
const MAIN: &str = "include = [\"model.toml\"]\n\n[run]\nduration = \"1 ms\"\n";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("model.toml"), MODEL).unwrap();
    fs::write(folder.path().join("main.toml"), MAIN).unwrap();
    fs::write(folder.path().join("drive.csv"), "i,drive_nA\n0,1.5\n1,2.5\n").unwrap();
    folder
}

fn load(folder: &Path, sets: &[String]) -> Result<jobs::Job, String> {
    jobs::load(&folder.join("main.toml"), sets).map_err(|rejected| rejected.render(false))
}

#[test]
fn an_include_is_part_of_the_job() {
    let folder = folder();
    let job = load(folder.path(), &[]).unwrap();
    assert_eq!(job.name(), "main");
    assert_eq!(job.models()[0].arrays[0].values, [1.5e-9, 2.5e-9]);
    // The stored copy needs no include.
    fs::remove_file(folder.path().join("model.toml")).unwrap();
    let again = jobs::from_text("job.toml", job.as_run().as_bytes(), folder.path(), &[]).unwrap();
    assert_eq!(again.identity(), job.identity());
    assert!(!again.as_run().contains("include"));
}

#[test]
fn the_identity_is_that_of_the_contents() {
    let folder = folder();
    let plain = load(folder.path(), &[]).unwrap().identity();
    let other = tempfile::tempdir().unwrap();
    for name in ["main.toml", "model.toml", "drive.csv"] {
        fs::copy(folder.path().join(name), other.path().join(name)).unwrap();
    }
    assert_eq!(load(other.path(), &[]).unwrap().identity(), plain);
    fs::write(folder.path().join("drive.csv"), "i,drive_nA\n0,1.5\n1,3.5\n").unwrap();
    assert_ne!(load(folder.path(), &[]).unwrap().identity(), plain);
}

#[test]
fn settings_reach_included_parameters() {
    let folder = folder();
    let job = load(folder.path(), &["tau=20 ms".into()]).unwrap();
    assert_eq!(job.points().get(0).values, [0.02]);
    assert!(job.as_run().contains("tau = \"20 ms\""));
}

#[test]
fn links_out_of_the_folder_are_not_included() {
    let (folder, outside) = (folder(), tempfile::tempdir().unwrap());
    let target = outside.path().join("model.toml");
    fs::rename(folder.path().join("model.toml"), &target).unwrap();
    std::os::unix::fs::symlink(&target, folder.path().join("model.toml")).unwrap();
    let message = load(folder.path(), &[]).unwrap_err();
    assert!(message.contains("outside of the job's folder"), "{message}");
}

#[test]
fn circles_of_includes_are_found() {
    let folder = folder();
    fs::write(folder.path().join("model.toml"), format!("include = [\"b.toml\"]\n{MODEL}")).unwrap();
    fs::write(folder.path().join("b.toml"), "include = [\"model.toml\"]\n").unwrap();
    let message = load(folder.path(), &[]).unwrap_err();
    assert!(message.contains("b.toml:1:12") && message.contains("includes itself"), "{message}");
}

/// Each file includes the next one: a stack must not grow as long as a folder is.
#[test]
fn includes_are_neither_deep_nor_many() {
    let folder = folder();
    let chain = |files: usize| {
        for k in 0..files {
            let next = if k + 1 < files { format!("include = [\"{}.toml\"]\n", k + 1) } else { MODEL.into() };
            fs::write(folder.path().join(format!("{k}.toml")), next).unwrap();
        }
        fs::write(folder.path().join("main.toml"), MAIN.replace("model", "0")).unwrap();
        load(folder.path(), &[])
    };
    chain(16).unwrap();
    let message = chain(5000).unwrap_err();
    assert!(message.contains("15.toml:1:12") && message.contains("nested more than 16 deep"), "{message}");

    let named = |files: std::ops::Range<usize>| files.map(|k| format!("\"e{k}.toml\", ")).collect::<String>();
    (0..300).for_each(|k| fs::write(folder.path().join(format!("e{k}.toml")), "").unwrap());
    let many = |files: usize| {
        let main = MAIN.replace("\"model.toml\"", &format!("\"model.toml\", {}", named(0..files)));
        fs::write(folder.path().join("main.toml"), main).unwrap();
        load(folder.path(), &[])
    };
    many(255).unwrap();
    assert!(many(256).unwrap_err().contains("more than 256 files are included"));
}

#[test]
fn line_ends_and_byte_order_marks_mean_nothing() {
    let folder = folder();
    let plain = load(folder.path(), &[]).unwrap();
    for (name, marks) in [("main.toml", "\u{feff}"), ("model.toml", "\u{feff}\u{feff}")] {
        let path = folder.path().join(name);
        let text = fs::read_to_string(&path).unwrap().replace('\n', "\r\n");
        fs::write(&path, format!("{marks}{text}")).unwrap();
    }
    let other = load(folder.path(), &[]).unwrap();
    assert_eq!(other.identity(), plain.identity());
    assert_eq!(other.as_run(), plain.as_run());
}

#[test]
fn what_is_no_file_is_refused() {
    let folder = folder();
    let refused = |path: &Path| jobs::load(path, &[]).unwrap_err().render(false);
    assert!(refused(&folder.path().join("none.toml")).contains("there is no such file"));
    assert!(refused(folder.path()).contains("not a regular file"));
    assert!(refused(Path::new("/dev/zero")).contains("not a regular file"));
    let large = folder.path().join("large.toml");
    fs::File::create(&large).unwrap().set_len(1 << 30).unwrap();
    assert!(refused(&large).contains("larger than 8 MiB"));
}

/// Results go to `results/NAME`: a name leads nowhere else, be it written in the job or that of its file.
#[test]
fn a_name_is_that_of_a_folder() {
    let folder = folder();
    let job = |name: &str, file: &str| {
        let name = if name.is_empty() { String::new() } else { format!("[job]\nname = {name}\n") };
        let text = format!("{name}{MODEL}\n[run]\nduration = \"1 ms\"\n");
        fs::write(folder.path().join(file), text).unwrap();
        jobs::load(&folder.path().join(file), &[]).map_err(|rejected| rejected.render(false))
    };
    let elsewhere =
        ["../x", "/etc", "a/b", ".", "..", "", " ", "x\\u001B[31m", "a\\nb", "x\\u009B", "\\u0000"];
    for name in elsewhere {
        let message = job(&format!("\"{name}\""), "named.toml").unwrap_err();
        assert!(message.contains("E2011") && message.contains("named.toml:2:"), "{name}: {message}");
        assert!(!message.contains(|c: char| c.is_control() && c != '\n'), "{name}: {message:?}");
    }
    for name in ["x", "-x", "a b", "\u{3b1}.1", "...", ".hidden"] {
        assert_eq!(job(&format!("\"{name}\""), "named.toml").unwrap().name(), name);
    }
    assert!(job("", "...toml").unwrap_err().contains("it means another folder"));
    assert_eq!(job("", "..x.toml").unwrap().name(), "..x");
}

#[test]
fn a_link_to_data_is_followed() {
    let (folder, outside) = (folder(), tempfile::tempdir().unwrap());
    let target = outside.path().join("drive.csv");
    fs::rename(folder.path().join("drive.csv"), &target).unwrap();
    std::os::unix::fs::symlink(&target, folder.path().join("drive.csv")).unwrap();
    assert!(load(folder.path(), &[]).is_ok());
}
