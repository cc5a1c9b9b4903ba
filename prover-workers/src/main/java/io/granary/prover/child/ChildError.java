package io.granary.prover.child;

import java.util.List;

/**
 * A child's error answer (PROTOCOL.md 3).
 *
 * @param kind the protocol's word, {@code input}, {@code missing_files} …; kept as text so that a
 *     newer child's kinds can be shown
 * @param retryable whether the same request may succeed later or in another child
 * @param field the request field that is wrong, or empty
 * @param path the file it is about, or empty
 * @param errno the operating system's error number, or 0
 * @param sectors the damaged sectors of {@code faulty_sectors}, ascending
 */
public record ChildError(
    String kind,
    String message,
    boolean retryable,
    String field,
    String path,
    int errno,
    List<Long> sectors) {
  public ChildError {
    sectors = List.copyOf(sectors);
  }

  /** What a person wants to read in one line. */
  public String describe() {
    StringBuilder text = new StringBuilder(kind).append(": ").append(message);
    if (!field.isEmpty()) {
      text.append(" (field ").append(field).append(')');
    }
    if (!path.isEmpty() && !message.contains(path)) {
      text.append(" (").append(path).append(')');
    }
    if (errno != 0) {
      text.append(" (errno ").append(errno).append(')');
    }
    if (!sectors.isEmpty()) {
      text.append(" (sectors ").append(sectors).append(')');
    }
    return text.toString();
  }
}
