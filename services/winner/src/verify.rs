//! `winner verify`: does a published record hold? Offline, with nothing but the file.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use winner_judging_core::record::{SignedCheckpoint, SigningKey, VerifyingKey};
use winner_judging_core::verify::{Verdict, verify};

use crate::rank::read_key;

mod proofs;

/// Verifies a public record: its form, its signatures, and every number in it.
#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// The record.
    #[arg(value_name = "BUNDLE", required_unless_present_any = ["print_witness_key", "check_receipt"])]
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
    /// When it is cosigned, in seconds since 1970; now, unless it is given.
    #[arg(long, value_name = "SECONDS")]
    pub at: Option<u64>,
    /// An earlier record or checkpoint of the same log: nothing that it covers may have changed.
    #[arg(long, value_name = "FILE")]
    pub since: Option<PathBuf>,
    /// Print the receipt of one event, from 0: the proof that it is in the record, to keep or to pass on.
    #[arg(long, value_name = "INDEX", conflicts_with = "cosign_as")]
    pub receipt: Option<usize>,
    /// Check a receipt instead of a record; needs the log's `--key`.
    #[arg(long, value_name = "FILE", requires = "key", conflicts_with = "bundle")]
    pub check_receipt: Option<PathBuf>,
    /// Print the witness's public key, for the organiser to list in the record.
    #[arg(long, requires = "cosign_as")]
    pub print_witness_key: bool,
}

