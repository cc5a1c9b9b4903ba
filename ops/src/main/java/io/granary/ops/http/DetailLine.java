package io.granary.ops.http;

/** An event's fields on one line, for lists; the whole values stand beside it. */
final class DetailLine {
  /** Longer values are cut. */
  private static final int VALUE_MAX = 64;

  private final StringBuilder line = new StringBuilder();

  DetailLine add(String name, String value) {
    line.append(line.isEmpty() ? "" : ", ")
        .append(name)
        .append(' ')
        .append(value.length() <= VALUE_MAX ? value : value.substring(0, VALUE_MAX - 4) + "…");
    return this;
  }

  @Override
  public String toString() {
    return line.toString();
  }
}
