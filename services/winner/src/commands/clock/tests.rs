use super::*;

#[test]
fn durations_add_up() {
    assert_eq!(
        parse_duration("1d12h30m5s").unwrap(),
        Duration::seconds(131_405)
    );
    assert_eq!(parse_duration("90s").unwrap(), Duration::seconds(90));
}

#[test]
fn what_is_no_duration_is_refused() {
    for text in [
        "",
        "5",
        "h",
        "5w",
        "-5s",
        "99999999999999999999s",
        "9223372036854775807d",
    ] {
        assert!(parse_duration(text).is_err(), "{text}");
    }
}
