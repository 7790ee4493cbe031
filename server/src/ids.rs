//! Ids of new things: UUIDs of version 7, in lower case.

use uuid::{Uuid, Version};

/// An id that nothing else has. Ids sort by the time they were made.
#[must_use]
pub fn new_id<Id: From<String>>() -> Id {
    Id::from(Uuid::now_v7().hyphenated().to_string())
}

/// Sixteen random hexadecimal digits: a name for something of which few exist, and that should differ from its first
/// character on.
#[must_use]
pub fn random_name() -> String {
    // The lower half of such a UUID is random but for its two highest bits.
    format!("{:016x}", Uuid::new_v4().as_u64_pair().1)
}

/// Whether a client may give this id to what it creates: it must be spelled as [`new_id`] spells its own, or one thing
/// could go by two names.
#[must_use]
pub fn is_acceptable(id: &str) -> bool {
    Uuid::try_parse(id).is_ok_and(|uuid| {
        uuid.get_version() == Some(Version::SortRand) && uuid.hyphenated().to_string() == id
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_id_is_acceptable_and_differs_from_the_one_before() {
        let (first, second) = (new_id::<String>(), new_id::<String>());
        assert!(is_acceptable(&first) && is_acceptable(&second));
        assert!(first < second);
    }

    #[test]
    fn a_random_name_has_sixteen_digits_and_differs_from_the_one_before() {
        let (first, second) = (random_name(), random_name());
        assert!(first.len() == 16 && first.bytes().all(|byte| byte.is_ascii_hexdigit()), "{first}");
        assert_ne!(first, second);
    }

    #[test]
    fn only_a_lower_case_hyphenated_uuid_of_version_7_is_acceptable() {
        let id = "0197c0de-0000-7000-8000-00000000abcd";
        assert!(is_acceptable(id));
        let others = [
            String::new(),
            "card-1".to_owned(),
            id.to_uppercase(),
            id.replace('-', ""),
            format!("{{{id}}}"),
            format!("urn:uuid:{id}"),
            "0197c0de-0000-4000-8000-00000000abcd".to_owned(),
        ];
        for other in others {
            assert!(!is_acceptable(&other), "{other}");
        }
    }
}
