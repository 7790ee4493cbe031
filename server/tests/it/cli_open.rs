//! `mainstay serve --open`: what the browser's opener is given. Everybody on the machine can read a command line.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use crate::{
    app::eventually,
    binary::{Home, Running},
};

/// A server whose opener only notes its arguments, and where it notes them.
async fn opening(home: &Home) -> (Running, PathBuf) {
    let (bin, seen) = (home.path().join("bin"), home.path().join("seen"));
    fs::create_dir(&bin).unwrap();
    let opener = bin.join(if cfg!(target_os = "macos") { "open" } else { "xdg-open" });
    let path = std::env::var("PATH").unwrap();
    // What is noted appears all at once.
    let script = format!(
        "#!/bin/sh\nPATH='{path}'\nprintf '%s\\n' \"$@\" > '{0}.new' && mv '{0}.new' '{0}'\n",
        seen.display()
    );
    fs::write(&opener, script).unwrap();
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).unwrap();
    let data = home.path().join("my data");
    let mut command =
        home.command(&["serve", "--addr", "127.0.0.1:0", "--open", "--data", data.to_str().unwrap()]);
    command.env("PATH", format!("{}:{path}", bin.display()));
    (Running::start(command).await, seen)
}

/// The file that a `file://` address names.
fn file_of(address: &str) -> PathBuf {
    let path = address.strip_prefix("file://").unwrap_or_else(|| panic!("no file: {address}"));
    assert!(!path.contains(' '), "{path}");
    Path::new(&path.replace("%20", " ")).to_owned()
}

#[tokio::test]
async fn the_sign_in_code_is_on_no_command_line() {
    let home = Home::new();
    let (server, seen) = opening(&home).await;
    eventually("the opener is run", || async { seen.exists() }).await;
    let arguments = fs::read_to_string(&seen).unwrap();
    let code = server.link.split_once("code=").unwrap().1.to_owned();
    assert!(!arguments.contains(&code) && !arguments.contains("code="), "{arguments}");

    let page = file_of(arguments.trim_end());
    assert_eq!(fs::metadata(&page).unwrap().permissions().mode() & 0o777, 0o600);
    let html = fs::read_to_string(&page).unwrap();
    let refresh = format!("<meta http-equiv=\"refresh\" content=\"0; url={}\">", server.link);
    assert!(html.contains(&refresh), "{html}");

    server.stop().await;
    assert!(!page.exists(), "the page goes with the server");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_browser_that_may_not_read_the_page_is_not_opened() {
    let home = Home::new();
    let (bin, log) = (home.path().join("bin"), home.path().join("log"));
    fs::create_dir(&bin).unwrap();
    let opened = home.path().join("opened");
    for (name, script) in [
        ("xdg-settings", "#!/bin/sh\necho firefox_firefox.desktop\n".to_owned()),
        ("xdg-open", format!("#!/bin/sh\n: > '{}'\n", opened.display())),
    ] {
        fs::write(bin.join(name), script).unwrap();
        fs::set_permissions(bin.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let mut command = home.command(&["serve", "--addr", "127.0.0.1:0", "--open"]);
    command.env("PATH", &bin).stderr(fs::File::create(&log).unwrap());
    let server = Running::start(command).await;
    let told =
        || async { fs::read_to_string(&log).unwrap().contains("no browser was opened (yours may not") };
    eventually("the log says so", told).await;
    server.stop().await;
    assert!(!opened.exists());
}

#[tokio::test]
async fn a_page_that_a_killed_server_left_goes_at_the_next_start() {
    let home = Home::new();
    let (server, seen) = opening(&home).await;
    eventually("the opener is run", || async { seen.exists() }).await;
    let page = file_of(fs::read_to_string(&seen).unwrap().trim_end());
    server.signal("KILL").await;
    server.wait().await;
    assert!(page.exists());
    let data = page.parent().unwrap().to_str().unwrap();
    let next = home.command(&["serve", "--addr", "127.0.0.1:0", "--no-open", "--data", data]);
    let _next = Running::start(next).await;
    assert!(!page.exists());
}
