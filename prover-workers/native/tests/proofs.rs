//! Real proofs with the locally made 2 KiB parameters, made and verified by different children.

mod support;

use serde_json::{Value, json};
use support::{Child, Sector, Start, ensure_parameters, hex32, start};

/// Sectors 1 to `count` of one miner, sealed; each with its CommR.
fn sealed_sectors(child: &mut Child, count: u64) -> Vec<(Sector, Value)> {
    (1..=count)
        .map(|number| {
            let sector = Sector::new(5, 1000, number, &hex32(7));
            let sealed = sector.seal(child);
            (sector, sealed["comm_r"].clone())
        })
        .collect()
}

/// The `vanilla` list of a SNARK request.
fn vanilla_of(
    child: &mut Child,
    proof: u64,
    randomness: &str,
    sectors: &[(Sector, Value)],
) -> Value {
    let replicas: Vec<Value> = sectors
        .iter()
        .map(|(s, comm_r)| s.replica(comm_r))
        .collect();
    let answer = child.ok(
        "post.vanilla",
        json!({
            "registered_post_proof": proof,
            "randomness": randomness,
            "miner_actor_id": "1000",
            "output_dir": sectors[0].0.path("vanilla"),
            "replicas": replicas,
        }),
    );
    let rows: Vec<Value> = answer["sectors"]
        .as_array()
        .unwrap()
        .iter()
        .zip(sectors)
        .map(|(row, (_, comm_r))| {
            json!({
                "sector_number": row["sector_number"],
                "comm_r": comm_r,
                "path": row["proof"]["path"],
                "sha256": row["proof"]["sha256"],
            })
        })
        .collect();
    json!(rows)
}

fn public(sectors: &[(Sector, Value)]) -> Value {
    let rows: Vec<Value> = sectors
        .iter()
        .map(|(s, comm_r)| json!({"sector_number": s.number.to_string(), "comm_r": comm_r}))
        .collect();
    json!(rows)
}

#[test]
fn window_proof_of_two_partitions_verifies_whole_and_by_parts() {
    ensure_parameters(&["window_post"]);
    let randomness = hex32(0x21);
    let mut prover = start();
    let mut verifier = Start::new().argument("--class").argument("verify").start();
    let sectors = sealed_sectors(&mut prover, 3);
    let vanilla = vanilla_of(&mut prover, 10, &randomness, &sectors);
    let vanilla = vanilla.as_array().unwrap();
    let mut proofs = Vec::new();
    for (index, part) in vanilla.chunks(2).enumerate() {
        let made = prover.ok(
            "post.window.partition",
            json!({
                "registered_post_proof": 10,
                "randomness": randomness,
                "miner_actor_id": "1000",
                "partition_index": index,
                "vanilla": part,
            }),
        );
        proofs.push(made["proof"].clone());
    }
    let merged = prover.ok(
        "post.merge",
        json!({"registered_post_proof": 10, "proofs": proofs}),
    );
    let mut verify = |sectors: Value, randomness: &str, proof: &Value| {
        verifier.ok(
            "verify.window",
            json!({
                "registered_post_proof": 10,
                "randomness": randomness,
                "miner_actor_id": "1000",
                "sectors": sectors,
                "proof": proof,
            }),
        )
    };
    let all = public(&sectors);
    assert_eq!(
        verify(all.clone(), &randomness, &merged["proof"])["valid"],
        true
    );
    assert_eq!(
        verify(public(&sectors[..2]), &randomness, &proofs[0])["valid"],
        true
    );
    assert_eq!(
        verify(public(&sectors[2..]), &randomness, &proofs[1])["valid"],
        true
    );
    // Wrong statements are invalid, and so are broken bytes.
    assert_eq!(
        verify(all.clone(), &hex32(0x22), &merged["proof"])["valid"],
        false
    );
    assert_eq!(
        verify(public(&sectors[..2]), &randomness, &proofs[1])["valid"],
        false
    );
    let mut broken = hex::decode(merged["proof"].as_str().unwrap()).unwrap();
    broken[10] ^= 1;
    assert_eq!(
        verify(all.clone(), &randomness, &json!(hex::encode(broken)))["valid"],
        false
    );
    assert_eq!(
        verify(all, &randomness, &proofs[0])["valid"],
        false,
        "a partition is missing"
    );
}

#[test]
fn winning_proof_verifies() {
    ensure_parameters(&["winning_post"]);
    let randomness = hex32(0x31);
    let mut prover = start();
    let sectors = sealed_sectors(&mut prover, 1);
    let chosen = prover.ok(
        "post.winning.choose",
        json!({
            "registered_post_proof": 0, "randomness": randomness, "miner_actor_id": "1000",
            "sector_count": "1",
        }),
    );
    assert_eq!(chosen["indices"], json!(["0"]));
    let vanilla = vanilla_of(&mut prover, 0, &randomness, &sectors);
    let made = prover.ok(
        "post.winning.prove",
        json!({
            "registered_post_proof": 0, "randomness": randomness, "miner_actor_id": "1000",
            "vanilla": vanilla,
        }),
    );
    let mut verifier = start();
    // The proof does not bind the prover, only the sector, its CommR and the randomness.
    for (randomness, valid) in [(randomness, true), (hex32(0x32), false)] {
        let answer = verifier.ok(
            "verify.winning",
            json!({
                "registered_post_proof": 0, "randomness": randomness, "miner_actor_id": "1000",
                "sectors": public(&sectors), "proof": made["proof"],
            }),
        );
        assert_eq!(answer["valid"], valid, "{randomness}: {answer}");
    }
}

