package io.granary.devnet.conformance;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What is not compared, and why. Every entry must apply to a recording. */
final class LeftOut {
  private static final String NOT_SERVED = "not served: ";

  private LeftOut() {}

  /** Methods the devnet does not have; the test makes sure that it says so. */
  static final Map<String, String> METHODS = methods();

  /** Single recordings. */
  static final Map<String, String> RECORDINGS = recordings();

  /** Recordings whose error text says the same in other words. */
  static final Map<String, String> TEXTS = texts();

  /** Recordings whose answer has fewer names than recorded. */
  static final Map<String, String> FEWER_NAMES =
      Map.of("StateActorCodeCIDs", "only the kinds of actors that the devnet has");

  private static Map<String, String> recordings() {
    String noPower = "the genesis miner proves nothing in this life, so it cannot win";
    Map<String, String> reasons = new LinkedHashMap<>();
    reasons.put(
        "StateCall--extend-s1",
        "ExtendSectorExpiration2 is not among the devnet's methods (README): exit 22");
    reasons.put("StateMarketStorageDeal--none", "sectors of genesis have no deals here (README)");
    reasons.put("MinerGetBaseInfo--genesis-miner", noPower);
    reasons.put("MinerGetBaseInfo--block-genesis", noPower);
    reasons.put("SyncSubmitBlock--block-genesis-badproof", noPower);
    reasons.put("MpoolSelect", "null for nothing where the other recordings have []");
    return reasons;
  }

  private static Map<String, String> methods() {
    Map<String, String> reasons = new LinkedHashMap<>();
    reasons.put("SyncState", NOT_SERVED + "one node alone does not sync");
    String supply = NOT_SERVED + "supply is a constant in the devnet's formulas";
    reasons.put("StateCirculatingSupply", supply);
    reasons.put("StateVMCirculatingSupplyInternal", supply);
    reasons.put("StateReadState", NOT_SERVED + "state has no objects of its own");
    reasons.put("StateDecodeParams", NOT_SERVED + "no client of ours asks for it");
    return reasons;
  }

  private static Map<String, String> texts() {
    String ours = "our decoders name field and place in their own words";
    String verifier = "the library's reason for refusing a proof stays in the prover child";
    Map<String, String> reasons = new LinkedHashMap<>();
    reasons.put("ChainGetTipSetByHeight--err-type", ours);
    reasons.put("StateMinerInfo--err-addr", ours);
    reasons.put("transport--named-params", ours);
    reasons.put("MpoolPushMessage--garbage-params", ours);
    reasons.put("deals/StateCall--alloc-no-data", ours);
    reasons.put("StateCall--neg-recovery-post-corrupted", verifier);
    reasons.put("MpoolPushMessage--neg-recovery-post-corrupted-estimated", verifier);
    reasons.put("SyncSubmitBlock--block-external-badproof", verifier);
    String syscall = "the line that names a system call is not printed";
    reasons.put("deals/StateCall--change-worker-no-actor", syscall);
    reasons.put("deals/StateCall--pc3-data-piece-size", syscall);
    reasons.put("deals/StateCall--pc3-data-too-many-pieces", syscall);
    reasons.put(
        "StateCall--neg-pc-wrong-size", "the node prints a format character, the devnet the type");
    return reasons;
  }

  /** Why {@code recording} is not compared; empty when it is. */
  static Optional<String> reason(String recording) {
    String method =
        Recordings.method(recording).map(name -> name.substring(name.indexOf('.') + 1)).orElse("");
    return Optional.ofNullable(RECORDINGS.get(recording))
        .or(() -> Optional.ofNullable(METHODS.get(method)));
  }
}
