//! The corpus of hostile and of good URLs.

use core::net::IpAddr;
use proptest::prelude::*;

use super::super::addresses::Addresses;
use super::*;

fn rules() -> TargetRules {
    TargetRules {
        ports: vec![8443],
        allow_plain_loopback: false,
    }
}

const HOSTILE: &[&str] = &[
    // Not https.
    "http://example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com:70/_",
    "javascript:alert(1)",
    "data:text/plain,x",
    "ws://example.com/",
    "ldap://example.com/",
    "unix:///var/run/docker.sock",
    // No URL.
    "",
    "example.com",
    "//example.com/",
    "https:",
    "https://",
    "https:///",
    "https://?",
    "https:// example.com/",
    "https://exa mple.com/",
    "https://example.com/\r\nX-Evil: 1",
    "https://example.com/\0",
    "https://example.com\t.evil.com/",
    "\u{1}https://example.com/",
    "https://example.com\\@127.0.0.1/",
    "https:\\\\127.0.0.1\\",
    "https://[::1/",
    "https://[::1]x/",
    "https://%00/",
    "https://exa%23mple.com/",
    "https://exa%2fmple.com/",
    "https://exa%20mple.com/",
    "https://example.com:99999/",
    "https://example.com:x/",
    "https://xn--/",
    // Addresses in every form.
    "https://127.0.0.1/",
    "https://127.1/",
    "https://127.0.1/",
    "https://0177.1/",
    "https://0177.0.0.01/",
    "https://0x7f.1/",
    "https://0x7f.0x0.0x0.0x1/",
    "https://0x7f000001/",
    "https://2130706433/",
    "https://017700000001/",
    "https://0/",
    "https://0.0.0.0/",
    "https://127.0.0.1./",
    "https://%31%32%37.0.0.1/",
    "https://１２７.０.０.１/",
    "https://①②⑦.⓪.⓪.①/",
    "https://127。0。0。1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://0xa9fea9fe/",
    "https://2852039166/",
    "https://0251.0376.0251.0376/",
    "https://169.254.43518/",
    "https://100.100.100.200/",
    "https://168.63.129.16/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://192.168.0.1/",
    "https://255.255.255.255/",
    "https://8.8.8.8/",
    "https://[::1]/",
    "https://[::]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b:1::a9fe:a9fe]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
    "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fd00:ec2::254]/latest/meta-data/",
    "https://[ff02::1]/",
    "https://[2606:4700:4700::1111]/",
    // Names of inside networks.
    "https://localhost/",
    "https://LOCALHOST/",
    "https://localhost./",
    "https://ＬＯＣＡＬＨＯＳＴ/",
    "https://foo.localhost/",
    "https://localhost.localdomain/",
    "https://intranet/",
    "https://metadata/",
    "https://metadata.google.internal/computeMetadata/v1/",
    "https://kubernetes.default.svc/",
    "https://postgres.winner.svc.cluster.local/",
    "https://printer.local/",
    "https://nas.lan/",
    "https://router.home.arpa/",
    "https://1.0.0.127.in-addr.arpa/",
    "https://x.onion/",
    "https://x.test/",
    "https://x.invalid/",
    "https://x.example/",
    "https://example..com/",
    "https://.example.com/",
    "https://exa_mple.1a2.internal/",
    // Credentials, fragments, ports.
    "https://user@example.com/",
    "https://user:secret@example.com/",
    "https://@example.com/",
    "https://:@example.com/",
    "https://example.com@127.0.0.1/",
    "https://example.com%40127.0.0.1/",
    "https://example.com/#fragment",
    "https://example.com:22/",
    "https://example.com:80/",
    "https://example.com:5432/",
    "https://example.com:6379/",
    "https://example.com:0/",
];

