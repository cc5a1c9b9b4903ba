/**
 * Storage paths in lotus's layout, so that a provider's disks attach as they are.
 *
 * <ol>
 *   <li>{@link io.granary.prover.storage.StoragePath} is one folder with a {@code sectorstore.json}
 *       and the folders {@code unsealed sealed cache update update-cache}; what is ours alone lies
 *       under {@code .granary}: job directories, and blobs that messages name by path, length and
 *       sha256.
 *   <li>{@link io.granary.prover.storage.StoragePaths} is all of a node's: it scans them at start,
 *       knows which sector's files are here, and picks a path for a new one by free space.
 *   <li>{@link io.granary.prover.storage.BlobStore} publishes, finds and checks blobs.
 * </ol>
 */
@NullMarked
package io.granary.prover.storage;

import org.jspecify.annotations.NullMarked;
