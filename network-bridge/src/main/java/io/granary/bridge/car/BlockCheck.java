package io.granary.bridge.car;

/** How far blocks are compared with their CIDs. */
public enum BlockCheck {
  /** Not at all: the bytes come from where they were checked before. */
  NONE,
  /** Where the hash function is known; other blocks pass. */
  KNOWN,
  /** All; a hash function that is not known is refused. */
  ALL
}
