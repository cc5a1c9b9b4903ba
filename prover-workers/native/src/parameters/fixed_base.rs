//! Many multiples of one point, written out uncompressed.
//!
//! A table holds d · 2^(13 w) · G for every window w and 1 <= d <= 4,096; a scalar of 255 bits is 21
//! signed digits of 13 bits, so its multiple is at most 21 mixed additions and no doubling. Sums
//! are brought to affine form in batches, with one inversion each.

use std::io::{self, Write};

use blst::{
    blst_fp_cneg, blst_fp2_cneg, blst_p1, blst_p1_add_or_double, blst_p1_add_or_double_affine,
    blst_p1_affine, blst_p1_affine_serialize, blst_p1_double, blst_p1_generator,
    blst_p1s_to_affine, blst_p2, blst_p2_add_or_double, blst_p2_add_or_double_affine,
    blst_p2_affine, blst_p2_affine_serialize, blst_p2_double, blst_p2_generator,
    blst_p2s_to_affine,
};
use blstrs::Scalar;
use rayon::prelude::*;

const WINDOW_BITS: usize = 13;
const WINDOWS: usize = 21;
/// Entries of one window: the largest digit.
const DIGIT_MAX: usize = 1 << (WINDOW_BITS - 1);
/// Scalars that one thread brings to affine form together.
const CHUNK: usize = 2048;
/// Chunks between two writes.
const CHUNKS_PER_WRITE: usize = 32;

/// The operations of blst that the table needs, for G1 and G2 alike.
pub trait Group: Send + Sync + 'static {
    /// A point with one shared denominator.
    type Point: Copy + Default + Send + Sync;
    /// A point without one.
    type Affine: Copy + Default + Send + Sync;
    /// Length of an uncompressed point.
    const BYTES: usize;
    fn generator() -> Self::Point;
    fn double(point: &mut Self::Point);
    fn add(sum: &mut Self::Point, point: &Self::Point);
    fn add_affine(sum: &mut Self::Point, point: &Self::Affine);
    fn negated(point: &Self::Affine) -> Self::Affine;
    /// No point may be infinity.
    fn to_affine(points: &[Self::Point]) -> Vec<Self::Affine>;
    fn serialize(point: &Self::Affine, into: &mut [u8]);
}

macro_rules! group {
    ($name:ident, $doc:literal, $point:ty, $affine:ty, $bytes:literal, $generator:ident,
     $double:ident, $add:ident, $add_affine:ident, $negate_y:ident, $to_affine:ident,
     $serialize:ident) => {
        #[doc = $doc]
        pub struct $name;

        // SAFETY: every call passes pointers to live values of the types that blst declares; the
        // outputs may alias the inputs, as blst allows.
        impl Group for $name {
            type Point = $point;
            type Affine = $affine;
            const BYTES: usize = $bytes;

            fn generator() -> $point {
                unsafe { *$generator() }
            }

            fn double(point: &mut $point) {
                unsafe { $double(point, point) }
            }

            fn add(sum: &mut $point, point: &$point) {
                unsafe { $add(sum, sum, point) }
            }

            fn add_affine(sum: &mut $point, point: &$affine) {
                unsafe { $add_affine(sum, sum, point) }
            }

            fn negated(point: &$affine) -> $affine {
                let mut negated = *point;
                unsafe { $negate_y(&mut negated.y, &point.y, true) }
                negated
            }

            fn to_affine(points: &[$point]) -> Vec<$affine> {
                let mut affine = vec![<$affine>::default(); points.len()];
                if !points.is_empty() {
                    // A null second pointer says that the points lie one after another.
                    let pointers = [points.as_ptr(), std::ptr::null()];
                    unsafe { $to_affine(affine.as_mut_ptr(), pointers.as_ptr(), points.len()) }
                }
                affine
            }

            fn serialize(point: &$affine, into: &mut [u8]) {
                assert_eq!(into.len(), Self::BYTES);
                unsafe { $serialize(into.as_mut_ptr(), point) }
            }
        }
    };
}

group!(
    G1,
    "The first source group.",
    blst_p1,
    blst_p1_affine,
    96,
    blst_p1_generator,
    blst_p1_double,
    blst_p1_add_or_double,
    blst_p1_add_or_double_affine,
    blst_fp_cneg,
    blst_p1s_to_affine,
    blst_p1_affine_serialize
);
group!(
    G2,
    "The second source group.",
    blst_p2,
    blst_p2_affine,
    192,
    blst_p2_generator,
    blst_p2_double,
    blst_p2_add_or_double,
    blst_p2_add_or_double_affine,
    blst_fp2_cneg,
    blst_p2s_to_affine,
    blst_p2_affine_serialize
);

/// Multiples of the generator.
pub struct Table<G: Group> {
    entries: Vec<G::Affine>,
}

impl<G: Group> Table<G> {
    /// Builds the table: 86,016 points.
    pub fn of_generator() -> Self {
        let mut bases = Vec::with_capacity(WINDOWS);
        let mut base = G::generator();
        for _ in 0..WINDOWS {
            bases.push(base);
            for _ in 0..WINDOW_BITS {
                G::double(&mut base);
            }
        }
        let entries = bases.par_iter().flat_map(window_entries::<G>).collect();
        Table { entries }
    }

