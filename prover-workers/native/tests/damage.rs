//! Damaged files are named, and their siblings are not harmed.

mod support;

use std::fs;

use serde_json::{Value, json};
use support::{Child, Sector, ensure_parameters, hex32, start};

const RANDOMNESS: u8 = 0x44;

fn sealed_sectors(child: &mut Child, count: u64) -> Vec<(Sector, Value)> {
    (1..=count)
        .map(|number| {
            let sector = Sector::new(5, 1000, number, &hex32(7));
            let sealed = sector.seal(child);
            (sector, sealed["comm_r"].clone())
        })
        .collect()
}

fn vanilla_params(sectors: &[(Sector, Value)]) -> Value {
    let replicas: Vec<Value> = sectors
        .iter()
        .map(|(s, comm_r)| s.replica(comm_r))
        .collect();
    json!({
        "registered_post_proof": 10,
        "randomness": hex32(RANDOMNESS),
        "miner_actor_id": "1000",
        "output_dir": sectors[0].0.path("vanilla"),
        "replicas": replicas,
    })
}

/// Damages the second of three sectors; its row of the answer, after the others were seen whole.
fn row_after(damage: impl Fn(&Sector)) -> Value {
    let mut child = start();
    let sectors = sealed_sectors(&mut child, 3);
    damage(&sectors[1].0);
    let answer = child.ok("post.vanilla", vanilla_params(&sectors));
    let rows = answer["sectors"].as_array().unwrap();
    for whole in [0, 2] {
        let path = rows[whole]["proof"]["path"]
            .as_str()
            .unwrap_or_else(|| panic!("{answer}"));
        assert!(fs::metadata(path).unwrap().len() > 0);
    }
    assert_eq!(rows[1]["sector_number"], "2");
    assert!(rows[1].get("proof").is_none());
    assert_eq!(rows[1]["error"]["sector_numbers"], json!(["2"]));
    assert!(
        !sectors[0].0.path("vanilla/2.vanilla").exists(),
        "a bad proof was published"
    );
    let stages: Vec<(String, String)> = child
        .seen()
        .iter()
        .filter(|frame| frame["type"] == "progress" && frame["sector_number"] == "2")
        .map(|f| {
            (
                f["stage"].as_str().unwrap().to_owned(),
                f["id"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    assert_eq!(stages.len(), 2);
    assert_eq!(
        (stages[0].0.as_str(), stages[1].0.as_str()),
        ("vanilla.started", "vanilla.failed")
    );
    rows[1]["error"].clone()
}

fn flip(path: &std::path::Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

#[test]
fn damaged_comm_c_in_p_aux_is_named_by_sector() {
    // The library makes a vanilla proof over this without complaint.
    let error = row_after(|sector| flip(&sector.cache("p_aux"), 3));
    assert_eq!(error["kind"], "faulty_sectors", "{error}");
    assert!(
        error["message"].as_str().unwrap().contains("p_aux"),
        "{error}"
    );
}

#[test]
fn damaged_comm_r_last_in_p_aux_is_named_by_sector() {
    let error = row_after(|sector| flip(&sector.cache("p_aux"), 35));
    assert_eq!(error["kind"], "faulty_sectors", "{error}");
}

#[test]
fn flipped_byte_in_the_sealed_file_is_named_by_sector() {
    // 2 KiB trees keep one row, so every challenge reads the whole replica.
    let error = row_after(|sector| flip(&sector.path("sealed"), 700));
    assert_eq!(error["kind"], "faulty_sectors", "{error}");
}

#[test]
fn damaged_tree_is_named_by_sector() {
    let error = row_after(|sector| {
        let tree = sector.cache("sc-02-data-tree-r-last.dat");
        let zeros = vec![0; fs::metadata(&tree).unwrap().len() as usize];
        fs::write(tree, zeros).unwrap();
    });
    assert_eq!(error["kind"], "faulty_sectors", "{error}");
}

#[test]
fn files_of_the_wrong_length_are_missing_files() {
    for name in ["sealed", "cache/p_aux", "cache/sc-02-data-tree-r-last.dat"] {
        for cut in [0, 1] {
            let error = row_after(|sector| {
                let file = fs::OpenOptions::new()
                    .write(true)
                    .open(sector.path(name))
                    .unwrap();
                let length = file.metadata().unwrap().len();
                file.set_len(if cut == 0 { 0 } else { length - 1 }).unwrap();
            });
            assert_eq!(error["kind"], "missing_files", "{name}: {error}");
            assert!(
                error["path"].as_str().unwrap().ends_with(name),
                "{name}: {error}"
            );
        }
        let error = row_after(|sector| fs::remove_file(sector.path(name)).unwrap());
        assert_eq!(error["kind"], "missing_files", "{name}: {error}");
    }
}

#[test]
fn missing_t_aux_harms_no_proof() {
    let mut child = start();
    let sectors = sealed_sectors(&mut child, 1);
    fs::remove_file(sectors[0].0.cache("t_aux")).unwrap();
    let answer = child.ok("post.vanilla", vanilla_params(&sectors));
    assert!(
        answer["sectors"][0]["proof"]["sha256"].is_string(),
        "{answer}"
    );
}

#[test]
fn sector_with_another_comm_r_is_named() {
    let mut child = start();
    let mut sectors = sealed_sectors(&mut child, 2);
    let other = sectors[0].1.clone();
    sectors[1].1 = other;
    let answer = child.ok("post.vanilla", vanilla_params(&sectors));
    assert!(answer["sectors"][0]["proof"].is_object());
    assert_eq!(answer["sectors"][1]["error"]["kind"], "faulty_sectors");
}

#[test]
fn bad_vanilla_files_are_named_before_the_snark() {
    ensure_parameters(&["window_post"]);
    let mut child = start();
    let sectors = sealed_sectors(&mut child, 2);
    let made = child.ok("post.vanilla", vanilla_params(&sectors));
    let rows: Vec<Value> = made["sectors"]
        .as_array()
        .unwrap()
        .iter()
        .zip(&sectors)
        .map(|(row, (_, comm_r))| {
            json!({
                "sector_number": row["sector_number"], "comm_r": comm_r,
                "path": row["proof"]["path"],
            })
        })
        .collect();
    let params = |rows: &[Value], randomness: u8| {
        json!({
            "registered_post_proof": 10, "randomness": hex32(randomness),
            "miner_actor_id": "1000", "partition_index": 0, "vanilla": rows,
        })
    };
    // Proofs for another challenge: all of them.
    let error = child.error("post.window.partition", params(&rows, RANDOMNESS + 1));
    assert_eq!(error["kind"], "faulty_sectors");
    assert_eq!(error["sector_numbers"], json!(["1", "2"]));
    // One damaged byte anywhere in one file: that one.
    let path = rows[1]["path"].as_str().unwrap().to_owned();
    let whole = fs::read(&path).unwrap();
    for at in [0, 9, 100, whole.len() / 2, whole.len() - 1] {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&path, bytes).unwrap();
        let error = child.error("post.window.partition", params(&rows, RANDOMNESS));
        assert_eq!(error["kind"], "faulty_sectors", "byte {at}: {error}");
        assert_eq!(error["sector_numbers"], json!(["2"]), "byte {at}");
    }
    fs::write(&path, &whole[..100]).unwrap();
    let error = child.error("post.window.partition", params(&rows, RANDOMNESS));
    assert_eq!(error["sector_numbers"], json!(["2"]));
    // Wrong order and a sector named twice are the caller's mistakes.
    let reversed: Vec<Value> = rows.iter().rev().cloned().collect();
    let error = child.error("post.window.partition", params(&reversed, RANDOMNESS));
    assert_eq!(error["field"], "params.vanilla");
    let twice = [rows[0].clone(), rows[0].clone()];
    let error = child.error("post.window.partition", params(&twice, RANDOMNESS));
    assert_eq!(error["field"], "params.vanilla");
}

#[test]
fn sealing_stages_name_what_an_earlier_stage_should_have_left() {
    let mut child = start();
    let sector = Sector::new(5, 1000, 1, &hex32(7));
    let error = child.error("seal.pc2", sector.pc2_params());
    assert_eq!(error["kind"], "missing_files");
    child.ok("seal.pc1", sector.pc1_params());
    let layer = sector.cache("sc-02-data-layer-1.dat");
    let bytes = fs::read(&layer).unwrap();
    fs::write(&layer, &bytes[1..]).unwrap();
    let error = child.error("seal.pc2", sector.pc2_params());
    assert_eq!(error["kind"], "missing_files");
    assert_eq!(error["path"], json!(layer));
    fs::write(&layer, &bytes).unwrap();
    // A data tree of other data: its root is not the record's CommD.
    let tree = sector.cache("sc-02-data-tree-d.dat");
    let whole = fs::read(&tree).unwrap();
    flip(&tree, whole.len() - 5);
    let error = child.error("seal.pc2", sector.pc2_params());
    assert_eq!(error["path"], json!(tree));
    fs::write(&tree, whole).unwrap();
    let sealed = child.ok("seal.pc2", sector.pc2_params());
    let comm = |name: &str| sealed[name].as_str().unwrap().to_owned();
    let check = |child: &mut Child, stage: &str| {
        let params = json!({
            "registered_seal_proof": 5, "cache_dir": sector.path("cache"),
            "sealed_path": sector.path("sealed"), "stage": stage,
        });
        child.ok("cache.check", params)
    };
    assert_eq!(check(&mut child, "c1")["valid"], true);
    fs::remove_file(sector.cache("sc-02-data-tree-c.dat")).unwrap();
    let answer = check(&mut child, "c1");
    assert_eq!(answer["valid"], false);
    assert_eq!(answer["path"], json!(sector.cache("sc-02-data-tree-c.dat")));
    let error = child.error(
        "seal.c1check",
        sector.c1_params(&comm("comm_r"), &comm("comm_d")),
    );
    assert_eq!(error["kind"], "missing_files");
    assert_eq!(check(&mut child, "post")["valid"], true);
}

#[test]
fn wrong_comm_r_fails_the_c1_check() {
    let mut child = start();
    let sectors = sealed_sectors(&mut child, 2);
    let comm_d = child.ok(
        "sector.commd",
        json!({"registered_seal_proof": 5, "pieces": []}),
    );
    let comm_d = comm_d["comm_d"].as_str().unwrap();
    let good = sectors[0].1.as_str().unwrap();
    child.ok("seal.c1check", sectors[0].0.c1_params(good, comm_d));
    let other = sectors[1].1.as_str().unwrap();
    let error = child.error("seal.c1check", sectors[0].0.c1_params(other, comm_d));
    assert_eq!(error["kind"], "proof_self_check", "{error}");
}

#[test]
fn cleared_cache_still_proves_and_unseals() {
    let mut child = start();
    let mut sector = Sector::new(5, 1000, 6, &hex32(7));
    let data: Vec<u8> = (0..2032u32).map(|i| (i * 7) as u8).collect();
    sector.fill(&mut child, &data);
    let sealed = sector.seal(&mut child);
    let cleared = child.ok("cache.clear", json!({"cache_dir": sector.path("cache")}));
    assert_eq!(cleared["removed_files"], 4);
    let mut names: Vec<String> = fs::read_dir(sector.path("cache"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["p_aux", "sc-02-data-tree-r-last.dat", "t_aux"]);
    let sectors = [(sector, sealed["comm_r"].clone())];
    let answer = child.ok("post.vanilla", vanilla_params(&sectors));
    assert!(answer["sectors"][0]["proof"].is_object());
    let sector = &sectors[0].0;
    for (offset, length) in [
        (0, 2032),
        (0, 1),
        (126, 2),
        (127, 127),
        (500, 1000),
        (2031, 1),
    ] {
        let params = sector.fields(json!({
            "sealed_path": sector.path("sealed"), "comm_d": sealed["comm_d"],
            "output_path": sector.path("range"),
            "offset_unpadded_bytes": offset.to_string(),
            "length_unpadded_bytes": length.to_string(),
        }));
        child.ok("unseal.range", params);
        let read = fs::read(sector.path("range")).unwrap();
        assert!(
            read == data[offset..offset + length],
            "range {offset}+{length}"
        );
    }
    assert!(!sector.path("range.unsealing").exists());
}