const GOOD: &[&str] = &[
    "https://example.com/",
    "https://example.com",
    "https://EXAMPLE.com/hooks",
    "https://example.com./",
    "https://example.com:443/",
    "https://example.com:8443/hooks",
    "https://hooks.dinsos.go.id/winner",
    "https://hooks.dinsos.go.id/winner?kunci=a%20b",
    "https://a.b.c.d.e.co.id/x/y/z",
    "https://xn--bcher-kva.example.org/",
    "https://bücher.example.org/",
    "https://1.example.com/",
    "https://127.0.0.1.nip.io/",
    "https://127-0-0-1.example.com/",
    "https://localhost.example.com/",
    "https://internal.example.com/",
    "https://under_score.example.com/",
    "https://api.example.com/hook/@user",
    "https://api.example.com/hook?to=https://10.0.0.1/",
    "https://例え.jp/",
    "https://a-b.id/",
    "https://script.google.com/macros/s/AKfyc/exec",
];

#[test]
fn every_hostile_url_is_refused() {
    assert!(HOSTILE.len() >= 60);
    for url in HOSTILE {
        assert!(Target::parse(url, &rules()).is_err(), "{url:?}");
    }
    let long = format!("https://example.com/{}", "x".repeat(MAX_BYTES));
    assert_eq!(Target::parse(&long, &rules()), Err(TargetError::Malformed));
    let deep = format!("https://{}com/", "a.".repeat(130));
    assert!(Target::parse(&deep, &rules()).is_err());
}

#[test]
fn every_good_url_is_taken() {
    assert!(GOOD.len() >= 20);
    for url in GOOD {
        let taken = Target::parse(url, &rules());
        assert!(taken.is_ok(), "{url:?}: {taken:?}");
    }
}

#[test]
fn each_refusal_says_what_to_do() {
    for (url, error) in [
        ("http://example.com/", TargetError::Scheme),
        ("https://u:p@example.com/", TargetError::Credentials),
        ("https://example.com/#x", TargetError::Fragment),
        ("https://0x7f.1/", TargetError::Literal),
        ("https://[::1]/", TargetError::Literal),
        ("https://postgres/", TargetError::PrivateName),
        ("https://example.com:22/", TargetError::Port),
    ] {
        assert_eq!(Target::parse(url, &rules()), Err(error), "{url}");
    }
}

#[test]
fn this_machine_may_be_called_in_tests_only() {
    let testing = TargetRules {
        ports: Vec::new(),
        allow_plain_loopback: true,
    };
    for url in [
        "http://127.0.0.1:8080/hook",
        "https://localhost:9/",
        "http://[::1]:80/",
    ] {
        assert!(Target::parse(url, &testing).is_ok(), "{url}");
        assert!(Target::parse(url, &rules()).is_err(), "{url}");
    }
    for url in [
        "http://example.com/",
        "http://10.0.0.1/",
        "http://u@127.0.0.1/",
    ] {
        assert!(Target::parse(url, &testing).is_err(), "{url}");
    }
}

#[test]
fn a_target_prints_as_its_host_alone() {
    let target = Target::parse("https://example.com/hook?token=geheim", &rules()).unwrap();
    assert_eq!(format!("{target:?}"), "Target(example.com)");
}

proptest! {
    /// However an address is written: what is taken names a host, and so is resolved and judged.
    #[test]
    fn no_spelling_of_an_address_is_taken(address in any::<u32>(), form in 0..7) {
        let [a, b, c, d] = address.to_be_bytes();
        let host = match form {
            0 => format!("{a}.{b}.{c}.{d}"),
            1 => format!("{address}"),
            2 => format!("{address:#x}"),
            3 => format!("0{address:o}"),
            4 => format!("{a:#x}.{}", address & 0x00ff_ffff),
            5 => format!("0{a:o}.0{b:o}.{}", address & 0xffff),
            _ => format!("{a}.{b:#X}.0{c:o}.{d}."),
        };
        prop_assert!(Target::parse(&format!("https://{host}/"), &rules()).is_err(), "{}", host);
    }

    #[test]
    fn whatever_is_taken_is_https_to_a_name(text in "(https?://)?[a-z0-9.:@/\\[\\]%#?x-]{0,30}") {
        if let Ok(target) = Target::parse(&text, &rules()) {
            prop_assert!(target.as_str().starts_with("https://"));
            prop_assert!(target.host().parse::<IpAddr>().is_err());
            prop_assert!(!Addresses::default().allow_loopback);
        }
    }
}
