//! What a board has in a browser beside what it shows: its wire to the server, and what is on its way there.

use std::rc::Rc;

use leptos::prelude::*;
use shared::{board::BoardState, ids::BoardId, overlay::OpNumber};

use super::{Done, Kanban, MakeSending, Sending, Sent, Witness, send};
use crate::{
    api::{self, Answer, ApiFailure},
    live::{
        Freshness, Operation,
        connection::Frame,
        outbox::Outbox,
        page_stream::PageStream,
        reader::{Taken, board_stream},
        wire::{Asking, Reader, Wire},
    },
    snapshot::Snapshot,
};

/// The handles of what a board has in a browser alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Connected {
    wire: StoredValue<Option<Wire>, LocalStorage>,
    outbox: StoredValue<Outbox, LocalStorage>,
    witness: StoredValue<Option<Rc<Witness>>, LocalStorage>,
}

impl Default for Connected {
    fn default() -> Self {
        Self {
            wire: StoredValue::new_local(None),
            outbox: StoredValue::new_local(Outbox::default()),
            witness: StoredValue::new_local(None),
        }
    }
}

impl Connected {
    pub(super) fn reconnect(self) {
        self.wire.try_with_value(|wire| wire.as_ref().map(Wire::reconnect));
    }

    fn readdress(self) {
        self.wire.try_with_value(|wire| wire.as_ref().map(Wire::readdress));
    }
}

impl Kanban {
    /// Opens the stream once the page is hydrated, and closes it when the calling view unmounts.
    pub(super) fn connect(self) {
        let page = PageStream::of_page();
        Effect::new(move |_| {
            self.connected.wire.try_set_value(Some(Wire::start(BoardWire(self))));
            if let Some(page) = page {
                page.claim(self);
            }
        });
        on_cleanup(move || {
            if let Some(page) = page {
                page.release(self);
            }
            self.connected.wire.try_update_value(Option::take);
        });
    }

    /// Sees to it that the stream brings what is wanted. One view may want nothing just before the next wants
    /// something, so it waits for both.
    pub(super) fn readdress_soon(self) {
        set_timeout(
            move || {
                if self.ear.is_elsewhere() {
                    self.connected.readdress();
                }
            },
            std::time::Duration::ZERO,
        );
    }

    /// Shows an operation at once, and sends it after those that came before.
    pub(super) fn send(
        self,
        operation: Operation,
        revision: Option<u64>,
        // Not generic: there would be one of this for each who calls it.
        then: Box<dyn FnOnce(Result<Done, ApiFailure>)>,
    ) {
        let Some(board) = self.board_id.try_get_value() else { return };
        let witness = self.connected.witness.try_get_value().flatten();
        let note = witness.and_then(|witness| witness(&operation));
        let shown = vec![operation.clone()];
        self.send_all(
            shown,
            Box::pin(async move {
                match send::send(&board, &operation, revision).await {
                    Ok(Answer { at, value }) => {
                        let after: Box<dyn FnOnce()> = Box::new(move || {
                            if let Some(note) = note {
                                note(&value);
                            }
                            then(Ok(value));
                        });
                        (Ok(at), after)
                    }
                    Err(cause) => {
                        let told = cause.clone();
                        let after: Box<dyn FnOnce()> = Box::new(move || then(Err(cause)));
                        (Err(told), after)
                    }
                }
            }),
        );
    }

    /// Shows operations at once, and has them sent after those that came before.
    pub(super) fn send_all(self, operations: Vec<Operation>, sending: Sending) {
        let Some(number) = self.advance(|reader| reader.begin(operations)) else { return };
        self.after(async move { self.settle_sent(number, sending.await) });
    }

    /// Makes up operations after those that came before were answered, and then shows and sends them.
    pub(super) fn send_in_turn(self, make: MakeSending) {
        self.after(async move {
            let Some((operations, sending)) = make() else { return };
            let Some(number) = self.advance(|reader| reader.begin(operations)) else { return };
            self.settle_sent(number, sending.await);
        });
    }

    fn settle_sent(self, number: OpNumber, (outcome, after): (Sent, Box<dyn FnOnce()>)) {
        match outcome {
            Ok(at) => self.advance(|reader| ((), reader.confirm(number, at))),
            Err(_) => self.advance(|reader| ((), reader.refuse(number))),
        };
        after();
    }

    /// Does this after all that is on its way to the server.
    pub(super) fn after(self, job: impl Future<Output = ()> + 'static) {
        self.connected.outbox.try_with_value(|outbox| outbox.put(job));
    }

    /// Has somebody note what is done from now on.
    pub(super) fn note(self, witness: Rc<Witness>) {
        self.connected.witness.try_set_value(Some(witness));
    }
}

/// A board as its wire reads for it.
struct BoardWire(Kanban);

impl Reader for BoardWire {
    fn address(&self) -> String {
        let board = self.0.board_id.try_get_value().unwrap_or_else(|| BoardId::new(""));
        let at = self.0.reader.try_with_value(|reader| reader.position().cloned()).flatten();
        board_stream(&board, self.0.ear.carry().as_ref(), at.as_ref())
    }

    fn take(&self, id: &str, event: &str, data: &str) -> Taken {
        // Without a board the view is gone, and the wire about to be.
        let taken = self.0.advance(|reader| reader.take(id, event, data));
        self.0.ear.tell_frame(id, event, data);
        taken.unwrap_or(Taken::Frame(Frame::Other))
    }

    fn ask(&self) -> Asking {
        let kanban = self.0;
        Box::pin(async move {
            let board = kanban.board_id.try_get_value().ok_or_else(ApiFailure::unreachable)?;
            let Answer { at, value } = api::board(&board).await?;
            let show: Box<dyn FnOnce()> = Box::new(move || kanban.refresh(Snapshot { at, data: value }));
            Ok(show)
        })
    }

    fn can_be_gone(&self) -> bool {
        true
    }

    fn show(&self, freshness: Freshness) {
        self.0.show_status(freshness);
    }
}

impl Kanban {
    fn refresh(self, snapshot: Snapshot<BoardState>) {
        self.advance(|reader| ((), reader.refresh(snapshot)));
        self.ear.tell_skipped();
    }
}
