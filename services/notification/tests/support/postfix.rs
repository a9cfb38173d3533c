//! A private Postfix, which makes real reports of what it cannot deliver, and its `smtp-sink`, which
//! misbehaves on demand. Both need root.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A loopback address that is free now.
pub fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
}

/// A running smtp-sink; ends when it is dropped.
pub struct SmtpSink {
    pub address: SocketAddr,
    child: Child,
}

impl SmtpSink {
    /// Starts it with options such as `-q .`.
    pub async fn start(options: &[&str]) -> Self {
        Self::start_at(free(), options).await
    }

    pub async fn start_at(address: SocketAddr, options: &[&str]) -> Self {
        let child = Command::new("smtp-sink")
            .args(["-u", "nobody"])
            .args(options)
            .args([&address.to_string(), "100"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("smtp-sink is installed");
        listening(address).await;
        Self { address, child }
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Waits until somebody listens.
pub async fn listening(address: SocketAddr) {
    for _ in 0..200 {
        if tokio::net::TcpStream::connect(address).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("nobody listens at {address}");
}

/// A running Postfix; ends when it is dropped.
pub struct Postfix {
    pub address: SocketAddr,
    folder: tempfile::TempDir,
}

impl Postfix {
    /// Starts one that brings mail on by these lines of a transport table. Mail for `good.test` it keeps.
    pub async fn start(transport: &str) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("winner-postfix-")
            .tempdir_in("/tmp")
            .unwrap();
        let address = free();
        let root = folder.path().display().to_string();
        run("chmod", &["755", &root]);
        for (name, owner) in [
            ("etc", "root"),
            ("spool", "root"),
            ("data", "postfix"),
            ("mail", "nobody"),
        ] {
            let made = folder.path().join(name);
            std::fs::create_dir(&made).unwrap();
            run("chown", &[owner, &made.display().to_string()]);
        }
        let etc = folder.path().join("etc");
        std::fs::write(etc.join("main.cf"), MAIN.replace('@', &root)).unwrap();
        std::fs::write(etc.join("master.cf"), master(address)).unwrap();
        std::fs::write(etc.join("transport"), transport).unwrap();
        run("postfix", &["-c", &etc.display().to_string(), "start"]);
        listening(address).await;
        Self { address, folder }
    }

    /// What it kept, one text a mail.
    pub fn kept(&self) -> Vec<String> {
        let inbox = self.folder.path().join("mail/inbox/new");
        let Ok(files) = std::fs::read_dir(inbox) else {
            return Vec::new();
        };
        files
            .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
            .collect()
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let etc = self.folder.path().join("etc").display().to_string();
        drop(Command::new("postfix").args(["-c", &etc, "stop"]).output());
    }
}

fn run(program: &str, arguments: &[&str]) {
    let done = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output();
    let done = done.unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(done.status.success(), "{program} {arguments:?}: {done:?}");
}

const MAIN: &str = "\
compatibility_level = 3.6
queue_directory = @/spool
data_directory = @/data
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mta.test
mydestination =
mynetworks = 127.0.0.0/8
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
in_flow_delay = 0
transport_maps = texthash:@/etc/transport
virtual_mailbox_domains = good.test
virtual_mailbox_base = @/mail
virtual_mailbox_maps = static:inbox/
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
maillog_file = @/log
maillog_file_prefixes = @
smtpd_recipient_restrictions = permit_mynetworks, reject
";

fn master(address: SocketAddr) -> String {
    format!(
        "{address} inet n - n - - smtpd\n\
         postlog unix-dgram n - n - 1 postlogd\n\
         pickup unix n - n 60 1 pickup\n\
         cleanup unix n - n - 0 cleanup\n\
         qmgr unix n - n 300 1 qmgr\n\
         rewrite unix - - n - - trivial-rewrite\n\
         bounce unix - - n - 0 bounce\n\
         defer unix - - n - 0 bounce\n\
         trace unix - - n - 0 bounce\n\
         proxymap unix - - n - - proxymap\n\
         anvil unix - - n - 1 anvil\n\
         smtp unix - - n - - smtp\n\
         lmtp unix - - n - - lmtp\n\
         error unix - - n - - error\n\
         retry unix - - n - - error\n\
         virtual unix - n n - - virtual\n"
    )
}

/// The path of a file that belongs to this crate's tests.
pub fn support(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/support")
        .join(name)
}
