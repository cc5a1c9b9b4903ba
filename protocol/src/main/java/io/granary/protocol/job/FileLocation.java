package io.granary.protocol.job;

/**
 * Where a file (or cache folder) of a sector lies.
 *
 * @param storageId the ID of the storage path's {@code sectorstore.json}
 */
public record FileLocation(String storageId, SectorFileType type) {}
