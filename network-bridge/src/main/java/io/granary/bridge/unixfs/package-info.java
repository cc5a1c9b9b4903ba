/**
 * Files and folders as DAGs of blocks: UnixFS over dag-pb (ipfs/specs UNIXFS), and walks over DAGs.
 *
 * <ol>
 *   <li>{@link io.granary.bridge.unixfs.UnixFsImporter} reads a file or folder and computes every
 *       CID as a {@link io.granary.bridge.unixfs.UnixFsProfile} says; files become balanced trees,
 *       large folders are sharded by the hash of their names. Inner nodes wait on disk.
 *   <li>{@link io.granary.bridge.unixfs.ImportedTree} writes the CAR in a second reading.
 *   <li>{@link io.granary.bridge.unixfs.UnixFsExporter} writes what is under a CID back to disk.
 *   <li>{@link io.granary.bridge.unixfs.DagWalk} gives the blocks that a {@link
 *       io.granary.bridge.unixfs.DagRequest} of the trustless gateway asks for: it follows the
 *       path, then the scope, depth first, within {@link io.granary.bridge.unixfs.WalkLimits}.
 *   <li>{@link io.granary.bridge.unixfs.PbNode} and {@link io.granary.bridge.unixfs.UnixFsData} are
 *       the block format.
 * </ol>
 */
@NullMarked
package io.granary.bridge.unixfs;

import org.jspecify.annotations.NullMarked;
