//! Fenced blocks of a page of the guide. Behind the language of a fence may stand `file=NAME` (readers are to save the block
//! under this name) or `replay` (a test gives its commands and compares what they say).

use std::path::PathBuf;

use super::{Folder, root};

/// A fenced block.
#[derive(Debug, Clone)]
pub struct Block {
    /// `toml`, `console`, ...
    pub language: String,
    /// What stands behind the language.
    pub mark: String,
    /// Its lines.
    pub text: String,
}

impl Block {
    /// The name under which readers save it.
    pub fn file(&self) -> Option<&str> {
        self.mark.strip_prefix("file=")
    }
}

/// The pages of the guide.
pub fn guide() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("docs/guide")).unwrap().map(|e| e.unwrap().path());
    let mut pages: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|e| e == "md")).collect();
    pages.sort();
    pages
}

/// The blocks of a page, in order.
pub fn blocks(page: &std::path::Path) -> Vec<Block> {
    let text = std::fs::read_to_string(page).unwrap();
    let mut found: Vec<Block> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        match line.strip_prefix("```") {
            Some(_) if inside => inside = false,
            Some(fence) => {
                let (language, mark) = fence.split_once(' ').unwrap_or((fence, ""));
                found.push(Block { language: language.into(), mark: mark.into(), text: String::new() });
                inside = true;
            }
            None if inside => {
                let text = &mut found.last_mut().unwrap().text;
                text.push_str(line);
                text.push('\n');
            }
            None => {}
        }
    }
    assert!(!inside, "{}: a block does not end", page.display());
    found
}

/// A folder with the files that readers of a page save.
pub fn saved(blocks: &[Block]) -> Folder {
    let folder = Folder::new();
    for block in blocks {
        if let Some(name) = block.file() {
            folder.write(name, &block.text);
        }
    }
    folder
}
