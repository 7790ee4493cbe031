//! Checking the fields of a body, all of them before the first complaint.

use shared::problem::FieldError;

use super::CommandError;

/// What is wrong with a body so far.
#[derive(Default)]
pub(crate) struct Fields(Vec<FieldError>);

impl Fields {
    /// Takes a field's value, or notes what is wrong with it.
    pub fn take<T>(&mut self, field: &str, checked: Result<T, String>) -> Option<T> {
        match checked {
            Ok(value) => Some(value),
            Err(message) => {
                self.0.push(FieldError { field: field.to_owned(), message });
                None
            }
        }
    }

    /// Refuses the body if anything was wrong.
    pub fn finish(self) -> Result<(), CommandError> {
        if self.0.is_empty() { Ok(()) } else { Err(CommandError::invalid_fields(self.0)) }
    }
}
