package io.granary.ops.cluster;

import io.granary.protocol.Bytes;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.actor.PoStPartition;
import io.granary.protocol.actor.SubmitWindowedPoStParams;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was executed on a chain, as {@link ChainReader} read it.
 *
 * @param head the newest epoch read
 * @param messages every executed message, oldest first
 */
public record ChainRecord(long head, List<Executed> messages) {
  private static final long EXIT_OK = 0;

  public ChainRecord {
    messages = List.copyOf(messages);
  }

  /** A message and how it ended, in the epoch of its tipset. */
  public record Executed(
      long epoch,
      String cid,
      String from,
      String to,
      long nonce,
      long method,
      String params,
      long exit) {
    private SubmitWindowedPoStParams post() {
      return SubmitWindowedPoStParams.fromCbor(Bytes.of(Base64.getDecoder().decode(params)));
    }
  }

  /** A partition of one proving period that was proven on chain. */
  public record ProvenPartition(long epoch, long deadline, long partition) {}

  /** Reads the whole chain of {@code node} once. */
  public static ChainRecord read(URI node) {
    return new ChainReader(node).read();
  }

  /** The nonces of each sender in the order of execution. */
  public Map<String, List<Long>> noncesBySender() {
    Map<String, List<Long>> nonces = new TreeMap<>();
    for (Executed message : messages) {
      nonces.computeIfAbsent(message.from(), from -> new ArrayList<>()).add(message.nonce());
    }
    return nonces;
  }

  /** Every window PoSt message that was executed, well or not. */
  public List<Executed> posts() {
    return messages.stream()
        .filter(message -> message.method() == MinerMethod.SUBMIT_WINDOWED_POST)
        .toList();
  }

  /** What window PoSts with exit code 0 proved, oldest first. */
  public List<ProvenPartition> proven() {
    List<ProvenPartition> proven = new ArrayList<>();
    for (Executed message : posts()) {
      if (message.exit() == EXIT_OK) {
        SubmitWindowedPoStParams params = message.post();
        for (PoStPartition partition : params.partitions()) {
          proven.add(new ProvenPartition(message.epoch(), params.deadline(), partition.index()));
        }
      }
    }
    return proven;
  }
}
