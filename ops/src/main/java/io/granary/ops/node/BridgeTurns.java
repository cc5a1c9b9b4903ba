package io.granary.ops.node;

import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import io.granary.protocol.piece.Commitment;
import java.util.Collection;
import java.util.Comparator;
import java.util.function.ToIntFunction;
import java.util.stream.StreamSupport;

/**
 * Whose turn it is among the bridge nodes of the cluster, by rendezvous: every node comes to the
 * same order for a piece without asking anyone, another one for another piece. A node that joins or
 * leaves changes nothing in the order of the others. Thread-safe.
 */
final class BridgeTurns implements ToIntFunction<Commitment> {
  private final Cluster cluster;

  BridgeTurns(Cluster cluster) {
    this.cluster = cluster;
  }

  /** How many go first. */
  @Override
  public int applyAsInt(Commitment piece) {
    return before(
        piece,
        cluster.selfMember().address().hostPort(),
        StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
            .filter(member -> member.hasRole("bridge") && member.status() == MemberStatus.up())
            .map(member -> member.address().hostPort())
            .toList());
  }

  /**
   * How many of {@code bridges} go before {@code own} with a piece.
   *
   * @param own which may be among them or not
   */
  static int before(Commitment piece, String own, Collection<String> bridges) {
    Comparator<String> order =
        Comparator.<String>comparingLong(bridge -> weight(bridge, piece))
            .thenComparing(Comparator.naturalOrder());
    return (int) bridges.stream().filter(bridge -> order.compare(bridge, own) < 0).count();
  }

  /** What every process comes to; Java promises that of no record's hash code. */
  private static long weight(String bridge, Commitment piece) {
    long first = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      first = (first << Byte.SIZE) | (piece.bytes().at(i) & 0xff);
    }
    return mixed(first ^ mixed(bridge.hashCode()));
  }

  /** The last step of MurmurHash3, so that near hashes come far apart. */
  private static long mixed(long hash) {
    long mixed = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }
}
