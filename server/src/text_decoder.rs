//! Bytes that come piece by piece, as text that can be shown while it comes: a character that is cut by the border of two
//! pieces waits for its rest, and what is no UTF-8 becomes U+FFFD.

/// A text whose bytes are still coming.
///
/// Whatever the pieces are, the texts that come out are together what [`String::from_utf8_lossy`] makes of the whole.
#[derive(Debug, Default)]
pub struct TextDecoder {
    /// The beginning of a character: at most three bytes.
    begun: Vec<u8>,
}

impl TextDecoder {
    /// The text that is complete with these bytes.
    pub fn push(&mut self, bytes: &[u8]) -> String {
        self.begun.extend_from_slice(bytes);
        let bytes = std::mem::take(&mut self.begun);
        let complete = bytes.len() - begun_character(&bytes);
        self.begun.extend_from_slice(&bytes[complete..]);
        String::from_utf8_lossy(&bytes[..complete]).into_owned()
    }

    /// What is left when no more bytes come: U+FFFD for a character that was begun only.
    pub fn finish(&mut self) -> String {
        String::from_utf8_lossy(&std::mem::take(&mut self.begun)).into_owned()
    }
}

/// How many bytes at the end are the beginning of a character that more bytes could complete.
fn begun_character(bytes: &[u8]) -> usize {
    let last = bytes.utf8_chunks().last().map_or(&[][..], |chunk| chunk.invalid());
    match std::str::from_utf8(last) {
        // No length: not an error as yet, only an end that came too soon.
        Err(error) if error.error_len().is_none() => last.len(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decode<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> String {
        let mut decoder = TextDecoder::default();
        let mut text: String = pieces.into_iter().map(|piece| decoder.push(piece)).collect();
        text.push_str(&decoder.finish());
        text
    }

    #[test]
    fn a_character_comes_out_when_its_last_byte_has_come_and_not_before() {
        let mut decoder = TextDecoder::default();
        let rocket = "🚀".as_bytes();
        for byte in &rocket[..3] {
            assert_eq!(decoder.push(&[*byte]), "");
        }
        assert_eq!(decoder.push(&rocket[3..]), "🚀");
        assert_eq!(decoder.finish(), "");
    }

    #[test]
    fn what_is_no_utf_8_is_replaced_at_once() {
        let mut decoder = TextDecoder::default();
        assert_eq!(decoder.push(b"a\xff\x80b"), "a\u{fffd}\u{fffd}b");
        assert_eq!(decoder.push(b"\xe2\x82"), "");
        assert_eq!(decoder.push(b"!"), "\u{fffd}!");
    }

    #[test]
    fn a_character_that_is_never_completed_is_replaced_at_the_end() {
        let mut decoder = TextDecoder::default();
        assert_eq!(decoder.push(b"ok \xf0\x9f"), "ok ");
        assert_eq!(decoder.finish(), "\u{fffd}");
        assert_eq!(decoder.finish(), "");
    }

    /// Bytes that are often almost UTF-8.
    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            any::<char>().prop_map(|char| char.to_string().into_bytes()),
            any::<char>().prop_map(|char| {
                let bytes = char.to_string().into_bytes();
                bytes[..bytes.len().saturating_sub(1)].to_vec()
            }),
            prop::collection::vec(prop_oneof![0x80..=0xbf_u8, 0xc0..=0xff_u8], 0..4),
            any::<u8>().prop_map(|byte| vec![byte]),
        ];
        prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn any_split_of_any_bytes_gives_the_text_of_the_whole(
            bytes in bytes(),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
        ) {
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            cuts.sort_unstable();
            let starts = std::iter::once(0).chain(cuts.iter().copied());
            let ends = cuts.iter().copied().chain(std::iter::once(bytes.len()));
            let pieces = starts.zip(ends).map(|(start, end)| &bytes[start..end]);
            prop_assert_eq!(decode(pieces), String::from_utf8_lossy(&bytes));
        }

        #[test]
        fn byte_by_byte_gives_the_text_of_the_whole(bytes in bytes()) {
            prop_assert_eq!(decode(bytes.chunks(1)), String::from_utf8_lossy(&bytes));
        }
    }
}
