//! The files of an installation on a stack: keys, secrets and the one configuration file that every
//! process and every operator's command of it reads.

pub(crate) mod on_a_stack;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Result;
use secrecy::ExposeSecret;

use super::fleet::{Fleet, FleetPlan};
use super::folder::write_private;
use super::issuer::Issuer;
use super::realm::Realm;
use super::{NatsLogin, Stack};
use crate::keys::{self, RandomSecret};
use crate::registry::{SERVICES, Service};

const CONFIG: &str = "winner.toml";

/// An installation: its realm, its files below the stack's folder, its processes.
#[derive(Debug)]
pub struct Installation {
    /// The processes; none runs until it is started.
    pub fleet: Fleet,
    folder: PathBuf,
    realm: Realm,
}

impl Installation {
    /// Writes everything for `realm`, whose services will run as processes of `program`, the
    /// `winner` binary. Keys that are there already stay.
    ///
    /// The fronts of the services live on the runtime this is called on.
    ///
    /// # Errors
    /// When a file cannot be written or no port is free.
    pub async fn open(stack: &Stack, realm: Realm, program: &Path) -> Result<Self> {
        let folder = stack.private_folder(&format!("installation-{}", realm.database()))?;
        let plan = FleetPlan {
            program: program.to_owned(),
            config: folder.join(CONFIG),
            logs: folder.join("logs"),
            environment: Vec::new(),
        };
        let installation = Self {
            fleet: stack.fleet(plan).await?,
            folder,
            realm,
        };
        keys::complete(&installation.folder)?;
        let mut text = installation.shared_settings(stack)?;
        for service in SERVICES {
            text += &installation.service_settings(stack, service)?;
        }
        text += &installation.operator_settings(stack)?;
        write_private(&installation.config(), &text)?;
        Ok(installation)
    }

    /// The configuration file.
    pub fn config(&self) -> PathBuf {
        self.folder.join(CONFIG)
    }

    /// Where every process writes its log.
    pub fn logs(&self) -> PathBuf {
        self.folder.join("logs")
    }

    /// A service's private key.
    pub fn key(&self, service: &str) -> PathBuf {
        keys::private_key(&self.folder, service)
    }

    /// The public keys of all services.
    pub fn trusted_keys(&self) -> PathBuf {
        keys::trusted_keys(&self.folder)
    }

    /// The identity provider that this installation trusts.
    ///
    /// # Errors
    /// When its files cannot be read or written.
    pub fn issuer(&self) -> Result<Issuer> {
        Issuer::open(&self.folder)
    }

    /// The realm this is the installation of.
    pub fn realm(&self) -> &Realm {
        &self.realm
    }

    /// What all roles share stands under `[default]`.
    fn shared_settings(&self, stack: &Stack) -> Result<String> {
        let naming = self.realm.naming();
        Ok(format!(
            "# Written by winner for an installation on servers of its own.\n\
             [default.nats]\n\
             servers = [{}]\n\
             [default.messaging]\n\
             subject_root = {}\n\
             stream_prefix = {}\n",
            quoted(stack.nats_address())?,
            quoted(&naming.root)?,
            quoted(&naming.prefix)?,
        ))
    }

    fn service_settings(&self, stack: &Stack, service: &Service) -> Result<String> {
        let mut text = self.connections(service.name, service.name)?;
        write!(
            text,
            "[{0}.auth]\nkey_file = {1}\ntrusted_keys_file = {2}\n\
             [{0}.telemetry]\nformat = \"pretty\"\n",
            service.name,
            quoted_path(&self.key(service.name))?,
            quoted_path(&self.trusted_keys())?,
        )?;
        for peer in service.peers {
            write!(
                text,
                "[{}.peers.{peer}]\nurl = {}\n",
                service.name,
                quoted(&self.fleet.url(peer)?)?
            )?;
        }
        text += &(service.settings_on_a_stack)(stack, self)?;
        Ok(text)
    }

    fn operator_settings(&self, stack: &Stack) -> Result<String> {
        let mut text = format!(
            "[operator]\nrole_prefix = {}\nadmin_url_file = {}\n",
            quoted(&self.realm.role_prefix().to_string())?,
            quoted_path(&self.secret("admin.url", stack.postgres_admin_url().expose_secret())?)?,
        );
        text += &self.connections("operator", "migrator")?;
        Ok(text)
    }

    /// The database and the broker, each as the role's own user, passwords in files of their own.
    fn connections(&self, role: &str, database_role: &str) -> Result<String> {
        let url = self.realm.postgres_url(database_role)?;
        let url = self.secret(&format!("{role}.url"), url.expose_secret())?;
        let NatsLogin { user, password, .. } = self.realm.nats_login(role)?;
        let password = self.secret(&format!("{role}.nats"), password.expose_secret())?;
        Ok(format!(
            "[{role}.postgres]\nurl_file = {}\n[{role}.nats]\nuser = {}\npassword_file = {}\n",
            quoted_path(&url)?,
            quoted(user)?,
            quoted_path(&password)?,
        ))
    }

    /// Where a random secret lies: the same at every start on the same data.
    pub(crate) fn random(&self, secret: RandomSecret) -> PathBuf {
        secret.path(&self.folder)
    }

    pub(crate) fn secret(&self, name: &str, value: &str) -> Result<PathBuf> {
        let file = self.folder.join(name);
        write_private(&file, value)?;
        Ok(file)
    }
}

/// A JSON string is a TOML basic string.
pub(crate) fn quoted(text: &str) -> Result<String> {
    Ok(serde_json::to_string(text)?)
}

pub(crate) fn quoted_path(path: &Path) -> Result<String> {
    quoted(&path.to_string_lossy())
}
