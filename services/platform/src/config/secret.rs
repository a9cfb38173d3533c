//! Secrets come from a file of their own or from the environment, and never print.

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

/// Why a secret cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// Neither the value nor its file is given.
    #[error("is not set: give it in the environment, or name a file in the key that ends in _file")]
    Unset,
    /// Both are given.
    #[error("is given twice, as a value and as a file: keep one")]
    Twice,
    /// The file cannot be read.
    #[error("its file {path} cannot be read: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The value or the file holds nothing.
    #[error("is empty")]
    Empty,
}

/// The secret that is given as a value or as a file; one line end after it does not count.
///
/// # Errors
/// When it is not given exactly once, is empty, or its file cannot be read.
pub fn secret(
    value: Option<&SecretString>,
    file: Option<&Path>,
) -> Result<SecretString, SecretError> {
    let secret = match (value, file) {
        (None, None) => return Err(SecretError::Unset),
        (Some(_), Some(_)) => return Err(SecretError::Twice),
        (Some(value), None) => value.clone(),
        (None, Some(path)) => {
            let text = std::fs::read_to_string(path).map_err(|source| SecretError::File {
                path: path.to_owned(),
                source,
            })?;
            SecretString::from(text.trim_end_matches(['\r', '\n']).to_owned())
        }
    };
    if secret.expose_secret().is_empty() {
        Err(SecretError::Empty)
    } else {
        Ok(secret)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_given_exactly_once() {
        let value = SecretString::from("hunter2");
        let file = Path::new("/nonexistent");
        assert!(matches!(secret(None, None), Err(SecretError::Unset)));
        assert!(matches!(
            secret(Some(&value), Some(file)),
            Err(SecretError::Twice)
        ));
        assert!(matches!(
            secret(None, Some(file)),
            Err(SecretError::File { .. })
        ));
        assert!(matches!(
            secret(Some(&SecretString::from("")), None),
            Err(SecretError::Empty)
        ));
    }

    #[test]
    fn a_file_of_a_secret_may_end_in_a_line_end() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        std::fs::write(&file, "hunter2 \n").unwrap();
        assert_eq!(
            secret(None, Some(&file)).unwrap().expose_secret(),
            "hunter2 "
        );
    }

    #[test]
    fn a_secret_does_not_print() {
        assert!(!format!("{:?}", SecretString::from("hunter2")).contains("hunter2"));
    }
}
