//! Every number of the outside vectors, through the child.

mod support;

use std::fs;

use serde_json::{Value, json};
use support::{Child, Sector, Start, hex32, sha256, start, vector_data, vectors};

const DATA_2KIB: usize = 2032;

fn sector_of(case: &Value) -> Sector {
    Sector::new(
        case["registered_seal_proof"].as_u64().unwrap(),
        case["actor_id"].as_u64().unwrap(),
        case["sector"].as_u64().unwrap(),
        case["ticket_hex"].as_str().unwrap(),
    )
}

/// Seals a case of the vectors; the sector and the answers of PC1 and PC2.
fn seal(child: &mut Child, case: &Value) -> (Sector, Value, Value) {
    let mut sector = sector_of(case);
    if let Some(data) = vector_data(case["data"].as_str().unwrap(), DATA_2KIB) {
        sector.fill(child, &data);
    }
    let first = child.ok("seal.pc1", sector.pc1_params());
    let second = child.ok("seal.pc2", sector.pc2_params());
    (sector, first, second)
}

#[test]
fn fourteen_seals_give_the_published_commitments() {
    let vectors = vectors("proofs-commr-2kib.json");
    let cases = vectors["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 14);
    let mut child = start();
    for (index, case) in cases.iter().enumerate() {
        let (sector, first, second) = seal(&mut child, case);
        assert_eq!(first["comm_d"], case["comm_d_hex"], "case {index}");
        assert_eq!(first["replica_id"], case["replica_id_hex"], "case {index}");
        assert_eq!(first["layers"], 2);
        assert_eq!(second["comm_r"], case["comm_r_hex"], "case {index}");
        assert_eq!(second["comm_d"], case["comm_d_hex"], "case {index}");
        assert_eq!(second["comm_c"], case["comm_c_hex"], "case {index}");
        assert_eq!(
            second["comm_r_last"], case["comm_r_last_hex"],
            "case {index}"
        );
        for layer in 1..=2 {
            let file = sector.cache(&format!("sc-02-data-layer-{layer}.dat"));
            assert_eq!(
                sha256(file),
                case[format!("layer{layer}_sha256")],
                "case {index}"
            );
        }
        assert_eq!(
            sha256(sector.path("sealed")),
            case["sealed_file_sha256"],
            "case {index}"
        );
        let p_aux = hex::encode(fs::read(sector.cache("p_aux")).unwrap());
        assert_eq!(p_aux, case["p_aux_hex"], "case {index}");
        let id = child.ok(
            "replica.id",
            sector.fields(json!({"comm_d": case["comm_d_hex"]})),
        );
        assert_eq!(id["replica_id"], case["replica_id_hex"]);
    }
}

#[test]
fn snap_updates_give_the_published_commitments() {
    let vectors = vectors("proofs-commr-2kib.json");
    let mut child = start();
    for update in vectors["snap_updates"].as_array().unwrap() {
        let base = &vectors["cases"][update["base_case_index"].as_u64().unwrap() as usize];
        let (mut sector, _, _) = seal(&mut child, base);
        let data = vector_data(update["new_data"].as_str().unwrap(), DATA_2KIB)
            .unwrap_or_else(|| vec![0; DATA_2KIB]);
        sector.fill(&mut child, &data);
        let encode = json!({
            "registered_update_proof": 0,
            "update_path": sector.path("update"),
            "update_cache_dir": sector.path("update-cache"),
            "sector_key_path": sector.path("sealed"),
            "sector_key_cache_dir": sector.path("cache"),
            "staged_path": sector.path("unsealed"),
            "pieces": sector.pieces,
        });
        for round in ["first", "again"] {
            let encoded = child.ok("snap.encode", encode.clone());
            assert_eq!(encoded["comm_d_new"], update["comm_d_new_hex"], "{round}");
            assert_eq!(
                encoded["comm_r_last_new"], update["comm_r_last_new_hex"],
                "{round}"
            );
            assert_eq!(encoded["comm_r_new"], update["comm_r_new_hex"], "{round}");
            assert_eq!(
                sha256(sector.path("update")),
                update["update_file_sha256"],
                "{round}"
            );
        }
        let decoded = child.ok(
            "snap.decode",
            json!({
                "registered_update_proof": 0,
                "output_path": sector.path("decoded"),
                "update_path": sector.path("update"),
                "sector_key_path": sector.path("sealed"),
                "sector_key_cache_dir": sector.path("cache"),
                "comm_d_new": update["comm_d_new_hex"],
            }),
        );
        assert_eq!(decoded["output"]["sha256"], sha256(sector.path("unsealed")));
        let vanilla = child.ok(
            "snap.vanilla",
            json!({
                "registered_update_proof": 0,
                "comm_r_old": base["comm_r_hex"],
                "comm_r_new": update["comm_r_new_hex"],
                "comm_d_new": update["comm_d_new_hex"],
                "sector_key_path": sector.path("sealed"),
                "sector_key_cache_dir": sector.path("cache"),
                "update_path": sector.path("update"),
                "update_cache_dir": sector.path("update-cache"),
                "record_path": sector.path("update.vanilla"),
            }),
        );
        assert_eq!(vanilla["partitions"], 1);
    }
}

/// The index of a sector size among the proof types.
fn size_index(bytes: u64) -> u64 {
    [2 << 10, 8 << 20, 512 << 20, 32 << 30, 64 << 30]
        .iter()
        .position(|b| *b == bytes)
        .unwrap() as u64
}

#[test]
fn window_challenges_are_the_published_ones() {
    let vectors = vectors("proofs-commr-2kib.json");
    let mut child = start();
    for row in vectors["window_post_challenges"]["rows"]
        .as_array()
        .unwrap()
    {
        let answer = child.ok(
            "post.challenges",
            json!({
                "registered_post_proof": 10 + size_index(row["sector_size"].as_u64().unwrap()),
                "randomness": row["randomness_hex"],
                "miner_actor_id": "1000",
                "sector_numbers": [row["sector"].to_string()],
            }),
        );
        let leaves: Vec<u64> = answer["challenges"][0]["leaf_indices"]
            .as_array()
            .unwrap()
            .iter()
            .map(|leaf| leaf.as_str().unwrap().parse().unwrap())
            .collect();
        assert_eq!(json!(leaves), row["challenges"]);
    }
}

#[test]
fn vanilla_proof_has_the_published_bytes() {
    let vectors = vectors("proofs-commr-2kib.json");
    let expected = &vectors["window_post_vanilla_2kib"];
    let case = &vectors["cases"][expected["case_index"].as_u64().unwrap() as usize];
    let mut child = start();
    let (sector, _, sealed) = seal(&mut child, case);
    let answer = child.ok(
        "post.vanilla",
        json!({
            "registered_post_proof": 10,
            "randomness": expected["randomness_hex"],
            "miner_actor_id": "1000",
            "output_dir": sector.path("vanilla"),
            "replicas": [sector.replica(&sealed["comm_r"])],
        }),
    );
    let blob = &answer["sectors"][0]["proof"];
    assert_eq!(blob["length_bytes"], expected["length"].to_string());
    assert_eq!(blob["sha256"], expected["sha256"]);
    let bytes = fs::read(blob["path"].as_str().unwrap()).unwrap();
    assert_eq!(hex::encode(&bytes[..128]), expected["first_128_bytes_hex"]);
}

#[test]
fn parent_caches_have_the_published_digests() {
    let vectors = vectors("proofs-commr-2kib.json");
    let directory = tempfile::tempdir().unwrap();
    let parents = directory.path().join("parents");
    let mut child = Start::new()
        .argument("--parent-cache")
        .argument(parents.to_str().unwrap())
        .start();
    for row in vectors["parent_caches"].as_array().unwrap() {
        let proof = row["registered_seal_proof"].as_u64().unwrap();
        let sector = Sector::new(proof, 1000, 1, &hex32(0));
        child.ok("seal.pc1", sector.pc1_params());
        let file = parents.join(row["file"].as_str().unwrap());
        assert_eq!(
            fs::metadata(&file).unwrap().len(),
            row["bytes"].as_u64().unwrap()
        );
        assert_eq!(sha256(&file), row["sha256"]);
    }
    let expected = &vectors["eight_mib"];
    let sector = Sector::new(6, 1000, 1, expected["ticket_hex"].as_str().unwrap());
    let first = child.ok("seal.pc1", sector.pc1_params());
    assert_eq!(first["comm_d"], expected["comm_d"]);
    assert_eq!(first["replica_id"], expected["replica_id"]);
    let second = child.ok("seal.pc2", sector.pc2_params());
    assert_eq!(second["comm_r"], expected["comm_r"]);
    assert_eq!(second["comm_c"], expected["comm_c"]);
    assert_eq!(second["comm_r_last"], expected["comm_r_last"]);
    assert_eq!(sha256(sector.path("sealed")), expected["replica_sha256"]);
    let caches: Vec<String> = fs::read_dir(&parents)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "cache"))
        .map(sha256)
        .collect();
    assert!(caches.contains(&expected["parent_cache_sha256"].as_str().unwrap().to_owned()));
    // The layers belong to the sector: nothing of another 8 MiB ticket may be taken for them.
    let range = json!({
        "sealed_path": sector.path("sealed"), "comm_d": second["comm_d"],
        "output_path": sector.path("data"),
        "offset_unpadded_bytes": "1000001", "length_unpadded_bytes": "333",
    });
    child.ok("unseal.range", sector.fields(range));
    assert_eq!(fs::read(sector.path("data")).unwrap(), vec![0; 333]);
}

