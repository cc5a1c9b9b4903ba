package io.granary.protocol.actor;

/** Method numbers of the miner actor (go-state-types builtin/methods.go, MethodsMiner). */
public final class MinerMethod {
  public static final long CONTROL_ADDRESSES = 2;
  public static final long CHANGE_WORKER_ADDRESS = 3;
  public static final long CHANGE_PEER_ID = 4;
  public static final long SUBMIT_WINDOWED_POST = 5;
  public static final long TERMINATE_SECTORS = 9;
  public static final long DECLARE_FAULTS = 10;
  public static final long DECLARE_FAULTS_RECOVERED = 11;
  public static final long REPORT_CONSENSUS_FAULT = 15;
  public static final long WITHDRAW_BALANCE = 16;
  public static final long CHANGE_MULTIADDRS = 18;
  public static final long COMPACT_PARTITIONS = 19;
  public static final long COMPACT_SECTOR_NUMBERS = 20;
  public static final long CONFIRM_CHANGE_WORKER_ADDRESS = 21;
  public static final long REPAY_DEBT = 22;
  public static final long CHANGE_OWNER_ADDRESS = 23;
  public static final long DISPUTE_WINDOWED_POST = 24;
  public static final long PRE_COMMIT_SECTOR_BATCH_2 = 28;
  public static final long CHANGE_BENEFICIARY = 30;
  public static final long GET_BENEFICIARY = 31;
  public static final long EXTEND_SECTOR_EXPIRATION_2 = 32;
  public static final long PROVE_COMMIT_SECTORS_3 = 34;
  public static final long PROVE_REPLICA_UPDATES_3 = 35;
  public static final long PROVE_COMMIT_SECTORS_NI = 36;

  /** What the miner actor calls on actors that a piece names: FRC-42 of SectorContentChanged. */
  public static final long SECTOR_CONTENT_CHANGED = 2034386435L;

  private MinerMethod() {}
}
