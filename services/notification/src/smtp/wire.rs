//! Our socket under `lettre`'s client: it holds the final dot back, and keeps plain text from slipping
//! into an encrypted conversation.
//!
//! `lettre` writes a message's content and its final dot in one call. [`Content`] hands it the content
//! and, when asked for more, closes the [`Gate`]; from then on [`Wire`] lets nothing out, encrypted or
//! not, until the gate is opened. What the client wants to write next can only be the dot.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    /// Everything passes.
    Open,
    /// The content is written; what comes next is the dot.
    Closed,
    /// The client stands before the closed gate with the dot.
    Waiting,
    /// The dot may pass.
    Released,
    /// At least a byte of it has passed.
    Passed,
}

/// Stands between the content and the final dot.
#[derive(Debug, Clone)]
pub(super) struct Gate(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    inner: Mutex<Inner>,
    arrived: Notify,
}

#[derive(Debug)]
struct Inner {
    position: Position,
    waker: Option<Waker>,
    /// Replies are read one line at a time, because the conversation is not encrypted yet.
    by_line: bool,
}

impl Gate {
    pub(super) fn new() -> Self {
        let inner = Inner {
            position: Position::Open,
            waker: None,
            by_line: true,
        };
        Self(Arc::new(Shared {
            inner: Mutex::new(inner),
            arrived: Notify::new(),
        }))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ready for the next message.
    pub(super) fn reset(&self) {
        let mut inner = self.lock();
        inner.position = Position::Open;
        inner.waker = None;
    }

    /// The conversation is encrypted from now on.
    pub(super) fn encrypted(&self) {
        self.lock().by_line = false;
    }

    fn close(&self) {
        self.lock().position = Position::Closed;
    }

    /// Ends when the client stands before the gate with the dot.
    pub(super) async fn reached(&self) {
        self.0.arrived.notified().await;
    }

    /// Lets the dot pass.
    pub(super) fn release(&self) {
        let waker = {
            let mut inner = self.lock();
            inner.position = Position::Released;
            inner.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// A byte of the dot has left this process.
    pub(super) fn has_passed(&self) -> bool {
        self.lock().position == Position::Passed
    }

    /// Whether the socket may be written to now; remembers whom to wake if not.
    fn may_write(&self, cx: &Context<'_>) -> bool {
        let mut inner = self.lock();
        match inner.position {
            Position::Open | Position::Released | Position::Passed => true,
            Position::Closed => {
                inner.position = Position::Waiting;
                inner.waker = Some(cx.waker().clone());
                drop(inner);
                self.0.arrived.notify_one();
                false
            }
            Position::Waiting => {
                inner.waker = Some(cx.waker().clone());
                false
            }
        }
    }

    fn wrote(&self, bytes: usize) {
        let mut inner = self.lock();
        if bytes > 0 && inner.position == Position::Released {
            inner.position = Position::Passed;
        }
    }
}

/// A message's content in one piece; closes the gate when asked for more.
pub(super) struct Content {
    bytes: Option<Vec<u8>>,
    gate: Gate,
}

impl Content {
    pub(super) const fn new(bytes: Vec<u8>, gate: Gate) -> Self {
        Self {
            bytes: Some(bytes),
            gate,
        }
    }
}

impl Iterator for Content {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let next = self.bytes.take();
        if next.is_none() {
            self.gate.close();
        }
        next
    }
}

/// A TCP connection without Nagle's delay, behind a [`Gate`].
pub(super) struct Wire {
    socket: TcpStream,
    gate: Gate,
    /// Read from the socket and not yet asked for.
    pending: Vec<u8>,
}

impl Wire {
    /// `dead_after`: a machine that takes nothing for so long of what is sent to it is gone. A relay that is
    /// merely slow to answer has taken it, and is waited for.
    pub(super) fn new(socket: TcpStream, gate: Gate, dead_after: Duration) -> io::Result<Self> {
        // A dot that waits for the acknowledgement of its content costs 40 ms a message.
        socket.set_nodelay(true)?;
        #[cfg(target_os = "linux")]
        {
            let millis = u32::try_from(dead_after.as_millis()).unwrap_or(u32::MAX);
            rustix::net::sockopt::set_tcp_user_timeout(&socket, millis)?;
        }
        Ok(Self {
            socket,
            gate,
            pending: Vec::new(),
        })
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").finish_non_exhaustive()
    }
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.socket.peer_addr()
    }
}

impl AsyncRead for Wire {
    /// Before encryption, no more than a line at a time: whatever somebody put behind the answer to
    /// STARTTLS stays here, goes into the handshake, and breaks it, instead of being read as if it
    /// had come encrypted.
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.pending.is_empty() {
            if !self.gate.lock().by_line {
                return Pin::new(&mut self.socket).poll_read(cx, buf);
            }
            let mut bytes = [0_u8; 1024];
            let mut chunk = ReadBuf::new(&mut bytes);
            match Pin::new(&mut self.socket).poll_read(cx, &mut chunk) {
                Poll::Ready(Ok(())) => self.pending.extend_from_slice(chunk.filled()),
                other => return other,
            }
        }
        let line = self
            .pending
            .iter()
            .position(|byte| *byte == b'\n')
            .map(|at| at + 1);
        let take = line.unwrap_or(self.pending.len()).min(buf.remaining());
        let taken: Vec<u8> = self.pending.drain(..take).collect();
        buf.put_slice(&taken);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        if !self.gate.may_write(cx) {
            return Poll::Pending;
        }
        let wrote = Pin::new(&mut self.socket).poll_write(cx, buf);
        if let Poll::Ready(Ok(bytes)) = wrote {
            self.gate.wrote(bytes);
        }
        wrote
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}
