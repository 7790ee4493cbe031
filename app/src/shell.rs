//! The names of the client's files, which the document around the pages links to.

/// Where the browser finds the client: addresses from the server's root, in the order to load them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientFiles {
    /// The JavaScript module that starts the client.
    pub script: Option<String>,
    /// The WebAssembly that the module loads.
    pub wasm: Option<String>,
    /// Style sheets, in the order of their layers.
    pub styles: Vec<String>,
}
