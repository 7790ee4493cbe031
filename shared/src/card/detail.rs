//! How a card with its description is read: the description is taken out on the way, all other fields are the card's.
//!
//! Derived, `flatten` would first keep the whole object as a tree of values and read the card from that: twice the work
//! for the reader, and twice the code for every type in a card.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, Visitor};

use super::{Card, CardDetail};

impl<'de> Deserialize<'de> for CardDetail {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(WholeCard)
    }
}

struct WholeCard;

impl<'de> Visitor<'de> for WholeCard {
    type Value = CardDetail;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a card")
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<CardDetail, A::Error> {
        let mut description = None;
        let rest = WithoutDescription { fields, description: &mut description };
        let card = Card::deserialize(MapAccessDeserializer::new(rest))?;
        Ok(CardDetail { card, description })
    }
}

/// The fields but one, which is put aside when it comes.
struct WithoutDescription<'a, A> {
    fields: A,
    description: &'a mut Option<String>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for WithoutDescription<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        loop {
            let Some(name) = self.fields.next_key::<String>()? else { return Ok(None) };
            if name == "description" {
                *self.description = self.fields.next_value()?;
            } else {
                return seed.deserialize(serde::de::value::StringDeserializer::new(name)).map(Some);
            }
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.fields.next_value_seed(seed)
    }
}
