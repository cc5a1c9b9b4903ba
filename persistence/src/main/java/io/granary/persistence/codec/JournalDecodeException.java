package io.granary.persistence.codec;

/**
 * Journal or snapshot bytes that this release cannot read. It stops the entity whose bytes they are
 * and no other; Akka's log line adds the persistence id and the sequence number.
 */
public final class JournalDecodeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String manifest;
  private final int offset;

  JournalDecodeException(String manifest, int offset, String problem) {
    super(message(manifest, offset, problem));
    this.manifest = manifest;
    this.offset = offset;
  }

  JournalDecodeException(String manifest, int offset, String problem, Throwable cause) {
    super(message(manifest, offset, problem), cause);
    this.manifest = manifest;
    this.offset = offset;
  }

  private static String message(String manifest, int offset, String problem) {
    return "journal bytes of manifest \"" + manifest + "\", offset " + offset + ": " + problem;
  }

  /** The manifest the bytes are stored under. */
  public String manifest() {
    return manifest;
  }

  /** Where in the stored bytes reading stopped, from 0. */
  public int offset() {
    return offset;
  }
}
