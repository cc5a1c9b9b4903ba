package io.granary.protocol.actor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.SectorPreCommitInfo;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.vector.ChainJson;
import io.granary.protocol.vector.Recorded;
import io.granary.protocol.vector.Recorded.RecordedFile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages that a real node executed: CBOR, record and CIDs, parameters and returns. */
class RecordedMessagesTest {
  /** Calls that no provider sends: what they carry has no reader here. */
  private static final Map<String, String> LEFT_OUT =
      Map.of(
          "f06.2", "AddVerifier",
          "f06.3", "RemoveVerifier",
          "f06.4", "AddVerifiedClient",
          "f07.80475954", "DataCap Transfer");

  /** Sends, and methods of the miner that take nothing. */
  private static final Set<Long> NO_PARAMS =
      Set.of(0L, MinerMethod.CONFIRM_CHANGE_WORKER_ADDRESS, MinerMethod.REPAY_DEBT);

  private static final Map<String, String> SINGLETON_METHODS =
      Map.of(
          "f04." + PowerMethod.CREATE_MINER, "power.CreateMiner",
          "f05." + MarketMethod.ADD_BALANCE, "market.AddBalance",
          "f05." + MarketMethod.WITHDRAW_BALANCE, "market.WithdrawBalance",
          "f05." + MarketMethod.PUBLISH_STORAGE_DEALS, "market.PublishStorageDeals",
          "f05." + MarketMethod.SETTLE_DEAL_PAYMENTS, "market.SettleDealPayments",
          "f06." + VerifiedRegistryMethod.EXTEND_CLAIM_TERMS, "verifreg.ExtendClaimTerms",
          "f06." + VerifiedRegistryMethod.REMOVE_EXPIRED_ALLOCATIONS,
              "verifreg.RemoveExpiredAllocations");

  static Stream<RecordedFile> recorded() {
    return Recorded.folder("messages");
  }

  /** Messages of the second recording; its {@code .return.json} files only explain returns. */
  static Stream<RecordedFile> recordedDeals() {
    return Recorded.folder("deals/messages").filter(file -> file.content().has("message"));
  }

  @ParameterizedTest
  @MethodSource({"recorded", "recordedDeals"})
  void agrees_withRecordedMessage(RecordedFile file) {
    JsonNode content = file.content();
    if (content.has("signed")) {
      assertSigned(content, "signed_cbor_hex");
      Message message = ChainJson.message(content.required("signed").required("Message"));
      assertThat(message.toCbor().toHex()).isEqualTo(text(content, "message_cbor_hex"));
      assertThat(message.signingBytes().toHex()).isEqualTo(text(content, "wallet_sign_input_hex"));
      return;
    }
    Message message = ChainJson.message(content.required("message"));
    assertThat(message.params().toHex()).isEqualTo(text(content, "params_cbor_hex"));
    assertParams(message);
    if (content.has("error")) {
      return;
    }
    assertThat(message.toCbor().toHex()).isEqualTo(text(content, "message_cbor_hex"));
    assertThat(Message.fromCbor(Bytes.fromHex(text(content, "message_cbor_hex"))))
        .isEqualTo(message);
    assertThat(message.cid()).isEqualTo(ChainJson.cid(content.required("message_cid")));
    SignedMessage signed = assertSigned(content, "signed_message_cbor_hex");
    assertThat(signed.signature()).isEqualTo(ChainJson.signature(content.required("signature")));
    assertReturn(message, Bytes.fromHex(text(content, "return_hex")));
  }

  private static SignedMessage assertSigned(JsonNode content, String member) {
    Bytes cbor = Bytes.fromHex(text(content, member));
    SignedMessage signed = SignedMessage.fromCbor(cbor);
    assertThat(signed.toCbor()).isEqualTo(cbor);
    assertThat(signed.cid()).isEqualTo(ChainJson.cid(content.required("signed_cid")));
    assertThat(signed.message().cid()).isEqualTo(ChainJson.cid(content.required("message_cid")));
    return signed;
  }

  private static void assertParams(Message message) {
    String call = message.to() + "." + message.method();
    if (LEFT_OUT.containsKey(call)) {
      return;
    }
    if (message.params().isEmpty()) {
      assertThat(NO_PARAMS).as(call).contains(message.method());
      return;
    }
    String method =
        SINGLETON_METHODS.getOrDefault(
            call,
            ParamsCodecs.MINER_METHODS.getOrDefault(message.method(), "miner." + message.method()));
    assertThat(ParamsCodecs.reader(method).apply(message.params()).toCbor())
        .isEqualTo(message.params());
  }

