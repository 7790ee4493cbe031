//! Many small changes as few larger ones.

use super::change::Change;
use super::line::line_of;

/// The same changes with fewer messages: appends that follow one another are one, and of the words that tell what goes on
/// only one line is left, the last that says something. All else keeps its order.
///
/// The line is found here and not for each update: an agent at full speed says hundreds of tokens for one line shown.
#[must_use]
pub fn join(changes: Vec<Change>) -> Vec<Change> {
    let mut joined: Vec<Change> = Vec::new();
    let mut words = Vec::new();
    for change in changes {
        match (change, joined.last_mut()) {
            (Change::Activity(said), _) => words.push(said),
            (Change::Append(more), Some(Change::Append(last)))
                if more.item_id == last.item_id && more.at == last.at + last.append.len() =>
            {
                last.append.push_str(&more.append);
            }
            (other, _) => joined.push(other),
        }
    }
    let line = words.iter().rev().map(|said| line_of(said)).find(|line| !line.is_empty());
    joined.extend(line.map(Change::Activity));
    joined
}
