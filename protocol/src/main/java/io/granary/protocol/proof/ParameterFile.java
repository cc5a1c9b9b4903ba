package io.granary.protocol.proof;

import io.granary.protocol.Bytes;
import io.granary.protocol.SectorSize;
import io.granary.protocol.hash.Sha256;
import java.nio.charset.StandardCharsets;

/**
 * A set of Groth16 parameters: one circuit of one sector size. Its files are named by a hash of a
 * text that describes the circuit (rust-fil-proofs, storage-proofs-core parameter_cache.rs).
 */
public record ParameterFile(SectorSize sectorSize, Circuit circuit) {
  /** The version all files of today carry. */
  private static final String VERSION = "v28";

  /** The bytes of a node of a sector's graph. */
  private static final int NODE_BYTES = 32;

  /** The circuits that exist for each sector size. */
  public enum Circuit {
    POREP,
    WINDOW_POST,
    WINNING_POST,
    EMPTY_SECTOR_UPDATE
  }

  /** The text that is hashed into the file's name. */
  public String identifier() {
    long nodes = sectorSize.bytes() / NODE_BYTES;
    return switch (circuit) {
      case POREP ->
          ("layered_drgporep::PublicParams{ graph: stacked_graph::StackedGraph{expansion_degree: 8"
                  + " base_graph: drgraph::BucketGraph{size: %d; degree: 6; hasher:"
                  + " poseidon_hasher} }, challenges: LayerChallenges { layers: %d, max_count: %d"
                  + " }, tree: %s }")
              .formatted(nodes, large() ? 11 : 2, large() ? 18 : 2, tree());
      case WINDOW_POST -> fallbackPoSt(10, sectorSize.windowPoStPartitionSectors());
      case WINNING_POST -> fallbackPoSt(1, 66);
      case EMPTY_SECTOR_UPDATE ->
          "empty_sector_update::PublicParams{ sector_nodes: %d }".formatted(nodes);
    };
  }

  private String fallbackPoSt(int challenges, int sectors) {
    return "FallbackPoSt::PublicParams{sector_size: %d, challenge_count: %d, sector_count: %d}"
        .formatted(sectorSize.bytes(), challenges, sectors);
  }

  private boolean large() {
    return sectorSize.compareTo(SectorSize.SIZE_32GIB) >= 0;
  }

  /** The shape of tree R: arity of base, sub and top. */
  private String tree() {
    String shape =
        switch (sectorSize) {
          case SIZE_2KIB, SIZE_8MIB, SIZE_512MIB -> "8-0-0";
          case SIZE_32GIB -> "8-8-0";
          case SIZE_64GIB -> "8-8-2";
        };
    return "merkletree-poseidon_hasher-" + shape;
  }

  /** The name of the files without their suffix. */
  public String baseName() {
    String prefix =
        switch (circuit) {
          case POREP -> "stacked-proof-of-replication-" + tree() + "-sha256_hasher";
          case WINDOW_POST, WINNING_POST -> "proof-of-spacetime-fallback-" + tree();
          case EMPTY_SECTOR_UPDATE -> "empty-sector-update-" + tree();
        };
    Bytes text = Bytes.of(identifier().getBytes(StandardCharsets.UTF_8));
    return VERSION + "-" + prefix + "-" + Sha256.hash(text).toHex();
  }

  /** The file with the proving key. */
  public String paramsName() {
    return baseName() + ".params";
  }

  /** The file with the verifying key. */
  public String verifyingKeyName() {
    return baseName() + ".vk";
  }

  /** The file with the circuit's description. */
  public String metadataName() {
    return baseName() + ".meta";
  }
}
