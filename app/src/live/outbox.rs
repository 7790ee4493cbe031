//! What a person did, on its way to the server: one at a time and in order, whatever the network does.
//!
//! Sent side by side, two moves of one card could arrive the other way round.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    fmt,
    future::Future,
    pin::Pin,
    rc::Rc,
};

use leptos::task::spawn_local;

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
        if !self.inner.is_busy.replace(true) {
            spawn_local(work(Rc::clone(&self.inner)));
        }
    }
}

/// Does what waits, until nothing does.
async fn work(inner: Rc<Inner>) {
    loop {
        let next = inner.waiting.borrow_mut().pop_front();
        let Some(job) = next else { break };
        job.await;
    }
    inner.is_busy.set(false);
}

impl fmt::Debug for Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outbox").field("is_busy", &self.inner.is_busy).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use any_spawner::Executor;
    use tokio::{sync::oneshot, task::LocalSet};

    #[tokio::test]
    async fn what_a_person_did_is_sent_one_at_a_time_and_in_order() {
        // Another test of this process may have been first.
        let _ = Executor::init_tokio();
        LocalSet::new()
            .run_until(async {
                let (outbox, journal) = (Outbox::default(), Rc::new(RefCell::new(Vec::new())));
                let (answer, answered) = oneshot::channel::<()>();
                let (finish, finished) = oneshot::channel::<()>();
                let notes = Rc::clone(&journal);
                outbox.put(async move {
                    notes.borrow_mut().push("first begins");
                    let _ = answered.await;
                    notes.borrow_mut().push("first ends");
                });
                let notes = Rc::clone(&journal);
                outbox.put(async move {
                    notes.borrow_mut().push("second");
                    let _ = finish.send(());
                });
                Executor::tick().await;
                assert_eq!(*journal.borrow(), ["first begins"]);
                let _ = answer.send(());
                finished.await.expect("the second job ran");
                assert_eq!(*journal.borrow(), ["first begins", "first ends", "second"]);
            })
            .await;
    }

    #[tokio::test]
    async fn what_waits_is_sent_though_the_view_is_gone() {
        let _ = Executor::init_tokio();
        LocalSet::new()
            .run_until(async {
                let outbox = Outbox::default();
                let (first, was_first) = oneshot::channel();
                let (second, was_second) = oneshot::channel();
                outbox.put(async move {
                    let _ = first.send(());
                });
                outbox.put(async move {
                    let _ = second.send(());
                });
                drop(outbox);
                was_first.await.expect("the first job ran");
                was_second.await.expect("the second job ran");
            })
            .await;
    }
}
