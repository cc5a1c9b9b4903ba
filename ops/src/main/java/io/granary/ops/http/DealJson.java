package io.granary.ops.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.deal.DealEvent;
import io.granary.protocol.deal.DealState;
import io.granary.protocol.deal.DealTerms;
import io.granary.protocol.deal.Transfer;
import io.granary.protocol.deal.TransferSource;
import io.granary.protocol.port.DealBook;
import io.granary.protocol.port.HistoryEntry;
import java.util.Map;

/**
 * Deals and their events as JSON, laid flat: names joined by dots. Of where data is fetched only
 * what holds no credentials is told. Amounts are attoFIL as text, epochs and bytes numbers.
 */
final class DealJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private DealJson() {}

  static ObjectNode row(DealBook.Row row) {
    return JSON.objectNode()
        .put("deal", row.deal().toString())
        .put("state", row.state())
        .put("sequence", row.sequence())
        .put("updated", row.updated().toString())
        .put("client", row.client().toString())
        .put("piece", row.piece())
        .put("paddedBytes", row.paddedBytes())
        .put("startEpoch", row.startEpoch())
        .put("detail", row.detail());
  }

  /** Everything the state knows; of a failed deal that of the stage it stopped in, too. */
  static ObjectNode state(DealState.Known state) {
    ObjectNode answer = JSON.objectNode().put("state", state.getClass().getSimpleName());
    terms(answer, state.terms());
    if (state instanceof DealState.Failed failed) {
      answer.put("stage", failed.stage().getClass().getSimpleName());
      flat(answer, "failure.", RecordJson.of(failed.failure()));
      stage(answer, failed.stage());
    } else {
      stage(answer, state);
    }
    return answer;
  }

  /** Where in a sector the piece lies is told once that is final: an open sector's pieces move. */
  private static void stage(ObjectNode into, DealState.Known state) {
    flat(into, "", RecordJson.without((Record) state, "terms"));
    if (!(state instanceof DealState.Sealing || state instanceof DealState.Active)) {
      into.remove("placement.offset");
    }
  }

  private static void terms(ObjectNode into, DealTerms terms) {
    DealTerms.Contract contract = terms.contract();
    into.put("piece", contract.pieceCid().toString())
        .put("paddedBytes", contract.paddedBytes())
        .put("client", contract.client().toString())
        .put("provider", contract.provider().toString())
        .put("startEpoch", contract.startEpoch().value())
        .put("endEpoch", contract.endEpoch().value())
        .put("announce", terms.announce())
        .put("keepUnsealed", terms.keepUnsealed());
    terms.dataRoot().ifPresent(root -> into.put("dataRoot", root.toString()));
    if (contract instanceof DealTerms.Contract.Market market) {
      DealProposal proposal = market.signed().proposal();
      into.put("contract", "market")
          .put("signedProposal", market.signed().cid().toString())
          .put("verified", proposal.verified())
          .put("pricePerEpoch", proposal.pricePerEpoch().toString())
          .put("providerCollateral", proposal.providerCollateral().toString())
          .put("clientCollateral", proposal.clientCollateral().toString());
    } else if (contract instanceof DealTerms.Contract.Direct direct) {
      into.put("contract", "direct");
      direct.allocation().ifPresent(id -> into.put("allocation", id));
    }
    if (terms.delivery() instanceof DealTerms.Delivery.Fetched fetched) {
      into.put("delivery", "fetched")
          .put("source", source(fetched.transfer()))
          .put("sourceBytes", fetched.transfer().size());
    } else {
      into.put("delivery", "imported");
    }
  }

  private static String source(Transfer transfer) {
    try {
      return TransferSource.of(transfer).toString();
    } catch (IllegalArgumentException e) {
      return "unreadable";
    }
  }

  static ObjectNode event(HistoryEntry<DealEvent> entry) {
    DealEvent event = entry.event();
    ObjectNode fields = JSON.objectNode();
    if (event instanceof DealEvent.DealProposed proposed) {
      terms(fields, proposed.terms());
    } else {
      flat(fields, "", RecordJson.without((Record) event, "stamp"));
    }
    DetailLine detail = new DetailLine();
    for (Map.Entry<String, JsonNode> field : fields.properties()) {
      detail.add(field.getKey(), field.getValue().asText());
    }
    ObjectNode item =
        JSON.objectNode()
            .put("sequence", entry.sequence())
            .put("time", event.stamp().time().toString())
            .put("epoch", event.stamp().epoch().value())
            .put("node", event.stamp().node())
            .put("event", event.getClass().getSimpleName())
            .put("detail", detail.toString());
    item.set("fields", fields);
    return item;
  }

  private static void flat(ObjectNode into, String prefix, JsonNode object) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      String name = prefix + field.getKey();
      if (field.getValue().isObject()) {
        flat(into, name + ".", field.getValue());
      } else {
        into.set(name, field.getValue());
      }
    }
  }
}
