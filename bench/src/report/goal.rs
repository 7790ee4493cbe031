//! What is to be reached, and what it came to.

use std::fmt::Write as _;

use super::{Row, Section, median, ratios, spread};
use crate::targets::Kind;

/// What is to be reached.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    /// Mainstay's figure is at most this.
    AtMost(f64),
    /// Mainstay's figure is at most so many times that of another server.
    Times(f64, Kind),
    /// It could be measured: where this fails there is no figure.
    Done(&'static str),
}

impl Goal {
    /// The goal in words; `unit` is that of the figures.
    #[must_use]
    pub fn words(self, unit: &str) -> String {
        match self {
            Self::AtMost(limit) => format!("≤ {limit} {unit}"),
            Self::Times(limit, kind) => format!("≤ {limit} × {}", kind.name()),
            Self::Done(words) => words.to_owned(),
        }
    }

    /// What it came to in each round, in which unit, and what it may be at most.
    fn outcome(self, row: &Row) -> (Vec<f64>, &'static str, f64) {
        let own = row.figures.rounds(Kind::Mainstay);
        match self {
            Self::AtMost(limit) => (own.to_vec(), row.unit, limit),
            Self::Times(limit, kind) => (ratios(own, row.figures.rounds(kind)), "×", limit),
            Self::Done(_) => (own.to_vec(), row.unit, f64::INFINITY),
        }
    }
}

/// A table of all goals: what each came to, and whether it is met.
#[must_use]
pub fn goals(sections: &[Section]) -> String {
    let mut text =
        "### What the goals came to\n\n| What | Goal | Came to | |\n|---|---|---|---|\n".to_owned();
    for section in sections.iter().filter(|section| section.rows.iter().any(|row| !row.goals.is_empty())) {
        // A String takes whatever is written to it.
        let _ = writeln!(text, "| **{}** | | | |", section.title);
        for row in &section.rows {
            for goal in row.goals {
                let (rounds, unit, limit) = goal.outcome(row);
                let (goal, came_to) = (goal.words(row.unit), spread(&rounds, unit));
                let _ = writeln!(text, "| {} | {goal} | {came_to} | {} |", row.name, verdict(&rounds, limit));
            }
        }
    }
    text
}

/// Whether figures are within a limit. The one in the middle decides; who is at the limit only sometimes is told so.
fn verdict(rounds: &[f64], limit: f64) -> String {
    let Some(median) = median(rounds) else { return "not measured".to_owned() };
    let is_met = median <= limit;
    let verdict = if is_met {
        "met".to_owned()
    } else {
        format!("missed by {:.0} %", ((median / limit - 1.0) * 100.0).max(1.0))
    };
    match rounds.iter().filter(|round| (**round <= limit) != is_met).count() {
        0 => verdict,
        others if is_met => format!("{verdict}, not in {others} of {}", rounds.len()),
        others => format!("{verdict}, met in {others} of {}", rounds.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Figures;

    #[test]
    fn each_goal_stands_beside_what_it_came_to() {
        let measured = [(Kind::Floor, vec![8.0, 10.0, 9.0]), (Kind::Mainstay, vec![9.6, 14.0, 18.0])];
        let figures = Figures::of(&measured, |run| *run);
        let goals_of_one: &[Goal] = &[Goal::Times(1.2, Kind::Floor), Goal::Times(1.0, Kind::Nchan)];
        let rows = vec![
            Row::new("One", figures.clone(), "µs", goals_of_one),
            Row::new("no goal", figures.clone(), "µs", &[]),
            Row::new("Two", figures, "µs", &[Goal::AtMost(20.0), Goal::Done("it works")]),
        ];
        let table = goals(&[Section { title: "Time", rows }, Section { title: "None", rows: Vec::new() }]);
        let lines: Vec<&str> = table.lines().skip(4).collect();
        assert_eq!(
            lines,
            [
                "| **Time** | | | |",
                "| One | ≤ 1.2 × floor | 1.40 × (1.20–2.00) | missed by 17 %, met in 1 of 3 |",
                "| One | ≤ 1 × nginx + nchan |  | not measured |",
                "| Two | ≤ 20 µs | 14.0 µs (9.60–18.0) | met |",
                "| Two | it works | 14.0 µs (9.60–18.0) | met |",
            ]
        );
    }

    #[test]
    fn the_figure_in_the_middle_decides() {
        assert_eq!(verdict(&[0.9, 1.0, 1.3], 1.0), "met, not in 1 of 3");
        assert_eq!(verdict(&[1.001, 1.002, 1.003], 1.0), "missed by 1 %");
        assert_eq!(verdict(&[], 1.0), "not measured");
    }
}