#[test]
fn seal_proof_verifies() {
    ensure_parameters(&["porep"]);
    let mut prover = start();
    let mut sector = Sector::new(5, 1000, 4, &hex32(9));
    sector.fill(&mut prover, &vec![0x5a; 2032]);
    let sealed = sector.seal(&mut prover);
    let (comm_r, comm_d) = (
        sealed["comm_r"].as_str().unwrap(),
        sealed["comm_d"].as_str().unwrap(),
    );
    let mut params = sector.c1_params(comm_r, comm_d);
    assert_eq!(prover.ok("seal.c1check", params.clone())["checked"], 3);
    params["seed"] = json!(hex32(0x11));
    params["record_path"] = json!(sector.path("c1.json"));
    let record = prover.ok("seal.c1", params)["record"].clone();
    let made = prover.ok(
        "seal.c2",
        json!({
            "registered_seal_proof": 5, "miner_actor_id": "1000", "sector_number": "4",
            "record_path": record["path"], "record_sha256": record["sha256"],
        }),
    );
    assert_eq!(made["proof"].as_str().unwrap().len(), 2 * 192);
    let stages: Vec<&str> = prover
        .seen()
        .iter()
        .filter_map(|frame| frame["stage"].as_str())
        .collect();
    for stage in [
        "pc1.layer",
        "pc2.tree_c",
        "pc2.tree_r_last",
        "snark.synthesis",
        "snark.prove",
    ] {
        assert!(stages.contains(&stage), "no progress {stage}");
    }
    let mut verifier = start();
    let mut verify = |seed: String, proof: &str| {
        verifier.ok(
            "verify.seal",
            sector.fields(json!({
                "seed": seed, "comm_r": comm_r, "comm_d": comm_d, "proof": proof,
            })),
        )
    };
    let proof = made["proof"].as_str().unwrap();
    assert_eq!(verify(hex32(0x11), proof)["valid"], true);
    assert_eq!(verify(hex32(0x12), proof)["valid"], false);
    assert_eq!(verify(hex32(0x11), &proof[2..])["valid"], false);
}

#[test]
fn update_proof_verifies() {
    ensure_parameters(&["empty_sector_update"]);
    let mut prover = start();
    let mut sector = Sector::new(5, 1000, 5, &hex32(9));
    let old = sector.seal(&mut prover);
    sector.fill(&mut prover, &vec![0xa5; 2032]);
    let files = json!({
        "sector_key_path": sector.path("sealed"), "sector_key_cache_dir": sector.path("cache"),
        "update_path": sector.path("update"), "update_cache_dir": sector.path("update-cache"),
    });
    let with = |more: Value| {
        let mut params = more;
        params["registered_update_proof"] = json!(0);
        params
    };
    let mut encode = with(files.clone());
    encode["staged_path"] = json!(sector.path("unsealed"));
    encode["pieces"] = sector.pieces.clone();
    let new = prover.ok("snap.encode", encode);
    let commitments = json!({
        "comm_r_old": old["comm_r"], "comm_r_new": new["comm_r_new"],
        "comm_d_new": new["comm_d_new"],
    });
    let mut vanilla = with(commitments.clone());
    for (name, value) in files.as_object().unwrap() {
        vanilla[name] = value.clone();
    }
    vanilla["record_path"] = json!(sector.path("update.vanilla"));
    let record = prover.ok("snap.vanilla", vanilla)["record"].clone();
    let mut prove = with(commitments.clone());
    prove["record_path"] = record["path"].clone();
    prove["record_sha256"] = record["sha256"].clone();
    let made = prover.ok("snap.prove", prove);
    let mut verifier = start();
    let mut verify = with(commitments);
    verify["proof"] = made["proof"].clone();
    assert_eq!(verifier.ok("verify.update", verify.clone())["valid"], true);
    verify["comm_r_old"] = json!(hex32(1));
    assert_eq!(verifier.ok("verify.update", verify)["valid"], false);
    // The updated replica is proven like any other, with its own files and CommR.
    ensure_parameters(&["window_post"]);
    let replica = json!({
        "sector_number": "5", "comm_r": new["comm_r_new"],
        "sealed_path": sector.path("update"), "cache_dir": sector.path("update-cache"),
    });
    let answer = prover.ok(
        "post.vanilla",
        json!({
            "registered_post_proof": 10, "randomness": hex32(3), "miner_actor_id": "1000",
            "output_dir": sector.path("vanilla"), "replicas": [replica],
        }),
    );
    assert!(
        answer["sectors"][0]["proof"]["sha256"].is_string(),
        "{answer}"
    );
}

#[test]
fn missing_parameters_are_named() {
    let empty = tempfile::tempdir().unwrap();
    let mut child = Start::new()
        .argument("--parameter-cache")
        .argument(empty.path().to_str().unwrap())
        .start();
    let sectors = sealed_sectors(&mut child, 1);
    let vanilla = vanilla_of(&mut child, 10, &hex32(1), &sectors);
    let error = child.error(
        "post.window.partition",
        json!({
            "registered_post_proof": 10, "randomness": hex32(1), "miner_actor_id": "1000",
            "partition_index": 0, "vanilla": vanilla,
        }),
    );
    assert_eq!(error["kind"], "missing_params");
    assert!(error["path"].as_str().unwrap().ends_with(".params"));
    let verify = json!({
        "registered_post_proof": 10, "randomness": hex32(1), "miner_actor_id": "1000",
        "sectors": public(&sectors), "proof": "00".repeat(192),
    });
    assert_eq!(
        child.error("verify.window", verify)["kind"],
        "missing_params"
    );
    let check = child.ok("params.check", json!({"sector_padded_bytes": "2048"}));
    assert_eq!(check["complete"], false);
    assert_eq!(check["files"].as_array().unwrap().len(), 12);
}
