//! Making one circuit's `.params`, `.vk` and `.meta` (Groth16, bellperson's file forms).
//!
//! With u, v, w the circuit's polynomials and t the vanishing polynomial of its domain, the files
//! hold multiples of the generators (bellperson `groth16/params.rs`): h_i = tau^i t(tau)/delta,
//! l = (beta u + alpha v + w)/delta per auxiliary variable, ic the same over gamma per input, a = u and
//! b = v where they are not zero. The secrets come from a seeded generator, so that every machine
//! makes the same bytes.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, ensure};
use bellperson::groth16::VerifyingKey;
use blstrs::{Bls12, G1Affine, G1Projective, G2Affine, Scalar};
use ff::Field;
use group::Curve;
use group::prime::PrimeCurveAffine;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use sha2::{Digest, Sha256};

use super::assembly::{Assembly, Counts, Evaluation};
use super::circuits::Set;
use super::fixed_base::{G1, G2, Table};
use super::lagrange::Domain;
use super::progress::Progress;

/// What the seeds of all circuits are hashed from. Changing it changes every file and needs a new
/// manifest.
pub const SEED_TEXT: &str = "granary local proof parameters 1";

/// The secrets of a set.
struct Secrets {
    alpha: Scalar,
    beta: Scalar,
    gamma: Scalar,
    delta: Scalar,
    tau: Scalar,
}

impl Secrets {
    fn of(identifier: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(SEED_TEXT);
        hash.update([0]);
        hash.update(identifier);
        let mut rng = ChaCha20Rng::from_seed(hash.finalize().into());
        Secrets {
            alpha: Scalar::random(&mut rng),
            beta: Scalar::random(&mut rng),
            gamma: Scalar::random(&mut rng),
            delta: Scalar::random(&mut rng),
            tau: Scalar::random(&mut rng),
        }
    }
}

/// The fixed-base tables, shared by all sets of a run.
pub struct Tables {
    g1: Table<G1>,
    g2: Table<G2>,
}

impl Tables {
    /// Builds both.
    pub fn build() -> Self {
        Tables {
            g1: Table::of_generator(),
            g2: Table::of_generator(),
        }
    }
}

/// Makes the three files of a set in `directory`, under their final names.
pub fn make(
    set: Set,
    tables: &Tables,
    directory: &Path,
    progress: &Arc<Progress>,
) -> anyhow::Result<()> {
    let [params_name, key_name, meta_name] = set.file_names()?;
    let secrets = Secrets::of(&set.identifier()?);
    let gamma_inverse = invert(secrets.gamma)?;
    let delta_inverse = invert(secrets.delta)?;

    progress.begin("count", 0);
    let mut counting = Assembly::counting(Arc::clone(progress));
    set.synthesise(&mut counting)?;
    let counts = counting.counts();
    let domain = Domain::for_constraints(counts.constraints);
    let (inputs, aux) = evaluate(set, counts, domain, secrets.tau, progress)?;

    let extension = |e: &Evaluation| secrets.beta * e.a + secrets.alpha * e.b + e.c;
    let ic: Vec<Scalar> = inputs
        .iter()
        .map(|e| extension(e) * gamma_inverse)
        .collect();
    let key = verifying_key(&secrets, &ic);
    let factor = domain.vanishing_at(secrets.tau) * delta_inverse;
    ensure!(
        !aux.iter().any(|e| bool::from(extension(e).is_zero())),
        "{set}: a variable without a constraint"
    );

    let path = directory.join(&params_name);
    let mut output = create(&path)?;
    key.write(&mut output)?;
    let all = || inputs.iter().chain(&aux);
    let not_zero = |scalar: &Scalar| !bool::from(scalar.is_zero());
    let a: Vec<Scalar> = all().map(|e| e.a).filter(not_zero).collect();
    let b: Vec<Scalar> = all().map(|e| e.b).filter(not_zero).collect();
    let l: Vec<Scalar> = aux.iter().map(|e| extension(e) * delta_inverse).collect();
    drop((inputs, aux));

    // A point of G2 costs about three of G1.
    let h_count = domain.size - 1;
    let work = h_count + l.len() + a.len() + 4 * b.len();
    progress.begin("points", work as u64);
    let mut before = 0;
    let powers = |first: usize, count: usize| {
        let start = factor * secrets.tau.pow_vartime([first as u64]);
        std::iter::successors(Some(start), |power| Some(power * secrets.tau))
            .take(count)
            .collect()
    };
    write_length(&mut output, h_count)?;
    tables
        .g1
        .write_multiples(h_count, powers, &mut output, |n| progress.set(n as u64))?;
    before += h_count;
    for scalars in [&l, &a, &b] {
        write_length(&mut output, scalars.len())?;
        let slice = |first: usize, count: usize| scalars[first..first + count].to_vec();
        let tell = |n: usize| progress.set((before + n) as u64);
        tables
            .g1
            .write_multiples(scalars.len(), slice, &mut output, tell)?;
        before += scalars.len();
    }
    write_length(&mut output, b.len())?;
    let slice = |first: usize, count: usize| b[first..first + count].to_vec();
    let tell = |n: usize| progress.set((before + 3 * n) as u64);
    tables
        .g2
        .write_multiples(b.len(), slice, &mut output, tell)?;
    finish(output, &path)?;

    let path = directory.join(&key_name);
    let mut output = create(&path)?;
    key.write(&mut output)?;
    finish(output, &path)?;
    // The library's `CacheEntryMetadata` as its serde writes it.
    let path = directory.join(&meta_name);
    let mut output = create(&path)?;
    write!(output, "{{\"sector_size\":{}}}", set.sector_bytes())?;
    finish(output, &path)
}

