//! What was measured, as tables in Markdown: each figure with its ratio to the floor of the same run.

use std::fmt::Write as _;

use super::targets::Kind;

/// One figure of each server.
#[derive(Debug)]
pub struct Figures(pub Vec<(Kind, f64)>);

/// A row of a table.
#[derive(Debug)]
pub struct Row {
    name: String,
    figures: Figures,
    unit: &'static str,
    goal: &'static str,
}

impl Row {
    /// A row of these figures.
    #[must_use]
    pub fn new(name: String, figures: Figures, unit: &'static str, goal: &'static str) -> Self {
        Self { name, figures, unit, goal }
    }
}

/// The number in the middle, or 0 of none.
#[must_use]
pub fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or_default()
}

/// A table with a column for each server.
#[must_use]
pub fn table(title: &str, kinds: &[Kind], rows: &[Row]) -> String {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    let mut text = format!(
        "### {title}\n\n| What | {} | Goal |\n|---|{}---|\n",
        names.join(" | "),
        "---|".repeat(kinds.len())
    );
    for row in rows {
        let cells: Vec<String> = kinds.iter().map(|kind| cell(row, *kind)).collect();
        // A String takes whatever is written to it.
        let _ = writeln!(text, "| {} | {} | {} |", row.name, cells.join(" | "), row.goal);
    }
    text
}

fn cell(row: &Row, kind: Kind) -> String {
    let figure = |kind| row.figures.0.iter().find(|(of, _)| *of == kind).map(|(_, figure)| *figure);
    let Some(own) = figure(kind) else { return String::new() };
    let shown = format!("{} {}", digits(own), row.unit);
    match figure(Kind::Floor) {
        Some(floor) if kind != Kind::Floor && floor > 0.0 => format!("{shown}, {:.2} ×", own / floor),
        _ => shown,
    }
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

    #[test]
    fn figures_stand_beside_their_ratio_to_the_floor() {
        let figures = Figures(vec![(Kind::Floor, 8.0), (Kind::Mainstay, 9.6)]);
        let rows = [Row::new("One".to_owned(), figures, "µs", "≤ 1.2 × floor")];
        let table = table("Time", &[Kind::Floor, Kind::Mainstay], &rows);
        assert!(table.ends_with("| One | 8.00 µs | 9.60 µs, 1.20 × | ≤ 1.2 × floor |\n"), "{table}");
        assert!(
            table.starts_with("### Time\n\n| What | floor | Mainstay | Goal |\n|---|---|---|---|\n"),
            "{table}"
        );
    }

    #[test]
    fn the_middle_of_three_is_the_median() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(Vec::new()), 0.0);
    }
}
