//! Which rows of a list need not be touched when their order changes: as many as possible.

/// For each row, told by the place that it had if it had one, whether it can stay where it is while the others are put
/// around it.
///
/// Those that stay are a longest increasing subsequence of the places, found by patience sorting: the piles' tops are kept
/// in order, each row goes onto the first pile whose top is not below it, and remembers the top of the pile before.
#[must_use]
pub fn staying(was: &[Option<usize>]) -> Vec<bool> {
    // The rows on top of the piles, and for each row the one that it follows.
    let mut tops: Vec<usize> = Vec::new();
    let mut follows: Vec<Option<usize>> = vec![None; was.len()];
    for (row, place) in was.iter().enumerate().filter_map(|(row, was)| Some((row, (*was)?))) {
        let pile = tops.partition_point(|top| was[*top].is_some_and(|other| other < place));
        follows[row] = pile.checked_sub(1).map(|before| tops[before]);
        match tops.get_mut(pile) {
            Some(top) => *top = row,
            None => tops.push(row),
        }
    }
    let mut stays = vec![false; was.len()];
    let mut last = tops.last().copied();
    while let Some(row) = last {
        stays[row] = true;
        last = follows[row];
    }
    stays
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn drawn(was: &[Option<usize>]) -> String {
        staying(was).into_iter().map(|stays| if stays { '=' } else { '>' }).collect()
    }

    #[test]
    fn a_row_that_moves_is_the_only_one_that_does() {
        let up = [Some(3), Some(0), Some(1), Some(2)];
        assert_eq!(drawn(&up), ">===");
        let down = [Some(1), Some(2), Some(3), Some(0)];
        assert_eq!(drawn(&down), "===>");
    }

    #[test]
    fn what_is_new_is_put_in_and_what_went_leaves_the_others_where_they_are() {
        assert_eq!(drawn(&[None, Some(0), None, Some(2), Some(5)]), ">=>==");
        assert_eq!(drawn(&[]), "");
        assert_eq!(drawn(&[None, None]), ">>");
    }

    proptest! {
        #[test]
        fn those_that_stay_are_in_order_and_none_can_be_added(places in Just((0..12_usize).collect::<Vec<_>>()).prop_shuffle()) {
            let was: Vec<_> = places.iter().copied().map(Some).collect();
            let stays = staying(&was);
            let kept: Vec<usize> = places.iter().zip(&stays).filter(|(_, stays)| **stays).map(|(place, _)| *place).collect();
            prop_assert!(kept.is_sorted(), "{kept:?} of {places:?}");
            // The length of a longest one, by its definition.
            let mut longest = vec![1; places.len()];
            for row in 0..places.len() {
                for before in 0..row {
                    if places[before] < places[row] {
                        longest[row] = longest[row].max(longest[before] + 1);
                    }
                }
            }
            prop_assert_eq!(kept.len(), longest.into_iter().max().unwrap_or(0));
        }
    }
}
