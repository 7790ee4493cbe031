//! The uses of tools in a turn.

mod output;

use shared::conversation::{ConversationItem, ItemAppend, ItemKind, ToolKind, ToolStatus, ToolUse};
use shared::ids::{ItemId, ToolCallId};
use shared::time::Timestamp;

use super::Making;
use super::change::Change;
use crate::agents::said::{ToolChange, ToolContent};
use output::Growth;

#[cfg(test)]
pub(super) use output::MAX_OUTPUT;

/// How many uses that are over are kept in mind, for what may still be said of them.
const KEPT: usize = 8;
/// How many may be open at once: one that is older than these is taken for lost.
const MAX_OPEN: usize = 64;

/// The uses of tools that may still change, oldest first.
#[derive(Debug, Default)]
pub(super) struct Tools {
    uses: Vec<Use>,
}

/// A use of a tool, and its place in the conversation.
#[derive(Clone, Debug)]
struct Use {
    id: ItemId,
    timestamp: Timestamp,
    tool: ToolUse,
}

impl Use {
    fn item(&self) -> ConversationItem {
        let kind = ItemKind::Tool(self.tool.clone());
        ConversationItem { id: self.id.clone(), timestamp: self.timestamp, kind }
    }

    fn is_open(&self) -> bool {
        is_open(self.tool.status)
    }

    /// Puts more, or something else, into its output; whether the item has to be sent anew.
    fn grow(&mut self, growth: Growth) -> (bool, Option<Change>) {
        match growth {
            Growth::None => (false, None),
            Growth::Replaced(text) => {
                self.tool.output = Some(text);
                (true, None)
            }
            Growth::More(append) => {
                let output = self.tool.output.get_or_insert_default();
                let at = output.len();
                output.push_str(&append);
                (false, Some(Change::Append(ItemAppend { item_id: self.id.clone(), at, append })))
            }
        }
    }
}

fn is_open(status: ToolStatus) -> bool {
    matches!(status, ToolStatus::Pending | ToolStatus::InProgress)
}

impl Tools {
    /// A use that was before.
    pub fn recall(&mut self, item: ConversationItem) {
        let ConversationItem { id, timestamp, kind: ItemKind::Tool(tool) } = item else { return };
        self.uses.push(Use { id, timestamp, tool });
        self.forget();
    }

    /// What it says it does.
    pub fn name(&self, id: &ToolCallId) -> Option<&str> {
        self.find(id).map(|place| self.uses[place].tool.name.as_str())
    }

    /// What it says it does, as long as it does it.
    pub fn activity(&self, id: &ToolCallId) -> Option<String> {
        let place = self.find(id)?;
        self.uses[place].is_open().then(|| self.uses[place].tool.name.clone())
    }

    /// Begins or changes a use; says whether it is new.
    pub fn change(&mut self, change: &ToolChange, making: &mut Making<'_>) -> (Vec<Change>, bool) {
        let known = self.find(&change.id);
        let (place, lost) = match known {
            Some(place) => (place, None),
            None => self.begin(blank(change.id.clone(), making.now), making),
        };
        let mut changes: Vec<Change> = lost.into_iter().collect();
        let used = &mut self.uses[place];
        let (is_changed, append) = patch(used, change, making.now);
        if is_changed || known.is_none() {
            changes.push(Change::item(used.item()));
        } else {
            changes.extend(append);
        }
        self.forget();
        (changes, known.is_none())
    }

    /// A terminal printed something: output of the use that names it, or of one that is made up for it.
    pub fn printed(&mut self, terminal: &str, text: &str, making: &mut Making<'_>) -> (Vec<Change>, bool) {
        if let Some(place) = self.runs(terminal) {
            let used = &mut self.uses[place];
            let growth = output::more(used.tool.output.as_deref().unwrap_or_default(), text);
            let (_, append) = used.grow(growth);
            return (append.into_iter().collect(), false);
        }
        let tool = ToolUse {
            name: "Terminal".to_owned(),
            kind: ToolKind::Execute,
            status: ToolStatus::InProgress,
            terminal_ids: vec![terminal.to_owned()],
            ..blank(terminal.into(), making.now)
        };
        let (place, lost) = self.begin(tool, making);
        let used = &mut self.uses[place];
        used.grow(output::more("", text));
        let item = used.item();
        self.forget();
        (lost.into_iter().chain([Change::item(item)]).collect(), true)
    }

    /// A terminal's command ended. Of a use that an agent told of, the agent tells the end; one that was made up ends here.
    pub fn terminal_ended(
        &mut self,
        terminal: &str,
        exit_code: Option<i32>,
        now: Timestamp,
    ) -> Option<ConversationItem> {
        let place = self.find(&terminal.into()).filter(|place| self.uses[*place].is_open())?;
        let used = &mut self.uses[place];
        let status = if exit_code == Some(0) { ToolStatus::Completed } else { ToolStatus::Failed };
        set_status(&mut used.tool, status, now);
        let item = used.item();
        self.forget();
        Some(item)
    }

