package io.granary.protocol.actor;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
import java.util.List;

/**
 * Parameters of {@link VerifiedRegistryMethod#EXTEND_CLAIM_TERMS} (go-state-types
 * builtin/v18/verifreg).
 */
public record ExtendClaimTermsParams(List<ClaimTerm> terms) implements CborEncodable {
  public ExtendClaimTermsParams {
    terms = List.copyOf(terms);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static ExtendClaimTermsParams fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "ExtendClaimTermsParams", ExtendClaimTermsParams::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static ExtendClaimTermsParams readFrom(CborReader reader) {
    return reader.struct(
        "",
        1,
        r ->
            new ExtendClaimTermsParams(
                r.list("terms", CborReader.MAX_LIST_ITEMS, ClaimTerm::readFrom)));
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(1).list(terms);
  }
}
