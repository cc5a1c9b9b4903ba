package io.granary.protocol.deal;

/**
 * A deal's data before it is in a sector.
 *
 * @param storageId the storage path that holds it
 * @param path relative to that storage path
 * @param payloadBytes its length, without padding
 */
public record StagedFile(String storageId, String path, long payloadBytes) {}
