package io.granary.protocol.deal;

/** What clients are told about a deal's way (boost storagemarket/types/dealcheckpoints). */
public enum Checkpoint {
  ACCEPTED("Accepted"),
  TRANSFERRED("Transferred"),
  PUBLISHED("Published"),
  PUBLISH_CONFIRMED("PublishConfirmed"),
  ADDED_PIECE("AddedPiece"),
  INDEXED_AND_ANNOUNCED("IndexedAndAnnounced"),
  COMPLETE("Complete");

  private final String text;

  Checkpoint(String text) {
    this.text = text;
  }

  /** The name on the wire. */
  public String text() {
    return text;
  }
}
