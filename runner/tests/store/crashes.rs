//! Crashes of the whole machine: a file system in memory that loses what was not synced. At each operation of a run the
//! power goes; what was written but not synced is then lost, or there, or garbled, and names that were not synced are there
//! or not. The same command ends in the same bytes.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use runner::store::{CheckpointReader, CheckpointWriter, RunDirectory, Secret, Shard, Storage, checkpoints};

use super::scenario::{run, temporary};

/// What becomes of everything that was not synced.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Lost,
    Kept,
    /// Each piece by chance: lost, cut, followed by zeros or by other bytes; each name there or not.
    Garbled(u64),
}

#[derive(Clone, Default)]
struct Content {
    bytes: Vec<u8>,
    synced: usize,
}

/// A change of names that the disk may not know yet.
#[derive(Clone)]
enum Change {
    Name(PathBuf, usize),
    Move(PathBuf, PathBuf, usize),
    Remove(PathBuf),
}

impl Change {
    fn apply(&self, names: &mut BTreeMap<PathBuf, usize>) {
        match self {
            Change::Name(path, file) => {
                names.insert(path.clone(), *file);
            }
            Change::Move(from, to, file) => {
                names.remove(from);
                names.insert(to.clone(), *file);
            }
            Change::Remove(path) => {
                names.remove(path);
            }
        }
    }

    /// The directory whose sync makes it last.
    fn directory(&self) -> Option<&Path> {
        match self {
            Change::Name(path, _) | Change::Move(_, path, _) | Change::Remove(path) => path.parent(),
        }
    }
}

#[derive(Clone, Default)]
struct State {
    files: Vec<Content>,
    names: BTreeMap<PathBuf, usize>,
    lasting: BTreeMap<PathBuf, usize>,
    changes: Vec<Change>,
    /// Operations until the power goes.
    left: usize,
}

/// The machine; clones are the same one.
#[derive(Clone, Default)]
struct Machine(Rc<RefCell<State>>);

impl Machine {
    fn with_power_for(operations: usize, state: State) -> Machine {
        Machine(Rc::new(RefCell::new(State { left: operations, ..state })))
    }

    fn is_dead(&self) -> bool {
        self.0.borrow().left == 0
    }

    /// One more operation that changes something, if there still is power.
    fn step(&self) -> io::Result<std::cell::RefMut<'_, State>> {
        let mut state = self.alive()?;
        state.left -= 1;
        if state.left == 0 { Err(io::Error::other("the power is gone")) } else { Ok(state) }
    }

    fn alive(&self) -> io::Result<std::cell::RefMut<'_, State>> {
        if self.is_dead() { Err(io::Error::other("the power is gone")) } else { Ok(self.0.borrow_mut()) }
    }

    /// The disk after a crash.
    fn remains(&self, fate: Fate) -> State {
        let state = self.0.borrow();
        let mut random = match fate {
            Fate::Garbled(seed) => seed,
            _ => 0,
        };
        let mut names = state.lasting.clone();
        for change in &state.changes {
            if matches!(fate, Fate::Kept)
                || matches!(fate, Fate::Garbled(_)) && next(&mut random).is_multiple_of(2)
            {
                change.apply(&mut names);
            }
        }
        let files = state.files.iter().map(|file| {
            let (lasting, rest) = file.bytes.split_at(file.synced);
            let bytes = match fate {
                Fate::Lost => lasting.to_vec(),
                Fate::Kept => file.bytes.clone(),
                Fate::Garbled(_) => [lasting, &garbled(rest, &mut random)].concat(),
            };
            Content { synced: bytes.len(), bytes }
        });
        State { files: files.collect(), lasting: names.clone(), names, changes: Vec::new(), left: 0 }
    }
}

fn garbled(bytes: &[u8], random: &mut u64) -> Vec<u8> {
    let cut = next(random) as usize % (bytes.len() + 1);
    let mut kept = bytes.to_vec();
    match next(random) % 4 {
        0 => kept.truncate(cut),
        1 => kept[cut..].fill(0),
        2 => kept[cut..].iter_mut().for_each(|byte| *byte = next(random) as u8),
        _ => kept[..cut].fill(0), // what was written last came first
    }
    kept
}

fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

fn missing() -> io::Error {
    io::ErrorKind::NotFound.into()
}

impl State {
    fn file(&self, path: &Path) -> io::Result<usize> {
        self.names.get(path).copied().ok_or_else(missing)
    }

    fn change(&mut self, change: Change) {
        change.apply(&mut self.names);
        self.changes.push(change);
    }
}

impl Storage for Machine {
    type File = usize;

