//! All faults and inputs that are tried, by number, and the tests that try them, wherever they are. A test that is renamed or
//! gone, or a row without any, fails here.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::support::root;

/// A fault, and the tests that cover it: files with the names of their functions.
struct Row(u32, &'static str, &'static [(&'static str, &'static [&'static str])]);

const BEGUN: &str = "tests/faults/begun_runs.rs";
const CHAOS: &str = "tests/chaos/main.rs";
const DEATHS: &str = "tests/faults/deaths.rs";
const KERNELS: &str = "tests/faults/crashing_kernels.rs";
const FILES: &str = "tests/faults/broken_files.rs";
const AROUND: &str = "tests/faults/surroundings.rs";
const STALLS: &str = "tests/faults/stalls.rs";
const STRANGERS: &str = "tests/faults/strangers.rs";
const TEXTS: &str = "tests/faults/names_and_texts.rs";
const ERRORS: &str = "tests/errors.rs";
const BYTES: &str = "tests/same_bytes.rs";
const PROCESSES: &str = "runner/tests/processes/main.rs";
const STORE: &str = "runner/tests/store/faults.rs";
const CRASHES: &str = "runner/tests/store/crashes.rs";
const DIRECTORY: &str = "runner/tests/store/directory.rs";
const JOURNAL: &str = "runner/tests/store/journal.rs";
const MERGE: &str = "runner/tests/store/merge.rs";
const LIMITS: &str = "tests/machine/limits.rs";
const POWER: &str = "tests/machine/power.rs";
const MEMORY: &str = "runner/src/memory.rs";
const SLURM: &str = "tests/slurm/main.rs";
const REFUSED: &str = "jobs/tests/rejected.rs";

#[rustfmt::skip] // a line a file
const ROWS: &[Row] = &[
    Row(1, "a worker killed at random moments", &[
        (DEATHS, &["workers_killed_at_random_moments_do_not_matter", "workers_killed_while_writing_do_not_matter"]),
        (PROCESSES, &["random_deaths_lose_nothing", "workers_killed_from_outside_lose_nothing"]),
        (BYTES, &["a_killed_worker_does_not_matter"]),
        (CHAOS, &["random_faults_do_not_matter"]),
    ]),
    Row(2, "a worker that crashes, leaves without a result, or talks nonsense", &[
        (KERNELS, &["points_that_crash_are_failed_and_others_are_as_ever", "a_lane_that_crashes_takes_no_other_with_it"]),
        (PROCESSES, &["a_claim_that_kills_is_given_up_and_the_rest_is_done", "small_limits_of_the_process_are_clean_errors"]),
    ]),
    Row(3, "a point that never ends; workers and parents that are held", &[
        (STALLS, &["a_point_that_never_ends_is_a_timeout_and_others_are_as_ever", "workers_and_parents_that_are_held_are_waited_for", "a_worker_that_makes_connections_is_waited_for", "what_is_no_time_to_wait_is_64"]),
        (PROCESSES, &["a_worker_that_does_not_move_is_killed_and_a_held_one_is_not", "a_held_parent_does_not_blame_its_workers"]),
        (CHAOS, &["random_faults_do_not_matter"]),
    ]),
    Row(4, "every worker dies at its start; a kernel that cannot be loaded", &[
        (KERNELS, &["a_kernel_that_always_crashes_is_71", "points_given_up_before_anything_has_worked_stay_open", "a_kernel_that_cannot_be_loaded_is_71"]),
        (PROCESSES, &["deaths_without_success_are_a_storm"]),
    ]),
    Row(5, "signals: one, two, to everybody", &[
        (DEATHS, &["a_signal_to_all_stops_the_run_and_does_not_matter"]),
        (PROCESSES, &[
            "signals_stop_a_run", "workers_leave_signals_to_the_parent", "a_second_signal_stops_at_once",
            "a_worker_that_does_not_stop_is_killed_after_the_grace",
        ]),
        (BYTES, &["a_signal_and_a_resume_do_not_matter"]),
        (ERRORS, &["a_signal_before_any_worker_is_75_too"]),
        (CHAOS, &["random_faults_do_not_matter"]),
    ]),
    Row(6, "the parent killed, alone or with its workers", &[
        (DEATHS, &["a_parent_killed_at_each_call_does_not_matter", "all_killed_at_once_leave_nothing_and_lose_nothing"]),
        (PROCESSES, &["a_killed_parent_leaves_no_worker_and_no_memory"]),
        (BYTES, &["a_killed_parent_does_not_matter"]),
        (CHAOS, &["random_faults_do_not_matter"]),
    ]),
    Row(7, "closed or full stdin, stdout, stderr", &[(DEATHS, &["closed_descriptors_do_not_matter"])]),
    Row(8, "few processes, few descriptors", &[
        (AROUND, &["few_descriptors_are_enough_or_a_clear_error", "few_processes_are_enough_or_a_clear_error"]),
        (PROCESSES, &["few_descriptors_mean_fewer_workers"]),
    ]),
    Row(9, "a full /dev/shm, a small address space, a control group's limit", &[
        (AROUND, &["little_shared_memory_is_71_with_the_bytes", "a_small_address_space_is_71_with_the_bytes"]),
        (PROCESSES, &["memory_that_is_not_there_is_a_clean_error", "small_limits_of_the_process_are_clean_errors"]),
        ("tests/selftest.rs", &["too_little_shared_memory_is_71"]),
        (MEMORY, &["limits_of_control_groups_of_both_versions_count_reclaimable_cache_as_free"]),
        (LIMITS, &["a_limit_of_a_control_group_is_71_with_the_bytes_or_enough", "a_greedy_neighbour_in_the_group_costs_no_parent_and_no_byte"]),
        (CHAOS, &["random_faults_do_not_matter"]),
    ]),
    Row(10, "impossible sizes", &[
        (TEXTS, &["points_and_neurons_without_number_are_refused"]),
        (REFUSED, &["messages_are_as_recorded"]),
        (ERRORS, &["wrong_jobs_leave_nothing_behind", "a_fault_at_one_point_is_found_before_any_point_is_run"]),
    ]),
    Row(11, "a kernel that writes past its arena", &[
        (KERNELS, &["a_kernel_that_writes_past_its_arena_meets_a_guard_page"]),
        (PROCESSES, &["a_guard_page_trips_and_the_neighbour_is_unharmed"]),
    ]),
    Row(12, "full disks, short writes, interrupted calls, failed syncs, limits of file sizes", &[
        (FILES, &[
            "a_full_disk_at_each_write_of_the_parent_is_74", "a_full_disk_at_each_write_of_a_worker_is_74",
            "a_failed_sync_of_the_parent_is_74", "short_writes_do_not_matter", "interrupted_calls_do_not_matter",
            "a_disk_that_is_full_is_74_and_goes_on_when_there_is_room", "a_limit_of_file_sizes_is_74",
        ]),
        (STORE, &["every_operation_fails_once", "a_failed_sync_is_never_tried_again", "a_part_that_failed_takes_no_more_rows"]),
        ("runner/tests/store_limits.rs", &["rows_beyond_the_limit_are_an_error_and_those_before_it_stay"]),
        (CHAOS, &["random_faults_do_not_matter"]),
    ]),
    Row(13, "an output that is in the way, read-only, or removed while in use", &[
        (FILES, &[
            "a_read_only_file_system_is_73_before_anything_is_compiled", "files_that_cannot_be_made_are_73_or_74",
            "a_directory_removed_while_in_use_is_74",
        ]),
        (ERRORS, &["an_output_that_cannot_be_made_is_73", "a_folder_without_permission_is_73"]),
        (DIRECTORY, &["what_stands_in_the_way_is_named", "files_of_ours_are_not_followed_out_of_the_directory"]),
        (STORE, &["a_directory_removed_while_running_is_noticed"]),
    ]),
    Row(14, "journals that are cut, changed, foreign, newer, empty", &[
        (JOURNAL, &[
            "cut_at_every_byte", "every_bit_flipped", "a_garbled_tail_loses_only_itself",
            "foreign_and_newer_journals_are_refused", "an_empty_file_is_an_attempt_that_died_at_once",
        ]),
        (BEGUN, &["status_knows_what_runs_died_ended_or_is_damaged", "a_run_starts_over_only_when_told"]),
        (MERGE, &["rows_that_changed_or_are_gone_are_refused"]),
    ]),
    Row(15, "a crash of the machine at every operation", &[
        (CRASHES, &["whatever_a_crash_leaves_ends_in_the_same_bytes"]),
        (STORE, &["every_operation_fails_once"]),
        (POWER, &["power_cuts_at_random_moments_do_not_matter", "what_a_run_has_finished_survives_a_power_cut", "points_that_a_stopped_run_counts_survive_a_power_cut"]),
    ]),
    Row(16, "two runs in one directory, with and without locks", &[
        (FILES, &["two_runs_without_locks_agree"]),
        (BEGUN, &["a_run_that_goes_on_is_not_started_over"]),
        (ERRORS, &["a_directory_in_use_is_75"]),
        (DIRECTORY, &["a_lock_names_its_holder_and_is_free_once_dropped", "a_lock_dies_with_its_holder"]),
        (JOURNAL, &["two_parents_never_share_a_journal", "several_journals_agree_or_not"]),
        (MERGE, &["points_computed_twice_count_once"]),
        (CHAOS, &["random_faults_do_not_matter"]),
    ]),
    Row(17, "one kernel compiled twice, one compilation killed; damaged kernels", &[
        (AROUND, &["two_runs_compile_one_kernel_and_one_is_killed"]),
        ("tests/compile_once.rs", &["a_damaged_kernel_is_made_anew"]),
        ("kernels/tests/loading.rs", &["only_the_right_kernel_is_loaded", "what_is_no_kernel_is_refused_by_the_loader"]),
    ]),
    Row(18, "compilers that are missing, fail, are killed or hang; caches and temporary folders", &[
        (AROUND, &[
            "the_next_compiler_is_tried", "what_a_failing_compiler_said_is_told", "a_compiler_that_hangs_can_be_stopped",
            "a_cache_that_cannot_be_used_is_told", "temporary_folders_do_not_matter",
            "a_compiler_with_much_to_say_is_heard_to_its_end",
        ]),
        (ERRORS, &["no_compiler_is_69"]),
    ]),
    Row(19, "a hostile environment", &[(AROUND, &["a_hostile_environment_does_not_matter"])]),
    Row(20, "names", &[
        (TEXTS, &["words_of_c_are_names_of_variables_and_parameters", "words_of_c_are_names_of_groups_and_synapses",
                  "texts_that_look_like_c_do_not_reach_it"]),
        (REFUSED, &["messages_are_as_recorded"]),
    ]),
    Row(21, "expressions", &[
        (TEXTS, &["only_names_and_numbers_reach_the_c", "texts_that_look_like_c_do_not_reach_it"]),
        ("kernels/tests/language_limits.rs", &["what_is_too_deep_or_too_long_is_refused", "random_tokens_never_panic"]),
        ("jobs/tests/mutations.rs", &["large_and_deep_jobs_are_refused_quickly"]),
    ]),
    Row(22, "job files", &[
        (TEXTS, &["a_job_of_a_gigabyte_is_refused", "points_and_neurons_without_number_are_refused"]),
        ("tests/limits.rs", &["more_points_than_usual_need_a_word", "a_large_job_needs_a_word_and_is_merged_without"]),
        (REFUSED, &["messages_are_as_recorded"]),
        ("jobs/tests/files.rs", &["line_ends_and_byte_order_marks_mean_nothing", "what_is_no_file_is_refused"]),
        ("jobs/tests/mutations.rs", &["changed_jobs", "random_bytes", "random_characters"]),
    ]),
    Row(23, "tables as input", &[(REFUSED, &["messages_are_as_recorded"])]),
    Row(24, "values that blow up, output without end", &[
        (BYTES, &["a_lane_that_diverges_leaves_the_others_alone"]),
        ("tests/strict_nan.rs", &["growth_is_found_in_its_step_or_within_a_thousand", "variables_that_only_spikes_change_are_looked_at"]),
        ("tests/denormals.rs", &["what_is_too_small_becomes_zero"]),
        ("tests/command_line.rs", &["a_point_that_diverges_is_in_the_answer"]),
        (FILES, &["rows_beyond_the_limit_of_the_job_are_74"]),
        ("tests/recording.rs", &["memory_does_not_grow_with_the_length_of_a_run"]),
        (TEXTS, &["points_and_neurons_without_number_are_refused"]),
    ]),
    Row(25, "Slurm: requeue, pre-emption, scancel, time limit, node loss, controller crash, one job alive twice", &[
        (SLURM, &[
            "a_requeued_job_does_not_matter", "a_pre_empted_job_does_not_matter", "a_cancelled_job_does_not_matter",
            "a_time_limit_does_not_matter", "a_point_longer_than_the_time_limit_is_done", "a_lost_node_does_not_matter",
            "a_job_alive_twice_does_not_matter", "a_job_alive_twice_waits_where_there_are_locks",
            "a_crash_of_the_controller_does_not_matter",
        ]),
        // What it does to a run, without it.
        (DEATHS, &["a_signal_to_all_stops_the_run_and_does_not_matter", "all_killed_at_once_leave_nothing_and_lose_nothing"]),
        (FILES, &["two_runs_without_locks_agree"]),
        (BYTES, &["shards_do_not_matter", "a_merge_of_missing_points_is_refused_and_harmless"]),
    ]),
    Row(26, "jobs, directories, caches and names from strangers", &[
        (STRANGERS, &[
            "forged_directories_are_refused_by_status", "a_stored_job_is_a_small_file", "a_merge_takes_no_other_data",
            "files_of_others_are_not_replaced", "starting_over_removes_no_file_of_others",
            "a_kernel_that_others_could_write_is_not_loaded", "a_cache_of_somebody_else_is_not_used",
            "a_compiler_in_the_folder_of_a_job_is_not_run", "a_compiler_sees_little_and_takes_little",
            "names_do_not_steer_a_terminal", "promises_have_their_tests",
        ]),
        ("jobs/tests/files.rs", &["a_name_is_that_of_a_folder", "includes_are_neither_deep_nor_many"]),
        (DIRECTORY, &["files_of_ours_are_not_followed_out_of_the_directory"]),
    ]),
];

/// Whether a file holds a test of this name: a function behind `#[test]`, in a property or not, that is not left out; or a
/// line of the list of a program that has no test harness.
pub fn holds(source: &str, name: &str) -> bool {
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let head = format!("fn {name}(");
    let listed = format!("(\"{name}\", ");
    lines.iter().enumerate().any(|(at, line)| {
        let above =
            || lines[..at].iter().rev().take_while(|line| line.starts_with("#[") || line.starts_with("//"));
        line.starts_with(&listed)
            || line.starts_with(&head)
                && above().any(|line| *line == "#[test]")
                && !above().any(|line| line.starts_with("#[ignore"))
    })
}

#[test]
fn every_row_has_its_tests() {
    assert_eq!(ROWS.iter().map(|row| row.0).collect::<Vec<_>>(), (1..=26).collect::<Vec<_>>());
    for Row(number, what, files) in ROWS {
        assert!(
            !what.is_empty() && files.iter().any(|(_, names)| !names.is_empty()),
            "row {number} has no test"
        );
        for (file, names) in *files {
            let path = root().join(file);
            let source =
                std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("row {number}: {file}: {e}"));
            for name in *names {
                assert!(holds(&source, name), "row {number}, {what}: {file} has no test {name}");
            }
        }
    }
}

/// The tests of this folder are here to be in the table.
#[test]
fn every_test_of_a_fault_is_in_a_row() {
    let listed: BTreeSet<&str> =
        ROWS.iter().flat_map(|row| row.2).flat_map(|(_, names)| names.iter().copied()).collect();
    for path in sources(&root().join("tests/faults")) {
        let source = std::fs::read_to_string(&path).unwrap();
        let heads = source.lines().filter_map(|line| line.trim().strip_prefix("fn ")?.split_once('('));
        for (name, _) in heads.filter(|(name, _)| holds(&source, name)) {
            let own = path.ends_with("rows.rs");
            assert!(own || listed.contains(name), "{name} of {} is in no row", path.display());
        }
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let paths = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|e| e == "rs")).collect()
}

#[test]
fn tests_that_are_not_there_are_missed() {
    let source = "#[test]\n/// Of it.\nfn there() {}\n#[test]\n#[ignore = \"slow\"]\nfn left_out() {}\nfn helper() {}\n";
    assert!(holds(source, "there"));
    for name in ["left_out", "helper", "her", "gone"] {
        assert!(!holds(source, name), "{name}");
    }
    assert!(holds("    (\"a_check\", check),\n", "a_check"));
}
