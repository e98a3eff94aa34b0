//! Arenas laid out for the jobs of the repository: all arrays there, none in another or out of its place, and header, rows and
//! first values where the layout says. Miri runs this for a small job, on memory of its own.

use std::path::Path;

use jobs::{Job, Point};
use kernels::layout::{Buffers, Layout, Region, Shape};
use kernels::program::fields::{Element, Extent};
use runner::segment::Segment;
use runner::simulate::arena;
use runner::simulate::batches;
use runner::simulate::connect::Structure;
use runner::simulate::engine::{Engine, Variant};

/// Where the arena begins, and how many synapses each object has.
const START: u64 = 4096;
const SYNAPSES: u64 = 37;
const BUFFERS: Buffers = Buffers { events: 11, records: 13 };

/// What Miri looks at: it takes minutes for the jobs of the repository.
const SMALL: &str = r#"
[run]
duration = "1 ms"
[parameters]
w = 1
[neurons.P]
size = 3
equations = "dv/dt = -v/second : 1"
threshold = "v > 1"
reset = "v = 0"
[synapses.S]
source = "P"
target = "P"
equations = "x : 1"
connect = { p = 1 }
on_pre = "v_post += w*x"
delay = "i*ms"
[record.spikes]
kind = "spikes"
source = "P"
"#;

/// The jobs of the repository by path.
fn all() -> Vec<(String, Job)> {
    if cfg!(miri) {
        return vec![("a small job".into(), job(SMALL.as_bytes(), Path::new(".")))];
    }
    let folders = ["jobs/gallery", "tests/jobs", "tests/references"];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let files = folders.iter().flat_map(|f| std::fs::read_dir(root.join(f)).expect("a folder of jobs"));
    let paths = files.map(|e| e.expect("it is listed").path());
    let jobs = paths.filter(|p| p.extension().is_some_and(|e| e == "toml")).map(|path| {
        let text = std::fs::read(&path).expect("it is readable");
        (path.display().to_string(), job(&text, path.parent().expect("it lies in a folder")))
    });
    jobs.collect()
}

fn job(text: &[u8], folder: &Path) -> Job {
    jobs::from_text("job", text, folder, &[]).unwrap_or_else(|_| panic!("a job is refused: {text:?}"))
}

/// A layout with so many synapses, three distinct delays where they have their own, and rings of four steps.
fn laid_out<'v>(variant: &'v Variant, shape: &Shape, lanes: u64) -> (Layout<'v>, Region, Structure) {
    let (program, model) = (&variant.program, &variant.model);
    let mut structure = Structure::none(variant);
    structure.counts.fill(SYNAPSES);
    structure.distinct.fill(3);
    structure.slots.fill(4);
    structure.rooms.fill(5);
    let pathways = program.synapses.iter().flat_map(|object| &object.pathways);
    for (distinct, pathway) in structure.distinct.iter_mut().zip(pathways) {
        *distinct = if pathway.delay.is_each() { 3 } else { 1 };
    }
    let mut region = Region::at(START);
    let mut layout = Layout::arena(program, model, shape, lanes, &mut region).expect("it is small");
    for objects in model.tiers() {
        layout.counted(&structure.counts);
        layout.rows(&objects, &mut region).expect("it is small");
        layout.synapses(&objects, &structure.counts, &mut region).expect("it is small");
        layout.delays(&objects, &structure.distinct, &mut region).expect("it is small");
    }
    layout.choices(&structure.counts[program.synapses.len()..], &mut region).expect("it is small");
    layout
        .rest(&structure.counts, &structure.slots, &structure.rooms, BUFFERS, &mut region)
        .expect("it is small");
    (layout, region, structure)
}

