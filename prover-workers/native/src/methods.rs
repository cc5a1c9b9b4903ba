//! Which methods there are, which class of child serves them, and which function does them.

use serde_json::Value;

use crate::failure::{Failure, Kind, Outcome};
use crate::input::Fields;
use crate::{
    commit, parameters, pieces, post, seal, sector_cache, self_test, snap, unseal, verify,
};

/// What a child is for (PROTOCOL.md, section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Any,
    Light,
    Verify,
    Io,
    Sdr,
    Gpu,
    Post,
}

impl Class {
    /// All classes.
    pub const ALL: [Class; 7] = [
        Class::Any,
        Class::Light,
        Class::Verify,
        Class::Io,
        Class::Sdr,
        Class::Gpu,
        Class::Post,
    ];

    /// The word of the command line.
    pub fn word(self) -> &'static str {
        match self {
            Class::Any => "any",
            Class::Light => "light",
            Class::Verify => "verify",
            Class::Io => "io",
            Class::Sdr => "sdr",
            Class::Gpu => "gpu",
            Class::Post => "post",
        }
    }

    /// The class with this word.
    pub fn from_word(word: &str) -> Option<Class> {
        Class::ALL.into_iter().find(|class| class.word() == word)
    }
}

/// A method that the worker thread runs.
pub struct Method {
    pub name: &'static str,
    classes: &'static [Class],
    pub run: fn(Fields) -> Outcome<Value>,
}

const EVERY: &[Class] = &Class::ALL;
const VERIFY: &[Class] = &[Class::Verify, Class::Light];
const SDR: &[Class] = &[Class::Sdr];
const GPU: &[Class] = &[Class::Gpu];
const IO: &[Class] = &[Class::Io];
const IO_POST: &[Class] = &[Class::Io, Class::Post];
const POST: &[Class] = &[Class::Post, Class::Gpu];

macro_rules! methods {
    ($($name:literal $classes:ident $run:path;)*) => {
        &[$(Method { name: $name, classes: $classes, run: $run }),*]
    };
}

/// Every method but `hello`, `ping` and `stats`, which the server answers itself.
pub const METHODS: &[Method] = methods! {
    "params.check"          EVERY   parameters::status::check_request;
    "selftest.fault"        EVERY   self_test::fault;
    "piece.commit"          EVERY   pieces::commit;
    "sector.commd"          EVERY   pieces::comm_d;
    "piece.add"             EVERY   pieces::add;
    "replica.id"            EVERY   seal::replica_id_request;
    "seal.pc1"              SDR     seal::pre_commit_1;
    "seal.pc2"              GPU     seal::pre_commit_2;
    "seal.c1"               IO      commit::commit_1;
    "seal.c1check"          IO      commit::commit_1_check;
    "seal.c2"               GPU     commit::commit_2;
    "unseal.range"          SDR     unseal::range;
    "cache.clear"           IO      sector_cache::clear;
    "cache.check"           IO      sector_cache::check_request;
    "snap.encode"           GPU     snap::encode;
    "snap.decode"           GPU     snap::decode;
    "snap.vanilla"          IO      snap::vanilla;
    "snap.prove"            GPU     snap::prove;
    "post.challenges"       EVERY   post::challenges;
    "post.vanilla"          IO_POST post::vanilla;
    "post.window.partition" POST    post::window_partition;
    "post.merge"            EVERY   post::merge;
    "post.winning.choose"   EVERY   post::winning_choose;
    "post.winning.prove"    POST    post::winning_prove;
    "verify.seal"           VERIFY  verify::seal;
    "verify.window"         VERIFY  verify::window;
    "verify.winning"        VERIFY  verify::winning;
    "verify.update"         VERIFY  verify::update;
};

/// Finds a method that a child of this class serves.
pub fn find(name: &str, class: Class) -> Outcome<&'static Method> {
    let method = METHODS
        .iter()
        .find(|method| method.name == name)
        .ok_or_else(|| Failure::new(Kind::Unsupported, format!("there is no method {name:?}")))?;
    if class != Class::Any && !method.classes.contains(&class) {
        return Err(Failure::new(
            Kind::Unsupported,
            format!("a child of class {} does not serve {name}", class.word()),
        ));
    }
    Ok(method)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn child_of_one_class_refuses_the_work_of_another() {
        assert!(find("seal.c2", Class::Gpu).is_ok());
        assert!(find("seal.c2", Class::Any).is_ok());
        assert_eq!(
            find("seal.c2", Class::Verify).err().unwrap().kind,
            Kind::Unsupported
        );
    }

    #[test]
    fn every_method_is_described_in_the_protocol() {
        let protocol = include_str!("../PROTOCOL.md");
        for method in METHODS {
            assert!(
                protocol.contains(&format!("* **`{}`**", method.name)),
                "{}",
                method.name
            );
        }
    }
}
