package io.granary.protocol.deal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.actor.DealLabel;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborException;
import io.granary.protocol.cbor.CborScanner;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.vector.VectorRows;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What holds for every message of the market's streams. */
class DealCodecPropertyTest {
  private static final JsonNode VECTORS = VectorRows.file("market-deals").required("derived");

  private static final Map<String, Function<Bytes, ? extends CborEncodable>> READERS =
      Map.of(
          "deal_params_online_1_2_1", DealParams::fromCbor,
          "deal_params_online_1_2_0_five_keys", DealParams::fromCbor,
          "deal_params_offline_1_2_1", DealParams::fromCbor,
          "deal_response_rejected", DealResponse::fromCbor,
          "status_request", DealStatusRequest::fromCbor,
          "status_response", DealStatusResponse::fromCbor,
          "ask_request", AskRequest::fromCbor,
          "ask_response", AskResponse::fromCbor,
          "transports_response", RetrievalTransports::fromCbor,
          "client_deal_proposal_cbor", ClientDealProposal::fromCbor);

  @Provide
  Arbitrary<String> row() {
    return Arbitraries.of(READERS.keySet().stream().sorted().toList());
  }

  private static Function<Bytes, ? extends CborEncodable> reader(String row) {
    return Objects.requireNonNull(READERS.get(row), row);
  }

  private static Bytes cbor(String row) {
    return Bytes.fromHex(VECTORS.required(row).asText());
  }

  /** Reads, and when that succeeds, what is written reads back the same. */
  private static void assertReadsOrRefuses(String row, Bytes bytes) {
    Function<Bytes, ? extends CborEncodable> reader = reader(row);
    CborEncodable value;
    try {
      value = reader.apply(bytes);
    } catch (CborException e) {
      assertThat(e.offset()).isBetween(0, bytes.length());
      return;
    }
    assertThat(reader.apply(value.toCbor())).isEqualTo(value);
  }

  @Property(tries = 4000)
  void givesTheCodecsOwnException_whenBitsAreFlipped(
      @ForAll("row") String row,
      @ForAll @IntRange(max = 1 << 20) int first,
      @ForAll @IntRange(max = 1 << 20) int second) {
    byte[] bytes = cbor(row).toArray();
    flip(bytes, first);
    assertReadsOrRefuses(row, Bytes.of(bytes));
    flip(bytes, second);
    assertReadsOrRefuses(row, Bytes.of(bytes));
  }

  private static void flip(byte[] bytes, int bit) {
    int at = bit % (bytes.length * 8);
    bytes[at / 8] ^= (byte) (1 << (at % 8));
  }

  @Property(tries = 3000)
  void givesTheCodecsOwnException_whenAnyBytes(
      @ForAll("row") String row, @ForAll @Size(max = 80) byte[] bytes) {
    assertReadsOrRefuses(row, Bytes.of(bytes));
    Bytes inMap = Bytes.concat(Bytes.fromHex("a1684465616c55554944"), Bytes.of(bytes));
    assertReadsOrRefuses(row, inMap);
  }

  @Property(tries = 1500)
  void isRefused_whenCut(@ForAll("row") String row, @ForAll @IntRange(max = 1 << 20) int length) {
    Bytes whole = cbor(row);
    Bytes cut = whole.slice(0, length % whole.length());
    assertThatThrownBy(() -> reader(row).apply(cut)).isInstanceOf(CborException.class);
  }

  @Property(tries = 1000)
  void endIsFound_whenAnotherItemFollows(
      @ForAll("row") String row, @ForAll @Size(max = 20) byte[] behind, @ForAll Random random) {
    Bytes whole = cbor(row);
    byte[] stream = Bytes.concat(whole, Bytes.of(behind)).toArray();
    CborScanner scanner = new CborScanner(WireLimits.OBJECT_BYTES_MAX, WireLimits.DEPTH_MAX);
    int at = 0;
    while (!scanner.complete()) {
      at += scanner.scan(stream, at, Math.min(1 + random.nextInt(60), stream.length - at));
    }
    assertThat(at).isEqualTo(whole.length());
  }

  @Property(tries = 3000)
  void scannerEndsOrRefuses_whenAnyBytes(@ForAll @Size(max = 200) byte[] bytes) {
    CborScanner scanner = new CborScanner(100, 4);
    try {
      int used = scanner.scan(bytes, 0, bytes.length);
      assertThat(used == bytes.length || scanner.complete()).isTrue();
      assertThat(used).isLessThanOrEqualTo(100);
    } catch (CborException e) {
      assertThat(e.offset()).isBetween(0, bytes.length);
    }
  }

  @Property(tries = 500)
  void readsTheSame_whenKeysComeInAnyOrderWithOthersBetween(
      @ForAll("params") DealParams params, @ForAll Random random) {
    List<Consumer<CborWriter>> members = members(params);
    members.add(w -> w.text("Unknown" + random.nextInt(9)).list(List.of(params.transfer())));
    members.add(w -> w.text("Later").nil());
    Collections.shuffle(members, random);
    CborWriter writer = new CborWriter().map(members.size());
    members.forEach(member -> member.accept(writer));
    assertThat(DealParams.fromCbor(writer.toBytes())).isEqualTo(params);
  }

