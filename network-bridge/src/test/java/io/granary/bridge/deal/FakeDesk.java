package io.granary.bridge.deal;

import io.granary.protocol.deal.AskRequest;
import io.granary.protocol.deal.AskResponse;
import io.granary.protocol.deal.DealParams;
import io.granary.protocol.deal.DealResponse;
import io.granary.protocol.deal.DealStatusRequest;
import io.granary.protocol.deal.DealStatusResponse;
import io.granary.protocol.port.DealDesk;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Remembers what it is asked; accepts everything until told otherwise. */
final class FakeDesk implements DealDesk {
  final List<DealParams> proposals = new CopyOnWriteArrayList<>();
  final List<DealStatusRequest> statuses = new CopyOnWriteArrayList<>();
  volatile Function<DealParams, CompletionStage<DealResponse>> decide =
      params -> CompletableFuture.completedStage(DealResponse.yes());
  volatile AskResponse ask = new AskResponse(Optional.empty());

  @Override
  public CompletionStage<DealResponse> propose(DealParams params) {
    proposals.add(params);
    return decide.apply(params);
  }

  @Override
  public CompletionStage<DealStatusResponse> status(DealStatusRequest request) {
    statuses.add(request);
    return CompletableFuture.completedStage(DealStatusResponse.unknown(request.id()));
  }

  @Override
  public CompletionStage<AskResponse> ask(AskRequest request) {
    return CompletableFuture.completedStage(ask);
  }
}
