package io.granary.sharding.deal;

import io.granary.protocol.Epoch;
import io.granary.protocol.SectorSize;
import io.granary.protocol.chain.MinerInfo;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.deal.SignedStorageAsk;
import io.granary.protocol.deal.StorageAsk;
import io.granary.protocol.port.ChainGateway;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The provider's ask, signed by its worker's key through the chain node's wallet, and kept for a
 * while: who asks often makes no signatures. The epoch it was made at is its sequence, which grows
 * on whatever node it is made. Thread-safe: guarded by this.
 */
final class SignedAsks {
  private final ChainGateway chain;
  private final DealsSettings settings;
  private final InstantSource clock;
  private @Nullable CompletableFuture<SignedStorageAsk> kept;
  private @Nullable StorageAsk of;
  private Instant made = Instant.EPOCH;

  SignedAsks(ChainGateway chain, DealsSettings settings, InstantSource clock) {
    this.chain = chain;
    this.settings = settings;
    this.clock = clock;
  }

  /** The ask of {@code terms}, which say nothing of sequence and epochs. */
  synchronized CompletionStage<SignedStorageAsk> ask(StorageAsk terms) {
    Instant now = clock.instant();
    CompletableFuture<SignedStorageAsk> last = kept;
    boolean good =
        last != null
            && terms.equals(of)
            && !last.isCompletedExceptionally()
            && now.isBefore(made.plus(settings.askKept()));
    if (last == null || !good) {
      last = sign(terms).toCompletableFuture();
      kept = last;
      of = terms;
      made = now;
    }
    return last;
  }

  private CompletionStage<SignedStorageAsk> sign(StorageAsk terms) {
    return chain
        .head()
        .thenCompose(
            head ->
                chain
                    .minerInfo(settings.provider().requireId(), head.key())
                    .thenCompose(
                        info -> sign(at(terms, head, info.sectorSize()), info, head.key())));
  }

  private CompletionStage<SignedStorageAsk> sign(StorageAsk ask, MinerInfo info, TipSetKey at) {
    return chain
        .accountKey(info.worker(), at)
        .thenCompose(worker -> chain.walletSign(worker, ask.toCbor()))
        .thenApply(signature -> new SignedStorageAsk(ask, signature));
  }

  /** No piece is asked for that no sector takes. */
  private StorageAsk at(StorageAsk terms, TipSet head, SectorSize sectors) {
    Epoch now = head.height();
    return new StorageAsk(
        terms.miner(),
        terms.price(),
        now.value(),
        now.plus(settings.askValidEpochs()),
        now,
        Math.min(terms.maxPieceBytes(), sectors.bytes()),
        terms.minPieceBytes(),
        terms.verifiedPrice());
  }
}