#[test]
fn layouts_are_sound() {
    for (name, job) in all() {
        let engine = Engine::plan(&job).expect("a checked job has step programs");
        for (number, variant) in engine.variants.iter().enumerate() {
            let mut points = (0..engine.points.len()).map(|point| engine.points.get(point));
            let point = points.find(|point| point.variant == number).expect("every variant has points");
            let shape = batches::shape(&engine, &point);
            let lanes = if variant.program.coupled { 1 } else { 3 };
            arrays_lie_apart(&name, variant, &shape, lanes);
            arrays_are_as_long_as_what_they_hold(&name, variant, &shape, lanes);
            what_is_written_lies_where_the_layout_says(&name, &engine, variant, &point, &shape);
        }
    }
}

fn arrays_lie_apart(name: &str, variant: &Variant, shape: &Shape, lanes: u64) {
    let (layout, region, _) = laid_out(variant, shape, lanes);
    for (number, field) in variant.program.fields.list.iter().enumerate() {
        let elsewhere = matches!(field.extent, Extent::Data(_) | Extent::Train(_));
        assert!(layout.lengths[number].is_some() || elsewhere, "{name}: {field:?} has no place");
    }
    let mut placed: Vec<(u64, u64)> = layout.placed().collect();
    placed.sort_unstable();
    assert_eq!(placed[0].0, START, "{name}");
    let mut end = START;
    for (at, bytes) in placed {
        assert!(at >= end && at % 64 == 0, "{name}: an array at {at}, one before it ends at {end}");
        end = at + bytes;
    }
    assert!(end <= region.next, "{name}");
}

/// Of the arrays whose length the model says: 8 or 4 bytes for each neuron and lane, for each synapse, for each delay.
fn arrays_are_as_long_as_what_they_hold(name: &str, variant: &Variant, shape: &Shape, lanes: u64) {
    let (layout, _, structure) = laid_out(variant, shape, lanes);
    for (number, field) in variant.program.fields.list.iter().enumerate() {
        let bytes = match field.element {
            Element::F64 | Element::I64 => 8,
            Element::F32 | Element::I32 => 4,
        };
        let elements = match field.extent {
            Extent::Elements(p) => shape.sizes[p] * lanes,
            Extent::Synapses(_) | Extent::Chosen(_) => SYNAPSES,
            Extent::Delays(pathway) => structure.distinct[pathway],
            Extent::Events => 2 * layout.buffers.events,
            Extent::Records => layout.buffers.records,
            _ => continue,
        };
        assert_eq!(layout.lengths[number], Some(elements * bytes), "{name}: {field:?}");
    }
}

fn what_is_written_lies_where_the_layout_says(
    name: &str,
    engine: &Engine,
    variant: &Variant,
    point: &Point,
    shape: &Shape,
) {
    let (layout, region, structure) = laid_out(variant, shape, 1);
    let segment = Segment::create(region.next).expect("it is small");
    segment.reserve(0, region.next as usize).expect("it is small");
    arena::publish(&segment, &layout, shape, point.run.dt).expect("it lies in the segment");
    arena::write_row(engine, &segment, &layout, 0, point).expect("it lies in the segment");
    arena::clear(&segment, variant, &layout, shape).expect("it lies in the segment");
    arena::begin(&segment, variant, &layout, &structure).expect("it lies in the segment");
    let header = arena::header(&segment, layout.header).expect("it lies in the segment");
    assert_eq!(format!("{header:?}"), format!("{:?}", layout.header(shape, point.run.dt)), "{name}");
    let plan = segment.read::<i64>(layout.plan_at as usize, layout.entries.len()).expect("it is there");
    assert_eq!(plan.slice(), layout.entries, "{name}");
    let row = segment.read::<f64>(layout.rows_at as usize, point.values.len()).expect("it is there");
    let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(row.slice()), bits(&point.values), "{name}");
    let diverged = layout.field("diverged").expect("every kernel has it");
    let diverged = segment.read::<i64>(diverged as usize, 3).expect("it is there");
    assert_eq!(diverged.slice(), [-1; 3], "{name}");
}
