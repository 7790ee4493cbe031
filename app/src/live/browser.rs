//! What the browser tells a page about itself: whether it is seen, has a network, and may keep its stream while hidden.

use std::{cell::RefCell, rc::Rc};

use js_sys::{Function, Object, Promise, Reflect};
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Document, Event as BrowserEvent, EventTarget, PageTransitionEvent, VisibilityState,
    Window,
};

use super::connection::Event;

/// The lock that one page of a browser holds: that page keeps its stream while it is hidden.
const LOCK: &str = "mainstay-stream";

/// Whether the page can be seen.
pub(super) fn is_visible() -> bool {
    document().is_some_and(|document| document.visibility_state() == VisibilityState::Visible)
}

fn window() -> Option<Window> {
    web_sys::window()
}

fn document() -> Option<Document> {
    window()?.document()
}

/// Listens to the browser; dropped, it no longer does, and holds no lock.
pub(super) struct Watch {
    _listeners: Vec<Listener>,
    /// Kept for as long as the page is not in the back-forward cache, which takes no page that holds a lock.
    _lock: Rc<RefCell<Option<Lock>>>,
}

impl Watch {
    /// Tells `happened` what happens, from now on.
    pub(super) fn new(happened: Rc<dyn Fn(Event)>) -> Self {
        let lock = Rc::new(RefCell::new(Lock::request(&happened)));
        let listeners = [
            visibility(Rc::clone(&happened)),
            online(Rc::clone(&happened)),
            left(Rc::clone(&happened), Rc::clone(&lock)),
            came_back(happened, Rc::clone(&lock)),
        ];
        Self { _listeners: listeners.into_iter().flatten().collect(), _lock: lock }
    }
}

fn visibility(happened: Rc<dyn Fn(Event)>) -> Option<Listener> {
    let target = document()?.unchecked_into();
    Some(Listener::new(target, "visibilitychange", move |_| {
        happened(if is_visible() { Event::Shown } else { Event::Hidden });
    }))
}

fn online(happened: Rc<dyn Fn(Event)>) -> Option<Listener> {
    Some(Listener::new(window()?.unchecked_into(), "online", move |_| happened(Event::Online)))
}

fn left(happened: Rc<dyn Fn(Event)>, lock: Rc<RefCell<Option<Lock>>>) -> Option<Listener> {
    Some(Listener::new(window()?.unchecked_into(), "pagehide", move |_| {
        lock.take();
        happened(Event::LockLost);
        happened(Event::Left);
    }))
}

fn came_back(happened: Rc<dyn Fn(Event)>, lock: Rc<RefCell<Option<Lock>>>) -> Option<Listener> {
    Some(Listener::new(window()?.unchecked_into(), "pageshow", move |event| {
        let event: PageTransitionEvent = event.unchecked_into();
        // The first `pageshow` is that of a new page, which has its stream already.
        if event.persisted() {
            lock.replace(Lock::request(&happened));
            happened(Event::CameBack);
        }
    }))
}

/// A listener that is taken off when it is dropped.
struct Listener {
    target: EventTarget,
    event: &'static str,
    callback: Closure<dyn Fn(BrowserEvent)>,
}

impl Listener {
    fn new(target: EventTarget, event: &'static str, callback: impl Fn(BrowserEvent) + 'static) -> Self {
        let callback = Closure::<dyn Fn(BrowserEvent)>::new(callback);
        // It only fails for an invalid listener.
        let _ = target.add_event_listener_with_callback(event, callback.as_ref().unchecked_ref());
        Self { target, event, callback }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let listener = self.callback.as_ref().unchecked_ref();
        let _ = self.target.remove_event_listener_with_callback(self.event, listener);
    }
}

/// The browser's lock, held or waited for; dropped, it is neither.
struct Lock {
    waiting: AbortController,
    /// Ends the promise that the lock is held by.
    release: Function,
    _granted: Closure<dyn Fn() -> Promise>,
}

impl Lock {
    /// Asks for the lock. `None` where there is none: over plain HTTP from another machine.
    ///
    /// web-sys counts Web Locks among its unstable interfaces, so they are called by name.
    fn request(happened: &Rc<dyn Fn(Event)>) -> Option<Self> {
        let locks = Reflect::get(&window()?.navigator(), &"locks".into()).ok()?;
        let request: Function = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
        let waiting = AbortController::new().ok()?;
        let options = Object::new();
        Reflect::set(&options, &"signal".into(), &waiting.signal()).ok()?;
        let mut release = None;
        let held = Promise::new(&mut |resolve, _| release = Some(resolve));
        let happened = Rc::clone(happened);
        let granted = Closure::<dyn Fn() -> Promise>::new(move || {
            happened(Event::LockGained);
            held.clone()
        });
        let ended = request.call3(&locks, &LOCK.into(), &options, granted.as_ref()).ok()?;
        let ended: Promise = ended.dyn_into().ok()?;
        // A request that is given up ends with an error that nobody needs to see.
        spawn_local(async move {
            let _ = JsFuture::from(ended).await;
        });
        Some(Self { waiting, release: release?, _granted: granted })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.waiting.abort();
        let _ = self.release.call0(&JsValue::UNDEFINED);
    }
}
