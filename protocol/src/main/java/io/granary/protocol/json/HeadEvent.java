package io.granary.protocol.json;

import io.granary.protocol.chain.TipSet;

/** One entry of a ChainNotify array: a tipset that is, leaves or joins the head's line. */
public record HeadEvent(Type type, TipSet tipSet) {
  /** What an entry says of its tipset (lotus chain/store/store.go, HCRevert and so on). */
  public enum Type {
    /** The head when the subscription began: alone in the first array. */
    CURRENT("current"),
    REVERT("revert"),
    APPLY("apply");

    private final String text;

    Type(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }

    static Type ofText(String text) {
      for (Type type : values()) {
        if (type.text.equals(text)) {
          return type;
        }
      }
      throw new IllegalArgumentException("expected current, revert or apply, got " + text);
    }
  }
}
