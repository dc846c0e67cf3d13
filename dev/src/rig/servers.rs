//! A Redis and a RabbitMQ of the caller's own, which can be killed, paused and started again
//! over the same data.

use std::{
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context as _;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    process::Command,
};

use super::Process;

/// How long a server may take to answer after its start.
const START: Duration = Duration::from_secs(90);

/// A server process. Dropped, it is killed.
#[derive(Debug)]
pub struct Server {
    /// Its process, which starts again over the same data.
    pub process: Process,
    /// Where it answers, and what it says to which words.
    address: SocketAddr,
    greeting: (&'static [u8], &'static [u8]),
    /// The name service of a broker that has its own.
    _epmd: Option<Process>,
}

impl Server {
    /// Starts Redis with its data in this folder, and these arguments more.
    pub fn redis(folder: &Path, more: &[String]) -> anyhow::Result<Self> {
        let port = free_port()?;
        let words = format!(
            "--bind 127.0.0.1 --port {port} --daemonize no --appendonly yes \
             --maxmemory-policy noeviction --save"
        );
        let mut command = Command::new(find("redis-server", &[])?);
        command.args(words.split_whitespace()).args(["", "--dir"]).arg(folder).args(more);
        Ok(Self::of(command, port, (b"PING\r\n", b"+PONG")))
    }

    /// Starts a Sentinel that watches a primary of this name, with its state in this folder.
    /// Two of them must agree that the primary is down, after half a second. These lines
    /// come last in its configuration.
    pub fn sentinel(
        folder: &Path,
        name: &str,
        primary: SocketAddr,
        more: &str,
    ) -> anyhow::Result<Self> {
        let port = free_port()?;
        let configuration = folder.join("sentinel.conf");
        // It writes what it learns to this file.
        let settings = format!(
            "bind 127.0.0.1\nport {port}\ndir {}\n\
             sentinel monitor {name} {} {} 2\n\
             sentinel down-after-milliseconds {name} 500\n\
             sentinel failover-timeout {name} 3000\n{more}\n",
            folder.display(),
            primary.ip(),
            primary.port(),
        );
        std::fs::write(&configuration, settings)?;
        let mut command = Command::new(find("redis-server", &[])?);
        command.arg(configuration).arg("--sentinel");
        Ok(Self::of(command, port, (b"PING\r\n", b"+PONG")))
    }

    /// Starts Postfix's relay that takes everything and keeps nothing.
    pub fn smtp_sink() -> anyhow::Result<Self> {
        let port = free_port()?;
        let mut command = Command::new(find("smtp-sink", &[])?);
        if rustix::process::geteuid().is_root() {
            // It won't run as root without being told who to be.
            command.args(["-u", "nobody"]);
        }
        command.args([&format!("127.0.0.1:{port}"), "1024"]);
        Ok(Self::of(command, port, (b"", b"220")))
    }

    /// Starts Erlang's name service, without which a broker would start one for the machine.
    pub fn epmd() -> anyhow::Result<Self> {
        let port = free_port()?;
        let mut command = Command::new(find("epmd", &[])?);
        command.args(["-address", "127.0.0.1", "-port", &port.to_string()]);
        Ok(Self::of(command, port, (b"", b"")))
    }

    /// Starts `RabbitMQ` with its data in this folder, and these lines more in its configuration,
    /// after a name service of its own.
    pub async fn rabbit(folder: &Path, settings: &str) -> anyhow::Result<Self> {
        let epmd = Self::epmd()?;
        epmd.ready().await?;
        let node = Self::rabbit_node(folder, epmd.address, settings)?;
        Ok(Self { _epmd: Some(epmd.process), ..node })
    }

