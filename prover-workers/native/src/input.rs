//! Decoding of `params`: every field is taken by name and form, what is left over is refused.
//!
//! Value forms are those of PROTOCOL.md, section 2: 64-bit quantities as decimal strings, 32-byte
//! values as hex, paths absolute. Every refusal names the field by its full path.

use std::path::PathBuf;

use serde_json::{Map, Value};

use crate::failure::{Failure, Outcome};

/// One JSON object whose fields are being taken.
#[derive(Debug)]
pub struct Fields {
    map: Map<String, Value>,
    name: String,
}

impl Fields {
    /// The fields of `value`, called `name` in refusals.
    pub fn new(value: Value, name: impl Into<String>) -> Outcome<Self> {
        let name = name.into();
        match value {
            Value::Object(map) => Ok(Fields { map, name }),
            _ => Err(Failure::input(name, "must be an object")),
        }
    }

    /// The full name of a field, for refusals that the caller makes.
    pub fn name_of(&self, field: &str) -> String {
        format!("{}.{field}", self.name)
    }

    fn take(&mut self, field: &str) -> Option<Value> {
        self.map.remove(field).filter(|value| !value.is_null())
    }

    fn need(&mut self, field: &str) -> Outcome<Value> {
        let name = self.name_of(field);
        self.take(field)
            .ok_or_else(|| Failure::input(name, "is missing"))
    }

    /// Refuses fields that nobody took, so that a misspelt option is not silently ignored.
    pub fn finish(self) -> Outcome<()> {
        match self.map.keys().next() {
            Some(field) => Err(Failure::input(
                self.name_of(field),
                "is not a field of this request",
            )),
            None => Ok(()),
        }
    }

    /// A string.
    pub fn text(&mut self, field: &str) -> Outcome<String> {
        let name = self.name_of(field);
        as_text(self.need(field)?, &name)
    }

    /// A string that may be left out.
    pub fn text_or_none(&mut self, field: &str) -> Outcome<Option<String>> {
        let name = self.name_of(field);
        self.take(field)
            .map(|value| as_text(value, &name))
            .transpose()
    }

    /// An absolute path.
    pub fn path(&mut self, field: &str) -> Outcome<PathBuf> {
        let name = self.name_of(field);
        as_path(self.need(field)?, &name)
    }

    /// An absolute path that may be left out.
    pub fn path_or_none(&mut self, field: &str) -> Outcome<Option<PathBuf>> {
        let name = self.name_of(field);
        self.take(field)
            .map(|value| as_path(value, &name))
            .transpose()
    }

    /// An unsigned 64-bit quantity, as a decimal string.
    pub fn quantity(&mut self, field: &str) -> Outcome<u64> {
        let name = self.name_of(field);
        as_quantity(&self.need(field)?, &name)
    }

    /// A list of quantities.
    pub fn quantities(&mut self, field: &str) -> Outcome<Vec<u64>> {
        let name = self.name_of(field);
        self.list(field)?
            .iter()
            .enumerate()
            .map(|(i, value)| as_quantity(value, &format!("{name}[{i}]")))
            .collect()
    }

    /// A small number, as a JSON number from `low` to `high`.
    pub fn number(&mut self, field: &str, low: u64, high: u64) -> Outcome<u64> {
        let name = self.name_of(field);
        as_number(&self.need(field)?, &name, low, high)
    }

    /// A small number that may be left out.
    pub fn number_or(&mut self, field: &str, low: u64, high: u64, default: u64) -> Outcome<u64> {
        let name = self.name_of(field);
        match self.take(field) {
            Some(value) => as_number(&value, &name, low, high),
            None => Ok(default),
        }
    }

    /// True or false, false when left out.
    pub fn flag(&mut self, field: &str) -> Outcome<bool> {
        let name = self.name_of(field);
        match self.take(field) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(flag),
            Some(_) => Err(Failure::input(name, "must be true or false")),
        }
    }

    /// Thirty-two bytes as 64 hex digits.
    pub fn bytes32(&mut self, field: &str) -> Outcome<[u8; 32]> {
        let name = self.name_of(field);
        as_bytes32(&self.need(field)?, &name)
    }

    /// Thirty-two bytes that may be left out.
    pub fn bytes32_or_none(&mut self, field: &str) -> Outcome<Option<[u8; 32]>> {
        let name = self.name_of(field);
        self.take(field)
            .map(|value| as_bytes32(&value, &name))
            .transpose()
    }

    /// Bytes as hex digits, at most `limit` bytes.
    pub fn bytes(&mut self, field: &str, limit: usize) -> Outcome<Vec<u8>> {
        let name = self.name_of(field);
        as_bytes(&self.need(field)?, &name, limit)
    }

    /// A list of byte strings, at most `limit` bytes each.
    pub fn byte_strings(&mut self, field: &str, limit: usize) -> Outcome<Vec<Vec<u8>>> {
        let name = self.name_of(field);
        self.list(field)?
            .iter()
            .enumerate()
            .map(|(i, value)| as_bytes(value, &format!("{name}[{i}]"), limit))
            .collect()
    }

    /// A list of strings that may be left out.
    pub fn texts_or_none(&mut self, field: &str) -> Outcome<Option<Vec<String>>> {
        let name = self.name_of(field);
        if self.map.get(field).is_none_or(Value::is_null) {
            return Ok(None);
        }
        let texts: Outcome<Vec<String>> = self
            .list(field)?
            .into_iter()
            .enumerate()
            .map(|(i, value)| as_text(value, &format!("{name}[{i}]")))
            .collect();
        texts.map(Some)
    }

    /// A list of objects.
    pub fn objects(&mut self, field: &str) -> Outcome<Vec<Fields>> {
        let name = self.name_of(field);
        self.list(field)?
            .into_iter()
            .enumerate()
            .map(|(i, value)| Fields::new(value, format!("{name}[{i}]")))
            .collect()
    }

    fn list(&mut self, field: &str) -> Outcome<Vec<Value>> {
        let name = self.name_of(field);
        match self.need(field)? {
            Value::Array(values) => Ok(values),
            _ => Err(Failure::input(name, "must be a list")),
        }
    }
}

