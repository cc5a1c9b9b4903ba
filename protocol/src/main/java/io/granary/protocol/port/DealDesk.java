package io.granary.protocol.port;

import io.granary.protocol.deal.AskRequest;
import io.granary.protocol.deal.AskResponse;
import io.granary.protocol.deal.DealParams;
import io.granary.protocol.deal.DealResponse;
import io.granary.protocol.deal.DealStatusRequest;
import io.granary.protocol.deal.DealStatusResponse;
import java.util.concurrent.CompletionStage;

/**
 * Where clients' messages about deals go. Each is answered once, within the desk's own time limit;
 * what is wrong with a message is an answer, and a stage fails only where chain or store could not
 * be asked. Thread-safe.
 */
public interface DealDesk {
  /**
   * Judges a proposal. "Accepted" is said only after the acceptance is stored, and a proposal that
   * comes again gets the answer that it got before.
   */
  CompletionStage<DealResponse> propose(DealParams params);

  /** How far a deal is, for whoever signs with its client's key. */
  CompletionStage<DealStatusResponse> status(DealStatusRequest request);

  /** The provider's terms, signed. */
  CompletionStage<AskResponse> ask(AskRequest request);
}
