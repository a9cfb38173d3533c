//! The mail sink: aiosmtpd takes every mail and writes it into a Maildir, to be counted and read.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::child::{Child, StopSignal};
use super::folder::DataFolder;
use super::guardian::Guardian;
use super::ports::free_port;
use super::progress::Progress;
use super::wheels;

pub mod letter;

use letter::Letter;

const START_ATTEMPTS: u32 = 200;
const POLL: Duration = Duration::from_millis(50);

/// Where the sink's mails lie; cheap to clone, and readable when the sink is down.
#[derive(Clone, Debug)]
pub struct Mailbox {
    maildir: PathBuf,
}

impl Mailbox {
    /// The Maildir itself.
    pub fn path(&self) -> &Path {
        &self.maildir
    }

    /// How many mails were taken so far.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn count(&self) -> Result<usize> {
        Ok(self.files()?.len())
    }

    /// Every mail, in the order of arrival.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn letters(&self) -> Result<Vec<Letter>> {
        self.files()?
            .iter()
            .map(|file| Ok(Letter::parse(&std::fs::read(file)?)))
            .collect()
    }

    /// Every mail as it came, in the order of arrival.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn raw_letters(&self) -> Result<Vec<Vec<u8>>> {
        self.files()?
            .iter()
            .map(|file| Ok(std::fs::read(file)?))
            .collect()
    }

    /// The mails to one address.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn letters_to(&self, address: &str) -> Result<Vec<Letter>> {
        let mut letters = self.letters()?;
        letters.retain(|letter| letter.recipients().iter().any(|to| to == address));
        Ok(letters)
    }

    /// Waits until at least `count` mails are there.
    ///
    /// # Errors
    /// When they are not after `patience`.
    pub async fn wait_for(&self, count: usize, patience: Duration) -> Result<()> {
        let enough = async {
            while self.count()? < count {
                tokio::time::sleep(POLL).await;
            }
            Ok(())
        };
        match tokio::time::timeout(patience, enough).await {
            Ok(result) => result,
            Err(_elapsed) => bail!(
                "{} of {count} mails after {} s",
                self.count()?,
                patience.as_secs()
            ),
        }
    }

    /// A Maildir's names begin with the second and the delivery's number: they sort by arrival.
    fn files(&self) -> Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for folder in ["new", "cur"] {
            let folder = self.maildir.join(folder);
            if folder.exists() {
                for entry in std::fs::read_dir(folder)? {
                    files.push(entry?.path());
                }
            }
        }
        files.sort_by_key(|file| arrival(file));
        Ok(files)
    }
}

/// Second and delivery number of `1700000000.M12P34Q5.host`.
fn arrival(file: &Path) -> (u64, u64) {
    let name = file
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or("");
    let mut parts = name.split('.');
    let second = parts.next().and_then(|text| text.parse().ok()).unwrap_or(0);
    let number = parts
        .next()
        .and_then(|text| text.split('Q').nth(1)?.parse().ok())
        .unwrap_or(0);
    (second, number)
}

/// The running sink.
#[derive(Debug)]
pub(crate) struct MailSink {
    wheel: PathBuf,
    mailbox: Mailbox,
    log: PathBuf,
    port: u16,
    guardian: Guardian,
    child: Option<Child>,
}

impl MailSink {
    /// Starts the sink and waits until it answers.
    pub(crate) async fn start(
        folder: &DataFolder,
        cache: Option<&Path>,
        guardian: &Guardian,
        progress: &Progress,
    ) -> Result<Self> {
        let wheel = wheels::MAIL
            .install(&wheels::cache_folder(cache)?, progress)
            .await?;
        let mut sink = Self {
            wheel,
            mailbox: Mailbox {
                maildir: folder.path().join("mail"),
            },
            log: folder.path().join("mail.log"),
            port: free_port()?,
            guardian: guardian.clone(),
            child: None,
        };
        sink.run().await?;
        progress.step(format!("the mail sink answers on 127.0.0.1:{}", sink.port));
        Ok(sink)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn mailbox(&self) -> &Mailbox {
        &self.mailbox
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self) -> Result<()> {
        match self.child.take() {
            Some(mut child) => child.kill(),
            None => Ok(()),
        }
    }

    /// Starts it on the same Maildir and port.
    pub(crate) async fn run(&mut self) -> Result<()> {
        let mut command = Command::new("python3");
        command
            .env("PYTHONPATH", &self.wheel)
            .args(["-W", "ignore", "-m", "aiosmtpd", "-n", "-l"])
            .arg(format!("127.0.0.1:{}", self.port))
            .args(["-c", "aiosmtpd.handlers.Mailbox"])
            .arg(&self.mailbox.maildir);
        self.child = Some(Child::spawn(
            "the mail sink",
            command,
            &self.log,
            StopSignal::Terminate,
            &self.guardian,
        )?);
        for _ in 0..START_ATTEMPTS {
            if tokio::net::TcpStream::connect(("127.0.0.1", self.port))
                .await
                .is_ok()
            {
                return Ok(());
            }
            if let Some(child) = &mut self.child {
                child.ensure_running(&self.log)?;
            }
            tokio::time::sleep(POLL).await;
        }
        Err(anyhow::anyhow!("the mail sink does not answer"))
            .with_context(|| format!("see {}", self.log.display()))
    }
}
