package io.granary.protocol.job;

import io.granary.protocol.Bytes;

/**
 * Large bytes kept beside messages.
 *
 * @param storageId the storage path that holds it
 * @param path relative to that storage path
 * @param length bytes
 * @param sha256 of the content
 */
public record BlobRef(String storageId, String path, long length, Bytes sha256) {}
