//! `winner template`: checks the templates of messages, and shows what people get.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use winner_notification::domain::language::Language;
use winner_notification::domain::notice::Notice;
use winner_notification::domain::purpose::Purpose;
use winner_notification::templates::lint::lint;
use winner_notification::templates::set::Set;
use winner_notification::templates::{Links, Templates, samples};
use winner_notification_core::sms::segments;

/// What `winner template` does.
#[derive(Subcommand, Debug)]
pub enum Action {
    /// Finds what is wrong with templates; the exit code is 1 where something is.
    Lint(LintArguments),
    /// Shows a message as its reader gets it, with made-up values.
    Preview(PreviewArguments),
}

/// What `winner template lint` takes.
#[derive(Args, Debug)]
pub struct LintArguments {
    /// A folder laid out as `services/notification/templates` [default: those of this binary].
    folder: Option<PathBuf>,
}

/// What `winner template preview` takes.
#[derive(Args, Debug)]
pub struct PreviewArguments {
    /// What it is for, or one of its forms: `outcome_announced`, `outcome_ineligible`.
    purpose: String,
    /// Its language.
    #[arg(long, value_enum, default_value = "id")]
    language: InLanguage,
    /// Its channel.
    #[arg(long, value_enum, default_value = "email")]
    channel: Shown,
    /// Where to write it: of a mail its HTML [default: a mail's text, to standard output].
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// A folder of templates [default: those of this binary].
    #[arg(long)]
    folder: Option<PathBuf>,
}

/// A language.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum InLanguage {
    /// Bahasa Indonesia.
    Id,
    /// English.
    En,
}

/// What is shown.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shown {
    /// The mail.
    Email,
    /// The SMS, and what it costs.
    Sms,
}

/// Checks or shows. Needs no server.
///
/// # Errors
/// A folder that cannot be read, a purpose that there is not, templates that cannot be used.
pub fn run(action: &Action) -> Result<ExitCode> {
    match action {
        Action::Lint(arguments) => check(arguments),
        Action::Preview(arguments) => preview(arguments),
    }
}

fn check(arguments: &LintArguments) -> Result<ExitCode> {
    let findings = lint(&set(arguments.folder.as_deref())?);
    let mut out = std::io::stdout().lock();
    for finding in &findings {
        writeln!(out, "{finding}")?;
    }
    Ok(match findings.len() {
        0 => {
            writeln!(out, "templates: nothing is wrong")?;
            ExitCode::SUCCESS
        }
        some => {
            eprintln!("templates: {some} findings; each line above says what to do");
            ExitCode::FAILURE
        }
    })
}

fn preview(arguments: &PreviewArguments) -> Result<ExitCode> {
    let language = match arguments.language {
        InLanguage::Id => Language::Indonesian,
        InLanguage::En => Language::English,
    };
    let notice = sample(&arguments.purpose)?;
    let links = Links::new(samples::LINKS_BASE)?;
    let templates = Templates::of(&set(arguments.folder.as_deref())?, links)?;
    let (edition, reader) = (samples::edition(), samples::reader_of(&notice, language));
    match (arguments.channel, &arguments.out) {
        (Shown::Email, None) => {
            let mail = templates.render(&notice, &edition, &reader)?;
            print(&format!("Subject: {}\n\n{}", mail.subject, mail.text))?;
        }
        (Shown::Email, Some(file)) => {
            let mail = templates.render(&notice, &edition, &reader)?;
            write(file, &mail.html)?;
        }
        (Shown::Sms, out) => {
            let sms = templates.render_sms(&notice, &edition, &reader)?;
            match out {
                Some(file) => write(file, &sms)?,
                None => print(&format!("{sms}\n"))?,
            }
            let cut = segments::cut(&sms)?;
            eprintln!(
                "{} of {} characters in {}, {} SMS",
                cut.units,
                cut.alphabet.alone(),
                cut.alphabet.name(),
                cut.parts.len()
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The sample of this name: a purpose's first form, or the form itself.
fn sample(name: &str) -> Result<Notice> {
    if let Some(purpose) = Purpose::named(name) {
        let first = samples::notices(purpose).into_iter().next();
        return first.map(|(_, notice)| notice).context("it has no sample");
    }
    let mut forms = Purpose::ALL.into_iter().flat_map(samples::notices);
    if let Some((_, notice)) = forms.find(|(form, _)| *form == name) {
        return Ok(notice);
    }
    let known = Purpose::ALL.map(Purpose::code).join(", ");
    bail!("there is no purpose `{name}`; there are {known}")
}

/// The files of a folder, or of this binary.
fn set(folder: Option<&Path>) -> Result<Set> {
    let Some(folder) = folder else {
        return Ok(Set::shipped());
    };
    let mut files = Vec::new();
    for part in ["parts", "id", "en"] {
        let path = folder.join(part);
        let entries = fs::read_dir(&path).with_context(|| format!("{}", path.display()))?;
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let text = fs::read_to_string(&path).with_context(|| format!("{}", path.display()))?;
            files.push((format!("{part}/{name}"), text));
        }
    }
    Ok(files.into_iter().collect())
}

fn print(text: &str) -> Result<()> {
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(())
}

fn write(file: &Path, text: &str) -> Result<()> {
    fs::write(file, text).with_context(|| format!("{}", file.display()))?;
    eprintln!("written: {}", file.display());
    Ok(())
}

#[cfg(test)]
#[path = "template/tests.rs"]
mod tests;
