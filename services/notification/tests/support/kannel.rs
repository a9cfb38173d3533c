//! A Kannel of the test's own, over an SMSC by npm's `smpp`, on free loopback ports.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;
use tokio::time::{Instant, sleep};

/// An SMS as it reached the SMSC.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct Submitted {
    pub to: String,
    pub from: String,
    pub text: String,
    pub coding: u8,
}

/// Kannel, its SMSC, and what reached that. Stopped when it is dropped.
pub struct Kannel {
    /// What `sms.url` is set to.
    pub url: String,
    submitted: Arc<Mutex<Vec<Submitted>>>,
    children: Vec<Child>,
    folder: TempDir,
}

/// What `tests/peers.py` answers.
fn peer(name: &str) -> PathBuf {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/peers.py");
    let said = Command::new("python3")
        .arg(script)
        .arg(name)
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(said.status.success(), "{name} cannot be had");
    PathBuf::from(String::from_utf8(said.stdout).unwrap().trim())
}

fn free_port() -> u16 {
    let probe = TcpListener::bind("127.0.0.1:0").unwrap();
    probe.local_addr().unwrap().port()
}

impl Kannel {
    /// Starts all of it; the SMSC tells that SMS were `delivered`, `undelivered`, or is `silent`.
    pub async fn start(says: &str) -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/smsc.js");
        let mut smsc = Command::new("node")
            .arg(here)
            .arg(says)
            .env("NODE_PATH", peer("smpp"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(smsc.stdout.take().unwrap()).lines();
        let first = lines.next().expect("the SMSC does not start").unwrap();
        let first: serde_json::Value = serde_json::from_str(&first).unwrap();
        let smsc_port = u16::try_from(first["port"].as_u64().unwrap()).unwrap();
        let submitted: Arc<Mutex<Vec<Submitted>>> = Arc::default();
        let heard = Arc::clone(&submitted);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                heard
                    .lock()
                    .unwrap()
                    .push(serde_json::from_str(&line).unwrap());
            }
        });
        let folder = tempfile::tempdir().unwrap();
        let [admin, boxes, sendsms] = [free_port(), free_port(), free_port()];
        let config = folder.path().join("kannel.conf");
        std::fs::write(
            &config,
            configuration(smsc_port, admin, boxes, sendsms, folder.path()),
        )
        .unwrap();
        let programs = peer("kannel");
        let mut kannel = Self {
            url: format!("http://127.0.0.1:{sendsms}/cgi-bin/sendsms"),
            submitted,
            children: vec![smsc],
            folder,
        };
        for (program, port) in [("bearerbox", boxes), ("smsbox", sendsms)] {
            let child = Command::new(programs.join(program))
                .arg("-v")
                .arg("4")
                .arg(&config)
                .current_dir(kannel.folder.path())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            kannel.children.push(child);
            kannel.wait_for(program, port).await;
        }
        kannel.wait_until_bound(admin).await;
        kannel
    }

    async fn wait_for(&self, program: &str, port: u16) {
        let until = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(
                Instant::now() < until,
                "{program} does not start; {}",
                self.log()
            );
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// The status page says `online` once bearerbox has bound to the SMSC.
    async fn wait_until_bound(&self, admin: u16) {
        let until = Instant::now() + Duration::from_secs(20);
        loop {
            let mut status = String::new();
            let mut stream = TcpStream::connect(("127.0.0.1", admin)).unwrap();
            let request = "GET /status.txt HTTP/1.0\r\nhost: x\r\n\r\n";
            stream.write_all(request.as_bytes()).unwrap();
            stream.read_to_string(&mut status).unwrap();
            if status.contains("(online") {
                return;
            }
            assert!(
                Instant::now() < until,
                "Kannel does not bind: {status}; {}",
                self.log()
            );
            sleep(Duration::from_millis(100)).await;
        }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("bearerbox.log")).unwrap_or_default()
    }

    /// What reached the SMSC.
    pub fn submitted(&self) -> Vec<Submitted> {
        self.submitted.lock().unwrap().clone()
    }
}

impl Drop for Kannel {
    fn drop(&mut self) {
        for child in self.children.iter_mut().rev() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
}

fn configuration(smsc: u16, admin: u16, boxes: u16, sendsms: u16, folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = winner
smsbox-port = {boxes}
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1
dlr-storage = internal
sms-incoming-queue-limit = 100000
sms-outgoing-queue-limit = 100000
log-file = {folder}/bearerbox.log
log-level = 1

group = smsc
smsc = smpp
smsc-id = operator
host = 127.0.0.1
port = {smsc}
smsc-username = winner
smsc-password = winner
system-type = winner
transceiver-mode = true
max-pending-submits = 200
enquire-link-interval = 30

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {boxes}
smsbox-id = winner
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1
log-file = {folder}/smsbox.log
log-level = 1
http-request-retry = 3
http-queue-delay = 1

group = sendsms-user
username = winner
password = winner
"
    )
}
