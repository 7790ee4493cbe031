//! The sample's cards. Each says to the demo agent what to show; a real agent reads it as a wish like any other.

use shared::card::{CardType, Priority};
use shared::requests::CreateCard;

/// The cards, from top to bottom.
pub(super) fn all() -> Vec<CreateCard> {
    vec![
        card(
            "Show low water as well as high water",
            "Between two high waters lies a low one.\n\nscenario: succeed",
            CardType::Feature,
            Some(Priority::High),
            &["tides"],
        ),
        card(
            "Ask before the harbour list is changed",
            "The list is the harbour master's. The agent asks, and you decide.\n\nscenario: ask",
            CardType::Task,
            None,
            &["harbours"],
        ),
        card(
            "Plan the page for phones",
            "Watch the plan of five steps go by.\n\nscenario: todos",
            CardType::Feature,
            Some(Priority::Medium),
            &["ui"],
        ),
        card(
            "Measure how long the page takes to load",
            "A minute of small steps: stop it, or steer it with a message.\n\nscenario: wait",
            CardType::Chore,
            Some(Priority::Low),
            &["ui", "speed"],
        ),
        card(
            "The clock is an hour late in summer",
            "This one fails, to show what that looks like.\n\nscenario: fail",
            CardType::Bug,
            Some(Priority::Urgent),
            &["tides"],
        ),
    ]
}

fn card(
    title: &str,
    description: &str,
    card_type: CardType,
    priority: Option<Priority>,
    labels: &[&str],
) -> CreateCard {
    CreateCard {
        title: title.to_owned(),
        description: Some(description.to_owned()),
        card_type: Some(card_type),
        priority,
        labels: labels.iter().map(|label| (*label).to_owned()).collect(),
        ..CreateCard::default()
    }
}
