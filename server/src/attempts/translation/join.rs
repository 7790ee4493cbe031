//! Many small changes as few larger ones.

use super::change::Change;

/// The same changes with fewer messages: appends that follow one another are one, and of the lines that tell what goes on
/// only the last is left. All else keeps its order.
#[must_use]
pub fn join(changes: Vec<Change>) -> Vec<Change> {
    let mut joined: Vec<Change> = Vec::new();
    let mut activity = None;
    for change in changes {
        match (change, joined.last_mut()) {
            (Change::Activity(line), _) => activity = Some(line),
            (Change::Append(more), Some(Change::Append(last)))
                if more.item_id == last.item_id && more.at == last.at + last.append.len() =>
            {
                last.append.push_str(&more.append);
            }
            (other, _) => joined.push(other),
        }
    }
    joined.extend(activity.map(Change::Activity));
    joined
}
