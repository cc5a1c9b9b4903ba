package io.granary.protocol.port;

import io.granary.protocol.address.Address;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A fence for tests with one owner: every claim passes. */
public final class OpenFence implements SpendFence {
  @Override
  public CompletionStage<NonceClaim> claimNonce(Address address, long nonce, String intent) {
    return CompletableFuture.completedStage(new NonceClaim.Granted());
  }

  @Override
  public CompletionStage<Boolean> loseNonce(Address address, long nonce, String intent) {
    return CompletableFuture.completedStage(true);
  }
}
