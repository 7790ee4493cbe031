//! What may depend on what: cards of one board, and never in a circle.

use std::collections::{HashMap, HashSet, VecDeque};

use shared::ids::CardId;

use super::edit::Edit;
use super::{CommandError, edit};
use crate::store::cards::StoredCard;
use crate::store::{cards, dependencies};

/// What each card depends on.
type Graph = HashMap<CardId, Vec<CardId>>;

/// Checks what a card shall depend on, and gives it back with each card once.
pub(super) async fn check(
    edit: &mut Edit,
    card: &StoredCard,
    wanted: Vec<CardId>,
) -> Result<Vec<CardId>, CommandError> {
    let mut seen = HashSet::new();
    let wanted: Vec<CardId> = wanted.into_iter().filter(|id| seen.insert(id.clone())).collect();
    if wanted.is_empty() {
        return Ok(wanted);
    }
    if wanted.contains(&card.id) {
        return Err(CommandError::invalid("dependsOn", "A card can't depend on itself."));
    }
    let board = edit.board().id.clone();
    // A card that was deleted stays in the lists it is in, in case that it is restored.
    let known = dependencies::of_card(edit.conn(), &card.id).await?;
    let may_stay = |id: &CardId| known.iter().any(|it| it.card == *id);
    for id in &wanted {
        if !may_stay(id) && !cards::is_live(edit.conn(), &board, id).await? {
            return Err(CommandError::invalid("dependsOn", format!("The board has no card \"{id}\"."))
                .hint("A card can only depend on cards of its own board that are not deleted."));
        }
    }
    let graph = dependencies::of_board(edit.conn(), &board).await?;
    for other in &wanted {
        if let Some(path) = path(&graph, other, &card.id) {
            return Err(circle(edit, card, &path).await?);
        }
    }
    Ok(wanted)
}

/// What a card that comes back can still depend on: meanwhile others may have come to depend on it.
pub(super) async fn without_circles(edit: &mut Edit, card: &CardId) -> Result<Vec<CardId>, CommandError> {
    let board = edit.board().id.clone();
    let found = dependencies::of_card(edit.conn(), card).await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let graph = dependencies::of_board(edit.conn(), &board).await?;
    Ok(found.into_iter().map(|it| it.card).filter(|other| path(&graph, other, card).is_none()).collect())
}

/// The shortest way along dependencies from one card to another, both included.
fn path(graph: &Graph, from: &CardId, to: &CardId) -> Option<Vec<CardId>> {
    let mut came_from: HashMap<&CardId, &CardId> = HashMap::new();
    let mut ahead = VecDeque::from([from]);
    while let Some(card) = ahead.pop_front() {
        if card == to {
            let back = std::iter::successors(Some(card), |card| came_from.get(card).copied());
            let mut path: Vec<CardId> = back.cloned().collect();
            path.reverse();
            return Some(path);
        }
        for next in graph.get(card).into_iter().flatten() {
            if next != from && !came_from.contains_key(next) {
                came_from.insert(next, card);
                ahead.push_back(next);
            }
        }
    }
    None
}

/// The refusal of a circle, by the keys of the cards in it.
async fn circle(edit: &mut Edit, card: &StoredCard, path: &[CardId]) -> Result<CommandError, CommandError> {
    let board = edit.board().id.clone();
    let mut keys = vec![card.key.clone()];
    for id in path {
        let found = cards::stored(edit.conn(), &board, id).await?;
        keys.push(found.map_or_else(|| id.to_string(), |card| card.key));
    }
    let message = format!(
        "{} can't depend on {}: the dependencies would go in a circle ({}).",
        edit::named(card),
        keys.get(1).map(String::as_str).unwrap_or_default(),
        keys.join(" → ")
    );
    Ok(CommandError::conflict(message)
        .with_field("dependsOn")
        .hint("Remove one of these dependencies first."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: &[(&str, &str)]) -> Graph {
        let mut graph = Graph::new();
        for (card, depends_on) in edges {
            graph.entry(CardId::from(*card)).or_default().push(CardId::from(*depends_on));
        }
        graph
    }

    fn found(graph: &Graph, from: &str, to: &str) -> Option<Vec<String>> {
        let path = path(graph, &from.into(), &to.into())?;
        Some(path.into_iter().map(String::from).collect())
    }

    #[test]
    fn the_shortest_path_is_found() {
        let graph = graph(&[("a", "b"), ("b", "c"), ("c", "d"), ("a", "c")]);
        assert_eq!(found(&graph, "a", "d").unwrap(), ["a", "c", "d"]);
        assert_eq!(found(&graph, "a", "a").unwrap(), ["a"]);
        assert_eq!(found(&graph, "d", "a"), None);
    }

    #[test]
    fn a_circle_does_not_keep_the_search_from_ending() {
        let graph = graph(&[("a", "b"), ("b", "a")]);
        assert_eq!(found(&graph, "a", "c"), None);
    }
}
