//! Where an attempt's worktree lies.

use std::path::{Path, PathBuf};

use shared::ids::BoardId;

use crate::git::component::component;

/// The folder of a card's attempt, in the data folder: `worktrees/<board>/<card key>-<number of the attempt>`.
#[must_use]
pub fn worktree_path(data: &Path, board: &BoardId, card_key: &str, attempt: u32) -> PathBuf {
    let folder = format!("{}-{attempt}", component(card_key));
    data.join("worktrees").join(component(board.as_str())).join(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worktree_lies_with_those_of_its_board_under_its_cards_key() {
        let path = worktree_path(Path::new("/data"), &BoardId::new("0197c0de"), "WEB-12", 3);
        assert_eq!(path, Path::new("/data/worktrees/0197c0de/WEB-12-3"));
    }

    #[test]
    fn no_id_leads_out_of_the_data_folder() {
        for id in ["..", ".", "", "a/../../b", "/etc", "a\0b"] {
            let path = worktree_path(Path::new("/data"), &BoardId::new(id), id, 1);
            let below = path.strip_prefix("/data/worktrees").unwrap();
            let normal = |part| matches!(part, std::path::Component::Normal(_));
            assert!(below.components().count() == 2 && below.components().all(normal), "{}", path.display());
        }
    }
}
