package io.granary.devnet.rpc;

import java.util.List;

/** The decoded parameters of one request, by position. */
record Arguments(List<Object> values) {
  /** The parameter at {@code index}, of the type its codec makes. */
  @SuppressWarnings({
    "unchecked",
    "TypeParameterUnusedInFormals"
  }) // The method's declaration and its handler stand side by side.
  <T> T at(int index) {
    return (T) values.get(index);
  }
}
