//! The sentences of the frame round every mail, and what offices are called.

use crate::domain::language::Language;
use crate::domain::notice::Office;
use crate::domain::purpose::Purpose;

/// The sentences of the frame round every mail.
pub(super) struct Words {
    dear: &'static str,
    somebody: &'static str,
    /// Before the signature.
    pub(super) closing: &'static str,
    /// How to say that an edition's secretariat writes.
    team: &'static str,
    sent_by: &'static str,
    sent_by_team: &'static str,
    /// Where to answer.
    pub(super) reply: &'static str,
    /// The link by which one leaves.
    pub(super) unsubscribe: &'static str,
    /// A mail that goes to a rehearsal's address.
    pub(super) redirected: &'static str,
    /// The same in a subject, and in an SMS.
    pub(super) rehearsal: &'static str,
}

impl Words {
    /// The line above a mail.
    pub(super) fn salutation(&self, name: &str) -> String {
        let name = if name.is_empty() { self.somebody } else { name };
        format!("{} {name},", self.dear)
    }

    /// Who signs.
    pub(super) fn signature(&self, edition: &str) -> String {
        if edition.is_empty() {
            "WiNNER".to_owned()
        } else {
            format!("{} {edition}", self.team)
        }
    }

    /// Who writes.
    pub(super) fn sent_by(&self, edition: &str) -> String {
        if edition.is_empty() {
            format!("{} WiNNER.", self.sent_by)
        } else {
            format!("{} {edition}.", self.sent_by_team)
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
            sent_by: "Surat ini dikirim oleh",
            sent_by_team: "Surat ini dikirim oleh Sekretariat",
            reply: "Ada pertanyaan? Balas surat ini; sekretariat akan membacanya.",
            unsubscribe: "Berhenti menerima surat seperti ini",
            redirected: "Gladi: surat ini dialihkan. Penerima sebenarnya tidak menerimanya.",
            rehearsal: "Gladi",
        },
        Language::English => Words {
            dear: "Dear",
            somebody: "Sir or Madam",
            closing: "Kind regards,",
            team: "The secretariat of",
            sent_by: "This message was sent by",
            sent_by_team: "This message was sent by the secretariat of",
            reply: "Any questions? Reply to this message; the secretariat will read it.",
            unsubscribe: "Stop receiving messages like this",
            redirected: "Rehearsal: this message was redirected. Its reader did not get it.",
            rehearsal: "Rehearsal",
        },
    }
}

/// Why somebody gets this.
pub(super) const fn reason(purpose: Purpose, language: Language) -> &'static str {
    match (purpose, language) {
        (Purpose::Invitation, Language::Indonesian) => {
            "Anda menerimanya karena seseorang mengundang Anda dengan alamat ini."
        }
        (Purpose::Invitation, Language::English) => {
            "You get it because somebody invited you by this address."
        }
        (
            Purpose::SubmissionReceived | Purpose::OutcomeAnnounced | Purpose::MatchAnswered,
            Language::Indonesian,
        ) => "Anda menerimanya karena Anda anggota tim yang mengirimkan proposal ini.",
        (
            Purpose::SubmissionReceived | Purpose::OutcomeAnnounced | Purpose::MatchAnswered,
            Language::English,
        ) => "You get it because you belong to the team that submitted this proposal.",
        (Purpose::MatchProposed, Language::Indonesian) => {
            "Anda menerimanya karena Anda mewakili pemerintah daerah yang mengajukan tantangan ini."
        }
        (Purpose::MatchProposed, Language::English) => {
            "You get it because you act for the government behind this challenge."
        }
        (Purpose::RoundOpened | Purpose::AssignmentAdded, Language::Indonesian) => {
            "Anda menerimanya karena Anda juri pada tahap ini."
        }
        (Purpose::RoundOpened | Purpose::AssignmentAdded, Language::English) => {
            "You get it because you are a judge in this round."
        }
        (Purpose::PanelShort | Purpose::WebhookDisabled, Language::Indonesian) => {
            "Anda menerimanya karena Anda penyelenggara edisi ini."
        }
        (Purpose::PanelShort | Purpose::WebhookDisabled, Language::English) => {
            "You get it because you organise this edition."
        }
        (Purpose::ResultPublished, Language::Indonesian) => {
            "Anda menerimanya karena proposal tim Anda memenuhi syarat pada edisi ini."
        }
        (Purpose::ResultPublished, Language::English) => {
            "You get it because your team's proposal was eligible in this edition."
        }
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
