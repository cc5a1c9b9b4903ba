package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.List;
import java.util.Optional;

/**
 * Return of {@link MarketMethod#SETTLE_DEAL_PAYMENTS} (builtin-actors market/src/types.rs).
 *
 * @param results which deals were settled, by their place among the ids asked for, ascending
 * @param settlements of those that were, in their order
 */
public record SettleDealPaymentsReturn(BatchReturn results, List<Settlement> settlements)
    implements CborEncodable {
  public SettleDealPaymentsReturn {
    settlements = List.copyOf(settlements);
    if (settlements.size() != results.successCount()) {
      throw new IllegalArgumentException(
          "settlements: " + settlements.size() + " for " + results.successCount() + " successes");
    }
  }

  /**
   * What one deal got.
   *
   * @param payment attoFIL for what has elapsed since it was paid last
   * @param completed whether the deal is through: the market keeps it no more
   */
  public record Settlement(TokenAmount payment, boolean completed) implements CborEncodable {
    /** Of a deal that failed. */
    public static final Settlement NOTHING = new Settlement(TokenAmount.ZERO, false);

    static Settlement readFrom(CborReader reader) {
      return reader.struct("", 2, r -> new Settlement(r.amount("payment"), r.bool("completed")));
    }

    @Override
    public void writeTo(CborWriter writer) {
      writer.array(2).amount(payment).bool(completed);
    }
  }

  /** What the deal at {@code index} got; empty when it failed. */
  public Optional<Settlement> settlementOf(int index) {
    if (results.exitCodeOf(index) != ExitCode.OK) {
      return Optional.empty();
    }
    long failedBefore =
        results.failures().stream().filter(failure -> failure.index() < index).count();
    return Optional.of(settlements.get(Math.toIntExact(index - failedBefore)));
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static SettleDealPaymentsReturn fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "SettleDealPaymentsReturn", SettleDealPaymentsReturn::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static SettleDealPaymentsReturn readFrom(CborReader reader) {
    return reader.struct(
        "",
        2,
        r ->
            new SettleDealPaymentsReturn(
                r.nested("results", BatchReturn::readFrom),
                r.list("settlements", CborReader.MAX_LIST_ITEMS, Settlement::readFrom)));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(2).value(results).list(settlements);
  }
}