    fn create_new(&self, path: &Path) -> io::Result<usize> {
        let mut state = self.step()?;
        if state.names.contains_key(path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        state.files.push(Content::default());
        let file = state.files.len() - 1;
        state.change(Change::Name(path.to_owned(), file));
        Ok(file)
    }

    fn append(&self, file: &mut usize, bytes: &[u8]) -> io::Result<()> {
        let last_words = self.0.borrow().left == 1;
        if last_words {
            // The last write is under way when the power goes.
            self.0.borrow_mut().files[*file].bytes.extend_from_slice(bytes);
        }
        self.step()?.files[*file].bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn sync(&self, file: &usize) -> io::Result<()> {
        let mut state = self.step()?;
        state.files[*file].synced = state.files[*file].bytes.len();
        Ok(())
    }

    fn sync_path(&self, path: &Path) -> io::Result<()> {
        let file = self.alive()?.file(path)?;
        self.sync(&file)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        let state = &mut *self.step()?;
        let (synced, rest): (Vec<_>, Vec<_>) =
            state.changes.drain(..).partition(|change| change.directory() == Some(path));
        synced.iter().for_each(|change| change.apply(&mut state.lasting));
        state.changes = rest;
        Ok(())
    }

    fn length(&self, path: &Path) -> io::Result<u64> {
        let state = self.alive()?;
        Ok(state.files[state.file(path)?].bytes.len() as u64)
    }

    fn open(&self, path: &Path) -> io::Result<usize> {
        self.alive()?.file(path)
    }

    fn read_open(&self, file: &usize, offset: u64, bytes: &mut [u8]) -> io::Result<usize> {
        let state = self.alive()?;
        let all = &state.files[*file].bytes;
        let from = all.get(offset as usize..).unwrap_or_default();
        let got = from.len().min(bytes.len());
        bytes[..got].copy_from_slice(&from[..got]);
        Ok(got)
    }

    fn names(&self, dir: &Path) -> io::Result<Vec<String>> {
        let state = self.alive()?;
        let here = state.names.keys().filter(|path| path.parent() == Some(dir));
        Ok(here.filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())).collect())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.step()?;
        let file = state.file(from)?;
        state.change(Change::Move(from.to_owned(), to.to_owned(), file));
        Ok(())
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        if self.alive()?.names.contains_key(to) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        self.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.step()?;
        state.file(path)?;
        state.change(Change::Remove(path.to_owned()));
        Ok(())
    }
}

/// Everything a user reads, and what vouches for it.
fn results(machine: &Machine, out: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let state = machine.0.borrow();
    let read = |path: &Path| path.parent() == Some(out) || path.ends_with("complete.json");
    let files = state.names.iter().filter(|(path, _)| read(path));
    files.map(|(path, file)| (path.clone(), state.files[*file].bytes.clone())).collect()
}

const PLENTY: usize = 1_000_000;

#[test]
fn whatever_a_crash_leaves_ends_in_the_same_bytes() {
    let dir = temporary();
    RunDirectory::create(dir.path()).expect("nothing in the way");
    let on = |machine: &Machine| run(&RunDirectory::at(machine.clone(), dir.path()));
    let undisturbed = Machine::with_power_for(PLENTY, State::default());
    on(&undisturbed).expect("there is power");
    let expected = results(&undisturbed, dir.path());
    assert!(expected.len() > 5, "{} files", expected.len());
    let operations = PLENTY - undisturbed.0.borrow().left;
    assert!(operations > 80, "only {operations} operations");
    for at in 1..=operations {
        let crashed = Machine::with_power_for(at, State::default());
        on(&crashed).expect_err("the power goes");
        assert!(crashed.is_dead());
        let mut fates = vec![Fate::Lost, Fate::Kept];
        fates.extend((0..2).map(|k| Fate::Garbled(at as u64 * 2 + k)));
        for fate in fates {
            let again = Machine::with_power_for(PLENTY, crashed.remains(fate));
            on(&again).unwrap_or_else(|error| panic!("{fate:?} at operation {at}: {error}"));
            assert!(results(&again, dir.path()) == expected, "{fate:?} at operation {at}: other bytes");
        }
    }
}

/// Writes a checkpoint in two pieces.
fn write_checkpoint(machine: &Machine, dir: &Path, text: &[u8]) -> runner::store::Result<()> {
    let mut file = CheckpointWriter::create(machine.clone(), dir, "checkpoint-0-7", "1-0", &SECRET)?;
    let (first, second) = text.split_at(text.len() / 2);
    file.append(first)?;
    file.append(second)?;
    file.finish()
}

fn read_checkpoint(machine: &Machine, dir: &Path, secret: &Secret) -> Option<Vec<u8>> {
    let mut file = CheckpointReader::open(machine.clone(), dir, "checkpoint-0-7", secret)?;
    let mut bytes = vec![0; file.left() as usize];
    file.fill(&mut bytes)?;
    Some(bytes)
}

const SECRET: Secret = Secret([7; 32]);

