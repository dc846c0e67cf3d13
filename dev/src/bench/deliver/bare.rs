//! The least that could deliver: consume, send a mail that was made beforehand, acknowledge many
//! at once. No rendering, no metrics, no second try.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use anyhow::{Context as _, ensure};
use clap::Args;
use futures_util::StreamExt as _;
use lapin::{
    Connection, ConnectionProperties,
    options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions},
    types::FieldTable,
};
use signpost_shared::queue::rabbit::SEND;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::{Mutex, mpsc},
    task::JoinSet,
};

use super::MAIL_BYTES;
use crate::rig::Process;

/// Where mails go, and where they come from.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// The relay
    pub relay: SocketAddr,
    /// The broker
    pub amqp_url: String,
    /// Connections to the relay
    pub connections: u16,
    /// When to end
    pub mails: u64,
}

/// Delivers so many mails; says in lines on standard output how many there are.
pub(in crate::bench) async fn run(options: Options) -> anyhow::Result<()> {
    let connection =
        Connection::connect(&options.amqp_url, ConnectionProperties::default()).await?;
    let channel = connection.create_channel().await?;
    let prefetch = options.connections.saturating_mul(2);
    channel.basic_qos(prefetch, BasicQosOptions::default()).await?;
    let (consume, none) = (BasicConsumeOptions::default(), FieldTable::default());
    let consumer = channel.basic_consume(SEND.into(), "".into(), consume, none).await?;
    let (consumer, sent) = (Arc::new(Mutex::new(consumer)), Arc::<AtomicU64>::default());
    let (settled, mut settlements) = mpsc::unbounded_channel();
    let mut senders = JoinSet::<anyhow::Result<()>>::new();
    for _ in 0..options.connections {
        let (consumer, sent, settled) = (Arc::clone(&consumer), Arc::clone(&sent), settled.clone());
        let relay = options.relay;
        senders.spawn(async move {
            let mut line = Line::open(relay).await?;
            loop {
                let delivery = consumer.lock().await.next().await.context("the queue ended")??;
                line.send().await?;
                sent.fetch_add(1, Ordering::Relaxed);
                settled.send(delivery.delivery_tag)?;
            }
        });
    }
    drop(settled);
    let (mut prefix, mut above, mut told) = (0, BTreeSet::new(), 0);
    let mut tags = Vec::new();
    while sent.load(Ordering::Relaxed) < options.mails {
        tokio::select! {
            ended = senders.join_next() => {
                ended.context("no sender")??.context("a sender ended")?;
            }
            count = settlements.recv_many(&mut tags, 256) => ensure!(count > 0, "no sender"),
        }
        above.extend(tags.drain(..));
        let before = prefix;
        while above.remove(&(prefix + 1)) {
            prefix += 1;
        }
        if prefix > before {
            channel.basic_ack(prefix, BasicAckOptions { multiple: true }).await?;
        }
        let now = sent.load(Ordering::Relaxed);
        if now - told >= (options.mails / 100).clamp(1, 500) {
            told = now;
            tell(now);
        }
    }
    tell(options.mails);
    // Whoever reads what it has told ends it.
    std::future::pending().await
}

#[expect(clippy::print_stdout, reason = "whoever measures it reads this")]
fn tell(delivered: u64) {
    println!("{delivered}");
}

/// How many it has told of.
pub(super) fn delivered(process: &Process) -> u64 {
    process.log().last().and_then(|line| line.parse().ok()).unwrap_or(0)
}

/// A connection to the relay.
struct Line {
    stream: TcpStream,
    mail: Vec<u8>,
    buffer: Vec<u8>,
}

impl Line {
    async fn open(relay: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(relay).await?;
        stream.set_nodelay(true)?;
        let line = format!("X-Line: {}\r\n", "x".repeat(60));
        let mail = line.repeat(MAIL_BYTES / line.len()) + ".\r\n";
        let mut opened = Self { stream, mail: mail.into_bytes(), buffer: Vec::new() };
        opened.replies(1, b'2').await?;
        opened.stream.write_all(b"EHLO bare.example\r\n").await?;
        opened.replies(1, b'2').await?;
        Ok(opened)
    }

    async fn send(&mut self) -> anyhow::Result<()> {
        let envelope = b"MAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\nDATA\r\n";
        self.stream.write_all(envelope).await?;
        self.replies(2, b'2').await?;
        self.replies(1, b'3').await?;
        self.stream.write_all(&self.mail).await?;
        self.replies(1, b'2').await
    }

    /// Reads so many replies of this class.
    async fn replies(&mut self, count: usize, class: u8) -> anyhow::Result<()> {
        let mut left = count;
        while left > 0 {
            while let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=end).collect();
                if line.get(3) != Some(&b'-') {
                    ensure!(line.first() == Some(&class), "{}", String::from_utf8_lossy(&line));
                    left -= 1;
                    if left == 0 {
                        return Ok(());
                    }
                }
            }
            ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the relay hung up");
        }
        Ok(())
    }
}
