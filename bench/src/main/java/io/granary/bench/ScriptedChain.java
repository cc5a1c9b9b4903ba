package io.granary.bench;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.Partition;
import io.granary.protocol.chain.SectorOnChain;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.port.ChainException;
import io.granary.protocol.port.ChainGateway;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A chain node that knows one miner with one partition, and a randomness for each epoch. It answers
 * at once, so that no node's time is measured; what it does not know it refuses.
 */
final class ScriptedChain {
  private static final long EXPIRATION = 10_000_000;

  private final List<ReplicaRef> replicas;

  private ScriptedChain(List<ReplicaRef> replicas) {
    this.replicas = replicas;
  }

  static ChainGateway of(List<ReplicaRef> replicas) {
    ScriptedChain chain = new ScriptedChain(replicas);
    return (ChainGateway)
        Proxy.newProxyInstance(
            ScriptedChain.class.getClassLoader(),
            new Class<?>[] {ChainGateway.class},
            (proxy, method, arguments) -> chain.answer(method, arguments));
  }

  private CompletionStage<?> answer(Method method, Object[] arguments) {
    return switch (method.getName()) {
      case "partitions" -> CompletableFuture.completedFuture(List.of(partition()));
      case "sectors" ->
          CompletableFuture.completedFuture(replicas.stream().map(ScriptedChain::sector).toList());
      case "randomnessFromBeacon", "randomnessFromTickets" ->
          CompletableFuture.completedFuture(randomness((Epoch) arguments[1]));
      default ->
          CompletableFuture.failedFuture(
              new ChainException(
                  ChainException.CONNECTION_LOST, "no answer to " + method.getName()));
    };
  }

  private Partition partition() {
    BitField all = BitField.of(replicas.stream().map(r -> r.number().value()).toList());
    return new Partition(all, BitField.empty(), BitField.empty(), all, all);
  }

  private static Bytes randomness(Epoch epoch) {
    return Bytes.of(ByteBuffer.allocate(32).putLong(epoch.value()).array());
  }

  private static SectorOnChain sector(ReplicaRef replica) {
    return new SectorOnChain(
        replica.number(),
        replica.sealProof(),
        replica.sealed(),
        new Epoch(0),
        new Epoch(EXPIRATION),
        BigInteger.ZERO,
        BigInteger.ZERO,
        TokenAmount.ZERO,
        Optional.empty(),
        Optional.empty(),
        new Epoch(0),
        Optional.empty(),
        Optional.empty(),
        0,
        TokenAmount.ZERO);
  }
}
