//! The `mainstay` binary: parses the command line and runs what it names.
#![forbid(unsafe_code)]

use std::{
    io::{Write as _, stderr},
    process::ExitCode,
};

use clap::Parser as _;
use server::cli::{Cli, CliError};

fn main() -> ExitCode {
    // What whoever started this left open, a lock or a pipe, would stay open as long as the last agent works.
    close_fds::set_fds_cloexec(3, &[]);
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The error output may be closed; then there is nobody to tell.
            _ = writeln!(stderr(), "mainstay: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<(), CliError> {
    let runtime = cli.runtime()?;
    let outcome = runtime.block_on(cli.run());
    // A file system that does not answer holds its thread for ever, and dropping the runtime would wait for that.
    runtime.shutdown_background();
    outcome
}
