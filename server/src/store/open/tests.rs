//! Tests of opening a database.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};

use tempfile::TempDir;

use super::*;
use crate::store::boards;

/// A place for a database.
fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mainstay.db");
    (folder, path)
}

async fn opened(path: &Path) -> Result<Store, OpenError> {
    Store::open(path, StoreOptions::default()).await
}

async fn refused(path: &Path) -> OpenError {
    let error = opened(path).await.unwrap_err();
    assert!(error.to_string().contains(path.to_str().unwrap()), "the file is named: {error}");
    error
}

/// The database without what the store does around it.
async fn bare(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(path).create_if_missing(true).connect().await.unwrap()
}

async fn execute(conn: &mut SqliteConnection, sql: &'static str) {
    sqlx::raw_sql(sql).execute(conn).await.unwrap();
}

/// A database with boards, closed.
async fn filled(path: &Path) {
    let store = opened(path).await.unwrap();
    let mut tx = store.write().await.unwrap();
    sqlx::raw_sql(include_str!("../../../tests/schemas/0001.sql")).execute(&mut *tx).await.unwrap();
    drop(tx.commit().await.unwrap());
    store.close().await;
}

#[tokio::test]
async fn a_database_keeps_its_names_when_it_is_opened_again() {
    let (_folder, path) = place();
    let first = opened(&path).await.unwrap();
    let names = (first.database_id().to_owned(), first.epoch().clone());
    first.close().await;
    let second = opened(&path).await.unwrap();
    assert_eq!((second.database_id().to_owned(), second.epoch().clone()), names);
    let (_other_folder, other) = place();
    let other = opened(&other).await.unwrap();
    assert_ne!(other.epoch(), second.epoch());
    assert_ne!(other.database_id(), second.database_id());
}

#[tokio::test]
async fn a_database_of_each_older_schema_is_brought_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas");
    for step in SCHEMA.iter() {
        let contents = std::fs::read_to_string(folder.join(format!("{:04}.sql", step.version)));
        let contents =
            contents.unwrap_or_else(|error| panic!("tests/schemas lacks {}: {error}", step.version));
        let (_folder, path) = place();
        let mut conn = bare(&path).await;
        SCHEMA.run_to(step.version, &mut conn).await.unwrap();
        sqlx::query(AssertSqlSafe(format!("PRAGMA application_id = {APPLICATION_ID}")))
            .execute(&mut conn)
            .await
            .unwrap();
        sqlx::raw_sql(AssertSqlSafe(contents)).execute(&mut conn).await.unwrap();
        conn.close().await.unwrap();

        let store = opened(&path).await.unwrap();
        let mut read = store.read().await.unwrap();
        let listed = boards::summaries(&mut read).await.unwrap();
        let names: Vec<_> = listed.iter().map(|board| (board.name.as_str(), board.open_cards)).collect();
        assert_eq!(names, [("Website", 2)], "schema {}", step.version);
        let state = boards::state(&mut read, &listed[0].board_id).await.unwrap().unwrap();
        let blocked: Vec<_> = state.cards.values().filter(|card| !card.blocked_by.is_empty()).collect();
        assert_eq!((state.cards.len(), blocked.len(), blocked[0].key.as_str()), (3, 1, "WEB-2"));
        let (broken,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM pragma_foreign_key_check")
            .fetch_one(&mut *read)
            .await
            .unwrap();
        assert_eq!(broken, 0, "schema {}", step.version);
        let questions: Vec<(String,)> =
            sqlx::query_as("SELECT id FROM items WHERE question = 'q1'").fetch_all(&mut *read).await.unwrap();
        // Schema 1 knew of no attempts.
        let expected: &[(String,)] = if step.version == 1 { &[] } else { &[("i2".to_owned(),)] };
        assert_eq!(questions, expected, "schema {}", step.version);
    }
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    let (_folder, path) = place();
    filled(&path).await;
    let mut conn = bare(&path).await;
    execute(
        &mut conn,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9001, 'later', TRUE, x'00', 0)",
    )
    .await;
    conn.close().await.unwrap();
    let error = refused(&path).await;
    assert!(matches!(error, OpenError::Newer { found: 9001, .. }), "{error}");
}

#[tokio::test]
async fn a_database_whose_schema_was_changed_is_refused() {
    let (_folder, path) = place();
    filled(&path).await;
    let mut conn = bare(&path).await;
    execute(&mut conn, "UPDATE _sqlx_migrations SET checksum = x'00'").await;
    conn.close().await.unwrap();
    let error = refused(&path).await;
    assert!(matches!(error, OpenError::Altered { step: 1, .. }), "{error}");
}

