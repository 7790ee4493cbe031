//! What lies between the pages and the server that renders them: the names of the client's files, which the document
//! around the pages links to, and the status that a page answers with.

use std::sync::Arc;

use leptos::prelude::use_context;

use crate::chunk::ChunkName;

/// Where the browser finds the client: addresses from the server's root, in the order to load them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientFiles {
    /// The JavaScript module that starts the client.
    pub script: Option<String>,
    /// The WebAssembly that the module loads.
    pub wasm: Option<String>,
    /// The JavaScript module that fetches the chunks.
    pub loader: Option<String>,
    /// The chunks' WebAssembly. A file is named after the chunks that it is of: `inbox.projects-….wasm`.
    pub chunks: Vec<String>,
    /// The icon that stands for the site.
    pub icon: Option<String>,
    /// Style sheets, in the order of their layers.
    pub styles: Vec<String>,
}

impl ClientFiles {
    /// The files of a chunk.
    pub fn of_chunk(&self, chunk: ChunkName) -> impl Iterator<Item = &String> {
        self.chunks.iter().filter(move |address| {
            let name = address.rsplit('/').next().unwrap_or_default();
            let users = name.split('-').next().unwrap_or_default();
            users.split('.').any(|user| user == chunk.as_str())
        })
    }
}

/// How a page that is rendered tells the server its HTTP status; by context, on the server alone.
#[derive(Clone)]
pub struct ResponseStatus(Arc<dyn Fn(u16) + Send + Sync>);

impl ResponseStatus {
    /// A page's status goes to this function.
    pub fn new(set: impl Fn(u16) + Send + Sync + 'static) -> Self {
        Self(Arc::new(set))
    }

    /// Sets the status of the page that is being rendered; in the browser nothing happens.
    pub fn set(status: u16) {
        if let Some(Self(set)) = use_context::<Self>() {
            set(status);
        }
    }
}
