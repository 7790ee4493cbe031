//! Opening a page in the user's browser.

use std::process::{Command, Stdio};

use crate::own_variables::own_variables;

/// Opens a page from a file, without making anyone wait. Where that can't be, the printed link is there all the same, and
/// the log says so.
pub fn open(page: String) {
    tracing::info!("opening a browser");
    std::thread::spawn(move || open_and_wait(&page));
}

/// Somebody has to take note of the opener's end, or it stays as a zombie.
fn open_and_wait(page: &str) {
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    if is_confined() {
        tracing::info!("no browser was opened (yours may not read the data folder); follow the printed link");
        return;
    }
    if let Err(error) = quiet(opener).arg(page).stdout(Stdio::null()).status() {
        tracing::info!("no browser was opened ({opener}: {error}); follow the printed link");
    }
}

/// Whether the default browser is a snap: those see no hidden folder, and would show an error instead of the page.
fn is_confined() -> bool {
    // A snap's desktop files are named for the snap and its program: `firefox_firefox.desktop`.
    let default = quiet("xdg-settings").args(["get", "default-web-browser"]).output();
    let is_of_a_snap =
        |name: &[u8]| name.trim_ascii().strip_suffix(b".desktop").is_some_and(|it| it.contains(&b'_'));
    cfg!(target_os = "linux") && default.is_ok_and(|output| is_of_a_snap(&output.stdout))
}

fn quiet(program: &str) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).stderr(Stdio::null());
    own_variables().for_each(|name| {
        command.env_remove(name);
    });
    command
}
