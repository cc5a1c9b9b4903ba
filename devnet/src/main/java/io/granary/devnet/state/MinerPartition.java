package io.granary.devnet.state;

import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborWriter;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The sectors of one partition (builtin-actors miner/src/partition_state.rs). The sets satisfy:
 * terminated and live are disjoint and make up all; faults, recoveries and unproven are live;
 * recoveries are faults; no unproven sector is faulty.
 *
 * @param earlyExpirations by epoch, the faulty sectors that are terminated then if they stay so
 */
public record MinerPartition(
    BitField all,
    BitField unproven,
    BitField faults,
    BitField recoveries,
    BitField terminated,
    NavigableMap<Long, BitField> earlyExpirations)
    implements CborEncodable {
  public MinerPartition {
    earlyExpirations = Collections.unmodifiableNavigableMap(new TreeMap<>(earlyExpirations));
  }

  /** A partition whose {@code sectors} still await their first proof. */
  public static MinerPartition ofUnproven(BitField sectors) {
    return new MinerPartition(
        sectors, sectors, BitField.empty(), BitField.empty(), BitField.empty(), new TreeMap<>());
  }

  /** A partition whose {@code sectors} count as proven. */
  public static MinerPartition ofActive(BitField sectors) {
    return ofUnproven(sectors).withUnproven(BitField.empty());
  }

  public BitField live() {
    return all.minus(terminated);
  }

  /** The sectors whose power counts. */
  public BitField active() {
    return live().minus(faults).minus(unproven);
  }

  private MinerPartition withUnproven(BitField sectors) {
    return new MinerPartition(all, sectors, faults, recoveries, terminated, earlyExpirations);
  }

  /** With {@code sectors} added as unproven. */
  public MinerPartition adding(BitField sectors) {
    return new MinerPartition(
        all.union(sectors),
        unproven.union(sectors),
        faults,
        recoveries,
        terminated,
        earlyExpirations);
  }

  /** With the live ones of {@code sectors} faulty, to be terminated at {@code expiration}. */
  public MinerPartition failing(BitField sectors, long expiration) {
    BitField fresh = sectors.intersect(live()).minus(faults);
    NavigableMap<Long, BitField> early = new TreeMap<>(earlyExpirations);
    if (!fresh.isEmpty()) {
      early.merge(expiration, fresh, BitField::union);
    }
    return new MinerPartition(
        all,
        unproven.minus(sectors),
        faults.union(fresh),
        recoveries.minus(sectors),
        terminated,
        early);
  }

  /** With the faulty ones of {@code sectors} declared to be proven again. */
  public MinerPartition declaringRecovered(BitField sectors) {
    return withRecoveries(recoveries.union(sectors.intersect(faults)));
  }

  /** With no recovery declared for {@code sectors}. */
  public MinerPartition withoutRecoveries(BitField sectors) {
    return withRecoveries(recoveries.minus(sectors));
  }

  private MinerPartition withRecoveries(BitField sectors) {
    return new MinerPartition(all, unproven, faults, sectors, terminated, earlyExpirations);
  }

  /** With all declared recoveries recovered and all unproven sectors proven. */
  public MinerPartition proven() {
    return new MinerPartition(
        all,
        BitField.empty(),
        faults.minus(recoveries),
        BitField.empty(),
        terminated,
        earlyWithout(recoveries));
  }

  /** With {@code sectors} terminated or expired. */
  public MinerPartition terminating(BitField sectors) {
    return new MinerPartition(
        all,
        unproven.minus(sectors),
        faults.minus(sectors),
        recoveries.minus(sectors),
        terminated.union(sectors.intersect(all)),
        earlyWithout(sectors));
  }

  private NavigableMap<Long, BitField> earlyWithout(BitField sectors) {
    NavigableMap<Long, BitField> left = new TreeMap<>();
    earlyExpirations.forEach(
        (epoch, numbers) -> {
          BitField rest = numbers.minus(sectors);
          if (!rest.isEmpty()) {
            left.put(epoch, rest);
          }
        });
    return left;
  }

  /** When {@code sector} is terminated if it stays faulty; empty for one that is not. */
  public OptionalLong earlyExpiration(long sector) {
    return earlyExpirations.entrySet().stream()
        .filter(entry -> entry.getValue().contains(sector))
        .mapToLong(Map.Entry::getKey)
        .findFirst();
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(6).bitField(all).bitField(unproven).bitField(faults).bitField(recoveries);
    writer.bitField(terminated);
    writer.list(
        earlyExpirations.entrySet(),
        (w, entry) -> w.array(2).int64(entry.getKey()).bitField(entry.getValue()));
  }
}
