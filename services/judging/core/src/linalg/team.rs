//! Work shared out among threads, part by part.
//!
//! Parts are independent and each is done by one thread from beginning to end, so that the number of
//! threads can change no bit of a result.

use std::num::NonZero;
use std::thread;

/// How many threads the machine offers.
pub(crate) fn available() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Does `work` on every part, on at most `threads` threads.
pub(crate) fn share<T: Send>(threads: usize, parts: Vec<T>, work: impl Fn(T) + Sync) {
    let threads = threads.min(parts.len());
    if threads < 2 {
        parts.into_iter().for_each(work);
        return;
    }
    // Dealt out like cards: neighbouring parts cost about the same.
    let mut hands: Vec<Vec<T>> = (0..threads).map(|_| Vec::new()).collect();
    for (index, part) in parts.into_iter().enumerate() {
        hands[index % threads].push(part);
    }
    let work = &work;
    thread::scope(|scope| {
        for hand in hands {
            scope.spawn(move || hand.into_iter().for_each(work));
        }
    });
}