  private static List<Consumer<CborWriter>> members(DealParams params) {
    List<Consumer<CborWriter>> members = new ArrayList<>();
    members.add(w -> w.text("DealUUID").bytes(params.id().bytes()));
    members.add(w -> w.text("Transfer").value(params.transfer()));
    members.add(w -> w.text("IsOffline").bool(params.offline()));
    members.add(w -> w.text("SkipIPNIAnnounce").bool(params.skipIpniAnnounce()));
    members.add(w -> w.text("RemoveUnsealedCopy").bool(params.removeUnsealedCopy()));
    params.dataRoot().ifPresent(root -> members.add(w -> w.text("DealDataRoot").cid(root)));
    params
        .proposal()
        .ifPresent(signed -> members.add(w -> w.text("ClientDealProposal").value(signed)));
    return members;
  }

  @Property(tries = 500)
  void roundTrips_whenAnyParams(@ForAll("params") DealParams params) {
    assertThat(DealParams.fromCbor(params.toCbor())).isEqualTo(params);
    DealParams old = DealParams.fromCbor(params.toCborOf120());
    assertThat(old.proposal()).isEqualTo(params.proposal());
    assertThat(old.skipIpniAnnounce() || old.removeUnsealedCopy()).isFalse();
  }

  /** Whatever a client sends, the rules answer and the answer can be written. */
  @Property(tries = 1000)
  void rulesAnswer_whenAnyParams(@ForAll("params") DealParams params, @ForAll boolean signed) {
    DealFacts facts = DealFixtures.facts();
    DealFacts judged =
        new DealFacts(
            facts.head(),
            new DealFacts.ClientKey.Actor(signed),
            facts.clientNames(),
            facts.sectorBytes(),
            facts.collateralMin(),
            facts.clientEscrow(),
            facts.dataCapBytes(),
            true,
            1 << 20,
            Optional.empty(),
            Optional.empty());
    DealVerdict verdict = new DealRules(DealPolicy.of(DealFixtures.ask())).check(params, judged);
    DealResponse response = verdict.response();
    assertThat(DealResponse.fromCbor(response.toCbor())).isEqualTo(response);
    assertThat(response.accepted()).isEqualTo(verdict instanceof DealVerdict.Acceptable);
  }

  @Provide
  Arbitrary<DealParams> params() {
    Arbitrary<Long> seeds = Arbitraries.longs();
    return seeds.map(seed -> params(new Random(seed)));
  }

  private static DealParams params(Random random) {
    return new DealParams(
        new DealId(new UUID(random.nextLong(), random.nextLong())),
        random.nextBoolean()
            ? DealFixtures.transfer()
            : new Transfer(
                random.nextLong() & Long.MAX_VALUE,
                "type" + random.nextInt(3),
                bytes(random, 40),
                "client"),
        random.nextBoolean(),
        random.nextBoolean() ? Optional.of(Cid.dagCborBlake2b(bytes(random, 5))) : Optional.empty(),
        random.nextBoolean(),
        random.nextInt(8) > 0
            ? Optional.of(new ClientDealProposal(proposal(random), signature(random)))
            : Optional.empty(),
        random.nextBoolean());
  }

  private static DealProposal proposal(Random random) {
    DealProposal good = DealFixtures.proposal();
    return new DealProposal(
        random.nextInt(4) > 0 ? good.piece() : Cid.dagCborBlake2b(bytes(random, 5)),
        random.nextBoolean() ? good.paddedBytes() : 1L << random.nextInt(63),
        random.nextBoolean(),
        good.client(),
        random.nextInt(4) > 0 ? good.provider() : Address.ofId(random.nextInt(5)),
        label(random),
        epoch(random, good.startEpoch()),
        epoch(random, good.endEpoch()),
        amount(random, good.pricePerEpoch()),
        amount(random, good.providerCollateral()),
        amount(random, good.clientCollateral()));
  }

  private static DealLabel label(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> new DealLabel.Text("x".repeat(random.nextInt(300)));
      case 1 -> new DealLabel.Binary(bytes(random, 300));
      case 2 -> new DealLabel.BrokenText(Bytes.concat(bytes(random, 5), Bytes.fromHex("ff")));
      default -> new DealLabel.Text("bafy");
    };
  }

  private static Epoch epoch(Random random, Epoch good) {
    return switch (random.nextInt(6)) {
      case 0 -> new Epoch(random.nextLong());
      case 1 -> new Epoch(Long.MAX_VALUE);
      case 2 -> new Epoch(Long.MIN_VALUE);
      default -> good.plus(random.nextInt(100));
    };
  }

  private static TokenAmount amount(Random random, TokenAmount good) {
    return random.nextInt(4) > 0
        ? good
        : new TokenAmount(new BigInteger(random.nextInt(900), random).subtract(BigInteger.TEN));
  }

  private static Signature signature(Random random) {
    Signature.Kind[] kinds = Signature.Kind.values();
    return new Signature(kinds[random.nextInt(kinds.length)], bytes(random, 199));
  }

  private static Bytes bytes(Random random, int below) {
    byte[] bytes = new byte[random.nextInt(below)];
    random.nextBytes(bytes);
    return Bytes.of(bytes);
  }

  @Property(tries = 300)
  void linksOfVersion0AreReadAsWhatTheyStandFor(@ForAll @Size(32) byte[] digest) {
    Bytes binary = Bytes.concat(Bytes.fromHex("1220"), Bytes.of(digest));
    Bytes link = Bytes.concat(Bytes.fromHex("d82a582300"), binary);
    Bytes cbor =
        Bytes.concat(Bytes.fromHex("a1"), new CborWriter().text("DealDataRoot").toBytes(), link);
    assertThat(DealParams.fromCbor(cbor).dataRoot())
        .contains(Cid.fromBytes(Bytes.concat(Bytes.fromHex("0170"), binary)));
  }
}
