//! The programs of `tests/subscribers`, run as an outsider would run them.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use secrecy::ExposeSecret;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use winner_messaging::ConsumerSpec;
use winner_tests::site::Site;

use super::{ACCOUNT, STREAM, user};

/// An outsider's program, as they would run it.
pub(crate) struct Program {
    pub(crate) spec: ConsumerSpec,
    pub(crate) child: Child,
    folder: TempDir,
}

impl Program {
    pub(crate) fn start(site: &Site, spec: ConsumerSpec) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("subscribers");
        let mut command = if spec.owner == "python" {
            let mut command = Command::new("python3");
            command.arg(scripts.join("subscribe.py"));
            command.env("PYTHONPATH", peer("nats-py"));
            command
        } else {
            // Node looks for packages beside the script.
            let script = folder.path().join("subscribe.mjs");
            std::fs::copy(scripts.join("subscribe.mjs"), &script).unwrap();
            let packages = folder.path().join("node_modules");
            std::os::unix::fs::symlink(peer("nats-js"), packages).unwrap();
            let mut command = Command::new("node");
            command.arg(script);
            command
        };
        let file = |name: &str| std::fs::File::create(folder.path().join(name)).unwrap();
        let login = site.installation.realm().nats_login(&user(&spec)).unwrap();
        command
            .env("NATS_URL", &login.address)
            .env("NATS_USER", &login.user)
            .env("NATS_PASSWORD", login.password.expose_secret())
            .env("ACCOUNT", ACCOUNT)
            .env("STREAM", STREAM)
            .env("DURABLE", spec.durable())
            .stdin(Stdio::null())
            .stdout(file("printed"))
            .stderr(file("trouble"))
            .kill_on_drop(true);
        let child = command.spawn().unwrap();
        Self {
            spec,
            child,
            folder,
        }
    }

    pub(crate) fn lives(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.folder.path().join("printed")).unwrap();
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        whole.lines().map(str::to_owned).collect()
    }

    pub(crate) fn trouble(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("trouble")).unwrap()
    }
}

/// The folder of a pinned client, installed first when it is not there.
fn peer(name: &str) -> PathBuf {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers.py");
    let said = std::process::Command::new("python3")
        .arg(script)
        .arg(name)
        .output()
        .unwrap();
    let trouble = String::from_utf8(said.stderr).unwrap();
    assert!(said.status.success(), "{trouble}");
    String::from_utf8(said.stdout).unwrap().trim().into()
}
