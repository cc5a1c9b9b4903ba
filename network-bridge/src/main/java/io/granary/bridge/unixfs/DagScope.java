package io.granary.bridge.unixfs;

/** How much of the DAG at the end of a path is wanted (trustless gateway, {@code dag-scope}). */
public enum DagScope {
  /** The one block. */
  BLOCK,
  /** All of a file, or what lists a folder; of other data the one block. */
  ENTITY,
  /** Everything below. */
  ALL
}
