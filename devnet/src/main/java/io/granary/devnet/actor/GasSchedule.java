package io.granary.devnet.actor;

import io.granary.devnet.state.ActorKind;
import io.granary.protocol.Bytes;
import io.granary.protocol.actor.MarketMethod;
import io.granary.protocol.actor.MinerMethod;
import java.util.Map;

/**
 * Gas by method and size instead of by execution: constants close to what the recorded chain used
 * (README). Estimates and charges agree, which is what a client can see.
 */
public final class GasSchedule {
  /** The most gas of one message and of one block (lotus build/buildconstants). */
  public static final long BLOCK_GAS_LIMIT = 10_000_000_000L;

  private static final long INCLUSION_BASE = 38_863;
  private static final long INCLUSION_PER_BYTE = 754;
  private static final long SEND = 1_010_000;
  private static final long NEW_ACCOUNT = 4_600_000;
  private static final long CREATE_MINER = 41_000_000;
  private static final long SMALL_METHOD = 4_000_000;
  private static final long PER_PARAM_BYTE = 3_000;
  private static final long PUBLISH = 16_500_000;
  private static final long PUBLISH_PER_BYTE = 70_000;

  private static final Map<Long, Long> MINER_METHODS =
      Map.of(
          MinerMethod.SUBMIT_WINDOWED_POST, 23_000_000L,
          MinerMethod.TERMINATE_SECTORS, 43_000_000L,
          MinerMethod.DECLARE_FAULTS, 29_000_000L,
          MinerMethod.DECLARE_FAULTS_RECOVERED, 16_500_000L,
          MinerMethod.DISPUTE_WINDOWED_POST, 157_000_000L,
          MinerMethod.PRE_COMMIT_SECTOR_BATCH_2, 12_000_000L,
          MinerMethod.PROVE_COMMIT_SECTORS_3, 87_000_000L);

  private GasSchedule() {}

  /** What storing a message of {@code bytes} CBOR bytes costs: the least possible gas limit. */
  public static long inclusion(int bytes) {
    return INCLUSION_BASE + INCLUSION_PER_BYTE * bytes;
  }

  static long send(boolean createsAccount) {
    return createsAccount ? SEND + NEW_ACCOUNT : SEND;
  }

  static long method(ActorKind kind, long method, Bytes params) {
    long byMethod =
        switch (kind) {
          case POWER -> CREATE_MINER;
          case MARKET -> market(method, params);
          case MINER -> MINER_METHODS.getOrDefault(method, SMALL_METHOD);
          default -> SMALL_METHOD;
        };
    return byMethod + PER_PARAM_BYTE * params.length();
  }

  /** Most of a publication's gas goes into the signatures of its deals. */
  private static long market(long method, Bytes params) {
    return method == MarketMethod.PUBLISH_STORAGE_DEALS
        ? PUBLISH + PUBLISH_PER_BYTE * params.length()
        : SMALL_METHOD;
  }
}
