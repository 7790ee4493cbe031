//! A page that leads the owner's browser to the sign-in link. Everybody on the machine can read a command line, so the
//! program that opens a browser is given this file, which only the owner can read, and not the link.

use std::{
    fmt::Write as _,
    fs, io,
    os::unix::ffi::OsStrExt as _,
    path::{Path, PathBuf},
};

use super::write_secret;

/// The page's file. It holds the sign-in code.
const FILE: &str = "sign-in.html";

/// Puts the page into the data folder, and says under which `file://` address a browser finds it.
///
/// # Errors
/// If the file can't be written.
pub fn write(folder: &Path, link: &str) -> io::Result<String> {
    let path = place(folder);
    write_secret(&path, &page(link))?;
    Ok(address(&path))
}

/// Takes the page away, if there is one. One that stays is harmless: its code is worth nothing any more.
pub fn remove(folder: &Path) {
    _ = fs::remove_file(place(folder));
}

fn place(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

fn page(link: &str) -> String {
    let link = escaped(link);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta http-equiv=\"refresh\" content=\"0; url={link}\">\n<title>Mainstay</title>\n\
         <p><a href=\"{link}\">Sign in to Mainstay</a></p>\n</html>\n"
    )
}

/// A text as it stands in an attribute's value.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// The address of a file by its absolute path; what has a meaning in addresses is written in hexadecimal digits.
fn address(path: &Path) -> String {
    let mut out = "file://".to_owned();
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => out.push(char::from(*byte)),
            byte => _ = write!(out, "%{byte:02X}"),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_the_link_is_it_stays_a_link() {
        let html = page("http://[::1]:80/sign-in?code=a&next=\"><script>'");
        let link = "http://[::1]:80/sign-in?code=a&amp;next=&quot;&gt;&lt;script&gt;&#39;";
        assert!(html.contains(&format!("content=\"0; url={link}\"")), "{html}");
        assert!(html.contains(&format!("href=\"{link}\"")), "{html}");
        assert!(!html.contains("<script"), "{html}");
    }

    #[test]
    fn an_address_leads_to_its_file_whatever_the_files_name() {
        assert_eq!(address(Path::new("/home/ada/.local/a-b_c~")), "file:///home/ada/.local/a-b_c~");
        assert_eq!(address(Path::new("/my data/50%#?/é")), "file:///my%20data/50%25%23%3F/%C3%A9");
    }
}
