//! The editor of one of the card's texts: an [`Edit`], the server that it is saved to, and the field it is typed into.

use leptos::task::spawn_local;
use leptos::{html, prelude::*};
use shared::card::CardDetail;
use shared::requests::{Patch, PatchCard, validate};

use super::edit::{Edit, Save, Verdict, Version};
use super::open_card::OpenCard;
use crate::api::ApiFailure;
use crate::browser;
use crate::live::Done;
use crate::ui::icon::{Glyph, Icon};

/// A text of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// What is to be done.
    Title,
    /// More about it, in Markdown.
    Description,
}

impl Text {
    /// The id of the element that shows the text, with the button that begins to edit it.
    pub fn place(self) -> &'static str {
        match self {
            Self::Title => "inspector-title-place",
            Self::Description => "inspector-description",
        }
    }

    /// What of that element takes the focus while the text is edited: the field, or the preview in its place.
    fn field(self) -> &'static str {
        match self {
            Self::Title => "textarea",
            Self::Description => ":not([hidden]) > textarea, [role=tabpanel][tabindex]:not([hidden])",
        }
    }

    fn of(self, card: &CardDetail) -> Version {
        let text = match self {
            Self::Title => card.card.title.clone(),
            Self::Description => card.description.clone().unwrap_or_default(),
        };
        Version { revision: card.card.revision, text }
    }

    fn change(self, text: String) -> PatchCard {
        match self {
            Self::Title => PatchCard { title: Some(text), ..PatchCard::default() },
            Self::Description => {
                let text = Some(text).filter(|text| !text.is_empty());
                PatchCard { description: Patch::from(text), ..PatchCard::default() }
            }
        }
    }

    /// The text in its normal form.
    fn check(self, typed: &str) -> Result<String, String> {
        match self {
            // It is one line, though its field shows it on several, and a pasted text may have several.
            Self::Title => validate::title(&typed.replace(['\n', '\t'], " ")),
            Self::Description => validate::description(typed),
        }
    }
}

/// The editor of a text; a handle that is copied freely. It outlives the field, so that nothing typed goes with that.
#[derive(Clone, Copy)]
pub struct TextEditor {
    text: Text,
    open: OpenCard,
    edit: RwSignal<Option<Edit>>,
    form: NodeRef<html::Form>,
}

impl TextEditor {
    pub(super) fn new(text: Text, open: OpenCard, kept: Option<Edit>) -> Self {
        Self { text, open, edit: RwSignal::new(kept), form: NodeRef::new() }
    }

    /// Whether the field is there.
    pub fn is_open(self) -> Memo<bool> {
        Memo::new(move |_| self.edit.with(Option::is_some))
    }

    /// The form around the field.
    pub fn form(self) -> NodeRef<html::Form> {
        self.form
    }

    /// What is typed so far. Tracks it.
    pub fn typed(self) -> String {
        self.edit.with(|edit| edit.as_ref().map(|edit| edit.typed().to_owned()).unwrap_or_default())
    }

    /// Whether something is typed that is not saved. Tracks it.
    pub fn is_dirty(self) -> bool {
        self.edit.try_with(|edit| edit.as_ref().is_some_and(Edit::is_dirty)).unwrap_or(false)
    }

    /// Whether it is on its way to the server. Tracks it.
    pub fn is_saving(self) -> bool {
        self.edit.try_with(|edit| edit.as_ref().is_some_and(Edit::is_saving)).unwrap_or(false)
    }

    /// What is to be kept when the inspector closes.
    pub(super) fn unsaved(self) -> Option<Edit> {
        self.edit.try_get_untracked().flatten().filter(Edit::is_dirty).map(Edit::put_by)
    }

    /// Begins to edit what the person sees.
    pub fn begin(self, seen: Version) {
        if self.edit.with_untracked(Option::is_none) {
            self.edit.set(Some(Edit::of(seen)));
        }
        self.focus();
    }

    /// Takes what the person types.
    pub fn type_in(self, text: String) {
        self.change(|edit| edit.type_in(text));
    }

    /// Takes note of the text as it is now.
    pub fn see(self, now: Version) {
        if self.edit.with_untracked(Option::is_some) {
            self.change(|edit| edit.see(now));
        }
    }

    /// Saves what is typed. Where nothing was changed the field just goes.
    pub fn save(self) {
        self.send_checked(Edit::save);
    }

    /// Saves what is typed in place of what someone else wrote.
    fn save_over(self) {
        self.send_checked(Edit::save_over);
        self.focus();
    }

    /// Goes on from what someone else wrote.
    fn take_theirs(self) {
        self.change(Edit::take_theirs);
        self.focus();
    }

    fn focus(self) {
        browser::focus_in(self.text.place(), self.text.field());
    }

    /// Gives up what was typed.
    pub fn cancel(self) {
        if !untrack(|| self.is_saving()) && !self.edit.is_disposed() {
            self.close();
        }
    }

