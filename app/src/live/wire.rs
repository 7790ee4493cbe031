//! A [`Connection`] in a browser: carries out what it says, and tells it what happens.

use std::{
    cell::{Cell, RefCell},
    future::Future,
    pin::Pin,
    rc::{Rc, Weak},
};

use gloo_timers::callback::Timeout;
use leptos::task::spawn_local;
use shared::time::Timestamp;

use super::{
    Freshness,
    browser::{self, Watch},
    connection::{Connection, Effect, Event, Moment, Ticket, Verdict},
    event_source::OpenStream,
    now,
    reader::Taken,
};
use crate::api::{ApiFailure, FailureKind};

/// The longest that a browser's timer can be set to.
const LONGEST_TIMER_MS: i64 = i32::MAX as i64;

/// What a stream is read for.
pub(super) trait Reader {
    /// The address of a stream from the position that is reached.
    fn address(&self) -> String;
    /// Takes a frame: its last event id, its type, its data.
    fn take(&self, id: &str, event: &str, data: &str) -> Taken;
    /// Asks the JSON API for a snapshot.
    fn ask(&self) -> Asking;
    /// Whether a `404` means that what is shown was deleted.
    fn can_be_gone(&self) -> bool;
    /// Shows how fresh is what is shown.
    fn show(&self, freshness: Freshness);
}

/// A snapshot that is being fetched, as the step that shows it.
pub(super) type Asking = Pin<Box<dyn Future<Output = Result<Box<dyn FnOnce()>, ApiFailure>>>>;

/// A page's wire to the server; dropped, it leaves no stream, timer, listener or lock behind.
pub(super) struct Wire {
    inner: Rc<Inner>,
    _watch: Watch,
}

struct Inner {
    reader: Box<dyn Reader>,
    connection: RefCell<Connection>,
    stream: RefCell<Option<OpenStream>>,
    timer: RefCell<Option<Timeout>>,
    /// When the timer rings.
    rings_at: Cell<Option<Timestamp>>,
}

impl Wire {
    /// Opens a stream for this reader.
    pub(super) fn start(reader: impl Reader + 'static) -> Self {
        let (connection, effects) = Connection::start(browser::is_visible(), moment());
        let inner = Rc::new(Inner {
            reader: Box::new(reader),
            connection: RefCell::new(connection),
            stream: RefCell::new(None),
            timer: RefCell::new(None),
            rings_at: Cell::new(None),
        });
        inner.carry_out(effects);
        let weak = Rc::downgrade(&inner);
        let watch = Watch::new(Rc::new(move |event| tell(&weak, event)));
        Self { inner, _watch: watch }
    }

    /// Opens a new stream now.
    pub(super) fn reconnect(&self) {
        self.inner.step(Event::Reconnect);
    }

    /// Opens a new stream in the place of one that is open, because its address is another one.
    pub(super) fn readdress(&self) {
        self.inner.step(Event::Readdressed);
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        // Closures and questions under way hold the rest weakly, but it may be one of them that drops this.
        let effects = self.inner.connection.borrow_mut().step(Event::Released, moment());
        for effect in effects {
            if effect == Effect::Close {
                self.inner.stream.take();
            }
        }
        self.inner.timer.take();
    }
}

/// Tells a wire what happened, if it is still there.
fn tell(wire: &Weak<Inner>, event: Event) {
    if let Some(wire) = wire.upgrade() {
        wire.step(event);
    }
}

fn moment() -> Moment {
    Moment { now: now(), chance: js_sys::Math::random() }
}

impl Inner {
    fn step(self: &Rc<Self>, event: Event) {
        let effects = self.connection.borrow_mut().step(event, moment());
        self.carry_out(effects);
    }

    fn carry_out(self: &Rc<Self>, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Open(ticket) => self.open(ticket),
                Effect::Close => drop(self.stream.take()),
                Effect::Ask(ticket) => self.ask(ticket),
            }
        }
        self.set_timer();
        let freshness = self.connection.borrow().freshness();
        self.reader.show(freshness);
    }

    fn open(self: &Rc<Self>, stream: Ticket) {
        let on_frame = {
            let wire = Rc::downgrade(self);
            move |id: &str, event: &str, data: &str| {
                if let Some(wire) = wire.upgrade() {
                    wire.take(stream, id, event, data);
                }
            }
        };
        let wire = Rc::downgrade(self);
        let opened =
            OpenStream::open(&self.reader.address(), on_frame, move || tell(&wire, Event::Failed { stream }));
        self.stream.replace(opened);
    }

    fn take(self: &Rc<Self>, stream: Ticket, id: &str, event: &str, data: &str) {
        match self.reader.take(id, event, data) {
            Taken::Frame(frame) => self.step(Event::Frame { stream, id: id.parse().ok(), frame }),
            Taken::Distrusted => self.step(Event::Distrusted { stream }),
        }
    }

    fn ask(self: &Rc<Self>, question: Ticket) {
        let asking = self.reader.ask();
        let wire = Rc::downgrade(self);
        spawn_local(async move {
            let answer = asking.await;
            let Some(wire) = wire.upgrade() else { return };
            // Too late, a snapshot would take back what a stream has brought meanwhile.
            if wire.connection.borrow().awaits(question) {
                let verdict = wire.judge(answer);
                wire.step(Event::Answered { question, verdict });
            }
        });
    }

    fn judge(&self, answer: Result<Box<dyn FnOnce()>, ApiFailure>) -> Verdict {
        match answer {
            Ok(show) => {
                show();
                Verdict::Fresh
            }
            Err(failure) => match failure.kind {
                FailureKind::SignedOut => Verdict::SignedOut,
                FailureKind::Gone if self.reader.can_be_gone() => Verdict::Gone,
                _ => Verdict::Failed,
            },
        }
    }

    /// Sees to it that there is a tick at the deadline. One that comes earlier does no harm, so the timer is not set
    /// anew with each frame.
    fn set_timer(self: &Rc<Self>) {
        let deadline = self.connection.borrow().deadline();
        let Some(due) = deadline else {
            self.rings_at.set(None);
            self.timer.take();
            return;
        };
        if self.rings_at.get().is_some_and(|rings| rings <= due) {
            return;
        }
        let wire = Rc::downgrade(self);
        let wait = due.millis_since(now()).clamp(0, LONGEST_TIMER_MS);
        // The clamp keeps it within the type.
        let wait = u32::try_from(wait).unwrap_or(0);
        let timer = Timeout::new(wait, move || {
            if let Some(wire) = wire.upgrade() {
                wire.rings_at.set(None);
                wire.step(Event::Tick);
            }
        });
        self.rings_at.set(Some(due));
        self.timer.replace(Some(timer));
    }
}
