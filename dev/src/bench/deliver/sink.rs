//! A relay that takes everything and notes when: for whom, and at what moment it said 250. It is
//! not `signpost-smtp-server`, which parses, logs and keeps what it hears, and answers commands that
//! came together one by one: the bench would measure that along with the worker.

use std::{collections::HashMap, io, net::SocketAddr, sync::Arc};

use parking_lot::Mutex;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::Instant,
};

/// A running sink; dropped, it ends.
#[derive(Debug)]
pub(super) struct Sink {
    pub(super) address: SocketAddr,
    taken: Taken,
    _accepting: JoinSet<()>,
}

type Taken = Arc<Mutex<HashMap<Vec<u8>, Instant>>>;

impl Sink {
    pub(super) async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (address, taken) = (listener.local_addr()?, Taken::default());
        let (mut accepting, noted) = (JoinSet::new(), Arc::clone(&taken));
        accepting.spawn(async move {
            let mut sessions = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                sessions.spawn(session(stream, Arc::clone(&noted)));
            }
        });
        Ok(Self { address, taken, _accepting: accepting })
    }

    /// How many it has taken.
    pub(super) fn len(&self) -> usize {
        self.taken.lock().len()
    }

    /// When it took the mail for this address, which was its first.
    pub(super) fn taken(&self, address: &str) -> Option<Instant> {
        let taken = self.taken.lock();
        taken.get(address.as_bytes()).copied()
    }
}

async fn session(stream: TcpStream, taken: Taken) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (reading, mut writing) = stream.into_split();
    let (mut reading, mut line) = (BufReader::new(reading), Vec::new());
    let (mut answers, mut to) = (b"220 sink.example\r\n".to_vec(), Vec::new());
    loop {
        // What was asked together is answered together.
        if reading.buffer().is_empty() && !answers.is_empty() {
            writing.write_all(&answers).await?;
            answers.clear();
        }
        line.clear();
        if reading.read_until(b'\n', &mut line).await? == 0 {
            return Ok(());
        }
        let answer: &[u8] = match line.get(..4).unwrap_or_default() {
            b"EHLO" => b"250-sink.example\r\n250-PIPELINING\r\n250 8BITMIME\r\n",
            b"RCPT" => {
                let address = line.split(|byte| matches!(byte, b'<' | b'>')).nth(1);
                to = address.unwrap_or_default().to_vec();
                b"250 ok\r\n"
            }
            b"DATA" => {
                answers.extend_from_slice(b"354 go on\r\n");
                writing.write_all(&answers).await?;
                answers.clear();
                while line != b".\r\n" {
                    line.clear();
                    if reading.read_until(b'\n', &mut line).await? == 0 {
                        return Ok(());
                    }
                }
                writing.write_all(b"250 taken\r\n").await?;
                let mut taken = taken.lock();
                taken.entry(std::mem::take(&mut to)).or_insert_with(Instant::now);
                continue;
            }
            b"QUIT" => b"221 bye\r\n",
            _ => b"250 ok\r\n",
        };
        answers.extend_from_slice(answer);
    }
}
