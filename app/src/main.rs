//! The client's entry: hydrates the page that the server rendered.
// A page is one type, as deep as its elements are nested.
#![recursion_limit = "512"]

#[cfg(target_arch = "wasm32")]
fn main() {
    console_error_panic_hook::set_once();
    app::start::start();
}

/// The binary exists for Trunk alone; elsewhere it says so.
#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("This is the browser's half of Mainstay. Run `make run` to start the server.");
}
