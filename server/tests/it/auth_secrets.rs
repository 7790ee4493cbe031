//! Where secrets are kept, and where they are not.

use std::fs;

use server::auth::secret::SecretHash;

use crate::app::TestApp;

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn of_a_secret_the_database_has_a_hash_at_most() {
    let app = TestApp::with(|config| config.owner_token = None).await;
    let data = app.folder().join("data");
    let cookie = app.sign_in().await;
    let (_, session) = cookie.split_once('=').unwrap();
    let owner = fs::read_to_string(data.join("owner-token")).unwrap();
    let code = app.state.auth.code().reveal();

    let (mut database, mut elsewhere) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(&data).unwrap().flatten() {
        let bytes = fs::read(entry.path()).unwrap();
        // The database and what it has not written into its main file yet.
        let is_database = entry.file_name().to_str().unwrap().starts_with("mainstay.db");
        if is_database { &mut database } else { &mut elsewhere }.extend(bytes);
    }
    assert!(holds(&database, &SecretHash::of(session).to_hex()), "the session is there, as a hash");
    for (secret, what) in [(session, "session"), (owner.trim(), "owner token"), (code, "sign-in code")] {
        assert!(secret.len() >= 32 && !holds(&database, secret), "the {what} is in the database");
    }
    assert!(!holds(&elsewhere, session), "the session is in a file");
}
