package io.granary.protocol.publish;

import io.granary.protocol.Epoch;
import io.granary.protocol.actor.ExitCode;
import io.granary.protocol.actor.PublishStorageDealsReturn;
import io.granary.protocol.cbor.CborException;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.sender.MessageReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a landed message did to the deals of its batch.
 *
 * @param inclusionEpoch of the message, the epoch the actor saw
 * @param published the chain's deal ids
 * @param dropped what the market left out without a word, and why as far as we can tell
 * @param failure of the whole message; then nothing is published and nothing dropped
 */
public record PublishOutcome(
    Cid message,
    Epoch inclusionEpoch,
    Map<DealId, Long> published,
    Map<DealId, String> dropped,
    Optional<PublishFailure> failure) {
  public PublishOutcome {
    published = Map.copyOf(published);
    dropped = Map.copyOf(dropped);
  }

  /**
   * Reads the receipt of {@code batch}.
   *
   * @throws IllegalArgumentException when it succeeded and its return cannot be read: deals may be
   *     published then, so nothing may be sent again
   */
  public static PublishOutcome of(PublishBatch batch, MessageReport.Landed landed) {
    Receipt receipt = landed.receipt();
    if (!receipt.succeeded()) {
      return new PublishOutcome(
          landed.message(),
          landed.inclusionEpoch(),
          Map.of(),
          Map.of(),
          Optional.of(failure(receipt.exitCode(), "on chain")));
    }
    List<DealId> deals = List.copyOf(batch.deals().keySet());
    Map<Integer, Long> ids = ids(receipt, deals.size());
    Map<DealId, Long> published = new LinkedHashMap<>();
    Map<DealId, String> dropped = new LinkedHashMap<>();
    for (int i = 0; i < deals.size(); i++) {
      DealId deal = deals.get(i);
      Long id = ids.get(i);
      if (id != null) {
        published.put(deal, id);
      } else {
        dropped.put(deal, explain(batch, deal, landed.inclusionEpoch()));
      }
    }
    return new PublishOutcome(
        landed.message(), landed.inclusionEpoch(), published, dropped, Optional.empty());
  }

  /**
   * The chain's deal ids by the places of the deals in a message of {@code deals} deals.
   *
   * @throws IllegalArgumentException when the return is no PublishStorageDealsReturn of such a
   *     message
   */
  public static Map<Integer, Long> ids(Receipt receipt, int deals) {
    PublishStorageDealsReturn said;
    try {
      said = PublishStorageDealsReturn.fromCbor(receipt.returnValue());
    } catch (CborException e) {
      throw new IllegalArgumentException("publication: unreadable return", e);
    }
    boolean fits =
        said.validDeals().cardinality() == said.dealIds().size()
            && said.validDeals().last().orElse(-1) < deals;
    if (!fits) {
      throw new IllegalArgumentException(
          "publication: "
              + said.dealIds().size()
              + " deal ids for "
              + said.validDeals()
              + " of "
              + deals
              + " deals");
    }
    Map<Integer, Long> ids = new LinkedHashMap<>();
    List<Long> places = said.validDeals().toList(deals);
    for (int i = 0; i < places.size(); i++) {
      ids.put(Math.toIntExact(places.get(i)), said.dealIds().get(i));
    }
    return ids;
  }

  /**
   * What an exit code says. Codes of the system (1 to 15) and a caller that may not speak for the
   * provider (18) have nothing to do with the deals (builtin-actors market/src/lib.rs).
   */
  public static PublishFailure failure(long exitCode, String where) {
    boolean blames = exitCode >= ExitCode.ILLEGAL_ARGUMENT && exitCode != ExitCode.FORBIDDEN;
    String reason =
        exitCode == ExitCode.ILLEGAL_ARGUMENT
            ? "the market takes none of the batch's deals"
            : "PublishStorageDeals fails";
    return new PublishFailure(reason + " (exit code " + exitCode + " " + where + ")", blames);
  }

  private static String explain(PublishBatch batch, DealId deal, Epoch included) {
    Epoch start =
        Optional.ofNullable(batch.deals().get(deal)).orElseThrow().signed().proposal().startEpoch();
    return start.isBefore(included)
        ? "its start epoch " + start + " was past when the batch was included at " + included
        : "the market left it out at epoch "
            + included
            + ", though it was good when the batch was made: escrow or DataCap was used since, or"
            + " the same proposal is published already";
  }
}
