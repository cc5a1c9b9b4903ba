package io.granary.devnet.state;

import io.granary.protocol.TokenAmount;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborWriter;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What happened to a miner over its life, by cause. No node keeps it; here it is part of the state,
 * so that it follows re-orgs, for tests that ask what faults cost.
 */
public record MinerLedger(Map<LedgerCause, Entry> entries) implements CborEncodable {
  public static final MinerLedger EMPTY = new MinerLedger(Map.of());

  /**
   * One cause.
   *
   * @param count how many sectors, partitions or precommits, as the cause says
   * @param amount what was charged, whether or not there was money for it
   */
  public record Entry(long count, TokenAmount amount) {
    static final Entry NONE = new Entry(0, TokenAmount.ZERO);
  }

  public MinerLedger {
    Map<LedgerCause, Entry> copy = new EnumMap<>(LedgerCause.class);
    copy.putAll(entries);
    entries = Collections.unmodifiableMap(copy);
  }

  public Entry of(LedgerCause cause) {
    return entries.getOrDefault(cause, Entry.NONE);
  }

  /** With {@code count} more of {@code cause}, nothing charged. */
  public MinerLedger with(LedgerCause cause, long count) {
    return with(cause, count, TokenAmount.ZERO);
  }

  /** With {@code count} more of {@code cause} and {@code amount} charged for them. */
  public MinerLedger with(LedgerCause cause, long count, TokenAmount amount) {
    if (count == 0 && amount.isZero()) {
      return this;
    }
    Map<LedgerCause, Entry> more = new EnumMap<>(LedgerCause.class);
    more.putAll(entries);
    Entry before = of(cause);
    more.put(cause, new Entry(before.count() + count, before.amount().plus(amount)));
    return new MinerLedger(more);
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.list(
        entries.entrySet(),
        (w, entry) ->
            w.array(3)
                .text(entry.getKey().text())
                .uint64(entry.getValue().count())
                .amount(entry.getValue().amount()));
  }
}