    fn send_checked(self, begin: impl FnOnce(&mut Edit, String) -> Option<Save>) {
        let check = |edit: &mut Edit| match self.text.check(edit.typed()) {
            Ok(text) => begin(edit, text),
            Err(why) => {
                edit.fail(why);
                None
            }
        };
        match self.change(check) {
            Some(Some(save)) => self.send(save),
            // In its normal form it is what it was before.
            Some(None) if self.is_settled() => self.cancel(),
            _ => {}
        }
    }

    fn send(self, Save { revision, text }: Save) {
        let change = self.text.change(text);
        self.open.try_patch(change, Some(revision), move |outcome| self.answered(outcome));
    }

    fn answered(self, outcome: Result<Done, ApiFailure>) {
        match outcome {
            Ok(_) => self.close(),
            Err(failure) if failure.refused_with() == Some(412) => spawn_local(self.look_again()),
            Err(failure) => {
                self.change(|edit| edit.fail(failure.sentence));
            }
        }
    }

    /// The card has changed: whether this text has, only the card itself can tell.
    async fn look_again(self) {
        match self.open.look().await {
            Ok(card) => self.compare(&card),
            Err(failure) => {
                self.change(|edit| edit.fail(failure.sentence));
            }
        }
    }

    fn compare(self, card: &CardDetail) {
        match self.change(|edit| edit.refused_as_stale(self.text.of(card))) {
            Some(Verdict::Again(save)) => self.send(save),
            Some(Verdict::Saved) => self.close(),
            Some(Verdict::Told) | None => {}
        }
    }

    /// Whether nothing is left to say about it.
    fn is_settled(self) -> bool {
        self.edit.with_untracked(|edit| {
            edit.as_ref().is_some_and(|edit| edit.failure().is_none() && edit.theirs().is_none())
        })
    }

    /// The field goes. If the focus was in it, it goes to what the field came from; elsewhere it stays.
    fn close(self) {
        // The answer to a save may come when the inspector is closed already.
        if self.edit.try_get_untracked().flatten().is_none() {
            return;
        }
        let form = self.form.get_untracked();
        let had_focus = form.is_some_and(|form| form.matches(":focus-within").unwrap_or_default());
        self.edit.set(None);
        if had_focus {
            browser::focus_in(self.text.place(), "button");
        }
    }

    fn change<R>(self, change: impl FnOnce(&mut Edit) -> R) -> Option<R> {
        self.edit.try_update(|edit| edit.as_mut().map(change)).flatten()
    }
}

/// What stands below a field: why it was not saved, what someone else wrote, and what can be done.
#[component]
pub fn EditFoot(
    /// The field's editor.
    editor: TextEditor,
    /// The id of the words that describe the field.
    describes: &'static str,
) -> impl IntoView {
    let failure = Memo::new(move |_| {
        editor.edit.with(|edit| edit.as_ref().and_then(|edit| edit.failure().map(str::to_owned)))
    });
    let theirs = Memo::new(move |_| {
        editor.edit.with(|edit| edit.as_ref().and_then(|edit| edit.theirs().map(|it| it.text.clone())))
    });
    let saving = Memo::new(move |_| editor.is_saving());
    let save = move || {
        theirs.with(Option::is_none).then(|| {
            view! {
                <button
                    class="button is-primary is-small"
                    type="submit"
                    aria-disabled=move || saving.get().then_some("true")
                >
                    "Save"
                </button>
            }
            .into_any()
        })
    };
    view! {
        <div id=describes>
            <p class="field__error" role="alert">{move || failure.get()}</p>
            <div role="status">
                {move || theirs.get().map(|theirs| view! { <Overtaken editor theirs/> }.into_any())}
            </div>
        </div>
        <div class="inspector__acts">
            {move || save()}
            <button
                class="button is-quiet is-small"
                type="button"
                aria-disabled=move || saving.get().then_some("true")
                on:click=move |_| editor.cancel()
            >
                "Cancel"
            </button>
            <span class="u-soft" role="status">{move || saving.get().then_some("Saving…")}</span>
        </div>
    }
}

