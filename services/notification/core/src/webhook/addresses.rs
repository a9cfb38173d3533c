//! Which addresses may be called: those that are everybody's, never one of ours.
//!
//! Whoever registers a URL chooses where we connect to. Without this rule that could be our database, a cloud's
//! metadata service or a neighbour. The rule is applied to the very addresses that are connected to, after
//! resolving, so a name that resolves to something else a moment later gains nothing.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

const fn v4(a: u8, b: u8, c: u8, d: u8, bits: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), bits)
}

const fn v6(a: u16, b: u16, c: u16, bits: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), bits)
}

/// IPv4 ranges that are not everybody's: IANA's special-purpose registry (RFC 6890), multicast, class E, and the
/// address at which Azure's virtual machines find their host.
const FORBIDDEN_V4: [Ipv4Net; 20] = [
    v4(0, 0, 0, 0, 8),          // this network
    v4(10, 0, 0, 0, 8),         // private
    v4(100, 64, 0, 0, 10),      // carrier-grade NAT; Alibaba's metadata
    v4(127, 0, 0, 0, 8),        // this machine
    v4(168, 63, 129, 16, 32),   // Azure's host
    v4(169, 254, 0, 0, 16),     // link-local; metadata of most clouds
    v4(172, 16, 0, 0, 12),      // private
    v4(192, 0, 0, 0, 24),       // protocol assignments; Oracle's metadata
    v4(192, 0, 2, 0, 24),       // documentation
    v4(192, 31, 196, 0, 24),    // AS112
    v4(192, 52, 193, 0, 24),    // AMT
    v4(192, 88, 99, 0, 24),     // 6to4 relays
    v4(192, 168, 0, 0, 16),     // private
    v4(192, 175, 48, 0, 24),    // AS112
    v4(198, 18, 0, 0, 15),      // benchmarks
    v4(198, 51, 100, 0, 24),    // documentation
    v4(203, 0, 113, 0, 24),     // documentation
    v4(224, 0, 0, 0, 4),        // multicast
    v4(240, 0, 0, 0, 4),        // reserved
    v4(255, 255, 255, 255, 32), // broadcast
];

/// The one IPv6 range that holds addresses of everybody. Whatever lies outside is refused: this machine,
/// link-local, unique local, multicast, IPv4-mapped, NAT64, discard-only.
const GLOBAL_V6: Ipv6Net = v6(0x2000, 0, 0, 3);

/// What in it is not everybody's.
const FORBIDDEN_V6: [Ipv6Net; 5] = [
    v6(0x2001, 0, 0, 23),         // protocol assignments: Teredo, benchmarks, ORCHID
    v6(0x2001, 0xdb8, 0, 32),     // documentation
    v6(0x2002, 0, 0, 16),         // 6to4: an IPv4 address in disguise
    v6(0x2620, 0x4f, 0x8000, 48), // AS112
    v6(0x3fff, 0, 0, 20),         // documentation
];

/// Which addresses may be called.
#[derive(Clone, Debug, Default)]
pub struct Addresses {
    /// Ranges that the operator forbids besides: public addresses of the own installation.
    pub forbidden: Vec<IpNet>,
    /// Whether this machine may be called; for tests and rehearsals only.
    pub allow_loopback: bool,
}

impl Addresses {
    /// Whether this address may be called.
    pub fn may_call(&self, address: IpAddr) -> bool {
        if self.allow_loopback && address.is_loopback() {
            return true;
        }
        is_everybodys(address) && !self.forbidden.iter().any(|range| range.contains(&address))
    }

    /// Those that may be called, in their order.
    pub fn admit(&self, addresses: impl IntoIterator<Item = IpAddr>) -> Vec<IpAddr> {
        addresses
            .into_iter()
            .filter(|address| self.may_call(*address))
            .collect()
    }
}

fn is_everybodys(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !FORBIDDEN_V4.iter().any(|range| range.contains(&address)),
        IpAddr::V6(address) => {
            GLOBAL_V6.contains(&address)
                && !FORBIDDEN_V6.iter().any(|range| range.contains(&address))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn may_call(address: &str) -> bool {
        Addresses::default().may_call(address.parse().unwrap())
    }

    #[test]
    fn addresses_of_nobody_and_of_ourselves_are_refused() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.100.100.200",
            "100.127.255.255",
            "127.0.0.1",
            "127.8.8.8",
            "168.63.129.16",
            "169.254.0.1",
            "169.254.169.254",
            "169.254.170.2",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::ffff:0:127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::8.8.8.8",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:0:4136:e378:8000:63bf:3fff:fdd2",
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!may_call(address), "{address}");
        }
    }

    #[test]
    fn addresses_of_everybody_may_be_called() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.1",
            "100.63.255.255",
            "100.128.0.1",
            "103.10.66.10",
            "126.255.255.255",
            "128.0.0.1",
            "168.63.129.17",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.1",
            "192.167.255.255",
            "198.17.255.255",
            "223.255.255.255",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2400:cb00::1",
            "2606:4700:4700::1111",
            "2a00:1450:4001::1",
        ] {
            assert!(may_call(address), "{address}");
        }
    }

    #[test]
    fn what_the_operator_forbids_is_refused_too() {
        let rules = Addresses {
            forbidden: vec!["103.10.66.0/24".parse().unwrap()],
            allow_loopback: false,
        };
        let resolved = ["103.10.66.10", "103.10.67.10", "10.0.0.1"];
        let admitted = rules.admit(resolved.iter().map(|address| address.parse().unwrap()));
        assert_eq!(admitted, ["103.10.67.10".parse::<IpAddr>().unwrap()]);
    }

    #[test]
    fn this_machine_may_be_called_in_tests_only() {
        let rules = Addresses {
            allow_loopback: true,
            ..Addresses::default()
        };
        assert!(rules.may_call(Ipv4Addr::LOCALHOST.into()));
        assert!(rules.may_call(Ipv6Addr::LOCALHOST.into()));
        assert!(!rules.may_call(Ipv4Addr::new(10, 0, 0, 1).into()));
    }

    proptest! {
        #[test]
        fn an_ipv4_address_in_disguise_is_never_called(a in any::<u32>()) {
            let [hi, lo] = [(a >> 16) as u16, (a & 0xffff) as u16];
            for disguise in [
                Ipv6Addr::from(u128::from(a)),
                Ipv4Addr::from(a).to_ipv6_mapped(),
                Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, hi, lo),
                Ipv6Addr::new(0x2002, hi, lo, 0, 0, 0, 0, 1),
                Ipv6Addr::new(0x2001, 0, hi, lo, 0, 0, !hi, !lo),
            ] {
                prop_assert!(!Addresses::default().may_call(disguise.into()), "{}", disguise);
            }
        }
    }
}