#[test]
fn replica_ids_are_the_published_ones() {
    let mut child = start();
    for case in vectors("proofs-replica-id.json")["cases"]
        .as_array()
        .unwrap()
    {
        let mut params = sector_of(case).fields(json!({"comm_d": case["comm_d_hex"]}));
        params["sector_number"] = json!(case["sector"].to_string());
        let answer = child.ok("replica.id", params);
        assert_eq!(answer["replica_id"], case["replica_id_hex"]);
    }
}

#[test]
fn piece_commitments_are_the_published_ones() {
    let directory = tempfile::tempdir().unwrap();
    let vectors = vectors("proofs-commp-payloads.json");
    let mut child = start();
    for row in vectors["rows"].as_array().unwrap() {
        let path = directory.path().join("payload");
        fs::write(&path, payload(row)).unwrap();
        let unpadded = row["padded"].as_u64().unwrap() / 128 * 127;
        let answer = child.ok(
            "piece.commit",
            json!({"path": path, "unpadded_bytes": unpadded.to_string(), "zero_fill": true}),
        );
        assert_eq!(answer["commitment"], row["commitment_hex"], "{row}");
    }
    for chunk in vectors["fr32_single_chunk"].as_array().unwrap() {
        let path = directory.path().join("chunk");
        fs::write(
            &path,
            hex::decode(chunk["input_hex"].as_str().unwrap()).unwrap(),
        )
        .unwrap();
        let answer = child.ok(
            "piece.commit",
            json!({"path": path, "unpadded_bytes": "127"}),
        );
        assert_eq!(answer["commitment"], chunk["commp_hex"]);
    }
}

