package io.granary.devnet.rpc;

/** A request that is answered with an error (chain.md 2.1 lists the codes). */
final class RpcException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  static final int PARSE_ERROR = -32700;
  static final int INVALID_REQUEST = -32600;
  static final int METHOD_NOT_FOUND = -32601;
  static final int INVALID_PARAMS = -32602;
  static final int HANDLER_ERROR = 1;
  static final int ACTOR_NOT_FOUND = 11;

  private final int code;

  RpcException(int code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  /** An error of the method itself. */
  static RpcException handler(String message) {
    return new RpcException(HANDLER_ERROR, message);
  }

  int code() {
    return code;
  }

  /** The HTTP status that goes with {@code code}, as recorded. */
  static int httpStatus(int code) {
    return switch (code) {
      case INVALID_REQUEST -> 400;
      case PARSE_ERROR, METHOD_NOT_FOUND, INVALID_PARAMS -> 500;
      default -> 200;
    };
  }
}
