//! Lagrange polynomials over the roots of unity, all evaluated at one point without an FFT.

use blstrs::Scalar;
use ff::{Field, PrimeField};
use rayon::prelude::*;

/// Scalars inverted together.
const CHUNK: usize = 4096;

/// The evaluation domain of a circuit: the smallest power of two that holds its constraints
/// (bellperson `domain.rs`).
#[derive(Clone, Copy, Debug)]
pub struct Domain {
    pub size: usize,
    omega: Scalar,
}

impl Domain {
    /// The domain for so many constraints.
    pub fn for_constraints(constraints: usize) -> Self {
        let size = constraints.max(1).next_power_of_two();
        let mut omega = Scalar::ROOT_OF_UNITY;
        for _ in size.trailing_zeros()..Scalar::S {
            omega = omega.square();
        }
        Domain { size, omega }
    }

    /// tau^size − 1.
    pub fn vanishing_at(&self, tau: Scalar) -> Scalar {
        tau.pow_vartime([self.size as u64]) - Scalar::ONE
    }

    /// L_i(tau) = (tau^m − 1)/m · ω^i/(tau − ω^i) for the first `count` i. `None` when tau is a root
    /// of unity, which no honest seed gives.
    pub fn lagrange_at(&self, tau: Scalar, count: usize) -> Option<Vec<Scalar>> {
        let inverse_size: Option<Scalar> = Scalar::from(self.size as u64).invert().into();
        let factor = self.vanishing_at(tau) * inverse_size?;
        if bool::from(factor.is_zero()) {
            return None;
        }
        let mut values = vec![Scalar::ZERO; count];
        values
            .par_chunks_mut(CHUNK)
            .enumerate()
            .for_each(|(chunk, values)| {
                let first = self.omega.pow_vartime([(chunk * CHUNK) as u64]);
                fill(values, first, self.omega, tau, factor);
            });
        Some(values)
    }
}

/// Fills one chunk with one inversion (Montgomery's trick).
fn fill(values: &mut [Scalar], first: Scalar, omega: Scalar, tau: Scalar, factor: Scalar) {
    let mut power = first;
    let mut product = Scalar::ONE;
    let mut before = Vec::with_capacity(values.len());
    let mut powers = Vec::with_capacity(values.len());
    for _ in values.iter() {
        before.push(product);
        powers.push(power);
        product *= tau - power;
        power *= omega;
    }
    // Not zero: the caller has seen that tau is not in the domain.
    let mut inverse = product.invert().unwrap_or(Scalar::ZERO);
    for (i, value) in values.iter_mut().enumerate().rev() {
        *value = factor * powers[i] * before[i] * inverse;
        inverse *= tau - powers[i];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The polynomial that is i² at ω^i, interpolated at tau, against Horner on a known polynomial.
    #[test]
    fn lagrange_values_interpolate_a_polynomial() {
        let domain = Domain::for_constraints(5);
        assert_eq!(domain.size, 8);
        let tau = Scalar::from(123_456_789);
        let coefficients: Vec<Scalar> = (1..=8).map(|c| Scalar::from(c * c + 1)).collect();
        let evaluate = |x: Scalar| {
            coefficients
                .iter()
                .rev()
                .fold(Scalar::ZERO, |sum, c| sum * x + c)
        };
        let lagrange = domain.lagrange_at(tau, 8).unwrap();
        let mut x = Scalar::ONE;
        let mut sum = Scalar::ZERO;
        for value in lagrange {
            sum += value * evaluate(x);
            x *= domain.omega;
        }
        assert_eq!(x, Scalar::ONE, "omega is of order 8");
        assert_eq!(sum, evaluate(tau));
    }

    #[test]
    fn point_of_the_domain_is_refused() {
        let domain = Domain::for_constraints(8);
        assert!(domain.lagrange_at(domain.omega, 8).is_none());
    }
}
