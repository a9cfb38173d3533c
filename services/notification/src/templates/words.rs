//! The sentences of the frame round every mail, and what offices are called.

use minijinja::value::Value;

use crate::domain::language::Language;
use crate::domain::notice::Office;

/// The sentences of the frame round every mail.
pub(super) struct Words {
    dear: &'static str,
    somebody: &'static str,
    closing: &'static str,
    team: &'static str,
    reason: &'static str,
    reply: &'static str,
    redirected: &'static str,
    pub(super) rehearsal: &'static str,
}

impl Words {
    pub(super) fn salutation(&self, name: &str) -> String {
        let name = name.trim();
        format!(
            "{} {},",
            self.dear,
            if name.is_empty() { self.somebody } else { name }
        )
    }

    pub(super) fn values(&self, edition: &str) -> Value {
        minijinja::context! {
            closing => self.closing,
            signature => if edition.is_empty() {
                "WiNNER".to_owned()
            } else {
                format!("{} {edition}", self.team)
            },
            reason => self.reason,
            reply => self.reply,
            redirected => self.redirected,
        }
    }
}

pub(super) const fn words(language: Language) -> Words {
    match language {
        Language::Indonesian => Words {
            dear: "Yth.",
            somebody: "Bapak/Ibu",
            closing: "Salam hormat,",
            team: "Sekretariat",
            reason: "Surat ini dikirim otomatis karena peran Anda dalam kompetisi.",
            reply: "Balasan Anda dibaca oleh sekretariat.",
            redirected: "Gladi: surat ini dialihkan. Penerima sebenarnya tidak menerimanya.",
            rehearsal: "Gladi",
        },
        Language::English => Words {
            dear: "Dear",
            somebody: "Sir or Madam",
            closing: "Kind regards,",
            team: "The secretariat of",
            reason: "This message was sent automatically because of your part in the competition.",
            reply: "Your reply will be read by the secretariat.",
            redirected: "Rehearsal: this message was redirected. Its reader did not get it.",
            rehearsal: "Rehearsal",
        },
    }
}

pub(super) const fn office_name(office: Office, language: Language) -> &'static str {
    match (office, language) {
        (Office::PlatformAdmin, Language::Indonesian) => "pengelola platform",
        (Office::Chair, Language::Indonesian) => "ketua penyelenggara",
        (Office::Organiser, Language::Indonesian) => "penyelenggara",
        (Office::Screener, Language::Indonesian) => "petugas seleksi administrasi",
        (Office::Auditor, _) => "auditor",
        (Office::Official, Language::Indonesian) => "pejabat pemerintah daerah",
        (Office::Member, Language::Indonesian) => "anggota tim",
        (Office::Judge, Language::Indonesian) => "juri",
        (Office::Mentor, _) => "mentor",
        (Office::PlatformAdmin, Language::English) => "platform administrator",
        (Office::Chair, Language::English) => "chair",
        (Office::Organiser, Language::English) => "organiser",
        (Office::Screener, Language::English) => "screener",
        (Office::Official, Language::English) => "government official",
        (Office::Member, Language::English) => "team member",
        (Office::Judge, Language::English) => "judge",
    }
}
