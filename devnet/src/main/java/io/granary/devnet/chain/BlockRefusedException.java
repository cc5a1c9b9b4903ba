package io.granary.devnet.chain;

/** A submitted block, or a template for one, was refused; the text is the node's. */
public final class BlockRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BlockRefusedException(String message) {
    super(message);
  }
}
