//! Opening the database.

use std::path::Path;

use super::{OpenError, Store, StoreOptions};

pub(super) async fn open(path: &Path, options: &StoreOptions) -> Result<Store, OpenError> {
    todo!()
}