fn evaluate(
    set: Set,
    counts: Counts,
    domain: Domain,
    tau: Scalar,
    progress: &Arc<Progress>,
) -> anyhow::Result<(Vec<Evaluation>, Vec<Evaluation>)> {
    progress.begin("lagrange", 0);
    let lagrange = domain
        .lagrange_at(tau, counts.constraints)
        .context("the secret point lies in the evaluation domain")?;
    progress.begin("synthesis", counts.constraints as u64);
    let mut evaluating = Assembly::evaluating(counts, lagrange, Arc::clone(progress));
    set.synthesise(&mut evaluating)?;
    ensure!(
        evaluating.counts() == counts,
        "{set}: two syntheses of different size"
    );
    Ok(evaluating.into_evaluations())
}

fn invert(scalar: Scalar) -> anyhow::Result<Scalar> {
    Option::from(scalar.invert()).context("a secret is zero")
}

fn verifying_key(secrets: &Secrets, ic: &[Scalar]) -> VerifyingKey<Bls12> {
    let g1 = |scalar: &Scalar| -> G1Affine { (G1Affine::generator() * scalar).to_affine() };
    let g2 = |scalar: &Scalar| -> G2Affine { (G2Affine::generator() * scalar).to_affine() };
    let ic: Vec<G1Projective> = ic.iter().map(|s| G1Affine::generator() * s).collect();
    VerifyingKey {
        alpha_g1: g1(&secrets.alpha),
        beta_g1: g1(&secrets.beta),
        beta_g2: g2(&secrets.beta),
        gamma_g2: g2(&secrets.gamma),
        delta_g1: g1(&secrets.delta),
        delta_g2: g2(&secrets.delta),
        ic: ic.iter().map(Curve::to_affine).collect(),
    }
}

fn create(path: &Path) -> anyhow::Result<BufWriter<File>> {
    let file = File::create(path).with_context(|| format!("create {}", path.display()))?;
    Ok(BufWriter::with_capacity(1 << 20, file))
}

fn finish(output: BufWriter<File>, path: &Path) -> anyhow::Result<()> {
    let file = output.into_inner().map_err(|e| e.into_error());
    file.and_then(|file| file.sync_all())
        .with_context(|| format!("write {}", path.display()))
}

fn write_length(output: &mut impl Write, length: usize) -> io::Result<()> {
    let length = u32::try_from(length).map_err(|_| io::Error::other("too many points"))?;
    output.write_all(&length.to_be_bytes())
}
