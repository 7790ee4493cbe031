//! Text from bytes that come in pieces, without breaking a character that two pieces share.

/// Decodes UTF-8. What is none becomes replacement characters.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    /// The beginning of a character, at most three bytes.
    begun: Vec<u8>,
}

impl Decoder {
    /// The text of the next piece, up to the last whole character.
    pub fn decode(&mut self, piece: &[u8]) -> String {
        let mut bytes = std::mem::take(&mut self.begun);
        bytes.extend_from_slice(piece);
        let mut text = String::with_capacity(bytes.len());
        let mut read = 0;
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            read += chunk.valid().len() + chunk.invalid().len();
            if read == bytes.len() && is_begun(chunk.invalid()) {
                self.begun = chunk.invalid().to_vec();
            } else if !chunk.invalid().is_empty() {
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        text
    }

    /// What is left when no more comes.
    pub fn finish(self) -> &'static str {
        if self.begun.is_empty() { "" } else { "\u{fffd}" }
    }
}

/// Whether these bytes could be the beginning of a character.
fn is_begun(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decoded(pieces: &[&[u8]]) -> String {
        let mut decoder = Decoder::default();
        let text: String = pieces.iter().map(|piece| decoder.decode(piece)).collect();
        text + decoder.finish()
    }

    #[test]
    fn a_character_in_two_pieces_comes_out_whole() {
        assert_eq!(decoded(&[b"a\xe2\x82", b"\xac", b"b"]), "a€b");
        assert_eq!(decoded(&[b"\xf0", b"\x9f", b"\x98", b"\x80"]), "😀");
    }

    #[test]
    fn what_is_no_character_is_replaced() {
        assert_eq!(decoded(&[b"a\xff", b"b\xe2\x82"]), "a\u{fffd}b\u{fffd}");
    }

    proptest! {
        #[test]
        fn however_it_is_cut_the_text_is_the_same(bytes in prop::collection::vec(any::<u8>(), 0..60), cuts in prop::collection::vec(0..60usize, 0..6)) {
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.sort_unstable();
            let mut pieces = Vec::new();
            let mut from = 0;
            for cut in cuts.into_iter().chain([bytes.len()]) {
                pieces.push(&bytes[from..cut]);
                from = cut;
            }
            prop_assert_eq!(decoded(&pieces), String::from_utf8_lossy(&bytes));
        }
    }
}
