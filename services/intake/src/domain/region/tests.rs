use super::*;

#[test]
fn the_tables_are_whole_and_sorted() {
    assert_eq!(PROVINCES.len(), 38);
    assert_eq!(REGENCIES.len(), 33 + 38 + 8 + 22 + 14 + 24);
    assert!(PROVINCES.is_sorted_by_key(|(code, ..)| code));
    assert!(REGENCIES.is_sorted_by_key(|(code, _)| code));
}

#[test]
fn a_hole_in_the_codes_is_no_region() {
    assert!(RegionCode::parse("73.18").is_ok());
    assert!(RegionCode::parse("73.19").is_err());
    assert!(RegionCode::parse("20").is_err());
    assert!(RegionCode::parse("73.7").is_err());
}

#[test]
fn kabupaten_and_kota_of_one_name_are_two_regions() {
    let (kabupaten, kota) = (
        RegionCode::parse("35.06").unwrap(),
        RegionCode::parse("35.71").unwrap(),
    );
    assert_ne!(kabupaten, kota);
    assert_eq!(kabupaten.name(), "Kabupaten Kediri");
    assert_eq!(kota.name(), "Kota Kediri");
    assert_eq!(kota.province().name(), "Jawa Timur");
}

#[test]
fn a_region_keeps_its_provinces_zone() {
    assert_eq!(RegionCode::parse("53.71").unwrap().zone(), Zone::Wita);
    assert_eq!(RegionCode::parse("61.01").unwrap().zone(), Zone::Wib);
    assert_eq!(RegionCode::parse("94").unwrap().zone(), Zone::Wit);
}
