//! A text that a person edits while others may change it: what is typed is never lost, and nobody's text is saved over
//! unseen.

/// After this many refusals in a row the person is asked, though nobody touched the text itself.
const MAX_REPEATS: u8 = 3;

/// A text as it is at one revision of its card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The card's revision.
    pub revision: u64,
    /// The text; empty if there is none.
    pub text: String,
}

/// An edit, from the first key until it is saved or given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What the person saw when they began, or chose to go on from. What they type is a change of this.
    seen: Version,
    typed: String,
    phase: Phase,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Phase {
    Open {
        /// What someone else has made of the text since.
        theirs: Option<Version>,
        /// Why it was not saved.
        failure: Option<String>,
    },
    Saving {
        /// How often it was refused because of what is elsewhere on the card.
        repeats: u8,
    },
}

impl Phase {
    const TYPING: Self = Self::Open { theirs: None, failure: None };
}

/// What is to be sent: this text, if the card is still at this revision.
pub type Save = Version;

/// What follows from a look at the card after a save was refused as stale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nobody touched this text: send it again.
    Again(Save),
    /// The text is already what was typed.
    Saved,
    /// The person decides.
    Told,
}

impl Edit {
    /// Begins with what the person sees.
    #[must_use]
    pub fn of(seen: Version) -> Self {
        Self { typed: seen.text.clone(), seen, phase: Phase::TYPING }
    }

