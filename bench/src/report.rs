//! What was measured, as tables in Markdown: each figure with its spread, Mainstay's as a ratio to each other's of the
//! same round, and what the goals came to.

mod goal;

use std::fmt::Write as _;

use super::targets::Kind;

pub use goal::{Goal, goals};

/// One figure of each server, once for each round.
#[derive(Clone, Debug)]
pub struct Figures(Vec<(Kind, Vec<f64>)>);

impl Figures {
    /// One figure of what was measured.
    #[must_use]
    pub fn of<T>(measured: &[(Kind, Vec<T>)], figure: impl Fn(&T) -> f64) -> Self {
        Self(measured.iter().map(|(kind, runs)| (*kind, runs.iter().map(&figure).collect())).collect())
    }

    /// These as ratios to others, round by round.
    #[must_use]
    pub fn over(&self, others: &Self) -> Self {
        let ratios = |kind| ratios(self.rounds(kind), others.rounds(kind));
        Self(self.0.iter().map(|(kind, _)| (*kind, ratios(*kind))).collect())
    }

    fn rounds(&self, kind: Kind) -> &[f64] {
        self.0.iter().find(|(of, _)| *of == kind).map_or(&[], |(_, rounds)| rounds)
    }
}

fn ratios(own: &[f64], others: &[f64]) -> Vec<f64> {
    own.iter().zip(others).filter(|(_, other)| **other > 0.0).map(|(own, other)| own / other).collect()
}

/// A row of a table.
#[derive(Debug)]
pub struct Row {
    name: String,
    figures: Figures,
    unit: &'static str,
    goals: &'static [Goal],
}

impl Row {
    /// A row of these figures.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        figures: Figures,
        unit: &'static str,
        goals: &'static [Goal],
    ) -> Self {
        Self { name: name.into(), figures, unit, goals }
    }
}

/// What belongs together, with a table of its own.
#[derive(Debug)]
pub struct Section {
    /// What it is about.
    pub title: &'static str,
    /// What was measured of it.
    pub rows: Vec<Row>,
}

impl Section {
    /// A table with a column for each server, and one for Mainstay's ratio to each of the others.
    #[must_use]
    pub fn table(&self, kinds: &[Kind]) -> String {
        let others: Vec<Kind> = kinds.iter().copied().filter(|kind| *kind != Kind::Mainstay).collect();
        let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
        let beside: Vec<String> = others.iter().map(|kind| format!("÷ {}", kind.name())).collect();
        let mut text = format!(
            "### {}\n\n| What | {} | {} | Goal |\n|---|{}---|\n",
            self.title,
            names.join(" | "),
            beside.join(" | "),
            "---|".repeat(names.len() + beside.len())
        );
        for row in &self.rows {
            let figures = kinds.iter().map(|kind| spread(row.figures.rounds(*kind), row.unit));
            let own = row.figures.rounds(Kind::Mainstay);
            let ratios = others.iter().map(|kind| spread(&ratios(own, row.figures.rounds(*kind)), "×"));
            let cells: Vec<String> = figures.chain(ratios).collect();
            let goals: Vec<String> = row.goals.iter().map(|goal| goal.words(row.unit)).collect();
            // A String takes whatever is written to it.
            let _ = writeln!(text, "| {} | {} | {} |", row.name, cells.join(" | "), goals.join(", "));
        }
        text
    }
}

/// The number in the middle, and from where to where they go; nothing of none.
fn spread(numbers: &[f64], unit: &str) -> String {
    let sorted = sorted(numbers);
    let (Some(median), Some(least), Some(most)) = (median(numbers), sorted.first(), sorted.last()) else {
        return String::new();
    };
    let median = digits(median);
    match sorted.len() {
        1 => format!("{median} {unit}"),
        _ => format!("{median} {unit} ({}–{})", digits(*least), digits(*most)),
    }
}

fn median(numbers: &[f64]) -> Option<f64> {
    sorted(numbers).get(numbers.len() / 2).copied()
}

fn sorted(numbers: &[f64]) -> Vec<f64> {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// Three digits that count.
fn digits(number: f64) -> String {
    match number.abs() {
        size if size < 10.0 => format!("{number:.2}"),
        size if size < 100.0 => format!("{number:.1}"),
        _ => format!("{number:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures() -> Figures {
        let measured = [(Kind::Floor, vec![8.0, 10.0, 9.0]), (Kind::Mainstay, vec![9.6, 10.0, 18.0])];
        Figures::of(&measured, |run| *run)
    }

    #[test]
    fn figures_stand_beside_their_spread_and_the_ratios_of_the_rounds() {
        let rows = vec![Row::new("One", figures(), "µs", &[Goal::Times(1.2, Kind::Floor)])];
        let table = Section { title: "Time", rows }.table(&[Kind::Floor, Kind::Mainstay]);
        assert!(
            table.ends_with(
                "| One | 9.00 µs (8.00–10.0) | 10.0 µs (9.60–18.0) | 1.20 × (1.00–2.00) | ≤ 1.2 × floor |\n"
            ),
            "{table}"
        );
        assert!(
            table.starts_with(
                "### Time\n\n| What | floor | Mainstay | ÷ floor | Goal |\n|---|---|---|---|---|\n"
            ),
            "{table}"
        );
    }

    #[test]
    fn who_was_not_measured_has_an_empty_cell() {
        let alone = Figures::of(&[(Kind::Mainstay, vec![1.0])], |run| *run);
        let rows = vec![Row::new("All", alone, "s", &[Goal::Done("all are held")])];
        let table = Section { title: "Held", rows }.table(&[Kind::Floor, Kind::Mainstay]);
        assert!(table.ends_with("| All |  | 1.00 s |  | all are held |\n"), "{table}");
    }

    #[test]
    fn figures_over_others_are_ratios_round_by_round() {
        let half = Figures::of(&[(Kind::Mainstay, vec![4.8, 5.0, 6.0])], |run| *run);
        assert_eq!(half.over(&figures()).rounds(Kind::Mainstay), [0.5, 0.5, 6.0 / 18.0]);
    }
}