#[tokio::test]
async fn a_database_of_another_program_is_refused_and_left_alone() {
    let (_folder, path) = place();
    let mut conn = bare(&path).await;
    execute(&mut conn, "CREATE TABLE notes (text TEXT)").await;
    conn.close().await.unwrap();
    let error = refused(&path).await;
    assert!(matches!(error, OpenError::Foreign { .. }), "{error}");
    let mut conn = bare(&path).await;
    let tables: Vec<(String,)> =
        sqlx::query_as("SELECT name FROM sqlite_schema").fetch_all(&mut conn).await.unwrap();
    assert_eq!(tables, [("notes".to_owned(),)]);
}

#[tokio::test]
async fn not_a_byte_of_another_programs_database_is_changed() {
    for (journal_mode, journal) in [("DELETE", 1), ("WAL", 2)] {
        let (folder, path) = place();
        let mut conn = bare(&path).await;
        sqlx::raw_sql(AssertSqlSafe(format!("PRAGMA journal_mode = {journal_mode}")))
            .execute(&mut conn)
            .await
            .unwrap();
        execute(&mut conn, "CREATE TABLE notes (text TEXT)").await;
        conn.close().await.unwrap();
        let before = std::fs::read(&path).unwrap();
        assert_eq!(before[18], journal, "the journal mode is in the file");
        let error = refused(&path).await;
        assert!(matches!(error, OpenError::Foreign { .. }), "{error}");
        assert!(std::fs::read(&path).unwrap() == before, "{journal_mode}");
        let files = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(files, 1, "nothing is left beside it: {journal_mode}");
    }
}

#[tokio::test]
async fn a_database_that_was_not_closed_is_opened_with_all_that_was_committed() {
    let (_folder, path) = place();
    let store = opened(&path).await.unwrap();
    let mut tx = store.write().await.unwrap();
    sqlx::raw_sql(include_str!("../../../tests/schemas/0001.sql")).execute(&mut *tx).await.unwrap();
    drop(tx.commit().await.unwrap());
    // As after a crash: what was committed is in the write-ahead log alone.
    let (_other_folder, copy) = place();
    for end in ["", "-wal"] {
        let name = |path: &Path| format!("{}{end}", path.display());
        std::fs::copy(name(&path), name(&copy)).unwrap();
    }
    let copied = opened(&copy).await.unwrap();
    let listed = boards::summaries(&mut copied.read().await.unwrap()).await.unwrap();
    assert_eq!(listed.len(), 1);
}

#[tokio::test]
async fn a_file_that_is_not_a_database_is_refused_and_left_alone() {
    let (_folder, path) = place();
    let text = "Dear diary, today I was no database at all. ".repeat(100);
    std::fs::write(&path, &text).unwrap();
    let error = refused(&path).await;
    assert!(matches!(error, OpenError::Corrupt { .. }), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn a_truncated_database_is_refused() {
    let (_folder, path) = place();
    filled(&path).await;
    let length = std::fs::metadata(&path).unwrap().len();
    for kept in [100, 4096, length / 2, length - 4096] {
        let (_folder, copy) = place();
        std::fs::copy(&path, &copy).unwrap();
        OpenOptions::new().write(true).open(&copy).unwrap().set_len(kept).unwrap();
        let error = refused(&copy).await;
        assert!(matches!(error, OpenError::Corrupt { .. }), "{kept} of {length}: {error}");
    }
}

#[tokio::test]
async fn a_database_with_a_damaged_page_is_refused() {
    let (_folder, path) = place();
    filled(&path).await;
    let mut bytes = Vec::new();
    File::open(&path).unwrap().read_to_end(&mut bytes).unwrap();
    // The page that holds the cards.
    let card = bytes.windows(7).rposition(|window| window == b"Sitemap").unwrap();
    let page = u64::try_from(card / 4096 * 4096).unwrap();
    let mut file = OpenOptions::new().write(true).open(&path).unwrap();
    file.seek(SeekFrom::Start(page)).unwrap();
    file.write_all(&[0xa5; 512]).unwrap();
    drop(file);
    let error = refused(&path).await;
    assert!(matches!(error, OpenError::Corrupt { .. }), "{error}");
}

#[tokio::test]
async fn a_path_that_can_not_be_a_file_is_refused() {
    let (folder, path) = place();
    std::fs::create_dir(&path).unwrap();
    assert!(matches!(refused(&path).await, OpenError::Unusable { .. }));
    let nowhere = folder.path().join("nowhere/mainstay.db");
    assert!(matches!(refused(&nowhere).await, OpenError::Unusable { .. }));
}

#[tokio::test]
async fn a_database_that_does_not_fit_on_the_disk_is_refused() {
    let (_folder, path) = place();
    let options = StoreOptions { max_pages: Some(4), ..Default::default() };
    let error = Store::open(&path, options).await.unwrap_err();
    assert!(matches!(error, OpenError::DiskFull { .. }), "{error}");
    opened(&path).await.unwrap();
}