    /// Closes the uses whose end was not told.
    pub fn close(&mut self, is_done: bool, now: Timestamp) -> Vec<ConversationItem> {
        let status = if is_done { ToolStatus::Completed } else { ToolStatus::Failed };
        let open = self.uses.iter_mut().filter(|it| it.is_open());
        let closed = open.map(|used| {
            set_status(&mut used.tool, status, now);
            used.item()
        });
        let closed = closed.collect();
        self.forget();
        closed
    }

    /// The last use with this id: agents may give one twice.
    fn find(&self, id: &ToolCallId) -> Option<usize> {
        self.uses.iter().rposition(|it| it.tool.tool_call_id == *id)
    }

    /// The use that runs this terminal: one that an agent told of, rather than the one that was made up for it.
    fn runs(&self, terminal: &str) -> Option<usize> {
        let names = |it: &Use| it.tool.terminal_ids.iter().any(|id| id == terminal);
        let is_made_up = |it: &Use| it.tool.tool_call_id.as_str() == terminal;
        let told = self.uses.iter().rposition(|it| names(it) && !is_made_up(it));
        told.or_else(|| self.uses.iter().rposition(|it| names(it) && it.is_open()))
    }

    /// Begins a use; one that is lost for it is closed.
    fn begin(&mut self, tool: ToolUse, making: &mut Making<'_>) -> (usize, Option<Change>) {
        let open = self.uses.iter().filter(|it| it.is_open()).count();
        let oldest = self.uses.iter_mut().find(|it| it.is_open()).filter(|_| open >= MAX_OPEN);
        let lost = oldest.map(|lost| {
            set_status(&mut lost.tool, ToolStatus::Failed, making.now);
            Change::item(lost.item())
        });
        self.uses.push(Use { id: (making.new_id)(), timestamp: making.now, tool });
        (self.uses.len() - 1, lost)
    }

    /// Keeps those that are open and the newest. Which these are can be read off the conversation, too.
    fn forget(&mut self) {
        let newest = self.uses.len().saturating_sub(KEPT);
        let mut place = 0;
        self.uses.retain(|it| {
            place += 1;
            place > newest || it.is_open()
        });
    }
}

/// A use of which nothing is known yet.
fn blank(id: ToolCallId, now: Timestamp) -> ToolUse {
    ToolUse {
        tool_call_id: id,
        name: "Tool".to_owned(),
        kind: ToolKind::Other,
        status: ToolStatus::Pending,
        input: None,
        output: None,
        diff: Vec::new(),
        terminal_ids: Vec::new(),
        started_at: now,
        ended_at: None,
    }
}

/// Changes what is said to be new. Says whether the item has to be sent anew, and else what its output grew by.
fn patch(used: &mut Use, change: &ToolChange, now: Timestamp) -> (bool, Option<Change>) {
    let tool = &mut used.tool;
    let mut is_changed = set(&mut tool.name, change.title.as_ref());
    is_changed |= set(&mut tool.kind, change.kind.as_ref());
    if let Some(input) = &change.input {
        is_changed |= set(&mut tool.input, Some(&Some(input.clone())));
    }
    if let Some(status) = change.status {
        is_changed |= set_status(tool, status, now);
    }
    let mut growth = Growth::None;
    if let Some(content) = &change.content {
        is_changed |= set_content(tool, content);
        let output = tool.output.as_deref().unwrap_or_default();
        growth = output::of_content(output, &content.text, !tool.terminal_ids.is_empty());
    }
    if let (Growth::None, Some(returned)) = (&growth, &change.returned)
        && tool.output.is_none()
        && tool.diff.is_empty()
        && tool.terminal_ids.is_empty()
    {
        growth = output::more("", returned);
    }
    let (is_replaced, append) = used.grow(growth);
    (is_changed || is_replaced, append)
}

fn set_content(tool: &mut ToolUse, content: &ToolContent) -> bool {
    let mut is_changed = false;
    for terminal in &content.terminals {
        if !tool.terminal_ids.contains(terminal) {
            tool.terminal_ids.push(terminal.clone());
            is_changed = true;
        }
    }
    // An edit that was told is not untold by an end that speaks of something else.
    is_changed |= set(&mut tool.diff, Some(&content.diff).filter(|diff| !diff.is_empty()));
    is_changed
}

fn set_status(tool: &mut ToolUse, status: ToolStatus, now: Timestamp) -> bool {
    if !set(&mut tool.status, Some(&status)) {
        return false;
    }
    tool.ended_at = (!is_open(status)).then_some(now);
    true
}

fn set<T: Clone + PartialEq>(field: &mut T, value: Option<&T>) -> bool {
    match value {
        Some(value) if field != value => {
            field.clone_from(value);
            true
        }
        _ => false,
    }
}
