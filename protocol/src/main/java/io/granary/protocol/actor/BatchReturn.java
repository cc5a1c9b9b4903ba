package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.List;

/**
 * How many entries of a batch succeeded, and the exit code of each that failed (builtin-actors
 * runtime/src/util/batch_return.rs). What is not listed succeeded.
 *
 * @param successCount entries that succeeded
 * @param failures ascending by index into the list given
 */
public record BatchReturn(long successCount, List<Failure> failures) implements CborEncodable {
  public BatchReturn {
    failures = List.copyOf(failures);
    long last = -1;
    for (Failure failure : failures) {
      if (failure.index() <= last) {
        throw new IllegalArgumentException(
            "batch return: indexes must ascend, got " + failure.index() + " after " + last);
      }
      last = failure.index();
    }
    if (successCount < 0 || last >= successCount + failures.size()) {
      throw new IllegalArgumentException(
          "batch return: index "
              + last
              + " in a batch of "
              + successCount
              + " successes and "
              + failures.size()
              + " failures");
    }
  }

  /** An entry that failed. */
  public record Failure(long index, long exitCode) implements CborEncodable {
    static Failure readFrom(CborReader reader) {
      return reader.struct("", 2, r -> new Failure(r.uint("index"), r.uint("exitCode")));
    }

    @Override
    public void writeTo(CborWriter writer) {
      writer.array(2).uint64(index).uint64(exitCode);
    }
  }

  /** How many entries the batch had. */
  public long size() {
    return successCount + failures.size();
  }

  /** The exit code of entry {@code index}. */
  public long exitCodeOf(long index) {
    if (index < 0 || index >= size()) {
      throw new IllegalArgumentException("batch return: no entry " + index + " of " + size());
    }
    return failures.stream()
        .filter(failure -> failure.index() == index)
        .mapToLong(Failure::exitCode)
        .findFirst()
        .orElse(ExitCode.OK);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static BatchReturn fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "BatchReturn", BatchReturn::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static BatchReturn readFrom(CborReader reader) {
    return reader.struct(
        "",
        2,
        r ->
            new BatchReturn(
                r.uint("successCount"),
                r.list("failures", CborReader.MAX_LIST_ITEMS, Failure::readFrom)));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(2).uint64(successCount).list(failures);
  }
}