fn as_text(value: Value, name: &str) -> Outcome<String> {
    match value {
        Value::String(text) => Ok(text),
        _ => Err(Failure::input(name, "must be a string")),
    }
}

fn as_path(value: Value, name: &str) -> Outcome<PathBuf> {
    let path = PathBuf::from(as_text(value, name)?);
    if !path.is_absolute() {
        return Err(Failure::input(name, "must be an absolute path"));
    }
    Ok(path)
}

fn as_quantity(value: &Value, name: &str) -> Outcome<u64> {
    let refusal = || Failure::input(name, "must be a 64-bit number as a decimal string");
    let text = value.as_str().ok_or_else(refusal)?;
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if !plain {
        return Err(refusal());
    }
    text.parse().map_err(|_| refusal())
}

fn as_number(value: &Value, name: &str, low: u64, high: u64) -> Outcome<u64> {
    value
        .as_u64()
        .filter(|number| (low..=high).contains(number))
        .ok_or_else(|| Failure::input(name, format!("must be a number from {low} to {high}")))
}

fn as_bytes32(value: &Value, name: &str) -> Outcome<[u8; 32]> {
    let mut bytes = [0u8; 32];
    value
        .as_str()
        .filter(|text| hex::decode_to_slice(text, &mut bytes).is_ok())
        .ok_or_else(|| Failure::input(name, "must be 64 hex digits"))?;
    Ok(bytes)
}

fn as_bytes(value: &Value, name: &str, limit: usize) -> Outcome<Vec<u8>> {
    let text = value
        .as_str()
        .ok_or_else(|| Failure::input(name, "must be a string of hex digits"))?;
    if text.len() / 2 > limit {
        return Err(Failure::input(
            name,
            format!("is longer than {limit} bytes"),
        ));
    }
    hex::decode(text).map_err(|_| Failure::input(name, "must be a string of hex digits"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Kind;
    use serde_json::json;

    fn fields(value: Value) -> Fields {
        Fields::new(value, "params").unwrap()
    }

    #[test]
    fn missing_field_is_named() {
        let failure = fields(json!({})).bytes32("ticket").unwrap_err();
        assert_eq!(failure.kind, Kind::Input);
        assert_eq!(failure.field.as_deref(), Some("params.ticket"));
    }

    #[test]
    fn null_counts_as_left_out() {
        assert!(
            fields(json!({"path": null}))
                .path_or_none("path")
                .unwrap()
                .is_none()
        );
    }

    #[test]
    fn quantities_are_plain_decimal_strings() {
        for bad in [
            json!(7),
            json!("07"),
            json!("+7"),
            json!(""),
            json!("18446744073709551616"),
        ] {
            assert!(
                fields(json!({"n": bad})).quantity("n").is_err(),
                "{bad} was taken"
            );
        }
        let largest = fields(json!({"n": "18446744073709551615"}))
            .quantity("n")
            .unwrap();
        assert_eq!(largest, u64::MAX);
    }

    #[test]
    fn field_that_nobody_takes_is_refused() {
        let failure = fields(json!({"tikcet": 1})).finish().unwrap_err();
        assert_eq!(failure.field.as_deref(), Some("params.tikcet"));
    }

    #[test]
    fn relative_path_is_refused() {
        assert!(fields(json!({"p": "a/b"})).path("p").is_err());
    }

    #[test]
    fn object_in_a_list_is_named_by_its_index() {
        let mut list = fields(json!({"pieces": [{}, {"commitment": "00"}]}))
            .objects("pieces")
            .unwrap();
        let failure = list[1].bytes32("commitment").unwrap_err();
        assert_eq!(
            failure.field.as_deref(),
            Some("params.pieces[1].commitment")
        );
    }
}
