package io.granary.protocol.json;

/** JSON that lacks a member, or has one of the wrong type or outside its range. */
public final class JsonShapeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String path;

  public JsonShapeException(String path, String problem) {
    super(path + ": " + problem);
    this.path = path;
  }

  public JsonShapeException(String path, String problem, Throwable cause) {
    super(path + ": " + problem, cause);
    this.path = path;
  }

  /** Where, from the root {@code $}: {@code $.Blocks[0].Height}. */
  public String path() {
    return path;
  }
}