  private static void assertReturn(Message message, Bytes returned) {
    if (returned.isEmpty()) {
      return;
    }
    CborEncodable value;
    switch (message.to() + "." + message.method()) {
      case "f04.2" -> value = CreateMinerReturn.fromCbor(returned);
      case "f05.3" -> value = ParamsCodecs.bareAmount(returned);
      case "f05.4" -> value = PublishStorageDealsReturn.fromCbor(returned);
      case "f06.11" -> value = BatchReturn.fromCbor(returned);
      case "f05.1900091594" -> value = SettleDealPaymentsReturn.fromCbor(returned);
      case "f06.3", "f06.8", "f07.80475954" -> {
        return; // Not read anywhere yet.
      }
      default -> {
        if (message.method() == MinerMethod.WITHDRAW_BALANCE) {
          value = ParamsCodecs.bareAmount(returned);
        } else if (message.method() == MinerMethod.TERMINATE_SECTORS) {
          value = TerminateSectorsReturn.fromCbor(returned);
        } else {
          assertThat(message.method())
              .isIn(MinerMethod.PROVE_COMMIT_SECTORS_3, MinerMethod.PROVE_REPLICA_UPDATES_3);
          value = BatchReturn.fromCbor(returned);
        }
      }
    }
    assertThat(value.toCbor()).isEqualTo(returned);
  }

  private static String text(JsonNode content, String member) {
    return content.required(member).asText();
  }

  private static Bytes params(String name) {
    return recorded()
        .filter(file -> file.name().equals(name + ".json"))
        .map(file -> Bytes.fromHex(text(file.content(), "params_cbor_hex")))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void writesPreCommit_asTheNodeTookIt() {
    SectorPreCommitInfo info =
        new SectorPreCommitInfo(
            new RegisteredSealProof(5),
            new SectorNumber(1),
            Commitment.fromHex("214ee619e370a59a17c8c8732d1fd8f9b5d1dd808d65ef654e4f3e841c092a5d"),
            new Epoch(58),
            List.of(),
            new Epoch(663369),
            Optional.empty());
    assertThat(new PreCommitSectorBatchParams(List.of(info)).toCbor())
        .isEqualTo(params("precommit-s1"));
  }

  @Test
  void writesProveCommit_asTheNodeTookIt() {
    ProveCommitSectors3Params read = ProveCommitSectors3Params.fromCbor(params("provecommit-s1"));
    assertThat(read.proofs()).singleElement().returns(192, Bytes::length);
    ProveCommitSectors3Params made =
        ProveCommitSectors3Params.of(
            List.of(new SectorActivationManifest(new SectorNumber(1), List.of())), read.proofs());
    assertThat(made.toCbor()).isEqualTo(params("provecommit-s1"));
  }

  @Test
  void writesWindowPoSt_asTheNodeTookIt() {
    SubmitWindowedPoStParams read = SubmitWindowedPoStParams.fromCbor(params("wdpost-good-s1"));
    assertThat(read.proofs())
        .singleElement()
        .satisfies(
            proof -> {
              assertThat(proof.type().number()).isEqualTo(10);
              assertThat(proof.proof().length()).isEqualTo(192);
            });
    SubmitWindowedPoStParams made =
        new SubmitWindowedPoStParams(
            read.deadline(),
            List.of(new PoStPartition(0, BitField.empty())),
            read.proofs(),
            read.chainCommitEpoch(),
            read.chainCommitRand().requireLength(32, "chain commit randomness"));
    assertThat(made.toCbor()).isEqualTo(params("wdpost-good-s1"));
  }

  @Test
  void writesDeclarations_asTheNodeTookThem() {
    List<SectorDeclaration> faults =
        DeclareFaultsParams.fromCbor(params("declare-faults-s2")).faults();
    assertThat(faults).hasSize(1);
    long deadline = faults.get(0).deadline();
    SectorDeclaration sector2 = new SectorDeclaration(deadline, 0, BitField.of(2));
    assertThat(new DeclareFaultsParams(List.of(sector2)).toCbor())
        .isEqualTo(params("declare-faults-s2"));
    SectorDeclaration both = new SectorDeclaration(deadline, 0, BitField.of(1, 2));
    assertThat(new DeclareFaultsRecoveredParams(List.of(both)).toCbor())
        .isEqualTo(params("declare-recovered-s2"));
  }

  @Test
  void namesTheMiner_whenCreateMinerReturns() {
    Bytes returned =
        recorded()
            .filter(file -> file.name().equals("create-miner.json"))
            .map(file -> Bytes.fromHex(text(file.content(), "return_hex")))
            .findFirst()
            .orElseThrow();
    CreateMinerReturn created = CreateMinerReturn.fromCbor(returned);
    assertThat(created.idAddress()).isEqualTo(Address.ofId(1003));
    assertThat(created.robustAddress().toText('t'))
        .isEqualTo("t2lzkhjn27zgzdaqc72tuujaqizfxq7xmtraxwrnq");
  }
}
