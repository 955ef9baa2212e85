//! What differs between two right runs of a program in the values that it has: addresses, and the ports
//! that the system chooses.

/// A value, without the addresses in it and without ports that the system has chosen.
pub(crate) fn value(text: &str) -> String {
    ports(&addresses(text))
}

/// `127.0.0.1:49152` as `127.0.0.1:…`.
fn ports(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut pieces = text.split(':');
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        out.push(':');
        let digits = piece
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(piece.len());
        let (port, rest) = piece.split_at(digits);
        let host = out[..out.len() - 1].trim_end_matches(|c: char| c.is_ascii_digit());
        let of_host = host.ends_with('.') || host.ends_with(']');
        let chosen = port.parse::<u16>().is_ok_and(|port| port >= 32_768);
        out.push_str(if of_host && chosen { "…" } else { port });
        out.push_str(rest);
    }
    out
}

fn addresses(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("0x") {
        let digits = rest[at + 2..]
            .chars()
            .take_while(char::is_ascii_hexdigit)
            .count();
        let end = at + 2 + digits;
        // Shorter ones are numbers that somebody wrote.
        out.push_str(if digits >= 8 {
            &rest[..at]
        } else {
            &rest[..end]
        });
        if digits >= 8 {
            out.push_str("0x…");
        }
        rest = &rest[end..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_addresses_and_ports_out_and_nothing_else() {
        assert_eq!(value("at 0x7ffc12345678, 0xff"), "at 0x…, 0xff");
        assert_eq!(
            value("127.0.0.1:40059, [::1]:40059, 127.0.0.1:80, a: 40059"),
            "127.0.0.1:…, [::1]:…, 127.0.0.1:80, a: 40059"
        );
    }
}
