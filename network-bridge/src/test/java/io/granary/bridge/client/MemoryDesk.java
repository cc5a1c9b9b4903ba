package io.granary.bridge.client;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.deal.AskRequest;
import io.granary.protocol.deal.AskResponse;
import io.granary.protocol.deal.Checkpoint;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealParams;
import io.granary.protocol.deal.DealResponse;
import io.granary.protocol.deal.DealStatus;
import io.granary.protocol.deal.DealStatusRequest;
import io.granary.protocol.deal.DealStatusResponse;
import io.granary.protocol.deal.SignedStorageAsk;
import io.granary.protocol.deal.StorageAsk;
import io.granary.protocol.deal.TransferProgress;
import io.granary.protocol.deal.TransferSource;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.port.DealDesk;
import io.granary.protocol.port.DealFetcher;
import io.granary.protocol.signature.Signatures;
import io.granary.protocol.signature.WalletKey;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A desk that keeps its deals in memory: it takes what the client has signed, has it fetched, and
 * calls it sealed as soon as it has come and is the piece.
 */
final class MemoryDesk implements DealDesk {
  /** As which the chain knows every deal whose data is here. */
  static final long CHAIN_DEAL = 41;

  private static final long PIECE_BYTES_MAX = 1L << 30;
  private static final int TRIES = 100;
  private static final long RETRY_MILLIS = 50;

  private final Map<DealId, DealParams> deals = new ConcurrentHashMap<>();
  private final Map<DealId, DealFetcher.End> ends = new ConcurrentHashMap<>();
  private final DealFetcher fetcher;
  private final WalletKey worker;

  /** Proposals that came, those that came again among them. */
  final AtomicInteger proposals = new AtomicInteger();

  MemoryDesk(DealFetcher fetcher, WalletKey worker) {
    this.fetcher = fetcher;
    this.worker = worker;
  }

  Optional<DealFetcher.End> end(DealId deal) {
    return Optional.ofNullable(ends.get(deal));
  }

  static PieceInfo piece(DealParams params) {
    ClientDealProposal signed = params.proposal().orElseThrow();
    return new PieceInfo(
        signed.proposal().piece().toUnsealedCommitment(), signed.proposal().paddedBytes());
  }

  @Override
  public CompletionStage<DealResponse> propose(DealParams params) {
    proposals.incrementAndGet();
    ClientDealProposal signed = params.proposal().orElseThrow();
    if (!Signatures.verify(
        signed.clientSignature(), signed.proposal().client(), signed.proposal().toCbor())) {
      return CompletableFuture.completedStage(
          DealResponse.no("failed validation: invalid signature"));
    }
    if (deals.putIfAbsent(params.id(), params) == null && !params.offline()) {
      fetch(params, TRIES);
    }
    return CompletableFuture.completedStage(DealResponse.yes());
  }

  /** Tries again while the client does not serve it. */
  private void fetch(DealParams params, int triesLeft) {
    CompletionStage<Void> unused =
        fetcher
            .fetch(
                new DealFetcher.Order(
                    params.id(),
                    TransferSource.parse(params.transfer().params()),
                    params.transfer().size(),
                    piece(params),
                    new TransferProgress(0, 0, 0, Optional.empty())),
                (received, total) -> {})
            .thenAccept(
                end -> {
                  ends.put(params.id(), end);
                  if (end instanceof DealFetcher.End.BrokenOff && triesLeft > 0) {
                    CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS)
                        .execute(() -> fetch(params, triesLeft - 1));
                  }
                });
  }

  @Override
  public CompletionStage<DealStatusResponse> status(DealStatusRequest request) {
    DealParams deal = deals.get(request.id());
    if (deal == null) {
      return CompletableFuture.completedStage(DealStatusResponse.unknown(request.id()));
    }
    ClientDealProposal signed = deal.proposal().orElseThrow();
    if (!request.signedBy(signed.proposal().client())) {
      return CompletableFuture.completedStage(DealStatusResponse.unsigned(request.id()));
    }
    boolean here =
        ends.get(request.id()) instanceof DealFetcher.End.Complete complete
            && complete.commP().equals(piece(deal).commP());
    DealStatus status =
        new DealStatus(
            "",
            (here ? Checkpoint.ADDED_PIECE : Checkpoint.ACCEPTED).text(),
            signed.proposal(),
            Optional.empty(),
            here ? Optional.of(CHAIN_DEAL) : Optional.empty(),
            here ? "Proving" : "",
            signed.cid());
    long size = deal.transfer().size();
    return CompletableFuture.completedStage(
        new DealStatusResponse(
            "", deal.id(), deal.offline(), Optional.of(status), size, here ? size : 0));
  }

  @Override
  public CompletionStage<AskResponse> ask(AskRequest request) {
    StorageAsk ask =
        new StorageAsk(
            BoostProvider.MINER,
            TokenAmount.ofAtto(7),
            1,
            new Epoch(100_000),
            new Epoch(0),
            PIECE_BYTES_MAX,
            256,
            TokenAmount.ZERO);
    boolean ours = request.miner().filter(BoostProvider.MINER::equals).isPresent();
    return CompletableFuture.completedStage(
        new AskResponse(
            ours
                ? Optional.of(new SignedStorageAsk(ask, worker.sign(ask.toCbor())))
                : Optional.empty()));
  }
}
