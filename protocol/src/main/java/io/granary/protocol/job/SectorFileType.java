package io.granary.protocol.job;

/** The folders of a lotus storage path (lotus storage/sealer/storiface/filetype.go). */
public enum SectorFileType {
  UNSEALED("unsealed"),
  SEALED("sealed"),
  CACHE("cache"),
  UPDATE("update"),
  UPDATE_CACHE("update-cache");

  private final String folder;

  SectorFileType(String folder) {
    this.folder = folder;
  }

  /** The folder's name inside the storage path. */
  public String folder() {
    return folder;
  }
}
