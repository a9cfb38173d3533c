//! `winner verify`: does a published record hold? Offline, with nothing but the file.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use winner_judging_core::record::{SignedCheckpoint, SigningKey, VerifyingKey};
use winner_judging_core::verify::{Verdict, verify};

use crate::rank::read_key;

/// Verifies a public record: its form, its signatures, and every number in it.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The record.
    #[arg(value_name = "BUNDLE", required_unless_present = "print_witness_key")]
    pub bundle: Option<PathBuf>,
    /// A key trusted beforehand, as name+id+base64; may be given several times.
    #[arg(long, value_name = "KEY")]
    pub key: Vec<String>,
    /// Cosign the record if it holds: the witness's name. Prints the record with the cosignature added.
    #[arg(long, value_name = "NAME", requires = "cosign_key")]
    pub cosign_as: Option<String>,
    /// The witness's key: a file of 64 hexadecimal digits.
    #[arg(long, value_name = "FILE")]
    pub cosign_key: Option<PathBuf>,
    /// When it is cosigned, in seconds since 1970: `--at "$(date +%s)"`.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub at: u64,
    /// Print the witness's public key, for the organiser to list in the record.
    #[arg(long, requires = "cosign_as")]
    pub print_witness_key: bool,
}

/// Verifies; exits with 0 when the record holds and with 1 when it does not.
///
/// # Errors
/// When a file cannot be read, or a key is none.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    let witness = witness(args)?;
    if let (true, Some(witness)) = (args.print_witness_key, &witness) {
        writeln!(out, "{}", witness.witness_key().to_text())?;
        return Ok(ExitCode::SUCCESS);
    }
    let Some(path) = &args.bundle else {
        return Ok(ExitCode::FAILURE);
    };
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let known = args
        .key
        .iter()
        .map(|text| VerifyingKey::parse(text).with_context(|| format!("the key {text}")))
        .collect::<anyhow::Result<Vec<_>>>()?;
    match verify(&bytes, &known) {
        Ok(verdict) => {
            if let Some(witness) = witness {
                write!(out, "{}", cosigned(&bytes, &witness, args.at)?)?;
            } else {
                print(&mut out, &verdict)?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            writeln!(
                std::io::stderr().lock(),
                "the record does not hold: {error}"
            )?;
            Ok(ExitCode::FAILURE)
        }
    }
}

fn witness(args: &Args) -> anyhow::Result<Option<SigningKey>> {
    let (Some(name), Some(path)) = (&args.cosign_as, &args.cosign_key) else {
        return Ok(None);
    };
    Ok(Some(SigningKey::from_seed(name, &read_key(path)?)?))
}

/// The record with one more cosignature on its checkpoint.
fn cosigned(bytes: &[u8], witness: &SigningKey, at: u64) -> anyhow::Result<String> {
    let text = std::str::from_utf8(bytes)?;
    // An empty line ends the checkpoint, and the first event begins with a brace.
    let end = text.find("\n{").context("the record has no events")?;
    let mut signed = SignedCheckpoint::parse(&text[..end])?;
    witness.cosign(&mut signed, at);
    Ok(format!("{}{}", signed.to_text(), &text[end..]))
}

fn print(out: &mut impl std::io::Write, verdict: &Verdict) -> anyhow::Result<()> {
    writeln!(out, "the record of {} holds", verdict.origin)?;
    writeln!(out, "events:       {}", verdict.events)?;
    writeln!(out, "root:         {}", verdict.root)?;
    writeln!(out, "ranked:       {}", verdict.ranked)?;
    writeln!(out, "ranking hash: {}", verdict.ranking_hash)?;
    let witnesses = if verdict.witnesses.is_empty() {
        "none".to_owned()
    } else {
        verdict.witnesses.join(", ")
    };
    writeln!(out, "cosigned by:  {witnesses}")?;
    if !verdict.key_was_known {
        writeln!(
            out,
            "the key was read from the record itself; give --key to tie it to the organiser"
        )?;
    }
    Ok(())
}
