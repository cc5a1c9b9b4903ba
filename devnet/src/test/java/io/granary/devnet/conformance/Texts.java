package io.granary.devnet.conformance;

import java.util.regex.Pattern;

/** Error texts without what differs from chain to chain: CIDs, addresses, numbers. */
final class Texts {
  private static final Pattern CID = Pattern.compile("\\bba[a-z2-7]{30,}");
  private static final Pattern ADDRESS = Pattern.compile("\\b[ft](0\\d+|[123][a-z2-7]{38,})\\b");
  private static final Pattern PAYLOAD = Pattern.compile("RawBytes \\{ [0-9a-f]+ }");
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?");

  private Texts() {}

  /** The kind of message that {@code text} is. */
  static String kind(String text) {
    String withoutPayloads = PAYLOAD.matcher(text).replaceAll("RawBytes { HEX }");
    String withoutCids = CID.matcher(withoutPayloads).replaceAll("CID");
    String withoutAddresses = ADDRESS.matcher(withoutCids).replaceAll("ADDRESS");
    return NUMBER.matcher(withoutAddresses).replaceAll("N").strip();
  }
}