/// Verifies; exits with 0 when the record holds and with 1 when it does not.
///
/// # Errors
/// When a file cannot be read, or a key is none.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let witness = witness(args)?;
    let mut out = std::io::stdout();
    if let (true, Some(witness)) = (args.print_witness_key, &witness) {
        writeln!(out, "{}", witness.witness_key().to_text())?;
        return Ok(ExitCode::SUCCESS);
    }
    let known = args
        .key
        .iter()
        .map(|text| VerifyingKey::parse(text).with_context(|| format!("the key {text}")))
        .collect::<anyhow::Result<Vec<_>>>()?;
    if let Some(path) = &args.check_receipt {
        return proofs::check_receipt(path, &known);
    }
    let Some(path) = &args.bundle else {
        return Ok(ExitCode::FAILURE);
    };
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let verdict = match verify(&bytes, &known) {
        Ok(verdict) => verdict,
        Err(error) => return refused(&error),
    };
    let grown = match &args.since {
        Some(path) => match proofs::grown(&bytes, path, &known)? {
            Ok(size) => Some(size),
            Err(error) => return refused(&error),
        },
        None => None,
    };
    if let Some(witness) = witness {
        let at = args.at.map_or_else(now, Ok)?;
        write!(out, "{}", cosigned(&bytes, &witness, at)?)?;
    } else if let Some(index) = args.receipt {
        proofs::print_receipt(&bytes, index, &known)?;
    } else {
        print(&mut out, &verdict)?;
        if let Some(size) = grown {
            writeln!(out, "unchanged:    the first {size} events")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Says why a record does not hold.
fn refused(error: &impl std::fmt::Display) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stderr().lock();
    writeln!(out, "the record does not hold: {error}")?;
    Ok(ExitCode::FAILURE)
}

/// Seconds since 1970.
#[expect(clippy::disallowed_methods, reason = "a witness states the real time")]
fn now() -> anyhow::Result<u64> {
    let seconds = time::OffsetDateTime::now_utc().unix_timestamp();
    u64::try_from(seconds).context("the clock stands before 1970")
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use clap::Parser;

    use super::*;
    use crate::rank;

    #[derive(Parser)]
    enum Cli {
        Rank(rank::Args),
        Verify(Args),
    }

    /// Runs a command line and says whether it ended well.
    fn ends_well(line: &[&str]) -> bool {
        let code = match Cli::try_parse_from([&["winner"], line].concat()).unwrap() {
            Cli::Rank(args) => rank::run(&args).unwrap(),
            Cli::Verify(args) => run(&args).unwrap(),
        };
        format!("{code:?}") == format!("{:?}", ExitCode::SUCCESS)
    }

    const RUBRIC: &str = "criteria:\n  - {id: overall, weight: 1, scale: {min: 0, max: 10, step: 0.5}}\n\
                          rounding: {result: 2}\nties: [head_to_head]\naggregator: reml\n";

    /// A round of ten entries and five judges, ranked, recorded and signed.
    fn recorded(folder: &Path) -> String {
        let mut sheet = "entry,judge,score\n".to_owned();
        for entry in 0..10 {
            for judge in 0..4 {
                let (name, score) = ((judge + entry) % 5, (entry * 3 + judge * 5) % 8 + entry);
                sheet.extend([&format!("E{entry},J{name},{}\n", f64::from(score) / 2.0)[..]]);
            }
        }
        std::fs::write(folder.join("scores.csv"), sheet).unwrap();
        record_of(folder)
    }

    /// The sheet in a folder, ranked, recorded and signed.
    fn record_of(folder: &Path) -> String {
        std::fs::write(folder.join("rubric.yaml"), RUBRIC).unwrap();
        std::fs::write(folder.join("key"), "01".repeat(32)).unwrap();
        let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
        let (scores, rubric, key, record) = (
            path("scores.csv"),
            path("rubric.yaml"),
            path("key"),
            path("record"),
        );
        assert!(ends_well(&[
            "rank",
            "--scores",
            &scores,
            "--rubric",
            &rubric,
            "--top",
            "3",
            "--bundle",
            &record,
            "--signing-key",
            &key,
            "--origin",
            "winner.example/test",
            "--format",
            "csv",
        ]));
        record
    }

    #[test]
    fn a_record_that_was_just_made_holds_and_a_changed_one_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let record = recorded(folder.path());
        assert!(ends_well(&["verify", &record]));
        let text = std::fs::read_to_string(&record).unwrap();
        assert_eq!(text.matches("scorecard_submitted").count(), 40);
        std::fs::write(&record, text.replacen("\"given\":", "\"given\": ", 1)).unwrap();
        assert!(!ends_well(&["verify", &record]));
    }

    #[test]
    fn a_witness_cosigns_on_a_machine_of_his_own_and_later_sees_that_nothing_was_rewritten() {
        let folder = tempfile::tempdir().unwrap();
        let record = recorded(folder.path());
        let text = std::fs::read_to_string(&record).unwrap();
        let end = text.find("\n{").unwrap();
        let checkpoint = folder.path().join("checkpoint");
        std::fs::write(&checkpoint, &text[..end]).unwrap();
        let since = checkpoint.to_str().unwrap();
        assert!(ends_well(&["verify", &record, "--since", since]));
        // Another ranking under the same key and name: its log is not a continuation.
        let scores = folder.path().join("scores.csv");
        let sheet = std::fs::read_to_string(&scores).unwrap();
        std::fs::write(&scores, sheet.replacen(",4.5\n", ",5\n", 1)).unwrap();
        let other = record_of(folder.path());
        assert!(ends_well(&["verify", &other]));
        assert!(!ends_well(&["verify", &other, "--since", since]));
    }

    #[test]
    fn a_receipt_proves_its_event_to_whoever_knows_the_key() {
        let folder = tempfile::tempdir().unwrap();
        let bytes = std::fs::read(recorded(folder.path())).unwrap();
        let receipt = proofs::receipt(&bytes, 20, &[]).unwrap();
        let file = folder.path().join("receipt.json");
        std::fs::write(&file, &receipt).unwrap();
        let key = SigningKey::from_seed("winner.example/test", &[1; 32]).unwrap();
        let (key, file) = (key.log_key().to_text(), file.to_str().unwrap());
        assert!(ends_well(&[
            "verify",
            "--check-receipt",
            file,
            "--key",
            &key
        ]));
        let forged = receipt.replacen("\"J", "\"K", 1);
        assert_ne!(forged, receipt);
        std::fs::write(file, forged).unwrap();
        assert!(!ends_well(&[
            "verify",
            "--check-receipt",
            file,
            "--key",
            &key
        ]));
        assert!(proofs::receipt(&bytes, 1000, &[]).is_err());
    }

    #[test]
    fn a_sheet_without_scores_ends_badly() {
        let folder = tempfile::tempdir().unwrap();
        let sheet = folder.path().join("empty.csv");
        std::fs::write(&sheet, "entry,judge\nA,J\n").unwrap();
        assert!(!ends_well(&["rank", "--scores", sheet.to_str().unwrap()]));
    }
}
