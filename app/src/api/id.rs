//! Ids that the client makes, so that a creation can be sent twice and happens once.

#[cfg(any(target_arch = "wasm32", test))]
use shared::time::Timestamp;

/// A new id: a `UUIDv7` in lower case.
///
/// On the server, where no event handler ever runs, it is empty.
#[must_use]
pub fn new_id() -> String {
    #[cfg(target_arch = "wasm32")]
    return uuid_v7(crate::live::now(), random());
    #[cfg(not(target_arch = "wasm32"))]
    String::new()
}

/// Ten random bytes. `crypto.randomUUID` is missing over plain HTTP from another machine, `getRandomValues` is not.
#[cfg(target_arch = "wasm32")]
fn random() -> [u8; 10] {
    let mut bytes = [0; 10];
    if let Some(crypto) = web_sys::window().and_then(|window| window.crypto().ok()) {
        // It throws only for more than 65,536 bytes.
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes
}

/// RFC 9562, version 7: 48 bits of unix milliseconds, then random bits around version and variant.
#[cfg(any(target_arch = "wasm32", test))]
fn uuid_v7(now: Timestamp, random: [u8; 10]) -> String {
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&now.as_millis().to_be_bytes()[2..]);
    bytes[6..].copy_from_slice(&random);
    bytes[6] = 0x70 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_uuid_of_version_7_with_its_time_in_front() {
        // The example of RFC 9562, appendix A.6.
        let random = [0xcc, 0xc3, 0x98, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f];
        let id = uuid_v7(Timestamp::from_millis(0x017F_22E2_79B0), random);
        assert_eq!(id, "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    }

    #[test]
    fn later_ids_sort_behind_earlier_ones() {
        let at = |millis| uuid_v7(Timestamp::from_millis(millis), [0xff; 10]);
        assert!(at(1_700_000_000_000) < at(1_700_000_000_001));
    }
}
