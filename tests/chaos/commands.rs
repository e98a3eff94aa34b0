//! One command under one kind of fault, and perhaps under a few more acts: started, disturbed, waited for.

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use crate::acts::{Proof, perform};
use crate::kinds::{ALLOCATE, Act, Call, Ending, FINAL, FINISHED, GENTLE, Kind, STOPPED, name_of};
use crate::planted::{Fault, as_root, run, through};
use crate::support::Folder;
use crate::support::chance::Chance;
use crate::support::processes::children;

/// Longest time a command may take, under any fault.
const PATIENCE: Duration = Duration::from_secs(300);

/// In which a command starts.
const EARLY: Duration = Duration::from_millis(30);

/// A command that was started; what it says goes to a file, so that nobody has to read it.
pub struct Running {
    pub child: Child,
    said: PathBuf,
}

/// How it ended, and what it said.
pub struct Outcome {
    pub ending: Ending,
    pub said: String,
}

/// Where commands run: always the same one.
pub struct Place<'a> {
    pub folder: &'a Folder,
    /// The directory of results, in the folder.
    pub out: String,
    pub workers: u64,
    /// Points may go on from checkpoints.
    pub checkpoints: bool,
    /// Acts are spread over this time, once there are workers.
    pub span: Duration,
    /// Bytes of the results: a full disk has room for fewer.
    pub bytes: u64,
}

/// A fault that was tried, and what proves it.
pub struct Tried {
    pub name: &'static str,
    pub proof: Proof,
    /// How the command may end because of it.
    pub endings: &'static [Ending],
}

/// A command that was disturbed.
pub struct Disturbed {
    pub outcome: Outcome,
    pub tried: Vec<Tried>,
    /// The parents, of all commands that were started.
    pub pids: Vec<u32>,
}

