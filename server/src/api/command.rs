//! Running the domain's commands from a request.

use crate::{
    board::{Answer, CommandResult},
    error::ApiError,
    events::Events,
    state::AppState,
};

/// Runs a command in a task of its own: a request's future is dropped when the client hangs up, and what has begun must
/// end.
///
/// # Errors
/// What the command refused.
pub async fn run<T, F>(
    state: &AppState,
    command: impl FnOnce(Events) -> F + Send + 'static,
) -> Result<Answer<T>, ApiError>
where
    T: Send + 'static,
    F: Future<Output = CommandResult<T>> + Send + 'static,
{
    let command = command(state.events.clone());
    let outcome = state.commands.spawn(command).await?;
    Ok(outcome?)
}
