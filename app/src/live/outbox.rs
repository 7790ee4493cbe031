//! What a person did, on its way to the server: one at a time and in order, whatever the network does.
//!
//! Sent side by side, two moves of one card could arrive the other way round.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    future::Future,
    rc::Rc,
};

use wasm_bindgen_futures::spawn_local;

use std::pin::Pin;

/// Jobs that wait for their turn. They are done even if the view that they came from is gone.
#[derive(Clone, Default)]
pub(super) struct Outbox {
    inner: Rc<Inner>,
}

#[derive(Default)]
struct Inner {
    waiting: RefCell<VecDeque<Pin<Box<dyn Future<Output = ()>>>>>,
    is_busy: Cell<bool>,
}

impl Outbox {
    /// Does this after all that came before.
    pub(super) fn put(&self, job: impl Future<Output = ()> + 'static) {
        self.inner.waiting.borrow_mut().push_back(Box::pin(job));
        if self.inner.is_busy.replace(true) {
            return;
        }
        let inner = Rc::clone(&self.inner);
        spawn_local(async move {
            loop {
                let next = inner.waiting.borrow_mut().pop_front();
                let Some(job) = next else { break };
                job.await;
            }
            inner.is_busy.set(false);
        });
    }
}
