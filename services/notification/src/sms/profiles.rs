//! The descriptions of gateways that the binary carries, and those in files.

use std::path::Path;

use figment::Figment;
use figment::providers::{Format as _, Toml};
use winner_notification_core::sms::gateway::Description;

macro_rules! profiles {
    ($($name:literal),* $(,)?) => {
        /// The shipped descriptions: name and TOML.
        pub const PROFILES: &[(&str, &str)] = &[$((
            $name,
            include_str!(concat!("../../gateways/", $name, ".toml")),
        )),*];
    };
}

profiles! { "kannel", "twilio-like", "infobip-like", "zenziva-like" }

/// Why there is no description.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// No shipped description has this name.
    #[error(
        "there is no gateway `{0}`: kannel, twilio-like, infobip-like, zenziva-like, or name a gateway_file"
    )]
    Unknown(String),
    /// The file cannot be read.
    #[error("its description cannot be read")]
    File(#[source] std::io::Error),
    /// It is not a description.
    #[error("its description is wrong: {0}")]
    Wrong(Box<figment::Error>),
}

/// The description of a gateway: that of a file where one is named, else the shipped one.
///
/// # Errors
/// [`ProfileError`]
pub fn description(name: &str, file: Option<&Path>) -> Result<Description, ProfileError> {
    let text = match file {
        Some(file) => std::fs::read_to_string(file).map_err(ProfileError::File)?,
        None => PROFILES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, toml)| (*toml).to_owned())
            .ok_or_else(|| ProfileError::Unknown(name.to_owned()))?,
    };
    Figment::from(Toml::string(&text))
        .extract()
        .map_err(|error| ProfileError::Wrong(Box::new(error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_description_can_be_read() {
        for (name, _) in PROFILES {
            assert!(description(name, None).is_ok(), "{name}");
        }
        assert!(matches!(
            description("sms-murah", None),
            Err(ProfileError::Unknown(_))
        ));
    }

    #[test]
    fn a_file_takes_the_place_of_a_shipped_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ours.toml");
        std::fs::write(&file, "accepted = { status = [200] }\nsurprise = 1").unwrap();
        let error = description("kannel", Some(&file)).unwrap_err();
        assert!(error.to_string().contains("surprise"), "{error}");
        assert!(matches!(
            description("kannel", Some(&folder.path().join("none"))),
            Err(ProfileError::File(_))
        ));
    }
}
