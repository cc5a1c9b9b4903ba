package io.granary.protocol.deal;

/**
 * A deal's data before it is in a sector.
 *
 * @param storageId the storage path that holds it; {@link #IMPORTED} for an operator's file
 * @param path relative to that storage path; of an operator's file absolute, on the node that took
 *     it
 * @param payloadBytes its length, without padding
 */
public record StagedFile(String storageId, String path, long payloadBytes) {
  /** Stands for a storage path, whose ids are UUIDs, where the file is on none of ours. */
  public static final String IMPORTED = "imported";
}
