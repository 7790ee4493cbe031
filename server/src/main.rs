//! The `mainstay` binary: parses the command line and runs what it names.

use std::{
    io::{Write as _, stderr},
    process::ExitCode,
};

use clap::Parser as _;
use server::cli::Cli;

#[tokio::main]
async fn main() -> ExitCode {
    match Cli::parse().run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The error output may be closed; then there is nobody to tell.
            _ = writeln!(stderr(), "mainstay: {error}");
            ExitCode::FAILURE
        }
    }
}
