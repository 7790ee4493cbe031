//! What the agent does in a turn: a common beginning, then what its scenario says.

use std::future::pending;
use std::path::Path;
use std::time::Duration;

use tokio::time::timeout;

use super::edit::{Edit, FILE};
use super::scenario::Scenario;
use super::stubbornness::Stubbornness;
use super::voice::{Stop, Tool, Voice, diff, text};

const PLAN: [&str; 3] = ["Read the task", "Write a line into DEMO.md", "Say what was done"];

const EDIT: &str = "Edit DEMO.md";

const TODOS: [&str; 5] = ["Look around", "Draw a sketch", "Write the line", "Read it once more", "Clean up"];

const LONG_STEPS: usize = 120;

/// How long the agent refuses to end, at most.
const STUBBORN: Duration = Duration::from_secs(5 * 60);

/// What a flood consists of.
const MESSAGE_BYTES: usize = 200_000;
const TOKENS: [&str; 8] = ["The ", "water ", "rises, ", "and ", "no ", "word ", "is ", "lost. "];
const STDERR_LINES: usize = 2_000;
const OUTPUT_PIECES: usize = 16;
const OUTPUT_PIECE: usize = 16 * 1024;

/// How a turn is played.
pub(super) struct Script<'a> {
    pub voice: &'a Voice,
    pub folder: &'a Path,
    pub prompt: &'a str,
    pub stubbornness: &'a Stubbornness,
}

impl Script<'_> {
    /// Plays the scenario that the prompt asks for.
    pub async fn play(&self) -> Result<(), Stop> {
        let scenario = Scenario::asked_for(self.prompt).map_err(|error| Stop::Failed(error.to_string()))?;
        self.voice.log(&format!("playing the scenario {}", scenario.name())).await;
        match scenario {
            Scenario::Succeed => self.succeed().await,
            Scenario::Ask => self.ask().await,
            Scenario::Wait => self.wait().await,
            Scenario::Flood => self.flood().await,
            Scenario::Todos => self.todos().await,
            Scenario::Fail => self.fail().await,
            Scenario::Crash => self.crash().await,
            Scenario::IgnoreCancel => {
                self.ignore_cancel().await;
                Ok(())
            }
        }
    }

    /// Reads the task and the file, and works out the edit.
    async fn begin(&self) -> Result<Edit, Stop> {
        self.voice.plan(&PLAN, 0).await?;
        self.voice
            .think("The task is clear, and small. First a look at the file, then one line at its end.")
            .await?;
        let path = self.folder.join(FILE);
        let read = self.voice.tool("read", &format!("Read {FILE}"), Some(&path), None).await?;
        let edit = Edit::prepare(self.folder, self.prompt).await.map_err(Stop::Failed)?;
        let missing = format!("There is no {FILE} yet.");
        read.is_done(text(edit.old.as_deref().unwrap_or(&missing))).await?;
        self.voice.plan(&PLAN, 1).await?;
        Ok(edit)
    }

    /// What most scenarios begin with.
    async fn begin_and_edit(&self) -> Result<(), Stop> {
        let edit = self.begin().await?;
        let tool = self.edit_tool(&edit).await?;
        self.make(&edit, &tool).await
    }

    async fn edit_tool(&self, edit: &Edit) -> Result<Tool<'_>, Stop> {
        self.voice.tool("edit", EDIT, Some(&edit.path), Some(diff(edit))).await
    }

    async fn make(&self, edit: &Edit, tool: &Tool<'_>) -> Result<(), Stop> {
        tool.goes_on(None).await?;
        edit.make().await.map_err(Stop::Failed)?;
        tool.is_done(diff(edit)).await?;
        self.voice.plan(&PLAN, 2).await
    }

    async fn succeed(&self) -> Result<(), Stop> {
        self.begin_and_edit().await?;
        self.voice.say(&format!("I added one line to `{FILE}`, and left everything else as it was.")).await?;
        self.voice.plan(&PLAN, 3).await
    }

    async fn ask(&self) -> Result<(), Stop> {
        let edit = self.begin().await?;
        let tool = self.edit_tool(&edit).await?;
        let is_allowed = tool.ask(EDIT, &edit).await?;
        if !is_allowed {
            tool.is_left_undone().await?;
            return self.voice.say("Then I leave everything as it is.").await;
        }
        self.make(&edit, &tool).await?;
        self.voice.say(&format!("Thank you. The line is in `{FILE}`.")).await?;
        self.voice.plan(&PLAN, 3).await
    }

    async fn wait(&self) -> Result<(), Stop> {
        self.begin_and_edit().await?;
        for step in 1..=LONG_STEPS {
            self.voice.say_at_once(&format!("Step {step} of {LONG_STEPS}.\n")).await?;
            self.voice.pause(self.voice.pace.long_step).await?;
        }
        self.voice.plan(&PLAN, 3).await
    }

    async fn flood(&self) -> Result<(), Stop> {
        self.begin_and_edit().await?;
        for line in 1..=STDERR_LINES {
            self.voice.log(&format!("line {line} of {STDERR_LINES}")).await;
        }
        let mut left = MESSAGE_BYTES;
        for token in TOKENS.iter().cycle() {
            if left == 0 {
                break;
            }
            let token = &token[..token.len().min(left)];
            left -= token.len();
            self.voice.say_at_once(token).await?;
        }
        self.flood_by_tool().await?;
        self.voice.plan(&PLAN, 3).await
    }

    /// A tool's content replaces what was there: so each piece comes with all before it.
    async fn flood_by_tool(&self) -> Result<(), Stop> {
        let tool = self.voice.tool("execute", "Print 256 KiB", None, None).await?;
        let line = format!("{}\n", "~".repeat(63));
        let mut output = String::new();
        for _ in 0..OUTPUT_PIECES {
            output.push_str(&line.repeat(OUTPUT_PIECE / line.len()));
            tool.goes_on(Some(text(&output))).await?;
        }
        tool.is_done(text(&output)).await
    }

    async fn todos(&self) -> Result<(), Stop> {
        self.begin_and_edit().await?;
        for (done, todo) in TODOS.iter().enumerate() {
            self.voice.plan(&TODOS, done).await?;
            self.voice.say(&format!("{todo}: done.\n")).await?;
        }
        self.voice.plan(&TODOS, TODOS.len()).await
    }

    async fn fail(&self) -> Result<(), Stop> {
        self.begin_and_edit().await?;
        self.voice.say("This will not work out.").await?;
        Err(Stop::Failed("the demo agent failed, as the prompt asked it to".to_owned()))
    }

    async fn crash(&self) -> Result<(), Stop> {
        self.begin_and_edit().await?;
        self.voice.say("Something is about to").await?;
        self.voice.log("crashing in mid-turn, as the prompt asked for").await;
        // What a crash leaves undone stays undone, so nothing is unwound.
        std::process::exit(3)
    }

    /// Neither a cancellation nor a signal nor a closed pipe ends it.
    async fn ignore_cancel(&self) {
        let _stubborn = self.stubbornness.begin();
        let voice = self.voice.deaf();
        let script = Script { voice: &voice, ..*self };
        let forever = async {
            _ = script.begin_and_edit().await;
            for step in 1..=LONG_STEPS {
                _ = voice.say_at_once(&format!("Step {step}, whatever you say.\n")).await;
                _ = voice.pause(voice.pace.long_step).await;
            }
            pending::<()>().await;
        };
        // Its only end.
        _ = timeout(STUBBORN, forever).await;
    }
}
