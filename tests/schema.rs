//! `spikesweep schema` prints the schema that lies in `docs/` for editors.

mod support;

use support::{Folder, root};

#[test]
fn is_the_one_for_editors() {
    let printed = Folder::new().spikesweep(&["schema"]).expect(0).stdout;
    let copy = std::fs::read_to_string(root().join("docs/job.schema.json")).unwrap();
    assert!(printed == copy, "docs/job.schema.json is another one");
}