#[test]
fn a_crash_leaves_the_old_checkpoint_or_the_new_one() {
    let dir = Path::new("/run");
    let (old, new) = (vec![b'o'; 3000], vec![b'n'; 5000]);
    let mut met = [0; 2];
    for at in 1.. {
        let machine = Machine::with_power_for(PLENTY, State::default());
        write_checkpoint(&machine, dir, &old).expect("there is power");
        let crashed = Machine::with_power_for(at, machine.remains(Fate::Lost));
        if write_checkpoint(&crashed, dir, &new).is_ok() {
            assert!(at > 6, "only {at} operations");
            break;
        }
        let mut fates = vec![Fate::Lost, Fate::Kept];
        fates.extend((0..4).map(|k| Fate::Garbled(at as u64 * 4 + k)));
        for fate in fates {
            let again = Machine::with_power_for(PLENTY, crashed.remains(fate));
            let found = read_checkpoint(&again, dir, &SECRET).unwrap_or_default();
            assert!(found == old || found == new, "{fate:?} at operation {at}: {} bytes", found.len());
            met[usize::from(found == new)] += 1;
            // What was left half done is not in the way.
            checkpoints(&again, dir, Shard::WHOLE).expect("there is power");
            write_checkpoint(&again, dir, &new).expect("there is power");
            assert_eq!(read_checkpoint(&again, dir, &SECRET), Some(new.clone()));
        }
    }
    assert!(met[0] > 5 && met[1] > 0, "{met:?}");
}

/// Two runs at once, where locks do not work.
#[test]
fn a_checkpoint_that_is_read_stays_the_same() {
    let dir = Path::new("/run");
    let machine = Machine::with_power_for(PLENTY, State::default());
    write_checkpoint(&machine, dir, b"state").expect("there is power");
    let open =
        || CheckpointReader::open(machine.clone(), dir, "checkpoint-0-7", &SECRET).expect("it is good");
    let (mut first, mut second) = (open(), open());
    write_checkpoint(&machine, dir, b"later").expect("there is power");
    let mut bytes = [0; 5];
    assert_eq!((first.fill(&mut bytes), &bytes), (Some(()), b"state"));
    machine.remove(&dir.join("checkpoint-0-7")).expect("it is there");
    assert_eq!((second.fill(&mut bytes), &bytes), (Some(()), b"state"));
    // What another run takes for a leftover is lost, and nothing else.
    let mut file =
        CheckpointWriter::create(machine.clone(), dir, "checkpoint-0-7", "1-0", &SECRET).expect("it is new");
    file.append(b"state").expect("there is power");
    checkpoints(&machine, dir, Shard::WHOLE).expect("there is power");
    file.finish().expect("a checkpoint that is lost is no fault");
    assert_eq!(read_checkpoint(&machine, dir, &SECRET), None);
}

#[test]
fn a_checkpoint_is_read_with_its_secret_and_whole_only() {
    let dir = Path::new("/run");
    let machine = Machine::with_power_for(PLENTY, State::default());
    write_checkpoint(&machine, dir, b"state").expect("there is power");
    assert_eq!(read_checkpoint(&machine, dir, &SECRET), Some(b"state".to_vec()));
    assert_eq!(read_checkpoint(&machine, dir, &Secret([8; 32])), None);
    let good = machine.0.borrow().clone();
    let file = good.names[&dir.join("checkpoint-0-7")];
    let changed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut state = good.clone();
        change(&mut state.files[file].bytes);
        read_checkpoint(&Machine::with_power_for(PLENTY, state), dir, &SECRET)
    };
    let length = good.files[file].bytes.len();
    for bit in 0..8 * length {
        assert_eq!(changed(&|bytes| bytes[bit / 8] ^= 1 << (bit % 8)), None, "bit {bit}");
    }
    for kept in 0..length {
        assert_eq!(changed(&|bytes| bytes.truncate(kept)), None, "cut at {kept}");
    }
}

/// The machine does lose what is not synced: without any sync, nothing is left of a run.
#[test]
fn what_is_not_synced_is_lost() {
    let dir = temporary();
    let machine = Machine::with_power_for(PLENTY, State::default());
    let path = dir.path().join("rows");
    let mut file = machine.create_new(&path).expect("it is new");
    machine.append(&mut file, b"1,2\n").expect("there is power");
    assert!(machine.remains(Fate::Lost).names.is_empty());
    machine.sync(&file).expect("there is power");
    assert!(machine.remains(Fate::Lost).names.is_empty(), "a name needs a sync of its directory");
    machine.sync_dir(dir.path()).expect("there is power");
    machine.append(&mut file, b"3,4\n").expect("there is power");
    let left = machine.remains(Fate::Lost);
    assert_eq!(left.files[left.names[&path]].bytes, b"1,2\n");
    let left = machine.remains(Fate::Kept);
    assert_eq!(left.files[left.names[&path]].bytes, b"1,2\n3,4\n");
}
