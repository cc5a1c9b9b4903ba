package io.granary.prover.storage;

import io.granary.protocol.SectorId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of sector files, {@code s-t01000-1} (lotus storiface, {@code SectorName}). */
public final class SectorFileNames {
  private static final Pattern NAME = Pattern.compile("s-t0(0|[1-9]\\d{0,18})-(0|[1-9]\\d{0,18})");

  private SectorFileNames() {}

  /** The sector a file is of; empty for names that are not a sector's. */
  public static Optional<SectorId> parse(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          SectorId.of(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))));
    } catch (NumberFormatException e) {
      return Optional.empty(); // Above 2^63 - 1: no sector has that number.
    }
  }
}
