//! The sign-in links that a server prints.

use std::net::{IpAddr, SocketAddr};

use crate::auth::{secret::Secret, sign_in};

/// One link for the address that the server listens on; one for each address of the machine, if it listens on all.
pub(super) fn sign_in_links(listening: SocketAddr, code: &Secret) -> Vec<String> {
    let addresses = if listening.ip().is_unspecified() { own_addresses(listening.ip()) } else { Vec::new() };
    let addresses = if addresses.is_empty() { vec![loopback_for(listening.ip())] } else { addresses };
    addresses.into_iter().map(|ip| sign_in::link(SocketAddr::new(ip, listening.port()), code)).collect()
}

/// The machine's addresses that a listener on this unspecified one takes: its own first, then those of its networks.
fn own_addresses(unspecified: IpAddr) -> Vec<IpAddr> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_else(|error| {
        tracing::warn!("the machine's addresses can't be listed: {error}");
        Vec::new()
    });
    // A link-local address needs the name of an interface, which no browser takes in an address.
    let mut addresses: Vec<IpAddr> = interfaces
        .iter()
        .filter(|interface| !interface.is_link_local())
        .map(|interface| interface.ip())
        .filter(|ip| unspecified.is_ipv6() || ip.is_ipv4())
        .collect();
    addresses.sort_by_key(|ip| (!ip.is_loopback(), ip.is_ipv6(), *ip));
    addresses.dedup();
    addresses
}

fn loopback_for(listening: IpAddr) -> IpAddr {
    match listening {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(listening: &str) -> Vec<String> {
        sign_in_links(listening.parse().unwrap(), &Secret::new("c0de"))
    }

    #[test]
    fn one_address_has_one_link() {
        assert_eq!(links("127.0.0.1:4747"), ["http://127.0.0.1:4747/sign-in?code=c0de"]);
        assert_eq!(links("[::1]:80"), ["http://[::1]:80/sign-in?code=c0de"]);
    }

    #[test]
    fn all_addresses_have_a_link_each_and_this_machine_comes_first() {
        let links = links("0.0.0.0:4747");
        assert_eq!(links[0], "http://127.0.0.1:4747/sign-in?code=c0de");
        assert!(links.iter().all(|link| !link.contains("0.0.0.0") && !link.contains('[')), "{links:?}");
    }
}
