//! The load: connections that ask, read the answer, and ask again. As little work as will do,
//! since it shares the processors with what it measures.

use std::{
    collections::BTreeMap,
    io::{ErrorKind, Write as _},
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use parking_lot::Mutex;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::mpsc,
    task::JoinSet,
    time::{Instant, sleep_until},
};

use crate::rig::{SEND_PATH, VERIFY_PATH};

/// The first of the client networks: no address of the loopback's comes after it for long.
const FIRST_NETWORK: u32 = 11 << 24;
/// One in so many checks is wrong …
const WRONG: u64 = 20;
/// … while each address has been tried in vain no more often than this: five kill a code.
const WRONG_TRIES: u64 = 4;

/// What is asked for.
#[derive(Debug)]
pub(super) enum Work {
    /// A code, for an address that nobody had before.
    Send,
    /// Whether this is the code of that address.
    Check(Vec<(String, String)>),
}

/// A load that can be let loose again and again. No number, and so no address and no network,
/// is used twice.
#[derive(Debug)]
pub(super) struct Load {
    pub(super) work: Work,
    numbers: AtomicU64,
}

/// The load while it runs; dropped, it ends.
#[derive(Debug)]
pub(super) struct Running {
    tally: Arc<Tally>,
    connections: JoinSet<()>,
}

#[derive(Debug, Default)]
struct Tally {
    answered: AtomicU64,
    stop: AtomicBool,
    /// Answers other than the one that is right, and how many of each.
    wrong: Mutex<BTreeMap<String, u64>>,
}

impl Load {
    pub(super) fn new(work: Work) -> Arc<Self> {
        Arc::new(Self { work, numbers: AtomicU64::new(0) })
    }

    /// So many connections begin to ask.
    pub(super) fn start(self: &Arc<Self>, target: SocketAddr, connections: u16) -> Running {
        let tally = Arc::<Tally>::default();
        let mut running = JoinSet::new();
        for _ in 0..connections {
            let (load, tally) = (Arc::clone(self), Arc::clone(&tally));
            running.spawn(async move {
                if let Err(error) = load.ask(target, &tally).await {
                    tally.note(format!("no answer: {error}"));
                }
            });
        }
        Running { tally, connections: running }
    }

    /// Asks so many times a second, whether or not there are answers yet. Returns each number
    /// with the moment at which it was its turn.
    pub(super) async fn paced(
        self: &Arc<Self>,
        target: SocketAddr,
        connections: u16,
        rate: u32,
        length: Duration,
    ) -> anyhow::Result<Vec<(u64, Instant)>> {
        let (hand_out, due) = mpsc::unbounded_channel();
        let (due, mut asking) = (Arc::new(tokio::sync::Mutex::new(due)), JoinSet::new());
        for _ in 0..connections {
            let (load, due) = (Arc::clone(self), Arc::clone(&due));
            asking.spawn(async move {
                let (mut stream, mut answer) = (connect(target).await?, vec![0; 4096]);
                let (mut body, mut request) = (Vec::new(), Vec::new());
                let next = async || due.lock().await.recv().await;
                while let Some(number) = next().await {
                    let expected = load.work.write(number, &mut body, &mut request)?;
                    stream.write_all(&request).await?;
                    let (said, _) = read(&mut stream, &mut answer).await?;
                    anyhow::ensure!(contains(said, expected), "{}", in_short(said));
                }
                Ok(())
            });
        }
        let (began, mut asked) = (Instant::now(), Vec::new());
        for turn in 0..rate.saturating_mul(u32::try_from(length.as_secs())?) {
            let at = began + Duration::from_secs(1) * turn / rate;
            sleep_until(at).await;
            let number = self.numbers.fetch_add(1, Ordering::Relaxed);
            asked.push((number, at));
            hand_out.send(number)?;
        }
        drop(hand_out);
        while let Some(ended) = asking.join_next().await {
            ended??;
        }
        Ok(asked)
    }

    async fn ask(&self, target: SocketAddr, tally: &Tally) -> std::io::Result<()> {
        let mut stream = connect(target).await?;
        let (mut body, mut request) = (Vec::new(), Vec::new());
        let mut answer = vec![0; 4096];
        while !tally.stop.load(Ordering::Relaxed) {
            let number = self.numbers.fetch_add(1, Ordering::Relaxed);
            let expected = self.work.write(number, &mut body, &mut request)?;
            stream.write_all(&request).await?;
            let (said, closes) = read(&mut stream, &mut answer).await?;
            if contains(said, expected) && said.starts_with(b"HTTP/1.1 200 ") {
                tally.answered.fetch_add(1, Ordering::Relaxed);
            } else {
                tally.note(in_short(said));
            }
            if closes {
                stream = connect(target).await?;
            }
        }
        Ok(())
    }
}

/// The address of a number.
pub(super) fn address(number: u64) -> String {
    format!("bench-{number:08x}@bench.example")
}

