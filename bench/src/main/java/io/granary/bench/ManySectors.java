package io.granary.bench;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.Partition;
import io.granary.protocol.chain.SectorOnChain;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.port.ChainException;
import io.granary.protocol.port.ChainGateway;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A chain node that knows one miner with one deadline of many sectors, in full partitions but for
 * the last. It answers at once, and refuses what it does not know.
 */
final class ManySectors {
  private static final long EXPIRATION = 10_000_000;

  private final RegisteredSealProof sealProof;
  private final List<Partition> partitions = new ArrayList<>();

  private ManySectors(long sectors, int partitionSize, RegisteredSealProof sealProof) {
    this.sealProof = sealProof;
    for (long first = 0; first < sectors; first += partitionSize) {
      BitField all = BitField.ofRange(first, Math.min(first + partitionSize, sectors) - 1);
      partitions.add(new Partition(all, BitField.empty(), BitField.empty(), all, all));
    }
  }

  static ChainGateway of(long sectors, int partitionSize, RegisteredSealProof sealProof) {
    ManySectors chain = new ManySectors(sectors, partitionSize, sealProof);
    return (ChainGateway)
        Proxy.newProxyInstance(
            ManySectors.class.getClassLoader(),
            new Class<?>[] {ChainGateway.class},
            (proxy, method, arguments) -> chain.answer(method, arguments));
  }

  private CompletionStage<?> answer(Method method, Object[] arguments) {
    return switch (method.getName()) {
      case "partitions" -> CompletableFuture.completedFuture(partitions);
      case "sectors" -> CompletableFuture.completedFuture(sectors((Optional<?>) arguments[1]));
      case "randomnessFromBeacon", "randomnessFromTickets" ->
          CompletableFuture.completedFuture(bytes(((Epoch) arguments[1]).value()));
      default ->
          CompletableFuture.failedFuture(
              new ChainException(
                  ChainException.CONNECTION_LOST, "no answer to " + method.getName()));
    };
  }

  private List<SectorOnChain> sectors(Optional<?> filter) {
    BitField wanted = (BitField) filter.orElseThrow();
    return wanted.stream().mapToObj(this::sector).toList();
  }

  private static Bytes bytes(long number) {
    return Bytes.of(ByteBuffer.allocate(32).putLong(number).array());
  }

  private SectorOnChain sector(long number) {
    return new SectorOnChain(
        new SectorNumber(number),
        sealProof,
        new Commitment(bytes(number)),
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