    fn multiple(&self, scalar: &Scalar) -> G::Point {
        let mut sum = G::Point::default();
        for (window, digit) in signed_digits(&scalar.to_bytes_le()).into_iter().enumerate() {
            let entry = |digit: i32| &self.entries[window * DIGIT_MAX + digit as usize - 1];
            match digit {
                0 => {}
                1.. => G::add_affine(&mut sum, entry(digit)),
                _ => G::add_affine(&mut sum, &G::negated(entry(-digit))),
            }
        }
        sum
    }

    /// Writes `count` multiples one after another, uncompressed. `scalars` gives those from an
    /// index on, as many as asked for, none of them zero; `written` hears how many are out.
    pub fn write_multiples(
        &self,
        count: usize,
        scalars: impl Fn(usize, usize) -> Vec<Scalar>,
        output: &mut impl Write,
        mut written: impl FnMut(usize),
    ) -> io::Result<()> {
        let step = CHUNK * CHUNKS_PER_WRITE;
        for first in (0..count).step_by(step) {
            let batch = scalars(first, step.min(count - first));
            let mut bytes = vec![0u8; batch.len() * G::BYTES];
            batch
                .par_chunks(CHUNK)
                .zip(bytes.par_chunks_mut(CHUNK * G::BYTES))
                .for_each(|(scalars, bytes)| {
                    let points: Vec<G::Point> = scalars.iter().map(|s| self.multiple(s)).collect();
                    let affine = G::to_affine(&points);
                    for (point, bytes) in affine.iter().zip(bytes.chunks_exact_mut(G::BYTES)) {
                        G::serialize(point, bytes);
                    }
                });
            output.write_all(&bytes)?;
            written(first + batch.len());
        }
        Ok(())
    }
}

fn window_entries<G: Group>(base: &G::Point) -> Vec<G::Affine> {
    let mut points = Vec::with_capacity(DIGIT_MAX);
    let mut multiple = *base;
    for _ in 0..DIGIT_MAX {
        points.push(multiple);
        G::add(&mut multiple, base);
    }
    G::to_affine(&points)
}

/// The digits of a little-endian number below 2^255, from −4,095 to 4,096, least first.
fn signed_digits(bytes: &[u8; 32]) -> [i32; WINDOWS] {
    let mut padded = [0u8; 40];
    padded[..32].copy_from_slice(bytes);
    let mut digits = [0i32; WINDOWS];
    let mut carry = 0;
    for (window, digit) in digits.iter_mut().enumerate() {
        let bit = window * WINDOW_BITS;
        let mut four = [0u8; 4];
        four.copy_from_slice(&padded[bit / 8..bit / 8 + 4]);
        let raw = (u32::from_le_bytes(four) >> (bit % 8)) & ((1 << WINDOW_BITS) - 1);
        let value = raw as i32 + carry;
        carry = i32::from(value > DIGIT_MAX as i32);
        *digit = value - (carry << WINDOW_BITS);
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;
    use blstrs::{G1Affine, G2Affine};
    use ff::Field;
    use group::{Curve, Group as _, prime::PrimeCurveAffine};

    fn scalars() -> Vec<Scalar> {
        vec![
            Scalar::ONE,
            -Scalar::ONE,
            Scalar::from(4096),
            Scalar::from(4097),
            Scalar::from(8191),
            Scalar::from(u64::MAX),
            Scalar::from(3).pow_vartime([12345u64]),
        ]
    }

    fn written<G: Group>() -> Vec<u8> {
        let mut bytes = Vec::new();
        let all = scalars();
        let take = |first: usize, count: usize| all[first..first + count].to_vec();
        Table::<G>::of_generator()
            .write_multiples(all.len(), take, &mut bytes, |_| {})
            .unwrap();
        bytes
    }

    #[test]
    fn multiples_in_g1_are_those_of_blstrs() {
        let expected: Vec<u8> = scalars()
            .iter()
            .flat_map(|s| {
                (G1Affine::generator() * s)
                    .to_affine()
                    .to_uncompressed()
                    .as_ref()
                    .to_vec()
            })
            .collect();
        assert!(written::<G1>() == expected);
    }

    #[test]
    fn multiples_in_g2_are_those_of_blstrs() {
        let expected: Vec<u8> = scalars()
            .iter()
            .flat_map(|s| {
                (G2Affine::generator() * s)
                    .to_affine()
                    .to_uncompressed()
                    .as_ref()
                    .to_vec()
            })
            .collect();
        assert!(written::<G2>() == expected);
        assert!(!bool::from(blstrs::G1Projective::generator().is_identity()));
    }

    #[test]
    fn digits_add_up_to_the_number() {
        let bytes = (-Scalar::ONE).to_bytes_le();
        let digits = signed_digits(&bytes);
        let base = Scalar::from(1 << WINDOW_BITS);
        let mut sum = Scalar::ZERO;
        for digit in digits.iter().rev() {
            let magnitude = Scalar::from(digit.unsigned_abs() as u64);
            sum = sum * base + if *digit < 0 { -magnitude } else { magnitude };
        }
        assert_eq!(sum, -Scalar::ONE);
    }
}
