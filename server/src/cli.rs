//! The command line.

use std::net::SocketAddr;

use clap::{Args, Parser, Subcommand};

/// A live kanban board whose cards are worked on by coding agents, on your own machine.
#[derive(Debug, Parser)]
#[command(name = "mainstay", version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Serve,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve Mainstay (the default).
    Serve(Serve),
}

/// What `mainstay serve` takes.
#[derive(Debug, Clone, Args)]
struct Serve {
    /// Where to listen; port 0 picks a free one.
    #[arg(long, default_value = "127.0.0.1:4747")]
    addr: SocketAddr,
}

impl Cli {
    /// Runs the command that was named, until it ends.
    ///
    /// # Errors
    /// What went wrong, as one sentence for a person.
    pub async fn run(self) -> Result<(), Box<dyn std::error::Error>> {
        let Some(Command::Serve(serve)) = self.command.or(Some(Command::Serve(self.serve))) else {
            return Ok(());
        };
        let listener = tokio::net::TcpListener::bind(serve.addr).await?;
        println!("mainstay listening on http://{}", listener.local_addr()?);
        axum::serve(listener, crate::router::router()).await?;
        Ok(())
    }
}
