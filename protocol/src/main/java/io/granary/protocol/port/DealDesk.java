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
   * was accepted gets that answer again. Of refusals those are kept, and given again, that another
   * day would not change: the kind, the client, a start too early or too late, the transfer. Any
   * other leaves nothing behind, and the same proposal is judged anew when it comes again: what is
   * wrong with it is found again, and what was short may be there.
   */
  CompletionStage<DealResponse> propose(DealParams params);

  /** How far a deal is, for whoever signs with its client's key. */
  CompletionStage<DealStatusResponse> status(DealStatusRequest request);

  /** The provider's terms, signed. */
  CompletionStage<AskResponse> ask(AskRequest request);
}