    /// What is typed so far.
    #[must_use]
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// Whether there is anything to lose.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        self.typed != self.seen.text
    }

    /// Whether it is on its way to the server.
    #[must_use]
    pub fn is_saving(&self) -> bool {
        matches!(self.phase, Phase::Saving { .. })
    }

    /// What someone else has made of the text since the person began.
    #[must_use]
    pub fn theirs(&self) -> Option<&Version> {
        match &self.phase {
            Phase::Open { theirs, .. } => theirs.as_ref(),
            Phase::Saving { .. } => None,
        }
    }

    /// Why it was not saved.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        match &self.phase {
            Phase::Open { failure, .. } => failure.as_deref(),
            Phase::Saving { .. } => None,
        }
    }

    /// Takes what the person types. What is on its way stays as it was sent.
    pub fn type_in(&mut self, text: String) {
        if let Phase::Open { failure, .. } = &mut self.phase {
            *failure = None;
            self.typed = text;
        }
    }

    /// Takes note of the text as it is now. What is typed stays.
    ///
    /// An older version than one that is known says nothing; while it is being saved, the answer decides.
    pub fn see(&mut self, now: Version) {
        let Phase::Open { theirs, .. } = &mut self.phase else { return };
        let newest = theirs.as_ref().map_or(self.seen.revision, |it| it.revision.max(self.seen.revision));
        if now.revision <= newest {
            return;
        }
        if now.text == self.seen.text || now.text == self.typed {
            // Something else on the card changed, or someone wrote the very same.
            *theirs = None;
            self.seen = now;
        } else {
            *theirs = Some(now);
        }
    }

    /// Begins to save `text`, which is what was typed in its normal form. `None` if there is nothing to save, or if the
    /// person has yet to decide about what someone else wrote.
    pub fn save(&mut self, text: String) -> Option<Save> {
        match &self.phase {
            Phase::Open { theirs: None, .. } if text != self.seen.text => {}
            _ => return None,
        }
        Some(self.send(text))
    }

    /// Begins to save `text` in place of what someone else wrote, which the person has seen.
    pub fn save_over(&mut self, text: String) -> Option<Save> {
        let Phase::Open { theirs, .. } = &mut self.phase else { return None };
        self.seen = theirs.take()?;
        Some(self.send(text))
    }

    fn send(&mut self, text: String) -> Save {
        self.typed = text;
        self.phase = Phase::Saving { repeats: 0 };
        self.as_save()
    }

    fn as_save(&self) -> Save {
        Save { revision: self.seen.revision, text: self.typed.clone() }
    }

    /// Goes on from what someone else wrote; what was typed is given up.
    pub fn take_theirs(&mut self) {
        if let Phase::Open { theirs, .. } = &mut self.phase
            && let Some(theirs) = theirs.take()
        {
            *self = Self::of(theirs);
        }
    }

    /// It was not saved, and why. What someone else wrote is still to be decided about.
    pub fn fail(&mut self, why: String) {
        match &mut self.phase {
            Phase::Open { failure, .. } => *failure = Some(why),
            Phase::Saving { .. } => self.phase = Phase::Open { theirs: None, failure: Some(why) },
        }
    }

    /// It was refused because the card has changed, and this is the text now.
    ///
    /// A card's revision counts all that is written on it: often only something else has changed.
    pub fn refused_as_stale(&mut self, now: Version) -> Verdict {
        let Phase::Saving { repeats } = &mut self.phase else { return Verdict::Told };
        if now.text == self.typed {
            return Verdict::Saved;
        }
        if now.text == self.seen.text && *repeats < MAX_REPEATS {
            *repeats += 1;
            self.seen = now;
            return Verdict::Again(self.as_save());
        }
        self.phase = Phase::Open { theirs: Some(now), failure: None };
        Verdict::Told
    }

    /// As it is kept while nobody looks at it: whoever waited for an answer is gone.
    #[must_use]
    pub fn put_by(self) -> Self {
        match self.phase {
            Phase::Open { .. } => self,
            Phase::Saving { .. } => Self { phase: Phase::TYPING, ..self },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn version(revision: u64, text: &str) -> Version {
        Version { revision, text: text.to_owned() }
    }

    fn typed(text: &str) -> Edit {
        let mut edit = Edit::of(version(5, "old"));
        edit.type_in(text.to_owned());
        edit
    }

    #[test]
    fn a_save_carries_the_revision_that_the_person_saw() {
        let mut edit = typed("mine");
        assert_eq!(edit.save("mine".into()), Some(version(5, "mine")));
        assert!(edit.is_saving());
    }

    #[test]
    fn a_change_elsewhere_on_the_card_goes_by_unnoticed() {
        let mut edit = typed("mine");
        edit.see(version(7, "old"));
        assert_eq!(edit.theirs(), None);
        assert_eq!(edit.save("mine".into()), Some(version(7, "mine")));
    }

    #[test]
    fn what_someone_else_wrote_never_replaces_what_is_typed() {
        let mut edit = typed("mine");
        edit.see(version(6, "theirs"));
        assert_eq!((edit.typed(), edit.theirs()), ("mine", Some(&version(6, "theirs"))));
        assert_eq!(edit.save("mine".into()), None, "the person has not decided yet");
        assert_eq!(edit.save_over("mine".into()), Some(version(6, "mine")));
    }

    #[test]
    fn an_untouched_field_is_not_changed_under_the_cursor_either() {
        let mut edit = Edit::of(version(5, "old"));
        edit.see(version(6, "theirs"));
        assert_eq!((edit.typed(), edit.theirs()), ("old", Some(&version(6, "theirs"))));
        edit.take_theirs();
        assert_eq!((edit.typed(), edit.theirs(), edit.is_dirty()), ("theirs", None, false));
    }

    #[test]
    fn an_older_version_that_arrives_late_says_nothing() {
        let mut edit = typed("mine");
        edit.see(version(8, "theirs"));
        edit.see(version(7, "between"));
        edit.see(version(4, "ancient"));
        assert_eq!(edit.theirs(), Some(&version(8, "theirs")));
    }

    #[test]
    fn a_change_that_is_taken_back_is_none() {
        let mut edit = typed("mine");
        edit.see(version(6, "theirs"));
        edit.see(version(7, "old"));
        assert_eq!(edit.save("mine".into()), Some(version(7, "mine")));
    }

    #[test]
    fn someone_who_wrote_the_same_is_no_conflict() {
        let mut edit = typed("mine");
        edit.see(version(6, "mine"));
        assert_eq!((edit.theirs(), edit.is_dirty()), (None, false));
    }

    #[test]
    fn a_save_that_is_stale_for_something_else_is_sent_again_at_the_newer_revision() {
        let mut edit = typed("mine");
        edit.save("mine".into());
        assert_eq!(edit.refused_as_stale(version(9, "old")), Verdict::Again(version(9, "mine")));
    }

    #[test]
    fn a_save_that_is_stale_for_this_text_keeps_it_and_tells() {
        let mut edit = typed("mine");
        edit.save("mine".into());
        assert_eq!(edit.refused_as_stale(version(9, "theirs")), Verdict::Told);
        assert_eq!((edit.typed(), edit.theirs()), ("mine", Some(&version(9, "theirs"))));
    }

    #[test]
    fn a_text_that_is_there_already_counts_as_saved() {
        let mut edit = typed("mine");
        edit.save("mine".into());
        assert_eq!(edit.refused_as_stale(version(9, "mine")), Verdict::Saved);
    }

    #[test]
    fn a_save_is_not_repeated_without_end() {
        let mut edit = typed("mine");
        edit.save("mine".into());
        let verdicts: Vec<_> =
            (9..13).map(|revision| edit.refused_as_stale(version(revision, "old"))).collect();
        assert_eq!(verdicts.iter().filter(|it| **it != Verdict::Told).count(), usize::from(MAX_REPEATS));
        assert_eq!((edit.typed(), edit.is_saving()), ("mine", false));
    }

    #[test]
    fn a_failure_keeps_what_was_typed_until_the_next_key() {
        let mut edit = typed("mine");
        edit.save("mine".into());
        edit.fail("Mainstay did not answer.".into());
        assert_eq!((edit.typed(), edit.failure()), ("mine", Some("Mainstay did not answer.")));
        edit.type_in("mine!".into());
        assert_eq!(edit.failure(), None);
    }

    #[test]
    fn a_failure_does_not_hide_what_someone_else_wrote() {
        let mut edit = typed("mine");
        edit.see(version(6, "theirs"));
        edit.fail("The title can't be empty.".into());
        assert_eq!(edit.theirs(), Some(&version(6, "theirs")));
    }

    #[test]
    fn nothing_is_saved_where_nothing_was_changed() {
        assert_eq!(Edit::of(version(5, "old")).save("old".into()), None);
    }

    #[test]
    fn an_edit_that_is_put_by_while_it_is_saved_can_be_gone_on_with() {
        let mut edit = typed("mine");
        edit.save("mine".into());
        let mut kept = edit.put_by();
        kept.type_in("mine!".into());
        assert_eq!(kept.save("mine!".into()), Some(version(5, "mine!")));
    }

    /// What may happen to an edit, beside typing.
    #[derive(Clone, Debug)]
    enum Step {
        See(u64, u8),
        Save,
        Fail,
        Stale(u64, u8),
        PutBy,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            (0..20_u64, 0..4_u8).prop_map(|(revision, text)| Step::See(revision, text)),
            Just(Step::Save),
            Just(Step::Fail),
            (0..20_u64, 0..4_u8).prop_map(|(revision, text)| Step::Stale(revision, text)),
            Just(Step::PutBy),
        ];
        proptest::collection::vec(step, 0..30)
    }

    proptest! {
        #[test]
        fn whatever_happens_around_it_what_is_typed_stays(steps in steps()) {
            let mut edit = typed("mine");
            for step in steps {
                match step {
                    Step::See(revision, text) => edit.see(version(revision, &text.to_string())),
                    Step::Save => { edit.save("mine".into()); }
                    Step::Fail => edit.fail("no".into()),
                    Step::Stale(revision, text) => { edit.refused_as_stale(version(revision, &text.to_string())); }
                    Step::PutBy => edit = edit.put_by(),
                }
                prop_assert_eq!(edit.typed(), "mine");
            }
        }

        #[test]
        fn a_save_never_goes_over_a_text_that_the_person_has_not_seen(
            versions in proptest::collection::vec((6..20_u64, 0..3_u8), 1..10),
        ) {
            let mut edit = typed("mine");
            let mut now = version(5, "old");
            for (revision, text) in versions {
                let seen = version(revision, &text.to_string());
                if seen.revision > now.revision {
                    now = seen.clone();
                }
                edit.see(seen);
            }
            if let Some(save) = edit.save("mine".into()) {
                prop_assert!(now.text == "old" && save.revision == now.revision, "{save:?} over {now:?}");
            }
        }
    }
}
