//! Indonesia's three zones. None has summer time, so an offset is all there is to a zone.

use time::{OffsetDateTime, UtcOffset};
use winner_platform::BusinessTime;

/// A zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Zone {
    /// Western, UTC+7, Asia/Jakarta.
    Wib,
    /// Central, UTC+8, Asia/Makassar.
    Wita,
    /// Eastern, UTC+9, Asia/Jayapura.
    Wit,
}

const MONTHS: [&str; 12] = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
];

impl Zone {
    /// All three, west to east.
    pub const ALL: [Self; 3] = [Self::Wib, Self::Wita, Self::Wit];

    /// What people call it.
    pub const fn abbreviation(self) -> &'static str {
        match self {
            Self::Wib => "WIB",
            Self::Wita => "WITA",
            Self::Wit => "WIT",
        }
    }

    /// Its name in the IANA database.
    pub const fn iana(self) -> &'static str {
        match self {
            Self::Wib => "Asia/Jakarta",
            Self::Wita => "Asia/Makassar",
            Self::Wit => "Asia/Jayapura",
        }
    }

    const fn seconds_east(self) -> i32 {
        match self {
            Self::Wib => 7 * 3600,
            Self::Wita => 8 * 3600,
            Self::Wit => 9 * 3600,
        }
    }

    /// A moment as people write it here, to the millisecond: `6 Februari 2026 11.59.59,042 WIB`.
    pub fn write(self, moment: BusinessTime) -> String {
        let utc = moment.as_offset();
        let local = UtcOffset::from_whole_seconds(self.seconds_east())
            .map_or(utc, |offset: UtcOffset| {
                OffsetDateTime::to_offset(utc, offset)
            });
        let month = MONTHS
            .get(usize::from(u8::from(local.month())) - 1)
            .copied()
            .unwrap_or_default();
        format!(
            "{} {month} {} {:02}.{:02}.{:02},{:03} {}",
            local.day(),
            local.year(),
            local.hour(),
            local.minute(),
            local.second(),
            local.millisecond(),
            self.abbreviation(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_moment_has_three_local_times() {
        let moment = BusinessTime::parse_rfc3339("2026-12-31T16:59:59.042Z").unwrap();
        let written: Vec<_> = Zone::ALL.iter().map(|zone| zone.write(moment)).collect();
        assert_eq!(
            written,
            [
                "31 Desember 2026 23.59.59,042 WIB",
                "1 Januari 2027 00.59.59,042 WITA",
                "1 Januari 2027 01.59.59,042 WIT",
            ]
        );
    }
}
