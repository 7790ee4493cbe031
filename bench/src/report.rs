//! What was measured, as tables in Markdown: each figure with its spread, and Mainstay's as a ratio to each other's of the
//! same round.

use std::fmt::Write as _;

use super::targets::Kind;

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
    goal: &'static str,
}

impl Row {
    /// A row of these figures.
    #[must_use]
    pub fn new(name: impl Into<String>, figures: Figures, unit: &'static str, goal: &'static str) -> Self {
        Self { name: name.into(), figures, unit, goal }
    }
}

/// A table with a column for each server, and one for Mainstay's ratio to each of the others.
#[must_use]
pub fn table(title: &str, kinds: &[Kind], rows: &[Row]) -> String {
    let others: Vec<Kind> = kinds.iter().copied().filter(|kind| *kind != Kind::Mainstay).collect();
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    let beside: Vec<String> = others.iter().map(|kind| format!("÷ {}", kind.name())).collect();
    let mut text = format!(
        "### {title}\n\n| What | {} | {} | Goal |\n|---|{}---|\n",
        names.join(" | "),
        beside.join(" | "),
        "---|".repeat(names.len() + beside.len())
    );
    for row in rows {
        let figures = kinds.iter().map(|kind| spread(row.figures.rounds(*kind), row.unit));
        let own = row.figures.rounds(Kind::Mainstay);
        let ratios = others.iter().map(|kind| spread(&ratios(own, row.figures.rounds(*kind)), "×"));
        let cells: Vec<String> = figures.chain(ratios).collect();
        // A String takes whatever is written to it.
        let _ = writeln!(text, "| {} | {} | {} |", row.name, cells.join(" | "), row.goal);
    }
    text
}

/// The number in the middle, and from where to where they go; nothing of none.
fn spread(numbers: &[f64], unit: &str) -> String {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (Some(least), Some(most)) = (sorted.first(), sorted.last()) else { return String::new() };
    let median = digits(sorted[sorted.len() / 2]);
    match sorted.len() {
        1 => format!("{median} {unit}"),
        _ => format!("{median} {unit} ({}–{})", digits(*least), digits(*most)),
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

    fn figures() -> Figures {
        let measured = [(Kind::Floor, vec![8.0, 10.0, 9.0]), (Kind::Mainstay, vec![9.6, 10.0, 18.0])];
        Figures::of(&measured, |run| *run)
    }

    #[test]
    fn figures_stand_beside_their_spread_and_the_ratios_of_the_rounds() {
        let rows = [Row::new("One", figures(), "µs", "≤ 1.2 × floor")];
        let table = table("Time", &[Kind::Floor, Kind::Mainstay], &rows);
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
        let table =
            table("Held", &[Kind::Floor, Kind::Mainstay], &[Row::new("All", alone, "s", "all are held")]);
        assert!(table.ends_with("| All |  | 1.00 s |  | all are held |\n"), "{table}");
    }

    #[test]
    fn figures_over_others_are_ratios_round_by_round() {
        let half = Figures::of(&[(Kind::Mainstay, vec![4.8, 5.0, 6.0])], |run| *run);
        assert_eq!(half.over(&figures()).rounds(Kind::Mainstay), [0.5, 0.5, 6.0 / 18.0]);
    }
}
