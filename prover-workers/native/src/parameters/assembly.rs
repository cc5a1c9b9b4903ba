//! A circuit's QAP, evaluated at one point while the circuit is being synthesised.
//!
//! A first synthesis counts. A second adds coefficient · L_i(tau) for every term of every
//! constraint i to three sums of its variable, so that memory grows with the variables and not
//! with the matrix.

use std::sync::Arc;

use bellperson::{ConstraintSystem, Index, LinearCombination, SynthesisError, Variable};
use blstrs::Scalar;
use ff::Field;

use super::progress::Progress;

/// u(tau), v(tau) and w(tau) of one variable.
#[derive(Clone, Copy)]
pub struct Evaluation {
    pub a: Scalar,
    pub b: Scalar,
    pub c: Scalar,
}

const NOTHING: Evaluation = Evaluation {
    a: Scalar::ZERO,
    b: Scalar::ZERO,
    c: Scalar::ZERO,
};

/// How large a circuit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    pub inputs: usize,
    pub aux: usize,
    pub constraints: usize,
}

/// The constraint system of both passes.
pub struct Assembly {
    counts: Counts,
    progress: Arc<Progress>,
    evaluating: Option<Evaluating>,
}

struct Evaluating {
    lagrange: Vec<Scalar>,
    inputs: Vec<Evaluation>,
    aux: Vec<Evaluation>,
}

impl Assembly {
    /// The counting pass.
    pub fn counting(progress: Arc<Progress>) -> Self {
        let counts = Counts {
            inputs: 0,
            aux: 0,
            constraints: 0,
        };
        Assembly {
            counts,
            progress,
            evaluating: None,
        }
    }

    /// The evaluating pass, for a circuit of that size, with L_i(tau) for every constraint.
    pub fn evaluating(counts: Counts, lagrange: Vec<Scalar>, progress: Arc<Progress>) -> Self {
        let evaluating = Evaluating {
            lagrange,
            inputs: vec![NOTHING; counts.inputs],
            aux: vec![NOTHING; counts.aux],
        };
        let mut assembly = Assembly::counting(progress);
        assembly.evaluating = Some(evaluating);
        assembly
    }

    /// What was counted.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The sums of inputs and auxiliary variables.
    pub fn into_evaluations(self) -> (Vec<Evaluation>, Vec<Evaluation>) {
        self.evaluating
            .map(|e| (e.inputs, e.aux))
            .unwrap_or_default()
    }

    /// One constraint `input · 0 = 0` for each input, which keeps the inputs independent (bellperson
    /// `groth16/generator.rs`).
    pub fn constrain_inputs(&mut self) {
        for input in 0..self.counts.inputs {
            let variable = Variable::new_unchecked(Index::Input(input));
            self.enforce(|| "", |lc| lc + variable, |lc| lc, |lc| lc);
        }
    }
}

impl Evaluating {
    fn add(
        &mut self,
        combination: LinearCombination<Scalar>,
        weight: Scalar,
        sum: fn(&mut Evaluation) -> &mut Scalar,
    ) {
        for (variable, coefficient) in combination.iter() {
            let evaluation = match variable.get_unchecked() {
                Index::Input(i) => &mut self.inputs[i],
                Index::Aux(i) => &mut self.aux[i],
            };
            *sum(evaluation) += weight * coefficient;
        }
    }
}

impl ConstraintSystem<Scalar> for Assembly {
    type Root = Self;

    fn alloc<F, A, AR>(&mut self, _: A, _: F) -> Result<Variable, SynthesisError>
    where
        F: FnOnce() -> Result<Scalar, SynthesisError>,
        A: FnOnce() -> AR,
        AR: Into<String>,
    {
        let index = self.counts.aux;
        self.counts.aux += 1;
        Ok(Variable::new_unchecked(Index::Aux(index)))
    }

    fn alloc_input<F, A, AR>(&mut self, _: A, _: F) -> Result<Variable, SynthesisError>
    where
        F: FnOnce() -> Result<Scalar, SynthesisError>,
        A: FnOnce() -> AR,
        AR: Into<String>,
    {
        let index = self.counts.inputs;
        self.counts.inputs += 1;
        Ok(Variable::new_unchecked(Index::Input(index)))
    }

    fn enforce<A, AR, LA, LB, LC>(&mut self, _: A, a: LA, b: LB, c: LC)
    where
        A: FnOnce() -> AR,
        AR: Into<String>,
        LA: FnOnce(LinearCombination<Scalar>) -> LinearCombination<Scalar>,
        LB: FnOnce(LinearCombination<Scalar>) -> LinearCombination<Scalar>,
        LC: FnOnce(LinearCombination<Scalar>) -> LinearCombination<Scalar>,
    {
        if let Some(evaluating) = &mut self.evaluating {
            let weight = evaluating.lagrange[self.counts.constraints];
            evaluating.add(a(LinearCombination::zero()), weight, |e| &mut e.a);
            evaluating.add(b(LinearCombination::zero()), weight, |e| &mut e.b);
            evaluating.add(c(LinearCombination::zero()), weight, |e| &mut e.c);
        }
        self.counts.constraints += 1;
        if self.counts.constraints.is_multiple_of(4096) {
            self.progress.set(self.counts.constraints as u64);
        }
    }

    fn push_namespace<NR, N>(&mut self, _: N)
    where
        NR: Into<String>,
        N: FnOnce() -> NR,
    {
        // Names are for test constraint systems.
    }

    fn pop_namespace(&mut self) {}

    fn get_root(&mut self) -> &mut Self::Root {
        self
    }
}
