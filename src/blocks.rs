//! Memory for rows, made ready by a thread of its own.
//!
//! The system gives memory page by page, each when it is first written to. For the rows of a large scan that takes half as
//! long as to understand the records, and can be done beside it where a core is free.

use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{Builder, JoinHandle};

/// Bytes of a block.
pub const BLOCK: usize = 1 << 20;

/// Gives blocks. Two at most are ready and not yet taken.
#[derive(Debug)]
pub struct BlockMaker {
    /// `None` once no more are wanted: that ends the thread.
    ready: Option<Receiver<Vec<u8>>>,
    thread: Option<JoinHandle<()>>,
}

impl BlockMaker {
    /// Starts the thread; `None` where there can be none.
    #[must_use]
    pub fn start() -> Option<Self> {
        let (give, ready) = sync_channel(1);
        let make = move || {
            loop {
                // Not zeros: those the system would promise without giving any memory.
                let mut block = vec![1; BLOCK];
                block.clear();
                if give.send(block).is_err() {
                    return;
                }
            }
        };
        let thread = Builder::new().name("proxycalc-blocks".to_owned());
        Some(Self {
            ready: Some(ready),
            thread: Some(thread.spawn(make).ok()?),
        })
    }

    /// An empty block with room for [`BLOCK`] bytes.
    #[must_use]
    pub fn block(&self) -> Option<Vec<u8>> {
        self.ready.as_ref()?.recv().ok()
    }
}

impl Drop for BlockMaker {
    fn drop(&mut self) {
        self.ready = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
