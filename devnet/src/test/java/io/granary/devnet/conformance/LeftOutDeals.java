package io.granary.devnet.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.actor.MinerMethod;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What of the deals recordings is not compared, and why: by rule where a rule says it. */
final class LeftOutDeals {
  private static final Set<Long> MINER_METHODS =
      Set.of(
          MinerMethod.CONTROL_ADDRESSES,
          MinerMethod.CHANGE_WORKER_ADDRESS,
          MinerMethod.CHANGE_PEER_ID,
          MinerMethod.SUBMIT_WINDOWED_POST,
          MinerMethod.TERMINATE_SECTORS,
          MinerMethod.DECLARE_FAULTS_RECOVERED,
          MinerMethod.WITHDRAW_BALANCE,
          MinerMethod.CHANGE_MULTIADDRS,
          MinerMethod.CONFIRM_CHANGE_WORKER_ADDRESS,
          MinerMethod.REPAY_DEBT,
          MinerMethod.CHANGE_OWNER_ADDRESS,
          MinerMethod.PRE_COMMIT_SECTOR_BATCH_2,
          MinerMethod.PROVE_COMMIT_SECTORS_3);

  /** By what the name says, for methods the devnet has. */
  private static final List<Map.Entry<String, String>> NAMES =
      List.of(
          Map.entry("create-miner", "the same as the one above this folder"),
          Map.entry("pc-dealids", "shown by MarketTest: these deals are of another story"),
          Map.entry("precommit-with-dealids", "the same as pc-dealids-ok"),
          Map.entry("pc3-precommitted", "its precommit with deals is of another story"),
          Map.entry("pc3-two-deals", "the same as pc3-notify, with two deals for one piece"),
          Map.entry("publish-for-snap", "the same as publish-one-good, for a snap update"),
          Map.entry("publish-e4", "the same as publish-mixed-batch, later"),
          Map.entry("settle-faulty-sector", "the same as settle-started: faults are no matter"),
          Map.entry("datacap-transfer-w", "the same as datacap-transfer-allocations, later"),
          Map.entry("datacap-allowance", "operators of the DataCap token are not served (README)"),
          Map.entry("datacap-burn", "burning one's own DataCap is not served (README)"),
          Map.entry("extend-verified", "there is no extension (README)"),
          Map.entry("agg-", "aggregate proofs are not verified (README)"),
          Map.entry("aggregate4", "aggregate proofs are not verified (README)"),
          Map.entry("beneficiary", "the beneficiary is always the owner (README)"),
          Map.entry("snapped", "there are no snap updates (README)"),
          Map.entry("wdpost-p", "the same as wdpost-good-s1, by other keys"),
          Map.entry("change-worker-3", "the same as change-worker, again"),
          Map.entry("confirm-worker-3", "the same as confirm-worker, again"),
          Map.entry("declare-recovered-11-14", "the same as declare-recovered-s2"),
          Map.entry("terminate-s2-verified", "the same as terminate-s1"),
          Map.entry("terminate-s3", "the same as terminate-s1"),
          Map.entry("change-peer-in-debt", "the same as change-peer-id, and debt is no matter"),
          Map.entry("terminate-in-debt", "the same as terminate-faulty, and debt is no matter"));

  private LeftOutDeals() {}

  /** Why {@code name} is not compared; empty when it is or should be. */
  static Optional<String> reason(String name) {
    JsonNode recording = Recordings.get(name);
    String method = recording.path("method").asText();
    if (method.isEmpty()) {
      return Optional.of("no request: a trace or an index");
    }
    if (!method.endsWith(".StateCall") && !method.endsWith(".MpoolPushMessage")) {
      return Optional.of("a query: its shape is part of what the same method is held against");
    }
    JsonNode message = recording.at("/params/0");
    boolean miner = message.path("To").asText().equals("t01009");
    if (miner && !MINER_METHODS.contains(message.path("Method").asLong())) {
      return Optional.of("method " + message.path("Method") + " is not the devnet's (README)");
    }
    return NAMES.stream()
        .filter(entry -> name.contains(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
