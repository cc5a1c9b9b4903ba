package io.granary.ops.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.bridge.client.DealRecord;
import io.granary.bridge.client.DealRun;
import io.granary.bridge.client.DealStage;
import io.granary.protocol.actor.DealProposal;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.Consumer;

/** Shows deals: as they go on, as a table's cells, as JSON. */
final class ClientSteps implements Consumer<DealRun.Step> {
  private final PrintWriter out;
  private final boolean silent;
  private String shown = "";

  /** Lines on {@code out}, or none when the answer is wanted as JSON. */
  ClientSteps(PrintWriter out, boolean silent) {
    this.out = out;
    this.silent = silent;
  }

  /** A line whenever something has changed. */
  @Override
  public void accept(DealRun.Step step) {
    String line = line(step);
    if (!silent && !line.equals(shown)) {
      out.println(line);
      out.flush();
      shown = line;
    }
  }

  private static String line(DealRun.Step step) {
    StringBuilder text = new StringBuilder(stage(step.deal()));
    if (step.total() > 0 && step.received() > 0 && step.received() < step.total()) {
      text.append(
          String.format(Locale.ROOT, ", %d %% fetched", step.received() * 100 / step.total()));
    }
    if (!step.note().isEmpty() && text.indexOf(step.note()) < 0) {
      text.append(": ").append(step.note());
    }
    return text.toString();
  }

  /** The stage, and the provider's checkpoint when there is one. */
  static String stage(DealRecord deal) {
    String stage = deal.stage().name().toLowerCase(Locale.ROOT);
    return deal.checkpoint().isEmpty() ? stage : stage + " (" + deal.checkpoint() + ")";
  }

  /** A deal for a program; nothing in it opens anything. */
  static ObjectNode json(DealRecord deal) {
    DealProposal proposal = deal.signed().proposal();
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("deal", deal.id().toString())
            .put("made", deal.made().toString())
            .put("source", deal.source())
            .put("provider", deal.provider().miner().toString())
            .put("client", proposal.client().toString())
            .put("stage", deal.stage().name().toLowerCase(Locale.ROOT))
            .put("checkpoint", deal.checkpoint())
            .put("message", deal.message())
            .put("root", deal.root().toString())
            .put("piece", proposal.piece().toString())
            .put("pieceBytes", proposal.paddedBytes())
            .put("car", deal.car())
            .put("carBytes", deal.carBytes())
            .put("startEpoch", proposal.startEpoch().value())
            .put("endEpoch", proposal.endEpoch().value())
            .put("pricePerEpoch", proposal.pricePerEpoch().toString())
            .put("verified", proposal.verified())
            .put("offline", deal.serving().isEmpty())
            .put("signedProposal", deal.signed().cid().toString());
    deal.recipient().ifPresent(recipient -> json.put("recipient", recipient));
    return json;
  }

  /** The exit code for a deal as it ended. */
  static int code(DealRecord deal) {
    return deal.stage() == DealStage.REJECTED || deal.stage() == DealStage.FAILED ? 1 : 0;
  }
}
