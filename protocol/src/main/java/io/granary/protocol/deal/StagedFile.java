package io.granary.protocol.deal;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A deal's data before it is in a sector.
 *
 * @param storageId the storage path that holds it; {@link #IMPORTED} for an operator's file where
 *     it lies: until it is copied into staging, and for good in journals of before that was done
 * @param path relative to that storage path; of an operator's file absolute, on the node that took
 *     it
 * @param payloadBytes its length, without padding
 */
public record StagedFile(String storageId, String path, long payloadBytes) {
  /** Stands for a storage path, whose ids are UUIDs, where the file is on none of ours. */
  public static final String IMPORTED = "imported";

  private static final String SCHEME = "staged:";
  private static final Pattern SOURCE =
      Pattern.compile(Pattern.quote(SCHEME) + "([A-Za-z0-9_-]{1,64})/(.{1,300})");

  /** At the head of a staged file's name. */
  private static final Pattern DEAL =
      Pattern.compile("(?:^|/)([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\\.[^/]*$");

  /** Whether it is an operator's, and in no staging. */
  public boolean isImported() {
    return storageId.equals(IMPORTED);
  }

  /**
   * How a sector's order names the file: by its storage path, so that any node can find or fetch
   * it; an operator's file by its absolute path, which only its node has.
   */
  public String source() {
    return isImported() ? path : SCHEME + storageId + "/" + path;
  }

  /** Whose data it is: staging names its files by their deals. Empty for an operator's file. */
  public Optional<DealId> deal() {
    Matcher named = DEAL.matcher(path);
    return !isImported() && named.find()
        ? Optional.of(DealId.parse(named.group(1)))
        : Optional.empty();
  }

  /** The staged file that an order names by {@code source}; empty when that is a plain path. */
  public static Optional<StagedFile> ofSource(String source, long payloadBytes) {
    Matcher named = SOURCE.matcher(source);
    return named.matches()
        ? Optional.of(new StagedFile(named.group(1), named.group(2), payloadBytes))
        : Optional.empty();
  }
}
