package io.granary.ops.node;

import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import io.granary.protocol.piece.Commitment;
import java.util.function.ToIntFunction;
import java.util.stream.StreamSupport;

/**
 * Whose turn it is among the bridge nodes of the cluster, by rendezvous: every node comes to the
 * same order for a piece without asking anyone, another one for another piece. Thread-safe.
 */
final class BridgeTurns implements ToIntFunction<Commitment> {
  private final Cluster cluster;

  BridgeTurns(Cluster cluster) {
    this.cluster = cluster;
  }

  /** How many go first. */
  @Override
  public int applyAsInt(Commitment piece) {
    long own = weight(cluster.selfMember(), piece);
    return (int)
        StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
            .filter(member -> member.hasRole("bridge") && member.status() == MemberStatus.up())
            .filter(member -> weight(member, piece) > own)
            .count();
  }

  /** The last step of MurmurHash3, so that near hashes come far apart. */
  private static long weight(Member member, Commitment piece) {
    long mixed = member.address().hostPort().hashCode() * 31L + piece.hashCode();
    mixed = (mixed ^ (mixed >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }
}
