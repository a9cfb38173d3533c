//! Which spellings of an address are one mailbox.

/// An address as it is compared: no blanks around it, small letters, the domain as in the DNS.
///
/// RFC 5321 lets a server tell `Ani@` from `ani@`; none that people use does. Dots and what follows a
/// `+` are left alone: only some servers ignore them.
pub fn normalised(address: &str) -> String {
    let address = address.trim();
    match address.rsplit_once('@') {
        Some((local, domain)) => {
            let domain = url::Host::parse(domain.trim_end_matches('.'))
                .map_or_else(|_| domain.to_lowercase(), |host| host.to_string());
            format!("{}@{domain}", local.to_lowercase())
        }
        None => address.to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_mailbox_are_one() {
        for spelling in ["ani@desa.id", " Ani@DESA.id\n", "ANI@desa.id."] {
            assert_eq!(normalised(spelling), "ani@desa.id");
        }
        assert_eq!(
            normalised("Ani@Bücher.example"),
            "ani@xn--bcher-kva.example"
        );
        assert_eq!(
            normalised("ani@xn--bcher-kva.example"),
            "ani@xn--bcher-kva.example"
        );
    }

    #[test]
    fn mailboxes_that_may_be_two_stay_two() {
        assert_ne!(normalised("a.ni@desa.id"), normalised("ani@desa.id"));
        assert_ne!(normalised("ani+x@desa.id"), normalised("ani@desa.id"));
        assert_eq!(normalised("bukan alamat"), "bukan alamat");
    }
}
