//! How a moment is written for people in Indonesia's three zones.

use time::{Month, OffsetDateTime, UtcOffset};

use crate::domain::language::Language;

/// One of Indonesia's zones. None has daylight saving time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// Western Indonesia Time, UTC+7.
    Wib,
    /// Central Indonesia Time, UTC+8.
    Wita,
    /// Eastern Indonesia Time, UTC+9.
    Wit,
}

impl Zone {
    /// All three, from west to east.
    pub const ALL: [Self; 3] = [Self::Wib, Self::Wita, Self::Wit];

    /// The zone of a region by its Kemendagri code (Keppres 41/1987); Jakarta's where it is unknown.
    pub fn of_region(code: &str) -> Self {
        match code.get(..2) {
            // Bali, NTB, NTT; South, East and North Kalimantan; Sulawesi.
            Some(
                "51" | "52" | "53" | "63" | "64" | "65" | "71" | "72" | "73" | "74" | "75" | "76",
            ) => Self::Wita,
            // Maluku and Papua.
            Some("81" | "82" | "91" | "92" | "93" | "94" | "95" | "96" | "97") => Self::Wit,
            _ => Self::Wib,
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wib => "WIB",
            Self::Wita => "WITA",
            Self::Wit => "WIT",
        }
    }

    /// Its distance from UTC.
    pub fn offset(self) -> UtcOffset {
        let hours = match self {
            Self::Wib => 7,
            Self::Wita => 8,
            Self::Wit => 9,
        };
        UtcOffset::from_hms(hours, 0, 0).unwrap_or(UtcOffset::UTC)
    }

    /// A moment as a sentence needs it: `1 Desember 2026 pukul 12.00 WIB`, `1 December 2026, 12:00 WIB`.
    pub fn write(self, at: OffsetDateTime, language: Language) -> String {
        let local = at.to_offset(self.offset());
        let (day, year, hour, minute) = (local.day(), local.year(), local.hour(), local.minute());
        let month = month(local.month(), language);
        let zone = self.name();
        match language {
            Language::Indonesian => {
                format!("{day} {month} {year} pukul {hour:02}.{minute:02} {zone}")
            }
            Language::English => format!("{day} {month} {year}, {hour:02}:{minute:02} {zone}"),
        }
    }

    /// A moment as an SMS needs it, without the year: `30 Des 23.59 WITA`, `30 Dec 23:59 WITA`.
    pub fn write_short(self, at: OffsetDateTime, language: Language) -> String {
        let local = at.to_offset(self.offset());
        let (day, hour, minute) = (local.day(), local.hour(), local.minute());
        // Its first three letters, as CLDR shortens it in both languages.
        let month = month(local.month(), language);
        let month = month.get(..3).unwrap_or(month);
        let zone = self.name();
        match language {
            Language::Indonesian => format!("{day} {month} {hour:02}.{minute:02} {zone}"),
            Language::English => format!("{day} {month} {hour:02}:{minute:02} {zone}"),
        }
    }

    /// A moment to the second, as a receipt needs it.
    pub fn write_to_the_second(self, at: OffsetDateTime, language: Language) -> String {
        let local = at.to_offset(self.offset());
        let (day, year) = (local.day(), local.year());
        let (hour, minute, second) = local.to_hms();
        let month = month(local.month(), language);
        let zone = self.name();
        match language {
            Language::Indonesian => {
                format!("{day} {month} {year} pukul {hour:02}.{minute:02}.{second:02} {zone}")
            }
            Language::English => {
                format!("{day} {month} {year}, {hour:02}:{minute:02}:{second:02} {zone}")
            }
        }
    }
}

const fn month(month: Month, language: Language) -> &'static str {
    match (month, language) {
        (Month::January, Language::Indonesian) => "Januari",
        (Month::February, Language::Indonesian) => "Februari",
        (Month::March, Language::Indonesian) => "Maret",
        (Month::May, Language::Indonesian) => "Mei",
        (Month::June, Language::Indonesian) => "Juni",
        (Month::July, Language::Indonesian) => "Juli",
        (Month::August, Language::Indonesian) => "Agustus",
        (Month::October, Language::Indonesian) => "Oktober",
        (Month::December, Language::Indonesian) => "Desember",
        (Month::January, Language::English) => "January",
        (Month::February, Language::English) => "February",
        (Month::March, Language::English) => "March",
        (Month::April, _) => "April",
        (Month::May, Language::English) => "May",
        (Month::June, Language::English) => "June",
        (Month::July, Language::English) => "July",
        (Month::August, Language::English) => "August",
        (Month::September, _) => "September",
        (Month::October, Language::English) => "October",
        (Month::November, _) => "November",
        (Month::December, Language::English) => "December",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn one_moment_in_three_zones() {
        let noon = datetime!(2026-12-01 05:00:00 UTC);
        let written: Vec<String> = Zone::ALL
            .iter()
            .map(|zone| zone.write(noon, Language::Indonesian))
            .collect();
        assert_eq!(
            written,
            [
                "1 Desember 2026 pukul 12.00 WIB",
                "1 Desember 2026 pukul 13.00 WITA",
                "1 Desember 2026 pukul 14.00 WIT"
            ]
        );
        assert_eq!(
            Zone::Wib.write(noon, Language::English),
            "1 December 2026, 12:00 WIB"
        );
    }

    #[test]
    fn an_sms_has_no_room_for_the_year() {
        let late = datetime!(2026-12-30 15:59:00 UTC);
        assert_eq!(
            Zone::Wita.write_short(late, Language::Indonesian),
            "30 Des 23.59 WITA"
        );
        assert_eq!(
            Zone::Wita.write_short(late, Language::English),
            "30 Dec 23:59 WITA"
        );
    }

    #[test]
    fn the_day_may_differ_between_zones() {
        let late = datetime!(2026-12-31 16:30:00 UTC);
        assert!(
            Zone::Wib
                .write(late, Language::Indonesian)
                .starts_with("31 Desember 2026")
        );
        assert!(
            Zone::Wit
                .write(late, Language::Indonesian)
                .starts_with("1 Januari 2027")
        );
    }

    #[test]
    fn regions_lie_in_their_zones() {
        for (code, zone) in [
            ("31", Zone::Wib),
            ("11.71", Zone::Wib),
            ("61", Zone::Wib),
            ("62", Zone::Wib),
            ("63", Zone::Wita),
            ("51.03", Zone::Wita),
            ("53", Zone::Wita),
            ("73.71", Zone::Wita),
            ("81", Zone::Wit),
            ("94", Zone::Wit),
            ("97", Zone::Wit),
            ("", Zone::Wib),
        ] {
            assert_eq!(Zone::of_region(code), zone, "{code}");
        }
    }
}