    /// The same, for one of several nodes that find each other by this name service.
    pub fn rabbit_node(folder: &Path, epmd: SocketAddr, settings: &str) -> anyhow::Result<Self> {
        let (port, dist) = (free_port()?, free_port()?);
        let path = |name: &str| folder.join(name).display().to_string();
        std::fs::create_dir_all(folder.join("conf.d"))?;
        // Limits that a laptop's full disk or small memory does not trip over; a line of the
        // caller's takes the place of ours.
        let ours = format!(
            "listeners.tcp.1 = 127.0.0.1:{port}\ndisk_free_limit.absolute = 1MB\n\
             vm_memory_high_watermark.absolute = 2GB"
        );
        let key = |line: &str| line.split('=').next().unwrap_or_default().trim().to_owned();
        let theirs: Vec<String> = settings.lines().map(key).collect();
        let ours = ours.lines().filter(|line| !theirs.contains(&key(line)));
        let configuration = ours.chain(settings.lines()).collect::<Vec<_>>().join("\n") + "\n";
        std::fs::write(folder.join("rabbitmq.conf"), configuration)?;
        std::fs::write(folder.join("advanced.config"), "[].\n")?;
        std::fs::write(folder.join("enabled_plugins"), "[].\n")?;
        std::fs::write(folder.join("env.conf"), "")?;
        let search = std::env::var_os("PATH").unwrap_or_default();
        let environment = [
            ("PATH", format!("{}:/usr/sbin:/sbin", search.to_string_lossy())),
            ("HOME", folder.display().to_string()),
            ("LANG", "C.UTF-8".to_owned()),
            // The start script becomes the Erlang machine: one process to kill.
            ("RUNNING_UNDER_SYSTEMD", "true".to_owned()),
            ("ERL_EPMD_ADDRESS", epmd.ip().to_string()),
            ("ERL_EPMD_PORT", epmd.port().to_string()),
            ("RABBITMQ_NODENAME", node_name(folder)),
            ("RABBITMQ_DIST_PORT", dist.to_string()),
            (
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                "-kernel inet_dist_use_interface {127,0,0,1}".to_owned(),
            ),
            ("RABBITMQ_CONF_ENV_FILE", path("env.conf")),
            ("RABBITMQ_CONFIG_FILE", path("rabbitmq.conf")),
            ("RABBITMQ_CONFIG_FILES", path("conf.d")),
            ("RABBITMQ_ADVANCED_CONFIG_FILE", path("advanced.config")),
            ("RABBITMQ_ENABLED_PLUGINS_FILE", path("enabled_plugins")),
            ("RABBITMQ_MNESIA_BASE", path("data")),
            ("RABBITMQ_LOG_BASE", path("log")),
            ("ERL_CRASH_DUMP", path("erl_crash.dump")),
            ("RABBITMQ_PID_FILE", path("pid")),
        ];
        // What Debian has on the path is a wrapper for the packaged service.
        let scripts =
            ["/usr/lib/rabbitmq/bin/rabbitmq-server", "/opt/rabbitmq/sbin/rabbitmq-server"];
        let mut command = Command::new(find("rabbitmq-server", &scripts)?);
        command.env_clear().envs(environment);
        Ok(Self::of(command, port, (b"AMQP\x00\x00\x09\x01", b"\x01")))
    }

    fn of(command: Command, port: u16, greeting: (&'static [u8], &'static [u8])) -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        Self { process: Process::of(command), address, greeting, _epmd: None }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Awaits its first answer; if none comes, the error shows its log.
    pub async fn ready(&self) -> anyhow::Result<()> {
        let answers = async || self.answers().await.is_ok_and(|answers| answers);
        self.process.becomes("answering", START, answers).await
    }

    /// Awaits that it takes connections, whatever it would say.
    pub async fn listens(&self) -> anyhow::Result<()> {
        let connects = async || TcpStream::connect(self.address).await.is_ok();
        self.process.becomes("listening", START, connects).await
    }

    async fn answers(&self) -> std::io::Result<bool> {
        let (question, answer) = self.greeting;
        let mut stream = TcpStream::connect(self.address).await?;
        stream.write_all(question).await?;
        let mut said = vec![0; answer.len()];
        let read = tokio::time::timeout(Duration::from_secs(2), stream.read_exact(&mut said));
        Ok(read.await.is_ok_and(|read| read.is_ok()) && said == answer)
    }
}

/// The URL of a broker that was started here, or of a proxy before it.
pub fn amqp_url(address: SocketAddr) -> String {
    format!("amqp://guest:guest@{address}/%2f")
}

/// The name of the node whose data is in this folder, as its cluster is told.
pub fn node_name(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("signpost-{plain}@localhost")
}

/// An address of the loopback interface that nothing listens on.
pub fn free_address() -> std::io::Result<SocketAddr> {
    TcpListener::bind("127.0.0.1:0")?.local_addr()
}

/// Its port.
pub fn free_port() -> std::io::Result<u16> {
    Ok(free_address()?.port())
}

pub(crate) fn find(name: &str, first: &[&str]) -> anyhow::Result<PathBuf> {
    let search = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&search).chain(["/usr/sbin".into(), "/sbin".into()]);
    let candidates = first.iter().map(PathBuf::from).chain(folders.map(|folder| folder.join(name)));
    let mut found = candidates.filter(|path| path.is_file());
    found.next().with_context(|| {
        format!("{name} is not installed: apt-get install redis-server rabbitmq-server postfix")
    })
}
