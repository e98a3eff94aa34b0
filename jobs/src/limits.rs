//! How large a job may be: caps that stop slips and jobs of strangers early. Who means it raises them.

const POINTS: &str = "--max-points";
const JOB_BYTES: &str = "--max-job-bytes";

/// What a job may have at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Points of its sweep.
    pub points: u64,
    /// Bytes of the job file with all it includes.
    pub job_bytes: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { points: 100_000_000, job_bytes: 8 << 20 }
    }
}

impl Limits {
    /// No limits are higher. A stored job is read up to this size; numbers of points are kept in memory when a run is
    /// resumed or merged.
    pub const HIGHEST: Limits = Limits { points: 1_000_000_000, job_bytes: 64 << 20 };

    /// The options that raise the limits to these.
    pub fn options(self) -> Vec<String> {
        let (usual, mut options) = (Limits::default(), Vec::new());
        if self.points != usual.points {
            options.push(format!("{POINTS} {}", self.points));
        }
        if self.job_bytes != usual.job_bytes {
            options.push(format!("{JOB_BYTES} {}", self.job_bytes));
        }
        options
    }

    /// The mend of a job with too many points.
    pub(crate) fn more_points(self) -> String {
        let raised = raised(POINTS, self.points, Limits::HIGHEST.points);
        format!("choose fewer values; {raised}")
    }

    /// The mend of a job that is too large.
    pub(crate) fn more_bytes(self) -> String {
        let raised = raised(JOB_BYTES, self.job_bytes, Limits::HIGHEST.job_bytes);
        format!("put long lists into data files; {raised}")
    }
}

fn raised(option: &str, limit: u64, highest: u64) -> String {
    match limit < highest {
        true => format!("{option} N raises this limit, up to {highest}"),
        false => "no option raises this limit further".into(),
    }
}