impl Work {
    /// Writes a request; returns what its answer must hold.
    fn write(
        &self,
        number: u64,
        body: &mut Vec<u8>,
        request: &mut Vec<u8>,
    ) -> std::io::Result<&'static [u8]> {
        body.clear();
        request.clear();
        let (path, expected): (_, &[u8]) = match self {
            Self::Send => {
                write!(body, "email={}&locale=en-US", address(number).replace('@', "%40"))?;
                (SEND_PATH, b"{\"success\":true}")
            }
            Self::Check(codes) => {
                let at = |number: u64| &codes[usize::try_from(number).unwrap_or(0) % codes.len()];
                let tried = number / WRONG / codes.len() as u64;
                if number.is_multiple_of(WRONG) && tried < WRONG_TRIES {
                    let (address, code) = at(number / WRONG);
                    let first = if code.starts_with('9') { '0' } else { '9' };
                    write!(body, "email={address}&code={first}{}", &code[1..])?;
                    (VERIFY_PATH, b"\"code\":\"412\"")
                } else {
                    let (address, code) = at(number);
                    write!(body, "email={address}&code={code}")?;
                    (VERIFY_PATH, b"{\"success\":true}")
                }
            }
        };
        let network = FIRST_NETWORK.wrapping_add(u32::try_from(number).unwrap_or(u32::MAX));
        write!(
            request,
            "POST {path} HTTP/1.1\r\nhost: bench.example\r\nx-forwarded-for: {}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n",
            Ipv4Addr::from_bits(network),
            body.len(),
        )?;
        request.extend_from_slice(body);
        Ok(expected)
    }
}

impl Running {
    /// How many right answers there are by now.
    pub(super) fn answered(&self) -> u64 {
        self.tally.answered.load(Ordering::Relaxed)
    }

    /// Lets every connection have its last answer. Returns how many were right; when one was not,
    /// the error has the count of each.
    pub(super) async fn stop(mut self) -> anyhow::Result<u64> {
        self.tally.stop.store(true, Ordering::Relaxed);
        while self.connections.join_next().await.transpose()?.is_some() {}
        let wrong = self.tally.wrong.lock();
        let right = self.answered();
        anyhow::ensure!(wrong.is_empty(), "{right} right answers, but also {wrong:#?}");
        Ok(right)
    }
}

impl Tally {
    fn note(&self, what: String) {
        *self.wrong.lock().entry(what).or_default() += 1;
    }
}

async fn connect(target: SocketAddr) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect(target).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// One answer, whole, and whether the server closes the connection after it.
async fn read<'a>(
    stream: &mut TcpStream,
    buffer: &'a mut [u8],
) -> std::io::Result<(&'a [u8], bool)> {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).await?;
        if read == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        filled += read;
        if let Some((length, closes)) = length(&buffer[..filled])?
            && length <= filled
        {
            return Ok((&buffer[..length], closes));
        }
    }
}

/// How long the answer is that begins so, when that is known already.
fn length(answer: &[u8]) -> std::io::Result<Option<(usize, bool)>> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut response = httparse::Response::new(&mut headers);
    let parsed = response.parse(answer).map_err(|_| ErrorKind::InvalidData)?;
    let httparse::Status::Complete(head) = parsed else { return Ok(None) };
    let (mut body, mut closes) = (None, false);
    for header in response.headers {
        if header.name.eq_ignore_ascii_case("content-length") {
            body = str::from_utf8(header.value).ok().and_then(|value| value.parse::<usize>().ok());
        } else if header.name.eq_ignore_ascii_case("connection") {
            closes = header.value.eq_ignore_ascii_case(b"close");
        }
    }
    Ok(Some((head + body.ok_or(ErrorKind::InvalidData)?, closes)))
}

fn contains(answer: &[u8], expected: &[u8]) -> bool {
    answer.windows(expected.len()).rev().any(|window| window == expected)
}

/// The first line and the body.
fn in_short(answer: &[u8]) -> String {
    let text = String::from_utf8_lossy(answer);
    let first = text.lines().next().unwrap_or_default();
    let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    format!("{first} {body}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the load says of a server that answers so, piece by piece.
    async fn told(answer: &'static [&'static str]) -> anyhow::Result<u64> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let running = Load::new(Work::Send).start(listener.local_addr().unwrap(), 1);
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 1024];
        let read = stream.read(&mut request).await.unwrap();
        let text = str::from_utf8(&request[..read]).unwrap();
        assert!(text.contains("x-forwarded-for: 11.0.0.0\r\n"), "{text}");
        assert!(
            text.ends_with("\r\n\r\nemail=bench-00000000%40bench.example&locale=en-US"),
            "{text}"
        );
        running.tally.stop.store(true, Ordering::Relaxed);
        for piece in answer {
            stream.write_all(piece.as_bytes()).await.unwrap();
            tokio::task::yield_now().await;
        }
        drop(stream);
        running.stop().await
    }

    #[tokio::test]
    async fn nothing_but_the_right_answer_passes_for_one() {
        let right = &["HTTP/1.1 200 OK\r\nContent-Le", "ngth: 16\r\n\r\n", "{\"success\":true}"];
        assert_eq!(told(right).await.unwrap(), 1);
        for (answer, complaint) in [
            (
                &[
                    "HTTP/1.1 200 OK\r\ncontent-length: 37\r\n\r\n{\"code\":\"send.limit\",\"success\":false}",
                ][..],
                "send.limit",
            ),
            (&["HTTP/1.1 503 Busy\r\ncontent-length: 16\r\n\r\n{\"success\":true}"], "503 Busy"),
            (&right[..2], "no answer"),
            (&["nonsense\r\n\r\n"], "no answer"),
        ] {
            let error = told(answer).await.unwrap_err().to_string();
            assert!(error.contains(complaint), "{error}");
        }
    }
}
