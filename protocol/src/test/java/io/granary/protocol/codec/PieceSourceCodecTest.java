package io.granary.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.InvalidProtocolBufferException;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.sector.ExpirationBounds;
import io.granary.protocol.sector.PieceActivation;
import io.granary.protocol.sector.SectorFixtures;
import io.granary.protocol.sector.SectorOrder.PieceSource;
import io.granary.protocol.wire.PieceActivationProto;
import io.granary.protocol.wire.PieceSourceProto;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PieceSourceCodecTest {
  private static final PieceSource FILE = new PieceSource("/data/a", 1000, 1024);

  static Stream<PieceSource> pieces() {
    return Stream.of(
        FILE,
        FILE.requiring(SectorFixtures.PIECE.commP()),
        FILE.starting(new Epoch(0)),
        FILE.activating(new PieceActivation.MarketDeal(0)),
        FILE.activating(new PieceActivation.MarketDeal(12)),
        FILE.activating(new PieceActivation.VerifiedDeal(0, new ActorId(102), 7)),
        FILE.activating(
            new PieceActivation.MarketDeal(12), ExpirationBounds.atLeast(new Epoch(600_000))),
        FILE.activating(
            new PieceActivation.Claim(new ActorId(102), 0),
            new ExpirationBounds(new Epoch(600_000), new Epoch(900_000))));
  }

  @ParameterizedTest
  @MethodSource("pieces")
  void isTheSame_whenReadAgain(PieceSource piece) throws InvalidProtocolBufferException {
    byte[] bytes = PieceSourceCodec.toProto(piece).toByteArray();
    assertThat(PieceSourceCodec.fromProto(PieceSourceProto.parseFrom(bytes))).isEqualTo(piece);
  }

  @Test
  void activatesNothing_whenWrittenBeforeDeals() throws InvalidProtocolBufferException {
    // source "/data/a", 1000 bytes, 1024 padded, as orders were written until then
    byte[] before = Bytes.fromHex("0a072f646174612f6110e807188008").toArray();
    assertThat(PieceSourceCodec.fromProto(PieceSourceProto.parseFrom(before))).isEqualTo(FILE);
    assertThat(PieceSourceCodec.toProto(FILE).toByteArray()).isEqualTo(before);
  }

  @Test
  void refuses_whenTheActivationIsOfNothing() {
    PieceSourceProto proto =
        PieceSourceCodec.toProto(FILE).toBuilder()
            .setActivation(PieceActivationProto.getDefaultInstance())
            .build();
    assertThatIllegalArgumentException().isThrownBy(() -> PieceSourceCodec.fromProto(proto));
  }
}
