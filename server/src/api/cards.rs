//! `/boards/{boardId}/cards`.

use std::num::NonZeroU32;

use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use shared::{
    board::BoardState,
    card::{Card, CardDetail, DeletedCard},
    ids::{BoardId, CardId},
    requests::{Bulk, BulkDone, CreateCard, MoveCard, PatchCard, validate},
    words::Words,
};

use super::{
    BASE,
    answer::Answer,
    body::{Body, NoBody},
    command,
    ids::Ids,
    if_match::{IfMatch, NoIfMatch},
    params::{NoParams, Params},
};
use crate::{
    board::{self, CommandError, cards},
    error::ApiError,
    state::AppState,
    store,
};

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/boards/{board}/cards", get(list).post(create))
        .route("/boards/{board}/cards/bulk", post(bulk))
        .route("/boards/{board}/cards/{card}", get(show).patch(change).delete(remove))
        .route("/boards/{board}/cards/{card}/move", post(move_card))
        .route("/boards/{board}/cards/{card}/restore", post(restore))
}

/// What `GET /boards/{boardId}/cards` takes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listing {
    /// The deleted cards instead of those on the board.
    #[serde(default)]
    deleted: bool,
    /// Only those whose key, title or description hold all of these words.
    #[serde(default)]
    q: Option<String>,
    /// Only so many, from the first on.
    #[serde(default)]
    limit: Option<NonZeroU32>,
}

/// What it answers.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Listed {
    OnBoard(Vec<Card>),
    Deleted(Vec<DeletedCard>),
}

async fn list(
    State(app): State<AppState>,
    Ids(board): Ids<BoardId>,
    Params(Listing { deleted, q, limit }): Params<Listing>,
) -> Result<Answer<Listed>, ApiError> {
    let words = q.as_deref().map(searched).transpose()?;
    let mut tx = app.store.read().await?;
    let found = match words {
        Some(words) => Some(store::search::cards(&mut tx, &board, &words).await?),
        None => None,
    };
    let fits = |card: &Card| found.as_ref().is_none_or(|found| found.contains(&card.id));
    let most = limit.map_or(usize::MAX, |limit| usize::try_from(limit.get()).unwrap_or(usize::MAX));
    let listed = if deleted {
        if !store::boards::exists(&mut tx, &board).await? {
            return Err(CommandError::no_board(&board).into());
        }
        // Which ones fit is found out only here, so all are read then.
        let limit = if found.is_none() { limit } else { None };
        let cards = store::cards::deleted(&mut tx, &board, limit).await?;
        Listed::Deleted(cards.into_iter().filter(|it| fits(&it.card)).take(most).collect())
    } else {
        let state = store::boards::state(&mut tx, &board).await?;
        let cards = state.map(in_order).ok_or_else(|| CommandError::no_board(&board))?;
        Listed::OnBoard(cards.into_iter().filter(fits).take(most).collect())
    };
    Ok(Answer::ok(tx.position().clone(), listed))
}

/// What is searched for.
fn searched(text: &str) -> Result<Words, CommandError> {
    let text = validate::query(text).map_err(|message| CommandError::invalid("q", message))?;
    Ok(Words::parse(&text))
}

/// The cards of a board, column by column from top to bottom.
fn in_order(mut board: BoardState) -> Vec<Card> {
    let ids: Vec<CardId> =
        board.ordered_columns().flat_map(|column| column.card_ids.iter().cloned()).collect();
    ids.iter().filter_map(|id| board.cards.remove(id)).collect()
}

async fn create(
    State(state): State<AppState>,
    Ids(board): Ids<BoardId>,
    _: NoIfMatch,
    _: Params<NoParams>,
    Body(body): Body<CreateCard>,
) -> Result<Answer<CardDetail>, ApiError> {
    let place = format!("{BASE}/boards/{board}/cards");
    let made =
        command::run(&state, move |events| async move { cards::create(&events, &board, body).await }).await?;
    let (location, revision) = (format!("{place}/{}", made.value.card.id), made.value.card.revision);
    Ok(Answer::created(made.at, location, made.value).of_revision(revision))
}

async fn show(
    State(state): State<AppState>,
    Ids((board, card)): Ids<(BoardId, CardId)>,
    _: Params<NoParams>,
) -> Result<Answer<CardDetail>, ApiError> {
    let mut tx = state.store.read().await?;
    let detail = store::cards::detail(&mut tx, &board, &card).await?;
    let detail = detail.ok_or_else(|| no_such_card(&card))?;
    let revision = detail.card.revision;
    Ok(Answer::ok(tx.position().clone(), detail).of_revision(revision))
}

async fn change(
    State(state): State<AppState>,
    Ids((board, card)): Ids<(BoardId, CardId)>,
    IfMatch(expected): IfMatch,
    _: Params<NoParams>,
    Body(body): Body<PatchCard>,
) -> Result<Answer<CardDetail>, ApiError> {
    let changed = command::run(&state, move |events| async move {
        cards::patch(&events, &board, &card, expected, body).await
    });
    changed.await.map(as_it_is)
}

async fn remove(
    State(state): State<AppState>,
    Ids((board, card)): Ids<(BoardId, CardId)>,
    IfMatch(expected): IfMatch,
    _: Params<NoParams>,
    _: NoBody,
) -> Result<Answer<()>, ApiError> {
    let gone =
        command::run(
            &state,
            move |events| async move { cards::delete(&events, &board, &card, expected).await },
        );
    let gone = gone.await?;
    Ok(Answer::gone(gone.at).of_revision(gone.value))
}

async fn move_card(
    State(state): State<AppState>,
    Ids((board, card)): Ids<(BoardId, CardId)>,
    IfMatch(expected): IfMatch,
    _: Params<NoParams>,
    Body(body): Body<MoveCard>,
) -> Result<Answer<Card>, ApiError> {
    let moved = command::run(&state, move |events| async move {
        cards::move_card(&events, &board, &card, expected, body).await
    });
    let moved = moved.await?;
    let revision = moved.value.revision;
    Ok(Answer::ok(moved.at, moved.value).of_revision(revision))
}

async fn restore(
    State(state): State<AppState>,
    Ids((board, card)): Ids<(BoardId, CardId)>,
    IfMatch(expected): IfMatch,
    _: Params<NoParams>,
    _: NoBody,
) -> Result<Answer<CardDetail>, ApiError> {
    let restored =
        command::run(
            &state,
            move |events| async move { cards::restore(&events, &board, &card, expected).await },
        );
    restored.await.map(as_it_is)
}

async fn bulk(
    State(state): State<AppState>,
    Ids(board): Ids<BoardId>,
    IfMatch(expected): IfMatch,
    _: Params<NoParams>,
    Body(body): Body<Bulk>,
) -> Result<Answer<BulkDone>, ApiError> {
    let done =
        command::run(&state, move |events| async move { cards::bulk(&events, &board, expected, body).await });
    let done = done.await?;
    Ok(Answer::ok(done.at, done.value))
}

fn as_it_is(board::Answer { value, at }: board::Answer<CardDetail>) -> Answer<CardDetail> {
    let revision = value.card.revision;
    Answer::ok(at, value).of_revision(revision)
}

fn no_such_card(card: &CardId) -> CommandError {
    CommandError::no_card(card)
        .hint("`GET …/cards?deleted=true` lists the deleted cards, which can be restored.")
}
