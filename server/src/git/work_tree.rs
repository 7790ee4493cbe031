//! What a project has to know of a repository.
