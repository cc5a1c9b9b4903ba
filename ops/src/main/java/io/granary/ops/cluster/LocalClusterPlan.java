package io.granary.ops.cluster;

import java.nio.file.Path;

/**
 * What a local cluster is made of.
 *
 * @param folder an empty or missing directory, for everything it writes
 * @param sectorNodes nodes of the roles sector and ops
 * @param proverNodes nodes of the roles storage and prover; each gets copies of all sectors, and
 *     neither Cassandra nor the chain in its configuration
 * @param sectors sealed sectors of t01000 that the chain begins with
 * @param devnetConfig more of the devnet's configuration, HOCON
 * @param nodeConfig more of every node's
 * @param cuttable whether every node gets a loopback address of its own and links that can be cut
 * @param supervised whether the nodes run under supervisors
 */
public record LocalClusterPlan(
    Path folder,
    int sectorNodes,
    int proverNodes,
    int sectors,
    String devnetConfig,
    String nodeConfig,
    boolean cuttable,
    boolean supervised) {
  /** Three sector nodes and two provers, nothing cuttable or supervised. */
  public static LocalClusterPlan of(Path folder, int sectors) {
    return new LocalClusterPlan(folder, 3, 2, sectors, "", "", false, false);
  }

  public LocalClusterPlan withDevnetConfig(String text) {
    return new LocalClusterPlan(
        folder, sectorNodes, proverNodes, sectors, text, nodeConfig, cuttable, supervised);
  }

  public LocalClusterPlan withNodeConfig(String text) {
    return new LocalClusterPlan(
        folder, sectorNodes, proverNodes, sectors, devnetConfig, text, cuttable, supervised);
  }

  public LocalClusterPlan withCuttableLinks() {
    return new LocalClusterPlan(
        folder, sectorNodes, proverNodes, sectors, devnetConfig, nodeConfig, true, supervised);
  }

  public LocalClusterPlan withSupervisors() {
    return new LocalClusterPlan(
        folder, sectorNodes, proverNodes, sectors, devnetConfig, nodeConfig, cuttable, true);
  }
}