/// The bytes that a row's description stands for.
fn payload(row: &Value) -> Vec<u8> {
    let length = row["payload_len"].as_u64().unwrap() as usize;
    let text = row["payload"].as_str().unwrap();
    let mut data = match text {
        "0xCC repeated" => vec![0xcc; length],
        "0xff repeated" => vec![0xff; length],
        "empty payload" | "128 zero bytes" => vec![0; length],
        "ASCII 'a' repeated 1016 times" => vec![b'a'; length],
        "byte i has value i mod 256" => (0..length).map(|i| i as u8).collect(),
        _ if text.starts_with("127 bytes each of 0,1,2,3") => {
            (0..4).flat_map(|byte| vec![byte; 127]).collect()
        }
        _ => {
            let stream = text.strip_prefix("concatenation of sha256('filecoin-sp-vector' || u32");
            assert!(stream.is_some(), "a payload that is not understood: {text}");
            vector_data("sha256('filecoin-sp-vector'||u32be counter)", length).unwrap()
        }
    };
    data.resize(length, 0);
    data
}

#[test]
fn zero_pieces_are_the_published_ones() {
    let vectors = vectors("proofs-zero-commp.json");
    let mut child = start();
    let mut checked = 0;
    for row in vectors["rows"].as_array().unwrap() {
        let padded = row["padded"].as_u64().unwrap_or_else(|| panic!("{row}"));
        if padded > 8 << 20 {
            continue; // Larger ones only cost time: the library hashes every zero.
        }
        let unpadded = (padded / 128 * 127).to_string();
        let answer = child.ok("piece.commit", json!({"unpadded_bytes": unpadded}));
        let expected = row["commitment_hex"]
            .as_str()
            .unwrap_or_else(|| panic!("{row}"));
        assert_eq!(answer["commitment"], expected);
        checked += 1;
    }
    assert_eq!(checked, 17);
}

#[test]
fn sectors_of_several_pieces_have_the_published_comm_d() {
    let composition = &vectors("proofs-commp-payloads.json")["comm_d_composition"];
    let directory = tempfile::tempdir().unwrap();
    let mut child = start();
    for case in composition["cases"].as_array().unwrap() {
        let target = directory.path().join("unsealed");
        let _ = fs::remove_file(&target);
        let mut pieces = Vec::new();
        let mut existing: Vec<String> = Vec::new();
        for piece in case["pieces"].as_array().unwrap() {
            let unpadded = piece["padded"].as_u64().unwrap() / 128 * 127;
            let source = directory.path().join("piece");
            let fill = piece["fill_byte"].as_u64().unwrap() as u8;
            fs::write(&source, vec![fill; unpadded as usize]).unwrap();
            let add = json!({
                "registered_seal_proof": 5,
                "source_path": source,
                "target_path": target,
                "unpadded_bytes": unpadded.to_string(),
                "existing_unpadded_bytes": existing,
            });
            let first = child.ok("piece.add", add.clone());
            let bytes = fs::read(&target).unwrap();
            // A killed run left more than the pieces that the caller knows of: added again, once.
            let again = child.ok("piece.add", add);
            assert_eq!(first, again);
            assert_eq!(fs::read(&target).unwrap(), bytes);
            existing.push(unpadded.to_string());
            pieces.push(first["piece"].clone());
        }
        let answer = child.ok(
            "sector.commd",
            json!({"registered_seal_proof": 5, "pieces": pieces}),
        );
        assert_eq!(answer["comm_d"], case["comm_d_hex"], "{}", case["case"]);
    }
}
