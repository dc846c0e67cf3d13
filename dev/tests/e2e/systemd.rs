//! What systemd hears of the two binaries, by a socket as it gives them.

use std::time::Duration;

use tokio::net::{TcpStream, UnixDatagram};

use crate::rig::{Process, World, free_port, soon};

/// In place of systemd.
struct Manager {
    folder: tempfile::TempDir,
    socket: UnixDatagram,
    heard: Vec<String>,
}

impl Manager {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = UnixDatagram::bind(folder.path().join("notify")).unwrap();
        Self { folder, socket, heard: Vec::new() }
    }

    /// Starts a binary as a unit would, its admin listener on this port.
    fn start(&self, world: &World, binary: &str, port: u16, more: &[(&str, &str)]) -> Process {
        let path = self.folder.path().join("notify");
        let admin = format!("127.0.0.1:{port}");
        let ours = [
            ("NOTIFY_SOCKET", path.to_str().unwrap()),
            ("WATCHDOG_USEC", "100000"),
            ("SIGNPOST_ADMIN_LISTEN", &admin),
        ];
        let settings = [&ours, more].concat();
        let is_api = binary == "signpost-api";
        let settings =
            if is_api { world.api_settings(&settings) } else { world.worker_settings(&settings) };
        Process::start(binary, &settings)
    }

    /// Awaits that so many messages have had this in them, and returns all that were heard.
    async fn hears(&mut self, times: usize, what: &str) -> String {
        let listening = async {
            while self.heard.iter().filter(|message| message.contains(what)).count() < times {
                let mut message = vec![0; 4096];
                let length = self.socket.recv(&mut message).await.unwrap();
                self.heard.push(String::from_utf8_lossy(&message[..length]).into_owned());
            }
        };
        soon(what, listening).await;
        self.heard.concat()
    }
}

#[tokio::test]
async fn systemd_hears_when_a_process_is_ready_alive_and_stopping() {
    let world = World::new().await;
    for binary in ["signpost-api", "signpost-worker"] {
        let (mut manager, port) = (Manager::new(), free_port().unwrap());
        let times = [("SIGNPOST_DRAIN_DELAY", "1ms"), ("SIGNPOST_GRACE", "7s")];
        let mut process = manager.start(&world, binary, port, &times);
        manager.hears(1, "READY=1\n").await;
        TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        manager.hears(1, "STATUS=healthy\n").await;
        manager.hears(3, "WATCHDOG=1\n").await;
        process.terminate();
        let heard = manager.hears(1, "STOPPING=1\n").await;
        // Delay, grace and ten seconds.
        assert!(heard.contains("EXTEND_TIMEOUT_USEC=17001000\n"), "{binary}: {heard}");
        assert!(process.ended().await.success(), "{binary}");
    }
}

/// Or systemd would end it again and again during an outage, and hold up a machine's start.
#[tokio::test]
async fn a_process_is_ready_before_its_servers_are_and_its_status_says_so() {
    let world = World::new().await;
    for binary in ["signpost-api", "signpost-worker"] {
        let (mut manager, port) = (Manager::new(), free_port().unwrap());
        let nobody = format!("amqp://127.0.0.1:{}", free_port().unwrap());
        let _process = manager.start(&world, binary, port, &[("SIGNPOST_AMQP_URL", &nobody)]);
        manager.hears(1, "READY=1\n").await;
        manager.hears(1, "STATUS=broker: ").await;
    }
}

#[tokio::test]
async fn who_can_not_start_is_never_ready() {
    let world = World::new().await;
    let mut manager = Manager::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let mut process = manager.start(&world, "signpost-worker", port, &[]);
    assert!(!process.ended().await.success());
    let heard = tokio::time::timeout(Duration::ZERO, manager.hears(1, "=")).await;
    assert!(heard.is_err(), "{heard:?}");
}
