package io.granary.protocol.deal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.granary.protocol.Bytes;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborException;
import io.granary.protocol.cbor.CborScanner;
import io.granary.protocol.fuzz.Parsing;
import java.util.Optional;
import java.util.function.Function;

/** The storage market's messages, from clients and from providers. */
class DealMessagesFuzzTest {
  @FuzzTest
  void comesOutAsItWentIn_whenAccepted(byte[] input) {
    roundTrip(input, DealParams::fromCbor);
    roundTrip(input, DealResponse::fromCbor);
    roundTrip(input, DealStatusRequest::fromCbor);
    roundTrip(input, DealStatusResponse::fromCbor);
    roundTrip(input, AskRequest::fromCbor);
    roundTrip(input, AskResponse::fromCbor);
    roundTrip(input, RetrievalTransports::fromCbor);
    // An array of one form only: its hash is the deal's name, so its bytes must be kept.
    roundTrip(input, ClientDealProposal::fromCbor)
        .ifPresent(proposal -> assertThat(proposal.toCbor()).isEqualTo(Bytes.of(input)));
  }

  private static <T extends CborEncodable> Optional<T> roundTrip(
      byte[] input, Function<Bytes, T> reader) {
    Optional<T> read = Parsing.of(input, () -> reader.apply(Bytes.of(input)), CborException.class);
    if (read.isPresent()) {
      Bytes written = read.get().toCbor();
      assertThat(reader.apply(written)).isEqualTo(read.get());
      byte[] bytes = written.toArray();
      CborScanner scanner = new CborScanner(WireLimits.OBJECT_BYTES_MAX, WireLimits.DEPTH_MAX);
      assertThat(scanner.scan(bytes, 0, bytes.length)).isEqualTo(bytes.length);
      assertThat(scanner.complete()).isTrue();
    }
    return read;
  }
}