/// Someone else has changed the text: theirs beside what was typed, and a choice.
#[component]
fn Overtaken(editor: TextEditor, theirs: String) -> impl IntoView {
    let shown = if theirs.is_empty() { "(nothing)".to_owned() } else { theirs };
    view! {
        <div class="overtaken">
            <p>
                <Glyph icon=Icon::Warn small=true/>
                "Changed by someone since. What you typed is kept."
            </p>
            <details>
                <summary>"Show the new text"</summary>
                <pre tabindex="0">{shown}</pre>
            </details>
            <div class="inspector__acts">
                <button class="button is-small" type="button" on:click=move |_| editor.save_over()>
                    "Save mine over it"
                </button>
                <button
                    class="button is-small"
                    type="button"
                    on:click=move |_| editor.take_theirs()
                >
                    "Use the new text"
                </button>
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use shared::card::Card;
    use shared::problem::Problem;

    use super::*;
    use crate::live::use_kanban_sse;
    use crate::samples;
    use crate::snapshot::Snapshot;

    /// An editor in which `typed` was typed and saved; the test plays the server.
    fn saved(text: Text, typed: &str) -> (Owner, TextEditor) {
        let owner = Owner::new();
        let editor = owner.with(|| {
            let state = samples::board(vec![samples::card("c1", "old")], vec![]);
            let kanban = use_kanban_sse("b1".into(), Snapshot { at: None, data: state });
            let open = OpenCard::new(kanban, "b1".into(), "c1".into(), None);
            let editor = TextEditor::new(text, open, None);
            editor.begin(Version { revision: 1, text: "old".to_owned() });
            editor.type_in(typed.to_owned());
            editor.save();
            editor
        });
        (owner, editor)
    }

    fn card(revision: u64, title: &str) -> CardDetail {
        let card = Card { revision, ..samples::card("c1", title) };
        CardDetail { card, description: None }
    }

    fn refusal(status: u16) -> ApiFailure {
        ApiFailure::from_problem(Problem {
            problem_type: "about:blank".to_owned(),
            title: "No".to_owned(),
            status,
            detail: String::new(),
            hints: vec![],
            errors: vec![],
        })
    }

    /// The field as a person sees it: what is typed, whether it is on its way, and why it was not saved.
    fn seen(editor: TextEditor) -> Option<(String, bool, Option<String>)> {
        editor.edit.with_untracked(|edit| {
            let edit = edit.as_ref()?;
            Some((edit.typed().to_owned(), edit.is_saving(), edit.failure().map(str::to_owned)))
        })
    }

    fn theirs(editor: TextEditor) -> Option<String> {
        editor.edit.with_untracked(|edit| edit.as_ref()?.theirs().map(|it| it.text.clone()))
    }

    #[test]
    fn the_field_stays_until_the_server_has_answered() {
        let (owner, title) = saved(Text::Title, "new");
        owner.with(|| {
            assert_eq!(seen(title), Some(("new".to_owned(), true, None)));
            title.cancel();
            title.answered(Ok(Done::default()));
            assert_eq!(seen(title), None);
        });
    }

    #[test]
    fn a_refused_text_is_kept_with_the_reason() {
        let (owner, title) = saved(Text::Title, "new");
        owner.with(|| title.answered(Err(refusal(422))));
        assert_eq!(seen(title), Some(("new".to_owned(), false, Some("No.".to_owned()))));
    }

    #[test]
    fn a_text_that_someone_changed_since_is_kept_beside_theirs() {
        let (owner, title) = saved(Text::Title, "new");
        owner.with(|| {
            title.compare(&card(4, "theirs"));
            assert_eq!(
                (seen(title), theirs(title)),
                (Some(("new".to_owned(), false, None)), Some("theirs".into()))
            );
            title.save_over();
            assert_eq!(seen(title), Some(("new".to_owned(), true, None)));
        });
    }

    #[test]
    fn a_change_elsewhere_on_the_card_is_nothing_to_ask_a_person_about() {
        let (owner, title) = saved(Text::Title, "new");
        owner.with(|| title.compare(&card(4, "old")));
        assert_eq!(seen(title), Some(("new".to_owned(), true, None)));
    }

    #[test]
    fn a_text_that_is_there_already_needs_no_field() {
        let (owner, title) = saved(Text::Title, "new");
        owner.with(|| title.compare(&card(4, "new")));
        assert_eq!(seen(title), None);
    }

    #[test]
    fn a_text_that_does_not_fit_is_told_about_and_kept() {
        let (owner, title) = saved(Text::Title, "  ");
        owner.with(|| {
            assert_eq!(seen(title), Some(("  ".into(), false, Some("The title can't be empty.".into()))));
        });
    }

    #[test]
    fn a_title_is_saved_as_one_line() {
        let (_owner, title) = saved(Text::Title, " First\nand second ");
        assert_eq!(seen(title), Some(("First and second".to_owned(), true, None)));
    }

    #[test]
    fn a_text_that_is_the_same_in_its_normal_form_needs_no_saving() {
        let (_owner, title) = saved(Text::Title, " old ");
        assert_eq!(seen(title), None);
    }

    #[test]
    fn an_emptied_description_is_cleared() {
        assert_eq!(Text::Description.change(String::new()).description, Patch::Null);
        assert_eq!(Text::Description.change("a".to_owned()).description, Patch::Value("a".to_owned()));
        assert_eq!(Text::Description.check(" \n "), Ok(String::new()));
    }

    #[test]
    fn what_is_typed_outlives_the_inspector() {
        let (owner, description) = saved(Text::Description, "new");
        owner.with(|| {
            let kept = description.unsaved().expect("a draft");
            assert_eq!((kept.typed(), kept.is_saving()), ("new", false));
            description.answered(Ok(Done::default()));
            assert_eq!(description.unsaved(), None);
        });
    }
}