impl Place<'_> {
    fn arguments(&self) -> Vec<String> {
        let workers = self.workers.to_string();
        let mut more = vec!["--workers", workers.as_str()];
        more.extend(self.checkpoints.then_some(["--checkpoint", "1 ms"]).into_iter().flatten());
        run(self.folder, &self.out, &more)
    }

    /// The command, with signals as a terminal has them.
    pub fn command(&self) -> Command {
        through(self.folder, &["env", "--default-signal=INT,HUP"], &self.arguments())
    }

    /// Starts it; `number` tells it from others.
    pub fn start(&self, mut command: Command, number: &str) -> Running {
        let said = self.folder.path(&format!("{}.said-{number}", self.out));
        let file = std::fs::File::create(&said).unwrap();
        command.stdout(file.try_clone().unwrap()).stderr(file);
        Running { child: command.spawn().unwrap(), said }
    }

    /// Does one kind of fault to a command, from its start to its end.
    pub fn disturbed(&self, name: &'static str, kind: Kind, chance: &mut Chance) -> Disturbed {
        match kind {
            Kind::FullDisk => {
                self.mounted(name, &self.small_disk(chance), &[73, 74], "No space left on device")
            }
            Kind::LittleMemory => {
                let size = 4 + chance.below(256);
                let shell = format!("mount -t tmpfs -o size={size}k tmpfs /dev/shm");
                self.mounted(
                    name,
                    &shell,
                    &[71],
                    "of memory are needed, but the free space of /dev/shm leaves",
                )
            }
            Kind::Act(act) => {
                let end = if act.endings().is_empty() { the_end(chance) } else { None };
                let acts: Vec<Act> = gentle(chance).into_iter().chain([act]).chain(end).collect();
                self.acted(self.command(), &acts, chance)
            }
            Kind::Call(call) => self.called(name, call, chance),
            Kind::Second => self.second(name, chance),
            Kind::SecondWithoutLocks => self.second_without_locks(name, chance),
        }
    }

    fn acted(&self, command: Command, acts: &[Act], chance: &mut Chance) -> Disturbed {
        let mut running = self.start(command, "first");
        let pids = vec![running.child.id()];
        let tried = self.act(&mut running, acts, chance);
        Disturbed { outcome: running.end(), tried, pids }
    }

    /// Acts one after the other, while there are workers; some kills come before that.
    fn act(&self, running: &mut Running, acts: &[Act], chance: &mut Chance) -> Vec<Tried> {
        let mut tried = Vec::new();
        for act in acts {
            let early = matches!(act, Act::KillParent | Act::KillAll) && chance.one_in(6);
            let within = if early || !running.has_workers() { EARLY } else { self.span };
            std::thread::sleep(Duration::from_micros(chance.below(within.as_micros() as u64)));
            let proof = perform(*act, &mut running.child, chance);
            tried.push(Tried { name: name_of(*act), proof, endings: act.endings() });
        }
        tried
    }

    fn called(&self, name: &'static str, call: Call, chance: &mut Chance) -> Disturbed {
        let Call { who, calls, what, last, endings } = call;
        let mut command = self.command();
        let fault = Fault { who, calls, what, at: 1 + chance.below(last) as usize };
        let below = if calls == ALLOCATE { PathBuf::from("/dev/shm") } else { self.folder.path(&self.out) };
        std::fs::remove_file(self.folder.path(&format!("{}.fault", self.out))).ok();
        fault.plant_below(&below, &mut command, self.folder, &self.out);
        // Nothing that ends the run: what such a call does to it should be seen in its files.
        let acts: Vec<Act> = gentle(chance).into_iter().collect();
        let mut disturbed = self.acted(command, &acts, chance);
        let met = Fault::met(self.folder, &self.out).is_some();
        disturbed.tried.push(Tried { name, proof: Proof::Seen(met), endings });
        disturbed
    }

    /// In namespaces of its own, with file systems that are too small.
    fn mounted(&self, name: &'static str, shell: &str, endings: &'static [Ending], words: &str) -> Disturbed {
        let command = as_root(name, self.folder, shell, &self.arguments()).expect("looked for before");
        let running = self.start(command, "first");
        let pids = vec![running.child.id()];
        let outcome = running.end();
        let hit = endings.contains(&outcome.ending) && outcome.said.contains(words);
        Disturbed { outcome, tried: vec![Tried { name, proof: Proof::Seen(hit), endings }], pids }
    }

    /// The directory so far, in a small file system at the same place; what came of it is kept.
    fn small_disk(&self, chance: &mut Chance) -> String {
        let room = 64 + chance.below(self.bytes / 1024);
        let out = &self.out;
        format!(
            "mkdir -p {out} held-{out}\nmount --bind {out} held-{out}\n\
             size=$(($(du -sk {out} | cut -f1) + {room}))\nmount -t tmpfs -o size=${{size}}k tmpfs {out}\n\
             cp -a held-{out}/. {out}\ncode=0\n\"$0\" \"$@\" || code=$?\n\
             find held-{out} -mindepth 1 -delete\ncp -a {out}/. held-{out}\nexit $code"
        )
    }

    /// The same command while the first is at work: it must leave at once, and name the first.
    fn second(&self, name: &'static str, chance: &mut Chance) -> Disturbed {
        let mut first = self.start(self.command(), "first");
        first.has_workers();
        let holder = format!("in use by {}@", first.child.id());
        let second = self.start(self.command(), "second");
        let pids = vec![first.child.id(), second.child.id()];
        let Outcome { ending, said } = second.end();
        let refused = ending == STOPPED && said.contains(&holder);
        assert!(refused || ending == FINISHED, "the second of two ended with {ending}:\n{said}");
        let acts: Vec<Act> = the_end(chance).into_iter().collect();
        let mut tried = self.act(&mut first, &acts, chance);
        tried.push(Tried { name, proof: Proof::Seen(refused), endings: &[STOPPED] });
        Disturbed { outcome: first.end(), tried, pids }
    }

    /// Both work on the same points.
    fn second_without_locks(&self, name: &'static str, chance: &mut Chance) -> Disturbed {
        let unlocked = || {
            let mut command = self.command();
            let fault = Fault { who: "parent", calls: "", what: "nolock", at: 0 };
            fault.plant(&mut command, self.folder, &self.out);
            command
        };
        let mut first = self.start(unlocked(), "first");
        first.has_workers();
        let mut second = self.start(unlocked(), "second");
        let pids = vec![first.child.id(), second.child.id()];
        let both = second.has_workers() && !children(pids[0]).is_empty();
        let acts: Vec<Act> = the_end(chance).into_iter().collect();
        let mut tried = self.act(&mut first, &acts, chance);
        // Who merges while the other one does may find its files renamed, and says so.
        tried.push(Tried { name, proof: Proof::Seen(both), endings: &[74] });
        let (first, Outcome { ending, said }) = (first.end(), second.end());
        assert!([FINISHED, 74].contains(&ending), "the second of two ended with {ending}:\n{said}");
        let finished = first.ending == FINISHED || ending == FINISHED;
        assert!(finished || !acts.is_empty(), "neither came to its end:\n{}\n{said}", first.said);
        Disturbed { outcome: first, tried, pids }
    }
}

/// A gentle act, in one of three times.
fn gentle(chance: &mut Chance) -> Option<Act> {
    if chance.one_in(3) { chance.one_of(GENTLE).copied() } else { None }
}

/// One that ends the run, in two of three times: so it takes several commands.
fn the_end(chance: &mut Chance) -> Option<Act> {
    if chance.one_in(3) { None } else { chance.one_of(FINAL).copied() }
}

impl Running {
    /// Waits for workers; false if the command ended before.
    fn has_workers(&mut self) -> bool {
        let begun = Instant::now();
        while children(self.child.id()).is_empty() {
            if self.child.try_wait().unwrap().is_some() {
                return false;
            }
            assert!(begun.elapsed() < PATIENCE, "no workers, no end");
            std::thread::sleep(Duration::from_micros(500));
        }
        true
    }

    /// Waits for its end.
    pub fn end(mut self) -> Outcome {
        let begun = Instant::now();
        let status = loop {
            match self.child.try_wait().unwrap() {
                Some(status) => break status,
                None if begun.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(1)),
                None => panic!("the command hangs: {}", text(&self.said)),
            }
        };
        let ending = status.code().or(status.signal().map(|signal| -signal)).expect("one of both");
        Outcome { ending, said: text(&self.said) }
    }
}

fn text(path: &Path) -> String {
    String::from_utf8(std::fs::read(path).unwrap()).expect("the command prints UTF-8")
}
