//! Every job of the gallery is accepted, with points, and its stored copy is the same run.

use std::path::Path;

#[test]
fn every_job_is_accepted() {
    let mut count = 0;
    for entry in std::fs::read_dir("gallery").unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "toml") {
            continue;
        }
        let job = match jobs::load(&path, &[]) {
            Ok(job) => job,
            Err(rejected) => panic!("{rejected}"),
        };
        assert!(!job.points().is_empty(), "{}", path.display());
        let again = jobs::from_text("job.toml", job.as_run().as_bytes(), Path::new("gallery"), &[]);
        let again = again.unwrap_or_else(|rejected| panic!("the stored copy is refused: {rejected}"));
        assert_eq!(again.identity(), job.identity(), "{}", path.display());
        count += 1;
    }
    assert!(count > 0);
}
